"""PURE. Days on which residents are away or councils must keep quiet, in England and Wales.

Bank holidays follow from the Banking and Financial Dealings Act 1971 and the date of Easter; school holidays differ by
council, so those here are the weeks that are free nearly everywhere. Ordinary elections are on the first Thursday in May
(Representation of the People Act 1983, section 37); the notice of election comes 25 working days before the poll at the latest,
and the pre-election period starts with it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

WORKING_DAYS_BEFORE_POLL = 25
_DAY = timedelta(days=1)
_SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Span:
    """Days from `first` to `last`, both included, and what they are called."""

    name: str
    first: date
    last: date

    def days_in(self, first: date, last: date) -> int:
        """How many of its days lie between two days, both included."""
        return max(0, (min(self.last, last) - max(self.first, first)).days + 1)


def easter(year: int) -> date:
    """Easter Sunday (the anonymous Gregorian algorithm, as in Meeus, "Astronomical Algorithms", chapter 8)."""
    a, b, c = year % 19, year // 100, year % 100
    d, e = divmod(b, 4)
    g = (b - (b + 8) // 25 + 1) // 3
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    m = (32 + 2 * e + 2 * i - h - k) % 7
    n = (a + 11 * h + 22 * m) // 451
    month, day = divmod(h + m - 7 * n + 114, 31)
    return date(year, month, day + 1)


@cache
def bank_holidays(year: int) -> frozenset[date]:
    """The eight bank holidays of an ordinary year; a holiday at a weekend moves to the next free working day."""
    sunday = easter(year)
    found = {sunday - 2 * _DAY, sunday + _DAY, _monday(year, 5, 1), _last_monday(year, 5), _last_monday(year, 8)}
    for day in (date(year, 1, 1), date(year, 12, 25), date(year, 12, 26)):
        while day.weekday() > 4 or day in found:
            day += _DAY
        found.add(day)
    return frozenset(found)


def _monday(year: int, month: int, earliest: int) -> date:
    day = date(year, month, earliest)
    return day + (-day.weekday() % 7) * _DAY


def _last_monday(year: int, month: int) -> date:
    last = date(year, month + 1, 1) - _DAY
    return last - last.weekday() * _DAY


def is_working_day(day: date) -> bool:
    """Monday to Friday, bank holidays apart."""
    return day.weekday() < _SATURDAY and day not in bank_holidays(day.year)


def working_days_on(day: date, number: int) -> date:
    """The working day so many after a day; before it where `number` is negative."""
    left, step = abs(number), _DAY if number > 0 else -_DAY
    while left:
        day += step
        left -= is_working_day(day)
    return day


def poll_day(year: int) -> date:
    """The ordinary day of elections: the first Thursday in May."""
    first = date(year, 5, 1)
    return first + ((3 - first.weekday()) % 7) * _DAY


def pre_election(year: int) -> Span:
    """From the latest day for the notice of election to the day of the poll."""
    day = working_days_on(poll_day(year), -WORKING_DAYS_BEFORE_POLL)
    return Span(f"the period before elections on {_written(poll_day(year))}", day, poll_day(year))


def holidays(year: int) -> tuple[Span, ...]:
    """The weeks in which many residents are away: Easter, August, and from the 20th of December on."""
    sunday = easter(year)
    return (
        Span("Easter", sunday - 9 * _DAY, sunday + 7 * _DAY),
        Span("August", date(year, 8, 1), date(year, 8, 31)),
        Span("Christmas and New Year", date(year, 12, 20), date(year + 1, 1, 3)),
    )


def spans_between(first: date, last: date) -> tuple[list[Span], list[Span]]:
    """(pre-election periods, holidays) that touch the days from `first` to `last`, in order."""
    years = range(first.year - 1, last.year + 1)
    elections = [span for year in years if (span := pre_election(year)).days_in(first, last)]
    away = [span for year in years for span in holidays(year) if span.days_in(first, last)]
    return elections, away


def _written(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
