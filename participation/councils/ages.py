"""People of a ward by age, beside the whole council: the figures of the ward page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from participation.web.charts import Bar, Entry, bars
from participation.web.words import number, percent

# Bands that five-year cells add up to: (first age, label).
BANDS = ((0, "Under 15"), (15, "15 to 29"), (30, "30 to 44"), (45, "45 to 59"), (60, "60 to 74"), (75, "75 and over"))


@dataclass(frozen=True, slots=True)
class AgeRow:
    label: str
    people: int
    share: str
    council_share: str


def age_rows(ward: Mapping[int, int], council: Mapping[int, int]) -> list[AgeRow]:
    """Rows by band. Both mappings are first age of a cell -> people; empty when no ages are known."""
    if not sum(ward.values()) or not sum(council.values()):
        return []
    here, everywhere = _banded(ward), _banded(council)
    return [
        AgeRow(label, people, percent(people, sum(here)), percent(others, sum(everywhere)))
        for (_, label), people, others in zip(BANDS, here, everywhere, strict=True)
    ]


def age_bars(rows: list[AgeRow]) -> list[Bar]:
    return bars(Entry(row.label, row.people, f"{number(row.people)} ({row.share})") for row in rows)


def _banded(cells: Mapping[int, int]) -> list[int]:
    sums = [0] * len(BANDS)
    for first, people in cells.items():
        place = max(place for place, (age, _) in enumerate(BANDS) if age <= first)
        sums[place] += people
    return sums
