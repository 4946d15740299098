"""A summary as its page shows it: tables of words and the lengths of bars. Nothing is worked out that is not in the summary."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from participation.commissioning import figure_words as say
from participation.commissioning import reading_choices, reading_themes
from participation.commissioning.reading_people import TakingPart, taking_part, widths
from participation.needs.evidence import PRIORITIES, VOTE
from participation.needs.figures import FEW, HIDDEN
from participation.needs.summary import (
    ComparisonRow,
    OptionRow,
    PriorityRow,
    Summary,
)

# How many needs page one lists; all of them are one link away.
ON_PAGE_ONE = 10


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
    lengths = widths([row.supporters for row in summary.priorities])
    return [_need(row, width, summary.method.threshold) for row, width in zip(summary.priorities, lengths, strict=True)]


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
    lengths = widths([row.votes for row in summary.options])
    return [_option(row, width) for row, width in zip(summary.options, lengths, strict=True)]


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
    themes: Sequence[reading_themes.ThemeLine]
    trends: Sequence[reading_themes.TrendLine]
    choices: Sequence[reading_choices.WordTable]


def page_one(summary: Summary) -> PageOne:
    """The summary page of a summary."""
    subject, tables, rows = summary.subject, taking_part(summary), needs(summary)
    opened, closed = subject.opened_on, subject.closed_on
    return PageOne(
        summary=summary,
        period=f"{say.day(opened)} to {say.day(closed)}" if opened and closed else "",
        produced=say.day(subject.produced_on),
        needs=rows[:ON_PAGE_ONE],
        needs_in_all=len(rows),
        options=options(summary),
        priorities_tables=[table for table in tables if table.activity == PRIORITIES],
        vote_tables=[table for table in tables if table.activity == VOTE],
        differences=differences(summary),
        limits=more_than_said(summary),
        not_read_yet=next((limit.text for limit in summary.limits if limit.code == "NOT_ALL_MODERATED"), ""),
        groups=group_choices(summary),
        themes=reading_themes.themes(summary),
        trends=reading_themes.trends(summary),
        choices=reading_choices.choice_tables(summary, {row.code for row in summary.priorities[:ON_PAGE_ONE]}),
    )


def group_choices(summary: Summary) -> list[tuple[str, str]]:
    """(value, label) of every group whose needs can be looked at: one grouping at a time, never two crossed."""
    return [
        (f"{table.dimension}:{head.code}", f"{table.dimension_name}: {head.name}")
        for table in summary.breakdowns
        if table.activity == PRIORITIES
        for head in table.heads
    ]
