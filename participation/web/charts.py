"""Bars of a chart: how long each is. The picture is an HTML list with one small SVG a row (components/charts.html).

Text and links are part of the list, so the chart is its own text alternative; a table with the exact figures follows it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Entry:
    """What a bar is drawn from. `text` says the amount in words, `note` adds a sentence, `tone` is "", "other" or "below"."""

    label: str
    amount: int
    text: str
    href: str = ""
    note: str = ""
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Bar:
    """One row of a chart. `width` is in per cent of the row's track, as an SVG attribute takes it."""

    label: str
    width: str
    text: str
    href: str = ""
    note: str = ""
    tone: str = ""


def bars(entries: Iterable[Entry], *, longest: int | None = None) -> list[Bar]:
    """Bars in the order given. The longest fills its track, or an amount of `longest` does.

    An amount below zero gets a bar of its size in another tone; its text must say what it means.
    """
    rows = list(entries)
    full = longest or max((abs(row.amount) for row in rows), default=0)
    return [
        Bar(
            row.label,
            _width(abs(row.amount), full),
            row.text,
            row.href,
            row.note,
            row.tone or ("below" if row.amount < 0 else ""),
        )
        for row in rows
    ]


def _width(amount: int, full: int) -> str:
    """A percentage with one place, at most 100; an amount that is there never vanishes."""
    if not full or not amount:
        return "0"
    tenths = min(1000, max(3, (amount * 2000 + full) // (2 * full)))
    return f"{tenths // 10}.{tenths % 10}"
