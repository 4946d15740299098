"""A closer look at a summary: one need across the groups, or the needs of one group. Only what the summary holds.

One grouping at a time. A ward and an age band are never crossed here, so no filter can part a published number into smaller
ones.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from participation.commissioning import figure_words as say
from participation.commissioning.reading import NeedRow, needs
from participation.commissioning.refusals import SummaryNotFound
from participation.needs.evidence import PRIORITIES, WARD
from participation.needs.figures import FEW, SHARE_BASE, Figure
from participation.needs.summary import BreakdownTable, GroupHead, Summary
from participation.needs.wording import ordinal, people
from participation.web.charts import Bar, Entry, bars

STRONGEST = 3


@dataclass(frozen=True, slots=True)
class Part:
    """One line: the people of a group who support a need, and what share of the group they are."""

    code: str
    name: str
    people: str
    of: str
    share: str
    range: str
    few: bool
    amount: int | None
    place: str = ""


@dataclass(frozen=True, slots=True)
class NeedByGroup:
    """One need by one grouping."""

    name: str
    rows: tuple[Part, ...]
    hides: bool


@dataclass(frozen=True, slots=True)
class GroupNeeds:
    """The needs of one group, the strongest of those that can be shown first, then the others by name.

    `people` is how many of the group took part; `sure` says how far that carries. `about` are the needs about the ward
    itself, whoever supports them.
    """

    title: str
    name: str
    people: str
    sure: str
    strongest: tuple[Part, ...]
    others: tuple[Part, ...]
    untold: int
    about: tuple[NeedRow, ...]


def need_by_group(summary: Summary, code: str) -> tuple[NeedRow, list[NeedByGroup]]:
    """One need of the summary across each grouping. Raises SummaryNotFound."""
    row = next((row for row in needs(summary) if row.code == code), None)
    if row is None:
        raise SummaryNotFound("We cannot find that need in this summary.")
    return row, [
        NeedByGroup(
            table.dimension_name,
            tuple(
                _part(head.code, head.name, head.people, people, share)
                for head, people, share in zip(table.heads, line.people, line.shares, strict=True)
            ),
            hides=not all(figure.shown for figure in line.people),
        )
        for table in _tables(summary)
        for line in table.rows
        if line.code == code
    ]


def group_needs(summary: Summary, value: str) -> GroupNeeds:
    """The needs of the group that `value` ("ward:E05000001") names. Raises SummaryNotFound."""
    dimension, _, code = value.partition(":")
    for table in _tables(summary):
        for place, head in enumerate(table.heads):
            if (table.dimension, head.code) == (dimension, code):
                return _group(summary, table, place)
    raise SummaryNotFound("We cannot find that group in this summary.")


def _group(summary: Summary, table: BreakdownTable, place: int) -> GroupNeeds:
    head = table.heads[place]
    lines = [(row, row.people[place], row.shares[place]) for row in table.rows]
    told = sorted((line for line in lines if line[1].shown), key=lambda line: (-_value(line[1]), line[0].title))
    values = [_value(people) for _, people, _ in told]
    shown = [
        _part(
            row.code, row.title, head.people, people, share, place=ordinal(1 + sum(v > _value(people) for v in values))
        )
        for row, people, share in told
    ]
    rest = sorted((line for line in lines if not line[1].shown), key=lambda line: (line[0].title, line[0].code))
    hidden = [_part(row.code, row.title, head.people, people, share) for row, people, share in rest]
    about = [row for row in needs(summary) if table.dimension == WARD and row.area_code == head.code]
    return GroupNeeds(
        title=f"{table.dimension_name}: {head.name}",
        name=head.name,
        people=say.number(head.people),
        sure=_how_sure(head),
        strongest=tuple(shown[:STRONGEST]),
        others=(*shown[STRONGEST:], *hidden),
        untold=len(hidden),
        about=tuple(about),
    )


def part_bars(parts: Sequence[Part], address: Callable[[str], str] | None = None) -> list[Bar]:
    """The chart of the parts that have a number."""
    return bars(
        Entry(part.name, part.amount, people(part.amount), address(part.code) if address else "")
        for part in parts
        if part.amount is not None
    )


def _tables(summary: Summary) -> Sequence[BreakdownTable]:
    return [table for table in summary.breakdowns if table.activity == PRIORITIES]


def _value(figure: Figure) -> int:
    return int(figure.value or 0)


def _part(code: str, name: str, of: Figure, people: Figure, share: Figure, place: str = "") -> Part:
    return Part(
        code=code,
        name=name,
        people=say.number(people),
        of=say.number(of),
        share=say.share(share),
        range=say.percentage_range(share),
        few=share.status == FEW,
        amount=None if people.value is None else int(people.value),
        place=place,
    )


def _how_sure(head: GroupHead) -> str:
    """How far the number of people of a group carries (trust notes, 5.5)."""
    if head.people.value is None:
        return "So few people took part here, or in a group beside it, that no number about them can be given."
    if head.people.value < SHARE_BASE:
        return (
            f"Fewer than {SHARE_BASE} people took part here. Read these numbers as a list of what they said, not as a "
            "picture of the group, and do not turn them into percentages."
        )
    if head.people.value < 100:
        return "Fewer than 100 people took part here, so one or two more people could change the order."
    return "The people who took part chose to, so they may differ from those who did not."
