"""People by ward, sex and age band out of a population file, whichever of the usual forms it has.

* ward, sex and age band (ONS small area estimates), or ward and age band, without a sex split;
* ward and single year of age (Census): summed into five-year bands, so that councils can be compared.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from participation.councils.tables import Row, Table, read_table

OLDEST = 120
# Single years from here on go into the open band.
OPEN_BAND = 85
EVERYBODY = "All"
_SEXES = {"female": "Female", "females": "Female", "male": "Male", "males": "Male"}
_BOTH = ("all", "all persons", "persons", "total")
# A ward's ages may differ from its population by a few people, because the sources perturb cells against disclosure.
TOLERANCE_PERCENT = 2


@dataclass(frozen=True, slots=True)
class People:
    """(ward code, sex, first age, last age) -> people."""

    file: str
    cells: Mapping[tuple[str, str, int, int], int]


def population_file(folder: Path) -> Path | None:
    """The most telling population file of the folder: with sexes before without, ready bands before single years."""
    found = sorted(folder.glob("population_ward*.csv"))
    return min(found, key=_preference) if found else None


def _preference(path: Path) -> tuple[bool, bool, str]:
    header = path.read_bytes().split(b"\n", 1)[0].decode("utf-8-sig", errors="replace")
    columns = [cell.strip().strip('"') for cell in header.split(",")]
    return "sex" not in columns, "age_band" not in columns, path.name


def read_people(path: Path, wards: Mapping[str, int]) -> People:
    """Read a population file. `wards` is ward code -> population, which the ages must add up to. Raises ImportRefused."""
    table = read_table(path, needed=("ward_code", "population"))
    cells: Counter[tuple[str, str, int, int]] = Counter()
    seen: set[tuple[str, str, str]] = set()
    age_column = "age_band" if "age_band" in table.columns else table.column_like("age")
    for row in table.rows:
        sex = _sex(row)
        if sex is None:
            continue
        ward = row["ward_code"]
        if ward not in wards:
            raise row.refuse(f"the ward {ward} is not in wards.csv")
        if (ward, sex, row[age_column]) in seen:
            raise row.refuse(f"ages {row[age_column]} of this ward appear twice")
        seen.add((ward, sex, row[age_column]))
        cells[ward, sex, *_ages(row, age_column)] += row.count("population")
    _check_bands(table, cells)
    _check_sums(table, cells, wards)
    return People(table.file, cells)


def _sex(row: Row) -> str | None:
    """The sex of a row; None for a row that adds up both, which would count people twice."""
    if "sex" not in row.cells:
        return EVERYBODY
    text = row["sex"].lower()
    if text in _BOTH:
        return None
    if text not in _SEXES:
        raise row.refuse(f"sex must be Female or Male, not {row['sex']!r}")
    return _SEXES[text]


def _ages(row: Row, column: str) -> tuple[int, int]:
    text = row[column].replace(" ", "")
    single = re.fullmatch(r"([0-9]{1,3})", text)
    band = re.fullmatch(r"([0-9]{1,3})-([0-9]{1,3})", text)
    above = re.fullmatch(r"([0-9]{1,3})(?:\+|andover)", text)
    if single and column == "age":
        return five_years(int(text))
    if band and int(band[1]) <= int(band[2]) <= OLDEST:
        return int(band[1]), int(band[2])
    if above and int(above[1]) < OLDEST:
        return (OPEN_BAND, OLDEST) if column == "age" and int(above[1]) >= OPEN_BAND else (int(above[1]), OLDEST)
    raise row.refuse(f"{column} must be an age such as 17, 0-4 or 85+, not {row[column]!r}")


def five_years(age: int) -> tuple[int, int]:
    """17 -> (15, 19); from 85 the open band."""
    if age >= OPEN_BAND:
        return OPEN_BAND, OLDEST
    first = age - age % 5
    return first, first + 4


def _check_bands(table: Table, cells: Mapping[tuple[str, str, int, int], int]) -> None:
    bands: dict[tuple[str, str], list[tuple[int, int]]] = defaultdict(list)
    for ward, sex, first, last in cells:
        bands[ward, sex].append((first, last))
    for (ward, _), ages in bands.items():
        ages.sort()
        for (_, last), (first, _) in pairwise(ages):
            if first <= last:
                raise table.refuse(f"the age bands of ward {ward} overlap at {first}")


def _check_sums(table: Table, cells: Mapping[tuple[str, str, int, int], int], wards: Mapping[str, int]) -> None:
    sums: Counter[str] = Counter()
    for (ward, *_), people in cells.items():
        sums[ward] += people
    for ward, population in wards.items():
        if abs(sums[ward] - population) * 100 > population * TOLERANCE_PERCENT:
            raise table.refuse(f"the ages of ward {ward} add up to {sums[ward]:,}, wards.csv says {population:,}")
