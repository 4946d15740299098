"""Folders of a made-up third council, small enough to read, in the formats of the real ones."""

from __future__ import annotations

import shutil
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import Table, select

from config.settings import ROOT
from participation.budgets.load import load_council
from participation.councils.models import Council
from participation.extensions import db
from participation.transactions import transaction

COUNCILS = ROOT / "config" / "councils"

TOML = """
slug = "exampleshire"
name = "Exampleshire"
full_name = "Exampleshire County Council"
gss_code = "E10000099"
tier = "{tier}"
colour = "#1d3c6b"
contact_email = "contact@exampleshire.example"
credits = ["Made-up data for tests."]

[population]
date = 2023-06-30
source = "made up"
"""
WARDS = 'ward_code,ward_name,population\nE05000001,North & South,"1,200"\nE05000002,St Mary\'s,800\nE05000003,Hill,0\n'
POSTCODES = "postcode,ward_code\nEX1 1AA,E05000001\nEX1 1AB,E05000001\nEX2 1AA,E05000002\nEX3 1AA,E05000003\n"
MONEY = (
    "employees_gbp,running_expenses_gbp,gross_expenditure_gbp,sales_fees_charges_gbp,other_income_gbp,total_income_gbp,"
    "net_current_expenditure_gbp"
)
OUTTURN = f"""financial_year,group_code,{MONEY}
2023-24,edu,"60,000","40,000","100,000","10,000","5,000","15,000","85,000"
2023-24,trans,1000,9000,10000,20000,0,20000,-10000
2023-24,cen,[x],[x],[x],[x],[x],[x],[x]
2023-24,totsx,61000,49000,110000,30000,5000,35000,75000
2024-25,edu,61500,40000,101500,10000,5000,15000,86500
2024-25,trans,1000,9000,10000,19000,0,19000,-9000
2024-25,totsx,62500,49000,111500,29000,5000,34000,77500
"""
BUDGET = """financial_year,asset_id,section,line_title,row_type,net_budget_gbp
2024-25,eduerl,Education Services,Early years,line,"30,000"
2024-25,edusch,Education Services,Schools,line,50000
2024-25,eduold,Education Services,Category no longer used,line,Category discontinued
2024-25,edutot,Education Services,TOTAL EDUCATION SERVICES,total,80000
2024-25,transprk,Highways and Transport,Parking,line,-10000
2024-25,transtot,Highways and Transport,TOTAL HIGHWAYS,total,-10000
2024-25,poltot,Police,TOTAL POLICE SERVICES,total,0
2024-25,servicetot,Total Service Expenditure,TOTAL SERVICE EXPENDITURE,total,70000
2024-25,ctrtot,Revenue Expenditure Financing,COUNCIL TAX REQUIREMENT,total,40000
"""


def small_council(folder: Path, *, tier: str = "unitary", **files: str) -> Path:
    """A folder of three wards and two years. `files` replaces a file by its stem: wards, postcodes, outturn, budget."""
    folder.mkdir(parents=True, exist_ok=True)
    texts = {"wards": WARDS, "postcodes": POSTCODES, "outturn": OUTTURN, "budget": BUDGET, **files}
    names = {
        "wards": "wards.csv",
        "postcodes": "postcode_ward_lookup.csv",
        "outturn": "service_outturn_by_group.csv",
        "budget": "budget_by_line.csv",
    }
    (folder / "council.toml").write_text(TOML.format(tier=tier))
    for stem, name in names.items():
        (folder / name).write_text(texts[stem])
    return folder


def copy_of(slug: str, folder: Path) -> Path:
    """A copy of a real council's folder that a test may spoil."""
    return Path(shutil.copytree(COUNCILS / slug, folder / slug))


@cache
def light(slug: str) -> Path:
    """A real council's folder with its first postcodes only: all figures, loaded in a fraction of the time."""
    folder = copy_of(slug, Path(tempfile.mkdtemp(prefix="council-")))
    for name in ("postcode_ward_lookup.csv", "postcodes_outside_council_sample.csv"):
        lines = (folder / name).read_text().splitlines()
        (folder / name).write_text("\n".join(lines[:60]) + "\n")
    return folder


_KEPT: dict[tuple[str, str], list[tuple[Table, list[dict[str, Any]]]]] = {}


def loaded(slug: str) -> Council:
    """A real council, loaded by the product from `light(slug)` once a worker and database; later tests get the same rows again.

    Beside another council it is always loaded: the rows of both have the same numbers.
    """
    tables = db.metadata.sorted_tables
    with transaction():
        alone = db.session.execute(select(Council.id).limit(1)).first() is None
        known = (db.engine.dialect.name, slug)
        if not alone or known not in _KEPT:
            load_council(folder=light(slug))
        else:
            for table, kept in _KEPT[known]:
                db.session.execute(table.insert(), kept)
    if alone and known not in _KEPT:
        read = ((table, db.session.execute(select(table)).mappings().all()) for table in tables)
        _KEPT[known] = [(table, [dict(row) for row in found]) for table, found in read if found]
    return db.session.execute(select(Council).where(Council.slug == slug)).scalar_one()
