"""Dates of Easter, bank holidays and polls against published ones; reading ages against texts of known difficulty."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from participation.consultations.calendar import Span, bank_holidays, easter, poll_day, pre_election, spans_between
from participation.consultations.reading import reading_age, syllables


@pytest.mark.parametrize("sunday", [
    date(2024, 3, 31), date(2025, 4, 20), date(2026, 4, 5), date(2027, 3, 28), date(2028, 4, 16), date(2038, 4, 25),
    date(2008, 3, 23),
])  # fmt: skip
def test_easter(sunday: date) -> None:
    assert easter(sunday.year) == sunday


def test_bank_holidays_are_those_that_were_announced() -> None:
    assert sorted(bank_holidays(2026)) == [
        date(2026, 1, 1), date(2026, 4, 3), date(2026, 4, 6), date(2026, 5, 4), date(2026, 5, 25), date(2026, 8, 31),
        date(2026, 12, 25), date(2026, 12, 28),
    ]  # fmt: skip
    assert {date(2027, 12, 27), date(2027, 12, 28)} <= bank_holidays(2027)
    assert date(2022, 1, 3) in bank_holidays(2022)


@pytest.mark.parametrize(
    ("year", "poll", "notice"),
    [(2026, date(2026, 5, 7), date(2026, 3, 30)), (2027, date(2027, 5, 6), date(2027, 3, 31))],
)
def test_the_period_before_elections(year: int, poll: date, notice: date) -> None:
    assert poll_day(year) == poll
    assert (pre_election(year).first, pre_election(year).last) == (notice, poll)


@pytest.mark.parametrize("year", range(2020, 2040))
def test_every_year_has_eight_bank_holidays_on_working_days(year: int) -> None:
    assert len(bank_holidays(year)) == 8
    assert all(day.weekday() < 5 for day in bank_holidays(year))


def test_days_of_a_span_within_others() -> None:
    span = Span("August", date(2027, 8, 1), date(2027, 8, 31))
    assert span.days_in(date(2027, 7, 1), date(2027, 7, 31)) == 0
    assert span.days_in(date(2027, 7, 31), date(2027, 8, 1)) == 1
    assert span.days_in(date(2027, 1, 1), date(2027, 12, 31)) == 31


def test_new_year_belongs_to_the_holidays_of_the_year_before() -> None:
    _, away = spans_between(date(2027, 1, 2), date(2027, 1, 2) + timedelta(days=1))
    assert [span.name for span in away] == ["Christmas and New Year"]


@pytest.mark.parametrize(("word", "count"), [
    ("the", 1), ("people", 2), ("council", 2), ("made", 1), ("table", 2), ("walked", 1), ("wanted", 2), ("services", 3),
    ("education", 4), ("going", 2), ("safe", 1), ("quality", 3), ("child’s", 1), ("rhythm", 1),
])  # fmt: skip
def test_syllables(word: str, count: int) -> None:
    assert syllables(word) == count


def test_reading_ages_rise_with_difficulty() -> None:
    child = "The cat sat on the mat. The dog ran to the park. It was a big red dog. We like the dog and the cat. " * 2
    letter = (
        "We want to build a new library next year. It would open six days a week and have a room for children. "
        "The old library would close, and its books would move to the new one. Tell us what you think of this plan."
    )
    law = (
        "Notwithstanding the provisions of the preceding subsection, the responsible authority may, in consultation with "
        "relevant representative organisations, determine supplementary eligibility requirements regarding accommodation."
        " Determinations are without prejudice to any entitlement previously established by administrative instruments."
    )
    ages = [reading_age(text) for text in (child, letter, law)]
    assert ages == sorted(ages)
    assert ages[0] <= 7
    assert 6 <= ages[1] <= 11
    assert ages[2] >= 20


@pytest.mark.parametrize(
    "text", ["", "Too short to say.", "Rydym yn gofyn i chi sut mae eich llyfrgell yn gweithio. " * 5]
)
def test_what_cannot_be_measured(text: str) -> None:
    assert reading_age(text) is None
