"""Numbers of people in groups, rounded after hiding (UK notes, section 8; trust notes, 5.6).

Rounding protects nobody by itself here: what is hidden was chosen, and audited, as if every reader knew the exact numbers.
It keeps small changes and false precision out of tables of groups. Totals of the whole council, needs, options and ballots stay
exact: they are public beside the ballots and the needs, and anybody must be able to count them again.

Shares of groups are of exact numbers, rounded to whole percentages, from 1,000 people on to one decimal.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from participation.needs.figures import Figure, ratio
from participation.needs.summary import (
    BreakdownRow,
    BreakdownTable,
    ComparisonRow,
    ConsensusRow,
    GroupHead,
    MarginFit,
    ParticipationRow,
    ParticipationTable,
    Summary,
)

ONE_DECIMAL_FROM = 1_000
Step = Callable[[int], int]


def nearest(step: int) -> Step:
    """To the nearest multiple, halves up."""
    return lambda people: (people + step // 2) // step * step


def down(step: int) -> Step:
    """To the last multiple that was reached: a live number moves only when so many people more have come."""
    return lambda people: people // step * step


def in_steps(summary: Summary, step: Step) -> Summary:
    """The summary with every number of people of a group in steps."""
    return replace(
        summary,
        participation=tuple(_participation(table, step) for table in summary.participation),
        breakdowns=tuple(_breakdown(table, step) for table in summary.breakdowns),
        comparisons=tuple(_comparison(row, step) for row in summary.comparisons),
        consensus=tuple(_consensus(row, step) for row in summary.consensus),
        weighting=tuple(replace(each, fit=tuple(_fit(row) for row in each.fit)) for each in summary.weighting),
    )


def stepped(figure: Figure, step: Step) -> Figure:
    """A number of people in steps; what is hidden or missing stays so."""
    return figure if figure.value is None else replace(figure, value=step(int(figure.value)))


def _participation(table: ParticipationTable, step: Step) -> ParticipationTable:
    return replace(
        table,
        rows=tuple(_taking_part(row, step) for row in table.rows),
        representativeness=_share(table.representativeness, step),
        chance_shortfall=_share(table.chance_shortfall, step),
        together=None if table.together is None else _taking_part(table.together, step),
    )


def _taking_part(row: ParticipationRow, step: Step) -> ParticipationRow:
    people, population = stepped(row.people, step), row.population.value
    known = people.value is not None and row.rate.value is not None and population
    return replace(
        row,
        people=people,
        rate=replace(row.rate, value=ratio(int(people.value or 0), int(population or 1))) if known else row.rate,
        share=_share(row.share, step),
        gap=_share(row.gap, step),
        ratio=_share(row.ratio, step),
        more_needed=stepped(row.more_needed, step),
    )


def _breakdown(table: BreakdownTable, step: Step) -> BreakdownTable:
    return replace(
        table,
        heads=tuple(GroupHead(head.code, head.name, stepped(head.people, step)) for head in table.heads),
        rows=tuple(_choice(row, step) for row in table.rows),
    )


def _choice(row: BreakdownRow, step: Step) -> BreakdownRow:
    return replace(
        row,
        people=tuple(stepped(figure, step) for figure in row.people),
        shares=tuple(_share(figure, step) for figure in row.shares),
    )


def _comparison(row: ComparisonRow, step: Step) -> ComparisonRow:
    return replace(
        row,
        share=_share(row.share, step),
        rest=_share(row.rest, step),
        difference=_share(row.difference, step),
    )


def _consensus(row: ConsensusRow, step: Step) -> ConsensusRow:
    return replace(row, lowest=_share(row.lowest, step), highest=_share(row.highest, step))


def _fit(row: MarginFit) -> MarginFit:
    """Targets are public, and after the adjustment a share is its target; before, it was one of the people who took part."""
    return replace(row, before=round(row.before, 2))


def _share(figure: Figure, step: Step) -> Figure:
    """A share with its range in whole percentages, or one decimal of them, and its base in steps."""
    if figure.value is None:
        return figure
    places = 3 if (figure.base or 0) >= ONE_DECIMAL_FROM else 2
    return replace(
        figure,
        value=round(figure.value, places) + 0.0,
        base=None if figure.base is None else step(figure.base),
        lower=None if figure.lower is None else round(figure.lower, places) + 0.0,
        upper=None if figure.upper is None else round(figure.upper, places) + 0.0,
    )
