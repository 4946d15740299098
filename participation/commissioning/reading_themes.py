"""Themes, quotes and earlier rounds of a summary as its page shows them."""

from __future__ import annotations

from dataclasses import dataclass

from participation.commissioning import figure_words as say
from participation.needs.figures import HIDDEN
from participation.needs.summary import Summary


@dataclass(frozen=True, slots=True)
class ThemeLine:
    name: str
    name_cy: str
    service: str
    needs: str
    checked: str
    people: str
    share: str
    range: str
    quotes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TrendLine:
    kind: str
    name: str
    round: str
    record: str
    before: str
    now: str
    difference: str
    verdict: str
    linked: str = ""


def themes(summary: Summary) -> list[ThemeLine]:
    return [
        ThemeLine(
            name=row.name,
            name_cy=row.name_cy,
            service=row.service,
            needs=say.number(row.needs),
            checked=say.share(row.checked),
            people=say.fewer(row.supporters, 2 * summary.method.threshold),
            share="" if row.supporters.status == HIDDEN else say.share(row.share),
            range=say.percentage_range(row.share),
            quotes=row.quotes,
        )
        for row in summary.themes
    ]


def trends(summary: Summary) -> list[TrendLine]:
    return [
        TrendLine(
            kind=row.kind,
            name=row.name,
            round=row.round,
            record=row.record,
            before=say.share(row.before),
            now=say.share(row.now),
            difference=say.points(row.difference),
            verdict=row.verdict,
            linked=row.linked,
        )
        for row in summary.trends
    ]
