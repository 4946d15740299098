"""What each group chose: choices by ward, age band or sex, with the same people hidden as in every other table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from participation.needs.evidence import Activity, Cell, Dimension
from participation.needs.figures import (
    NOT_AVAILABLE,
    Figure,
    count,
    hidden,
    not_applicable,
    not_available,
    ratio,
    rounded,
    share_status,
)
from participation.needs.nested_suppression import hide_choice_in_tree
from participation.needs.ranges import wilson
from participation.needs.summary import BreakdownRow, BreakdownTable, GroupHead
from participation.needs.suppression import hide_in_choice
from participation.needs.taking_part import NOT_STATED, NOT_STATED_NAME, Margin, margin_counts


@dataclass(frozen=True)
class Choice:
    """One thing that could be chosen, with the people who did by combination of groups."""

    code: str
    title: str
    total: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Crossing:
    """How many of each group of a margin chose one thing, and which groups of it are hidden."""

    choice: Choice
    chose: tuple[int, ...]
    mask: frozenset[int]


def crossings(
    choices: Sequence[Choice],
    dimensions: Sequence[Dimension],
    margins: Sequence[Margin],
    threshold: int,
) -> list[list[Crossing]]:
    """For every dimension every choice with its mask. Choices without cells are left out."""
    made: list[list[Crossing]] = []
    known = [choice for choice in choices if choice.cells]
    for place, margin in enumerate(margins):
        above = None if margin.parent_place is None else made[margin.parent_place]
        row = []
        for number, choice in enumerate(known):
            chose = margin_counts(choice.cells, dimensions, place)
            row.append(Crossing(choice, chose, _mask(chose, margin, above[number] if above else None, threshold)))
        made.append(row)
    return made


def _mask(chose: Sequence[int], margin: Margin, above: Crossing | None, threshold: int) -> frozenset[int]:
    if len(margin.mask) == len(margin.people):
        return margin.mask
    if above is None:
        return frozenset(hide_in_choice(chose, margin.people, threshold, margin.mask))
    return frozenset(hide_choice_in_tree(chose, margin.people, threshold, margin.mask, margin.parents, above.mask))


def breakdown_table(activity: Activity, margin: Margin, crossed: Sequence[Crossing]) -> BreakdownTable:
    """The published table of one dimension, choices in the order given."""
    heads = [
        GroupHead(code, name, hidden() if position in margin.mask else count(margin.people[position]))
        for position, (code, name) in enumerate(group_names(margin))
    ]
    return BreakdownTable(
        activity=activity.code,
        dimension=margin.dimension.code,
        dimension_name=margin.dimension.name,
        heads=tuple(heads),
        rows=tuple(_row(crossing, margin, len(heads)) for crossing in crossed),
    )


def group_names(margin: Margin) -> list[tuple[str, str]]:
    """Codes and names of the positions of a margin; "Not stated" only where somebody did not say."""
    names = [(group.code, group.name) for group in margin.dimension.groups]
    return [*names, (NOT_STATED, NOT_STATED_NAME)] if margin.people[-1] else names


def _row(crossing: Crossing, margin: Margin, width: int) -> BreakdownRow:
    return BreakdownRow(
        code=crossing.choice.code,
        title=crossing.choice.title,
        total=count(crossing.choice.total),
        people=tuple(hidden() if i in crossing.mask else count(crossing.chose[i]) for i in range(width)),
        shares=tuple(
            hidden() if i in crossing.mask else group_share(crossing.chose[i], margin.people[i]) for i in range(width)
        ),
    )


def group_share(part: int, base: int) -> Figure:
    """The share of a group that chose something, with its range; none on fewer than 30 people."""
    if base == 0:
        return not_applicable()
    status = share_status(base)
    if status == NOT_AVAILABLE:
        return not_available()
    low, high = wilson(part / base, base)
    return Figure(ratio(part, base), status, base, rounded(low), rounded(high))
