"""A summary as its page shows it: tables of words and the lengths of bars. Nothing is worked out that is not in the summary."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from participation.commissioning import figure_words as say
from participation.needs.evidence import AGE, PRIORITIES, SEX, VOTE, WARD
from participation.needs.figures import FEW, HIDDEN, Figure
from participation.needs.summary import (
    ComparisonRow,
    OptionRow,
    ParticipationRow,
    ParticipationTable,
    PriorityRow,
    Summary,
)
from participation.needs.taking_part import NOT_STATED, TOGETHER
from participation.web.charts import Entry, bars

# How many needs page one lists; all of them are one link away.
ON_PAGE_ONE = 10
STANDINGS = {"under": "Heard less than we should", "in line": "As many as expected", "over": "More than their share"}
_GROUPINGS = {WARD: "ward", AGE: "age", SEX: "sex"}


@dataclass(frozen=True, slots=True)
class TakingPartRow:
    """One group: words for the table, and the lengths of its two bars in per cent ("" = nothing to draw).

    `shade` is how the group is drawn on a map: under, in-line, over, hidden, or "" where it cannot be said.
    """

    code: str
    name: str
    people: str
    rate: str
    share: str
    residents: str
    gap: str
    standing: str
    shade: str
    bar: str
    residents_bar: str


@dataclass(frozen=True, slots=True)
class TakingPart:
    """Who took part in one activity by one grouping."""

    activity: str
    dimension: str
    anchor: str
    title: str
    people: str
    likeness: str
    source: str
    rows: tuple[TakingPartRow, ...]
    hides: bool
    known: bool

    @property
    def shades(self) -> dict[str, str]:
        """How each group is drawn on a map, by its code."""
        return {row.code: row.shade for row in self.rows}

    @property
    def numbers(self) -> dict[str, int]:
        """The number of each group, from 1: wards have the same ones on the map."""
        return {row.code: place for place, row in enumerate(self.rows, 1) if row.code not in (NOT_STATED, TOGETHER)}


@dataclass(frozen=True, slots=True)
class NeedRow:
    """One need in the ranked list."""

    code: str
    place: str
    title: str
    service: str
    service_code: str
    area: str
    area_code: str
    supporters: str
    share: str
    range: str
    weighted: str
    sure: str
    few: bool
    bar: str


@dataclass(frozen=True, slots=True)
class OptionLine:
    """One option of the vote, the plain count first."""

    place: str
    title: str
    service: str
    area: str
    votes: str
    points: str
    share: str
    range: str
    weighted: str
    cost_pence: int
    funded: str
    bar: str


@dataclass(frozen=True, slots=True)
class ComparisonLine:
    """A difference between one group and everybody else that luck does not explain."""

    grouping: str
    group: str
    title: str
    share: str
    rest: str
    difference: str


def needs(summary: Summary) -> list[NeedRow]:
    """All needs, strongest first; those below the threshold come last, without a place."""
    widths = _widths([row.supporters for row in summary.priorities])
    return [_need(row, width, summary.method.threshold) for row, width in zip(summary.priorities, widths, strict=True)]


def _need(row: PriorityRow, width: str, threshold: int) -> NeedRow:
    return NeedRow(
        code=row.code,
        place=say.rank(row.rank, row.rank_low, row.rank_high),
        title=row.title,
        service=row.service,
        service_code=row.service_code,
        area=row.area or "Whole council",
        area_code=row.area_code,
        # A need's own total is hidden only when it is small, so here the words can say so.
        supporters=say.fewer(row.supporters, threshold),
        share="" if row.supporters.status == HIDDEN else say.share(row.share),
        range=say.percentage_range(row.share),
        weighted=say.share(row.weighted_share) if row.weighted_share.shown else "",
        sure=row.confidence,
        few=row.share.status == FEW,
        bar=width,
    )


def options(summary: Summary) -> list[OptionLine]:
    """The options in order of the plain count."""
    widths = _widths([row.votes for row in summary.options])
    return [_option(row, width) for row, width in zip(summary.options, widths, strict=True)]


def _option(row: OptionRow, width: str) -> OptionLine:
    return OptionLine(
        place=say.rank(row.rank, row.rank_low, row.rank_high),
        title=row.title,
        service=row.service,
        area=row.area or "Whole council",
        votes=say.number(row.votes),
        points=say.number(row.points) if row.points.shown else "",
        share=say.share(row.share),
        range=say.percentage_range(row.share),
        weighted=say.share(row.weighted_share) if row.weighted_share.shown else "",
        cost_pence=row.cost_pence,
        funded={"yes": "Within the budget", "no": "Not within the budget"}.get(row.funded, ""),
        bar=width,
    )


def taking_part(summary: Summary) -> list[TakingPart]:
    """Who took part, one table for each activity and grouping."""
    return [_taking_part(table) for table in summary.participation]


def _taking_part(table: ParticipationTable) -> TakingPart:
    widths = _widths([figure for row in table.rows for figure in (row.share, row.population_share)], 1000)
    rows = [_taking_part_row(row, widths[2 * place], widths[2 * place + 1]) for place, row in enumerate(table.rows)]
    if table.together is not None:
        # No bar: many groups as one would dwarf every other.
        together = replace(table.together, name=f"All hidden together: {table.together.name}")
        rows.append(_taking_part_row(together, "", ""))
    return TakingPart(
        activity=table.activity,
        dimension=table.dimension,
        anchor=f"{table.activity}-{table.dimension}".replace("_", "-"),
        title=f"{table.activity_name}, by {_GROUPINGS.get(table.dimension, table.dimension_name.lower())}",
        people=say.number(table.people),
        likeness=_likeness(table),
        source=_source(table),
        rows=tuple(rows),
        hides=any(row.people.status == HIDDEN for row in table.rows),
        # An imported election may say nothing of its voters: a table of zeros would read as if nobody had come.
        known=any(row.people.value != 0 for row in table.rows if row.code != NOT_STATED),
    )


def _taking_part_row(row: ParticipationRow, bar: str, residents_bar: str) -> TakingPartRow:
    return TakingPartRow(
        code=row.code,
        name=row.name,
        people=say.number(row.people),
        rate=_rate(row.rate),
        share=say.share(row.share),
        residents=say.share(row.population_share) if row.population_share.shown else say.missing(row.population_share),
        gap=say.points(row.gap),
        standing=STANDINGS.get(row.standing, ""),
        shade="hidden" if row.people.status == HIDDEN else row.standing.replace(" ", "-"),
        bar=bar,
        residents_bar=residents_bar,
    )


def _widths(figures: Sequence[Figure], scale: int = 1) -> list[str]:
    """The lengths of bars in per cent of the longest; "" where a figure has no number to draw."""
    drawn = bars(Entry("", round((figure.value or 0) * scale), "") for figure in figures)
    return [bar.width if figure.shown else "" for bar, figure in zip(drawn, figures, strict=True)]


def _rate(figure: Figure) -> str:
    """People out of every 1,000 residents, because one in a hundred is already many."""
    if figure.value is None:
        return say.missing(figure)
    in_thousand = figure.value * 1000
    return "Fewer than 1" if 0 < in_thousand < 1 else f"{round(in_thousand):,}"


def _likeness(table: ParticipationTable) -> str:
    likeness, luck = table.representativeness.value, table.chance_shortfall.value
    if likeness is None or luck is None:
        return ""
    return (
        f"Likeness of the people who took part to the people who live here: {round(likeness * 100)} out of 100. By luck "
        f"alone it would be about {round((1 - luck) * 100)}."
    )


def _source(table: ParticipationTable) -> str:
    if not table.population_date:
        return table.population_source
    return f"{table.population_source}. They are for {day(table.population_date)}"


def differences(summary: Summary) -> list[ComparisonLine]:
    """The clear differences between groups, after correction for the number of comparisons that were made."""
    return [_difference(row) for row in summary.comparisons if row.verdict == "clear difference"]


def _difference(row: ComparisonRow) -> ComparisonLine:
    return ComparisonLine(
        row.dimension_name, row.group_name, row.title, say.share(row.share), say.share(row.rest), say.points(row.difference)
    )  # fmt: skip


def more_than_said(summary: Summary) -> list[str]:
    """The limits that are not already among the sentences on how sure we are."""
    return [limit.text for limit in summary.limits if limit.text not in summary.how_sure]


def day(iso: str) -> str:
    """ "2026-11-22" -> "22 November 2026"."""
    value = date.fromisoformat(iso[:10])
    return f"{value.day} {value:%B %Y}"


@dataclass(frozen=True, slots=True)
class PageOne:
    """Everything the summary page shows, ready to print."""

    summary: Summary
    period: str
    produced: str
    needs: Sequence[NeedRow]
    needs_in_all: int
    options: Sequence[OptionLine]
    priorities_tables: Sequence[TakingPart]
    vote_tables: Sequence[TakingPart]
    differences: Sequence[ComparisonLine]
    limits: Sequence[str]
    not_read_yet: str
    groups: Sequence[tuple[str, str]]


def page_one(summary: Summary) -> PageOne:
    """The summary page of a summary."""
    subject, tables, rows = summary.subject, taking_part(summary), needs(summary)
    opened, closed = subject.opened_on, subject.closed_on
    return PageOne(
        summary=summary,
        period=f"{day(opened)} to {day(closed)}" if opened and closed else "",
        produced=day(subject.produced_on),
        needs=rows[:ON_PAGE_ONE],
        needs_in_all=len(rows),
        options=options(summary),
        priorities_tables=[table for table in tables if table.activity == PRIORITIES],
        vote_tables=[table for table in tables if table.activity == VOTE],
        differences=differences(summary),
        limits=more_than_said(summary),
        not_read_yet=next((limit.text for limit in summary.limits if limit.code == "NOT_ALL_MODERATED"), ""),
        groups=group_choices(summary),
    )


def group_choices(summary: Summary) -> list[tuple[str, str]]:
    """(value, label) of every group whose needs can be looked at: one grouping at a time, never two crossed."""
    return [
        (f"{table.dimension}:{head.code}", f"{table.dimension_name}: {head.name}")
        for table in summary.breakdowns
        if table.activity == PRIORITIES
        for head in table.heads
    ]
