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
from participation.needs.evidence import AGE, PRIORITIES, SEX, WARD, WARD_GROUP
from participation.needs.figures import FEW, SHARE_BASE, Figure
from participation.needs.summary import BreakdownTable, GroupHead, Summary
from participation.needs.taking_part import NOT_STATED
from participation.needs.wording import ordinal, people
from participation.web.charts import Bar, Entry, bars

STRONGEST = 3
_GROUPINGS = {WARD: "ward", AGE: "age", SEX: "sex"}
_WORDS = {WARD: "people in {}", WARD_GROUP: "people in {}", AGE: "people aged {}"}
_SEXES = {"Female": "women", "Male": "men"}


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
    where: str = ""


@dataclass(frozen=True, slots=True)
class NeedByGroup:
    """One need by one grouping."""

    name: str
    rows: tuple[Part, ...]
    hides: bool
    shows: bool


@dataclass(frozen=True, slots=True)
class GroupNeeds:
    """The needs that people of one group support, the strongest of those that can be shown first, then the rest by name.

    `who` are these people in words, `people` how many of them took part, `sure` how far that carries. `about` are the
    needs about the ward itself, or about one of the `wards` of a group of wards, whoever supports them, strongest first.
    """

    who: str
    name: str
    is_place: bool
    wards: tuple[str, ...]
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
            shows=any(figure.shown for figure in line.people),
        )
        for table in _tables(summary)
        for line in table.rows
        if line.code == code
    ]


def group_needs(summary: Summary, value: str, service: str = "") -> GroupNeeds:
    """The needs of the group that `value` ("ward:E05000001") names, of one service where asked for. Raises SummaryNotFound.

    A service only leaves lines out, so it tells no more than the whole list.
    """
    dimension, _, code = value.partition(":")
    for table in _tables(summary):
        for place, head in enumerate(table.heads):
            if (table.dimension, head.code) == (dimension, code):
                return _group(summary, table, place, service)
    raise SummaryNotFound("We cannot find that group in this summary.")


def services_of(summary: Summary) -> list[tuple[str, str]]:
    """(code, name) of the services that needs of the summary are about, by name."""
    return sorted({(row.service_code, row.service) for row in needs(summary)}, key=lambda pair: pair[1])


def _group(summary: Summary, table: BreakdownTable, place: int, service: str) -> GroupNeeds:
    head = table.heads[place]
    listed = [row for row in needs(summary) if not service or row.service_code == service]
    wanted = {row.code for row in listed}
    lines = [(row, row.people[place], row.shares[place]) for row in table.rows if row.code in wanted]
    told = sorted((line for line in lines if line[1].shown), key=lambda line: (-_value(line[1]), line[0].title))
    values = [_value(people) for _, people, _ in told]
    where = {row.code: row.area for row in listed}
    places = _wards_of(summary, table.dimension, head)
    shown = [
        _part(
            row.code, row.title, head.people, people, share,
            place=ordinal(1 + sum(v > _value(people) for v in values)), where=where[row.code],
        )
        for row, people, share in told
    ]  # fmt: skip
    rest = sorted((line for line in lines if not line[1].shown), key=lambda line: (line[0].title, line[0].code))
    hidden = [
        _part(row.code, row.title, head.people, people, share, where=where[row.code]) for row, people, share in rest
    ]
    return GroupNeeds(
        who=group_words(table.dimension, head.code, head.name),
        name=head.name,
        is_place=bool(places),
        wards=tuple(places.values()) if table.dimension == WARD_GROUP else (),
        people=say.number(head.people),
        sure=_how_sure(head),
        strongest=tuple(shown[:STRONGEST]),
        others=(*shown[STRONGEST:], *hidden),
        untold=len(hidden),
        about=tuple(row for row in listed if row.area_code in places),
    )


def _wards_of(summary: Summary, dimension: str, head: GroupHead) -> dict[str, str]:
    """The wards a group stands for by their codes: a ward itself, or those of a group of wards; none for people of an age."""
    if head.code == NOT_STATED or dimension not in (WARD, WARD_GROUP):
        return {}
    rows = [row for one in summary.participation if one.dimension == WARD for row in one.rows]
    return {row.code: row.name for row in rows if head.code in (row.code, row.parent)}


def group_words(dimension: str, code: str, name: str) -> str:
    """The people of a group: "people in Oval", "people aged 16 to 24", "women"."""
    if code == NOT_STATED:
        return f"people who did not state their {_GROUPINGS.get(dimension, 'group')}"
    return _WORDS.get(dimension, "{}").format(_SEXES.get(name, name))


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


def _part(code: str, name: str, of: Figure, people: Figure, share: Figure, *, place: str = "", where: str = "") -> Part:
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
        where=where,
    )


def _how_sure(head: GroupHead) -> str:
    """How far the number of people of a group carries (trust notes, 5.5)."""
    if head.people.value is None:
        return "So few of them took part, or so few of a group beside them, that no number about them can be given."
    if head.people.value < SHARE_BASE:
        return (
            f"Fewer than {SHARE_BASE} of them took part. Read these numbers as a list of what they said, not as a picture "
            "of the group, and do not turn them into percentages."
        )
    if head.people.value < 100:
        return "Fewer than 100 of them took part, so one or two more people could change the order."
    return "Those who took part chose to, so they may differ from those who did not."
