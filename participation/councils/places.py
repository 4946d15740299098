"""The places of a council's folder: its wards, and which postcode lies in which of them."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from participation.councils.queries import normalised_postcode
from participation.councils.tables import Row, read_table


@dataclass(frozen=True, slots=True)
class WardFacts:
    code: str
    name: str
    population: int


def read_wards(path: Path, gss_code: str) -> tuple[WardFacts, ...]:
    """Read wards.csv. The population column may carry its date in its name (population_mid2022). Raises ImportRefused."""
    table = read_table(path, needed=("ward_code", "ward_name"))
    column = table.column_like(r"population(_\w+)?")
    wards: dict[str, WardFacts] = {}
    for row in table.rows:
        ward = _ward(row, column)
        if row.cells.get("council_code", gss_code) != gss_code:
            raise row.refuse(f"the ward belongs to {row['council_code']}, not to {gss_code}")
        if ward.code in wards:
            raise row.refuse(f"the ward {ward.code} appears twice")
        wards[ward.code] = ward
    if not sum(ward.population for ward in wards.values()):
        raise table.refuse("nobody lives in these wards")
    return tuple(wards.values())


def _ward(row: Row, population: str) -> WardFacts:
    code = row.words("ward_code", at_most=9)
    if not re.fullmatch(r"[ENSW][0-9]{8}", code):
        raise row.refuse(f"ward_code must be a letter and eight numbers, not {code!r}")
    return WardFacts(code, row.words("ward_name", at_most=120), row.count(population))


def read_postcodes(path: Path, ward_codes: Collection[str]) -> dict[str, str]:
    """Postcode without a space -> ward code. Wards are joined by code, because their names differ between sources."""
    table = read_table(path, needed=("postcode", "ward_code"))
    postcodes: dict[str, str] = {}
    for row in table.rows:
        code = _new_postcode(row, postcodes)
        if row["ward_code"] not in ward_codes:
            raise row.refuse(f"the ward {row['ward_code']} is not in wards.csv")
        postcodes[code] = row["ward_code"]
    return postcodes


def read_neighbours(path: Path, own: Collection[str]) -> dict[str, str]:
    """Postcode -> name of the other council it lies in. Raises ImportRefused."""
    table = read_table(path, needed=("postcode", "council_name"))
    neighbours: dict[str, str] = {}
    for row in table.rows:
        code = _new_postcode(row, neighbours)
        if code in own:
            raise row.refuse(f"{row['postcode']} is a postcode of this council")
        neighbours[code] = row.words("council_name", at_most=120)
    return neighbours


def _new_postcode(row: Row, known: Collection[str]) -> str:
    code = normalised_postcode(row["postcode"])
    if code is None:
        raise row.refuse(f"{row['postcode']!r} is not a postcode")
    if code in known:
        raise row.refuse(f"{row['postcode']} appears twice")
    return code
