"""The days for checking the register are whole working days in UK time."""

from __future__ import annotations

from datetime import datetime

import pytest

from participation.clock import UK
from participation.voting.check_window import ends_at


@pytest.mark.parametrize(
    ("closed", "days", "ends"),
    [
        (datetime(2026, 11, 23, 12, tzinfo=UK), 3, datetime(2026, 11, 27, tzinfo=UK)),
        (datetime(2026, 11, 20, 12, tzinfo=UK), 3, datetime(2026, 11, 26, tzinfo=UK)),
        (datetime(2026, 11, 21, 23, 59, tzinfo=UK), 1, datetime(2026, 11, 24, tzinfo=UK)),
        (datetime(2026, 10, 23, 12, tzinfo=UK), 1, datetime(2026, 10, 27, tzinfo=UK)),
        # Christmas Day and, for Boxing Day on a Saturday, Monday the 28th.
        (datetime(2026, 12, 24, 12, tzinfo=UK), 1, datetime(2026, 12, 30, tzinfo=UK)),
        (datetime(2026, 11, 23, 12, tzinfo=UK), 0, datetime(2026, 11, 23, 12, tzinfo=UK)),
    ],
)
def test_the_window_ends_after_whole_working_days(closed: datetime, days: int, ends: datetime) -> None:
    assert ends_at(closed, days) == ends
