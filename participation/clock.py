"""The single seam for time: everything that needs "now" asks here, so that tests can move it.

Times are timezone-aware UTC. The ballot box asks the database instead (`voting.ballot_box`), because only one clock
may decide what is in time.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

UK = ZoneInfo("Europe/London")

_frozen: datetime | None = None


def now() -> datetime:
    """The current moment, aware, in UTC."""
    return _frozen if _frozen is not None else datetime.now(UTC)


def held() -> datetime | None:
    """The moment at which the clock is held by `frozen_at`, or None when it runs: for those who ask another clock."""
    return _frozen


def today() -> date:
    """The date in the United Kingdom at this moment."""
    return now().astimezone(UK).date()


def later(moment: datetime, *, days: int) -> datetime:
    """So many days on at the same time of day in the UK, also over a change of the clocks; earlier for negative `days`.

    A time that the change to summer time skips becomes the one an hour on, as clocks show it.
    """
    return (moment.astimezone(UK) + timedelta(days=days)).astimezone(UTC)


@contextmanager
def frozen_at(moment: datetime) -> Iterator[None]:
    """Hold the clock at an aware moment, for tests and for the demonstration's seeded history."""
    global _frozen
    if moment.tzinfo is None:
        raise ValueError("the clock needs a timezone-aware moment")
    before, _frozen = _frozen, moment.astimezone(UTC)
    try:
        yield
    finally:
        _frozen = before
