"""Population margins from small-area cells: wards by sex by five-year age band, cut to those old enough to take part.

Census and mid-year tables come in bands that do not end where a consultation's do (15 to 19, while residents take part
from 16). A band that is cut is shared out evenly over its single years, and people are then rounded to whole ones by the
largest remainder, so that the parts of a margin always add up to its whole (shared data notes: totals must be rescaled
to one).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True)
class PopulationCell:
    """People of one ward, sex and band of ages, both ends included."""

    ward: str
    sex: str
    age_from: int
    age_to: int
    people: int


@dataclass(frozen=True)
class AgeBand:
    """A band of ages as consultations use it, both ends included."""

    code: str
    age_from: int
    age_to: int


def by_ward(cells: Sequence[PopulationCell], minimum_age: int) -> Mapping[str, int]:
    """People of the minimum age and over, by ward, in the order the wards come."""
    sums: dict[str, Fraction] = {}
    for cell in cells:
        sums[cell.ward] = sums.get(cell.ward, Fraction(0)) + part_of(cell, minimum_age, cell.age_to)
    return whole(sums)


def by_sex(cells: Sequence[PopulationCell], minimum_age: int) -> Mapping[str, int]:
    """People of the minimum age and over, by sex."""
    sums: dict[str, Fraction] = {}
    for cell in cells:
        sums[cell.sex] = sums.get(cell.sex, Fraction(0)) + part_of(cell, minimum_age, cell.age_to)
    return whole(sums)


def by_age(cells: Sequence[PopulationCell], bands: Sequence[AgeBand], minimum_age: int) -> Mapping[str, int]:
    """People of the minimum age and over, by age band; bands wholly below it hold nobody."""
    sums = {band.code: Fraction(0) for band in bands}
    for cell in cells:
        for band in bands:
            sums[band.code] += part_of(cell, max(band.age_from, minimum_age), band.age_to)
    return whole(sums)


def part_of(cell: PopulationCell, age_from: int, age_to: int) -> Fraction:
    """The people of a cell aged age_from to age_to, taking its single years to be equally full."""
    years = min(cell.age_to, age_to) - max(cell.age_from, age_from) + 1
    if years <= 0:
        return Fraction(0)
    return Fraction(cell.people * years, cell.age_to - cell.age_from + 1)


def whole(sums: Mapping[str, Fraction]) -> Mapping[str, int]:
    """Whole people that add up to the rounded total: down, then one more to the largest remainders (first come first)."""
    floors = {code: value.numerator // value.denominator for code, value in sums.items()}
    left = round(sum(sums.values(), Fraction(0))) - sum(floors.values())
    order = sorted(sums, key=lambda code: floors[code] - sums[code])
    for code in order[:left]:
        floors[code] += 1
    return floors
