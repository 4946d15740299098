"""Themes as figures: rounded so that they tell of nobody, with the share that a person read.

A theme's supporters are distinct people over needs of which some are hidden, and themes overlap. The difference of two exact
totals could give a few people away, so totals are rounded to the nearest threshold: no difference is known within less than it.
"""

from __future__ import annotations

from participation.needs.evidence import PRIORITIES, Evidence, ThemeEvidence
from participation.needs.figures import NOT_AVAILABLE as NO_SHARE
from participation.needs.figures import (
    Figure,
    count,
    hidden,
    not_applicable,
    not_available,
    ratio,
    rounded,
    rounded_people,
    rounded_total,
    share_status,
)
from participation.needs.ranges import wilson
from participation.needs.summary import ThemeRow


def theme_rows(evidence: Evidence, threshold: int) -> tuple[ThemeRow, ...]:
    """The themes, those with the most people first; hidden ones last, by code."""
    activity = evidence.activity(PRIORITIES)
    people = activity.people if activity else 0
    rows = [_row(theme, people, threshold) for theme in evidence.themes]
    return tuple(sorted(rows, key=lambda row: (-(row.supporters.value or 0), row.code)))


def _row(theme: ThemeEvidence, people: int, threshold: int) -> ThemeRow:
    supporters = rounded_total(theme.supporters, threshold)
    return ThemeRow(
        code=theme.code,
        name=theme.name,
        name_cy=theme.name_cy,
        service_code=theme.service_code,
        service=theme.service,
        needs=count(theme.needs),
        checked=Figure(ratio(theme.read, theme.needs), base=theme.needs) if theme.needs else not_applicable(),
        supporters=supporters,
        share=hidden() if supporters.value is None else _share(int(supporters.value), people, threshold),
        quotes=theme.quotes if supporters.shown else (),
    )


def _share(supporters: int, people: int, threshold: int) -> Figure:
    """Of the people who took part, both rounded; with its range."""
    base = max(rounded_people(people, threshold), supporters)
    status = share_status(base)
    if status == NO_SHARE:
        return not_available()
    low, high = wilson(supporters / base, base)
    return Figure(ratio(supporters, base), status, base, rounded(low), rounded(high))
