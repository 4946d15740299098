"""Times as staff write them, and the two nights a year on which the UK clock jumps."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from participation.consultations.moments import in_uk, time_of, time_text, uk_moment


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("9am", time(9)), ("9 am", time(9)), ("12am", time(0)), ("12pm", time(12)), ("5:30pm", time(17, 30)),
        ("5.30 p.m.", time(17, 30)), ("17:30", time(17, 30)), ("00:00", time(0)), ("Midday", time(12)), ("midnight", time(0)),
    ],
)  # fmt: skip
def test_times_are_understood(text: str, expected: time) -> None:
    assert time_of(text) == expected


@pytest.mark.parametrize("text", ["", "9", "25:00", "9:60", "13pm", "0am", "half past nine", "9am-5pm", "٩am", "9:3"])
def test_what_is_not_a_time_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        time_of(text)


def test_summer_and_winter_time() -> None:
    assert uk_moment(date(2026, 7, 1), time(9)) == datetime(2026, 7, 1, 8, tzinfo=UTC)
    assert uk_moment(date(2026, 12, 1), time(9)) == datetime(2026, 12, 1, 9, tzinfo=UTC)


def test_a_time_that_the_clock_skips_is_refused() -> None:
    with pytest.raises(ValueError, match="skip"):
        uk_moment(date(2026, 3, 29), time(1, 30))
    assert uk_moment(date(2026, 3, 29), time(2)) == datetime(2026, 3, 29, 1, tzinfo=UTC)


def test_of_a_time_that_comes_twice_the_first_is_meant() -> None:
    assert uk_moment(date(2026, 10, 25), time(1, 30)) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


@given(st.integers(0, 20 * 366 * 24 * 60))
def test_a_form_shows_a_moment_so_that_reading_it_back_gives_the_same_minute(minutes: int) -> None:
    minute = datetime(2020, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    local = in_uk(minute)
    if local.fold:
        return
    assert uk_moment(local.date(), time_of(time_text(minute))) == minute
