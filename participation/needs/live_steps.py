"""Who takes part while people still can: numbers of groups rounded down to the threshold, and nothing finer beside them.

Everything about a group is worked out from the number as it is shown, so that no share tells what the rounding left out.
A group is said to be missing, or more than its share, only where that holds for every number it may stand for. The number of
everybody stays exact: shares elsewhere are of it. Source: UK notes, section 8 (live counters); needs notes, 4.9 and 4.13.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from participation.needs.figures import NOT_AVAILABLE, Figure, count, not_available, ratio, rounded, share_status
from participation.needs.publication_audit import LIVE
from participation.needs.ranges import wilson
from participation.needs.summary import ParticipationRow, ParticipationTable, Summary
from participation.needs.taking_part import IN_LINE, NOT_STATED, OVER, UNDER, more_needed, standing


def live_step(summary: Summary) -> Summary:
    """One step of the live picture: who takes part by group, and nothing else of the summary, which must not be rounded yet."""
    step = summary.method.threshold
    return replace(
        summary,
        subject=replace(summary.subject, status=LIVE),
        participation=tuple(_table(table, step) for table in summary.participation),
        priorities=(),
        options=(),
        breakdowns=(),
        comparisons=(),
        weighting=(),
        findings=(),
        who_took_part=(),
        how_sure=(),
        use=(),
        limits=(),
        themes=(),
        trends=(),
        consensus=(),
        statements=(),
        opinion_groups=(),
        budget=(),
        flows=(),
    )


def _table(table: ParticipationTable, step: int) -> ParticipationTable:
    silent = sum(_down(row, step) for row in table.rows if row.code == NOT_STATED)
    base = int(table.people.value or 0) - silent
    return replace(
        table,
        rows=tuple(_row(row, base, int(table.population.value or 0), step) for row in table.rows),
        representativeness=not_available(),
        chance_shortfall=not_available(),
        together=None,
    )


def _down(row: ParticipationRow, step: int) -> int:
    return int(row.people.value or 0) // step * step


def _row(row: ParticipationRow, base: int, whole: int, step: int) -> ParticipationRow:
    if row.people.value is None:
        return row
    people, population = _down(row, step), int(row.population.value or 0)
    if row.code == NOT_STATED or not population:
        return replace(row, people=count(people))
    # Nobody is nobody; any other number may be up to one short of the next step.
    most = min(base, people + step - 1) if people else 0
    compared = whole > 0 and share_status(base) != NOT_AVAILABLE
    return replace(
        row,
        people=count(people),
        rate=Figure(ratio(people, population)),
        share=Figure(ratio(people, base), share_status(base), base) if compared else not_available(),
        gap=_gap(people, base, population, whole) if compared else not_available(),
        ratio=_ratio(people, most, base, population, whole) if compared else not_available(),
        standing=_standing(people, most, base, population, whole) if compared else "",
        more_needed=count(more_needed(most, base, population, whole)) if compared else not_available(),
    )


def _gap(people: int, base: int, population: int, whole: int) -> Figure:
    return Figure(ratio(Fraction(people, base) - Fraction(population, whole), 1), share_status(base), base)


def _ratio(least: int, most: int, base: int, population: int, whole: int) -> Figure:
    part = population / whole
    low, high = wilson(least / base, base)[0], wilson(most / base, base)[1]
    return Figure(rounded(least / base / part), share_status(base), base, rounded(low / part), rounded(high / part))


def _standing(least: int, most: int, base: int, population: int, whole: int) -> str:
    if standing(most, base, population, whole) == UNDER:
        return UNDER
    return OVER if standing(least, base, population, whole) == OVER else IN_LINE
