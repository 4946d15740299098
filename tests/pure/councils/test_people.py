"""Population files in each of their forms end in the same five-year bands."""

from __future__ import annotations

from pathlib import Path

import pytest

from participation.councils.people import population_file, read_people
from participation.errors import ImportRefused

WARDS = {"E05000001": 30, "E05000002": 12}


def written(folder: Path, name: str, *lines: str) -> Path:
    path = folder / name
    path.write_text("\n".join(lines) + "\n")
    return path


def test_single_years_become_five_year_bands(tmp_path: Path) -> None:
    path = written(
        tmp_path, "population_ward_single_year.csv", "ward_code,age,population",
        "E05000001,0,4", "E05000001,4,6", "E05000001,5,5", "E05000001,99,5", "E05000001,100+,10", "E05000002,30,12",
    )  # fmt: skip
    assert read_people(path, WARDS).cells == {
        ("E05000001", "All", 0, 4): 10, ("E05000001", "All", 5, 9): 5, ("E05000001", "All", 85, 120): 15,
        ("E05000002", "All", 30, 34): 12,
    }  # fmt: skip


def test_rows_for_both_sexes_are_not_counted_twice(tmp_path: Path) -> None:
    path = written(
        tmp_path, "population_ward.csv", "ward_code,sex,age_band,population",
        "E05000001,Female,0-4,20", "E05000001,Males,85+,10", "E05000001,All persons,0-4,30", "E05000002,Female,90+,12",
    )  # fmt: skip
    assert sum(read_people(path, WARDS).cells.values()) == 42


@pytest.mark.parametrize(
    ("lines", "problem"),
    [
        (["E05000001,x,0-4,30", "E05000002,Male,0-4,12"], "row 2: sex must be"),
        (["E05000001,Male,0-4,30", "E05000001,Male,0-4,1"], "row 3: ages 0-4 of this ward appear twice"),
        (["E05000001,Male,0-4,30", "E05000009,Male,0-4,1"], "row 3: the ward E05000009 is not in wards.csv"),
        (["E05000001,Male,old,30"], "row 2: age_band must be"),
        (["E05000001,Male,0-4,many"], "row 2: population must be a whole number"),
        (["E05000001,Male,0-4,"], "row 2: population must be a whole number"),
        (["E05000001,Male,0-4,15", "E05000001,Male,3-7,15", "E05000002,Male,0-4,12"], "overlap at 3"),
        (["E05000001,Male,0-4,30"], "the ages of ward E05000002 add up to 0, wards.csv says 12"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, lines: list[str], problem: str) -> None:
    path = written(tmp_path, "population_ward.csv", "ward_code,sex,age_band,population", *lines)
    with pytest.raises(ImportRefused) as refused:
        read_people(path, WARDS)
    assert problem in refused.value.message


def test_a_file_with_sexes_is_preferred(tmp_path: Path) -> None:
    written(tmp_path, "population_ward_a.csv", "ward_code,age,population")
    written(tmp_path, "population_ward_b.csv", "ward_code,age_band,population")
    assert population_file(tmp_path).name == "population_ward_b.csv"  # type: ignore[union-attr]
    written(tmp_path, "population_ward_c.csv", "ward_code,sex,age_band,population")
    assert population_file(tmp_path).name == "population_ward_c.csv"  # type: ignore[union-attr]
