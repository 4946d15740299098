"""How figures, money, dates and text are said."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from participation.web import words


@pytest.mark.parametrize(("pence", "said"), [
    (None, "not published"), (0, "£0"), (7500, "£75"), (7550, "£75.50"), (5, "£0.05"), (123456789, "£1,234,567.89"),
    (-7500, "−£75"), (-1, "−£0.01"),
])  # fmt: skip
def test_pounds(pence: int | None, said: str) -> None:
    assert words.pounds(pence) == said


@pytest.mark.parametrize(("pence", "said"), [
    (None, "not published"), (0, "£0"), (49, "£0"), (50, "£1"), (99_999_949, "£999,999"), (99_999_950, "£1.0 million"),
    (120_000_000, "£1.2 million"), (124_999_999, "£1.2 million"), (125_000_000, "£1.3 million"),
    (-2_000_000_000, "−£20.0 million"), (123_456_789_000, "£1,234.6 million"),
])  # fmt: skip
def test_pounds_in_running_text(pence: int | None, said: str) -> None:
    assert words.pounds_short(pence) == said


@pytest.mark.parametrize(("part", "whole", "places", "said"), [
    (0, 0, 0, "—"), (1, 3, 0, "33%"), (1, 2, 0, "50%"), (1, 200, 0, "1%"), (1, 201, 0, "0%"), (1, 3, 1, "33.3%"),
    (2, 3, 2, "66.67%"), (-1, 3, 1, "−33.3%"), (5, 4, 0, "125%"), (1, 1000, 1, "0.1%"),
])  # fmt: skip
def test_percent_is_rounded_half_up_and_exactly(part: int, whole: int, places: int, said: str) -> None:
    assert words.percent(part, whole, places) == said


@pytest.mark.parametrize(("moment", "said"), [
    (datetime(2026, 11, 22, 17, 30, tzinfo=UTC), "5:30pm on 22 November 2026"),
    (datetime(2026, 7, 1, 16, 0, tzinfo=UTC), "5pm on 1 July 2026"),
    (datetime(2026, 6, 30, 23, 0, tzinfo=UTC), "midnight on 1 July 2026"),
    (datetime(2026, 11, 22, 12, 0, tzinfo=UTC), "midday on 22 November 2026"),
    (datetime(2026, 11, 22, 0, 5, tzinfo=UTC), "12:05am on 22 November 2026"),
    (None, "not set"),
])  # fmt: skip
def test_moments_are_in_uk_time(moment: datetime | None, said: str) -> None:
    assert words.moment(moment) == said


def test_days() -> None:
    assert words.day(date(2026, 3, 1)) == "1 March 2026"
    assert words.day(datetime(2026, 6, 30, 23, 30, tzinfo=UTC)) == "1 July 2026"
    assert words.day(None) == "not set"


@pytest.mark.parametrize(
    ("year", "said"), [("2024-25", "2024 to 2025"), ("1999-00", "1999 to 2000"), ("2024", "2024"), ("a-bc", "a-bc")]
)
def test_financial_years(year: str, said: str) -> None:
    assert words.year_words(year) == said


def test_plurals() -> None:
    assert [words.plural(count, "vote") for count in (0, 1, 2, 1200)] == ["0 votes", "1 vote", "2 votes", "1,200 votes"]
    assert words.plural(2, "person", "people") == "2 people"


def test_paragraphs_are_escaped_and_parted_by_blank_lines() -> None:
    html = words.paragraphs("One\r\nline <b>\r\n\r\n\r\nTwo & \n\n  ")
    assert html == '<p class="govuk-body">One<br>line &lt;b&gt;</p>\n<p class="govuk-body">Two &amp;</p>'
    assert words.paragraphs("") == ""
