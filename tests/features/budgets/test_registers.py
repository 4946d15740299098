"""Contracts, counts of people, council tax and the older year: read, placed, replaced as a whole, refused with their row."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from participation.budgets.load import load_council
from participation.budgets.models import Contract, CouncilTax, EarlierNet, FinanceDataset, PeopleCount, ServiceGroup
from participation.budgets.registers import service_of_cpv, usual_names
from participation.errors import ImportRefused
from participation.extensions import db
from participation.transactions import transaction
from tests.factories.world import World
from tests.features.budgets.test_import import count, imported, lambeth, uploaded
from tests.features.councils.folders import light
from tests.visitor import Visitor

REGISTER = b"""Reference number,Contract title,Supplier name,Department,Start date,End date,Review date,Contract value,VCS,SME
C1,Home care,Kind Hands,Adult social care,01/04/2025,31/03/2028,30/09/2027,"\xc2\xa31,200,000.50",Yes,No
C2,Street cleaning,Sweepers Ltd,env,2024-04-01,,,2400000,No,
C3,Stationery,Paper plc,Procurement,,,,[x],,yes
"""


def contracts() -> dict[str, Contract]:
    db.session.rollback()
    return {row.reference: row for row in db.session.scalars(select(Contract))}


def code_of(group_id: int | None) -> str | None:
    return db.session.scalar(select(ServiceGroup.code).where(ServiceGroup.id == group_id))


def test_a_register_with_the_columns_of_the_transparency_code(app: Flask) -> None:
    lambeth()
    examined = imported("lambeth", Path("register.csv"), REGISTER)
    assert (examined.kind.name, len(examined.difference.new)) == ("contracts", 3)
    assert examined.notes == ("register.csv: 1 contract names no service and is on no service's page.",)
    found = contracts()
    care = found["C1"]
    assert (care.supplier, care.delivery_model, care.value_pence) == ("Kind Hands", "contract_vcse", 1_200_000_50)
    assert (care.starts_on, care.ends_on, care.review_on) == (date(2025, 4, 1), date(2028, 3, 31), date(2027, 9, 30))
    assert [code_of(found[reference].group_id) for reference in ("C1", "C2", "C3")] == ["asc", "env", None]
    assert [found[reference].delivery_model for reference in ("C2", "C3")] == ["contract_private", None]
    assert (found["C3"].value_pence, found["C3"].small_business) == (None, True)


def test_the_next_register_replaces_the_one_before(app: Flask) -> None:
    lambeth()
    imported("lambeth", Path("register.csv"), REGISTER)
    first = contracts()["C2"].dataset_id
    later = b"\n".join(REGISTER.splitlines()[:3]).replace(b"31/03/2028", b"31/03/2029") + b"\n"
    examined = imported("lambeth", Path("register.csv"), later)
    assert (len(examined.difference.gone), len(examined.difference.reworded), examined.unchanged) == (1, 1, 1)
    found = contracts()
    assert set(found) == {"C1", "C2"}
    assert found["C1"].ends_on == date(2029, 3, 31)
    assert found["C1"].dataset_id != first == found["C2"].dataset_id


@pytest.mark.parametrize(
    ("before", "after", "problem"),
    [
        (b"31/03/2028", b"31/02/2028", "row 2: ends_on must be a date"),
        (b"31/03/2028", b"31/03/2020", "row 2: the contract ends before it starts"),
        (b"Kind Hands,", b"Kind Hands,".replace(b"Kind", b"K" * 351), "row 2: supplier is longer"),
        (b"2400000", b"lots", "row 3: value_gbp"),
        (b"2400000", b"-5", "row 3: value_gbp cannot be below zero"),
        (b"C2,", b"C1,", "row 3: C1 is in row 2 already"),
        (b",Yes,", b",perhaps,", "row 2: vcse must be yes or no"),
    ],
)
def test_a_wrong_entry_is_named_and_nothing_is_kept(app: Flask, before: bytes, after: bytes, problem: str) -> None:
    lambeth()
    with pytest.raises(ImportRefused, match=problem):
        imported("lambeth", Path("register.csv"), REGISTER.replace(before, after))
    assert count(Contract) == 0


def test_the_real_notices_of_a_folder_become_contracts_with_source_and_licence(app: Flask) -> None:
    with transaction():
        loaded = load_council(folder=light("blackburn-with-darwen"))
    assert count(Contract) == 54
    assert (
        "contract_notices.csv: 16 rows name no supplier and are left out: nobody holds a contract yet." in loaded.notes
    )
    by_title = {row.title: row for row in contracts().values()}
    stop = by_title["Community Stop Smoking Service"]
    assert (code_of(stop.group_id), stop.value_pence, stop.small_business) == ("phs", 1_396_212_93, False)
    assert by_title["Darwen Live - Bar Services"].supplier == "The Bridgewater"
    assert any("Treetops" in row.supplier for row in by_title.values())
    assert all("," not in row.supplier.replace(", ", "") for row in by_title.values())
    assert by_title["Food Club Service"].delivery_model == "contract_vcse"
    assert by_title["Thermoplastic Road Markings Framework"].delivery_model is None
    dataset = db.session.get_one(FinanceDataset, stop.dataset_id)
    assert dataset.licence == "Open Government Licence v3.0"
    assert "Contracts Finder" in dataset.source


def test_other_facts_of_the_folder(app: Flask) -> None:
    with transaction():
        load_council(folder=light("blackburn-with-darwen"))
    people = db.session.scalars(select(PeopleCount)).one()
    assert (people.counted_on, people.residents, people.households) == (date(2021, 3, 21), 154_739, 58_779)
    tax = db.session.scalars(select(CouncilTax).where(CouncilTax.financial_year == "2025-26")).one()
    assert (tax.own_pence, tax.area_pence) == (1_964_93, 2_337_17)
    total = db.session.scalar(select(func.sum(EarlierNet.net_pence)))
    assert (count(EarlierNet), total) == (13, 246_937_000_00)


def test_the_services_of_the_older_year_must_add_up(app: Flask) -> None:
    lambeth()
    path = Path(__file__).parents[3] / "config" / "councils" / "lambeth" / "revenue_summary_2017-18.csv"
    broken = path.read_bytes().replace(
        b"2017-18,290,Highways and transport services,8190149", b"2017-18,290,Highways and transport services,1"
    )
    with pytest.raises(ImportRefused, match="the services add up to"):
        imported("lambeth", path, broken)


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        (b"soon,1,1", "date must be a date"),
        (b"2021-03-21,,", "needs a date and a number"),
        (b"2021-03-21,0,5", "above zero|leave a number"),
        (b"2021-03-21,many,5", "residents must be a whole number"),
    ],
)
def test_counts_of_people_are_checked(app: Flask, row: bytes, problem: str) -> None:
    lambeth()
    with pytest.raises(ImportRefused, match=problem):
        imported("lambeth", Path("people_counts.csv"), b"date,residents,households\n" + row + b"\n")


def test_codes_say_a_service_only_where_they_can_mean_no_other() -> None:
    found = [service_of_cpv(codes) for codes in ("85311300", "85311100", "45233140 45233141", "79000000", "")]
    assert found == ["csc", "asc", "trans", None, None]
    assert usual_names(["Contract Title", "colour"]) == {"Contract Title": "title"}


OWN = b"Ref,What,Who,Year ends\nC1,Home care,Kind Hands,2028\n"


def test_staff_say_which_column_is_which(app: Flask, world: World, visitor: Visitor) -> None:
    council = lambeth()
    visitor.sign_in(world.staff("administrator", council=council))
    visitor.get("/lambeth/manage/figures")
    uploaded(visitor, OWN, "own.csv")
    assert visitor.page is not None
    assert visitor.page.h1 == "Which column is which?"
    page = visitor.submit("Show its columns", kind="contracts")
    assert page.soup.select_one("select[name=column_supplier]") is not None
    # The usual words for a column are known; what a register may leave out is asked too.
    assert page.soup.select_one("select[name=column_reference] option[selected]")["value"] == "Ref"
    assert "It is not in the file" in page.soup.select_one("select[name=column_value_gbp]").get_text()
    page = visitor.submit("Check the file", column_reference="Ref", column_title="What")
    assert page.errors == ["Choose the column for “Supplier”"]
    page = visitor.submit("Check the file", column_supplier="Who")
    assert page.h1 == "What this file would change"
    assert "Contracts register" in page.main
    assert count(Contract) == 0
    visitor.submit("Publish these figures", source="The council", licence="Open Government Licence v3.0")
    assert contracts()["C1"].supplier == "Kind Hands"


def test_a_file_that_cannot_be_read_with_these_columns_is_explained(app: Flask, world: World, visitor: Visitor) -> None:
    council = lambeth()
    visitor.sign_in(world.staff("administrator", council=council))
    visitor.get("/lambeth/manage/figures")
    uploaded(visitor, OWN.replace(b"Home care", b""), "own.csv")
    visitor.submit("Show its columns", kind="contracts")
    page = visitor.submit("Check the file", column_reference="Ref", column_title="What", column_supplier="Who")
    assert page.errors == ["own.csv, row 2: title is empty"]
    page = visitor.submit("Check the file", column_title="Who")
    assert page.errors == ["Choose each column once"]


def test_rows_keep_their_numbers_on_the_way_over_the_page(app: Flask, world: World, visitor: Visitor) -> None:
    """A title, blank rows: what is wrong is named as the administrator's own spreadsheet numbers it."""
    visitor.sign_in(world.staff("administrator", council=lambeth()))
    visitor.get("/lambeth/manage/figures")
    uploaded(visitor, b"Contracts of the year\n\nRef,What,Who\nC1,Home care,Kind Hands\n\nC2,,Sweepers\n", "own.csv")
    visitor.submit("Show its columns", kind="contracts")
    page = visitor.submit("Check the file", column_reference="Ref", column_title="What", column_supplier="Who")
    assert page.errors == ["own.csv, row 6: title is empty"]


def test_a_whole_register_survives_the_way_over_the_page(app: Flask, world: World, visitor: Visitor) -> None:
    """Columns that are not needed, such as the end of a contract, are carried too."""
    council = lambeth()
    visitor.sign_in(world.staff("administrator", council=council))
    visitor.get("/lambeth/manage/figures")
    uploaded(visitor, REGISTER, "register.csv")
    visitor.submit("Publish these figures", source="The council", licence="Open Government Licence v3.0")
    assert contracts()["C1"].ends_on == date(2028, 3, 31)
