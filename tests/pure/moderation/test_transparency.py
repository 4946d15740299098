"""The report's sums: quarters by UK time, percentiles, and nothing small that shows or can be worked out."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from participation.moderation.transparency import Counted, Quarter, ReadTwice, as_csv, percentile, report

WORDS = {
    "flags": {"phone": "Phone number", "words": "Words"}, "actions": {"publish": "Published", "refuse": "Not published"},
    "reasons": {"off_topic": "Off topic", "unclear": "Unclear", "duplicate": "Duplicate"},
    "appeals": {"waiting": "Waiting", "upheld": "Stood"}, "referrals": {"legal": "Legal"},
}  # fmt: skip
PLENTY = Counted(
    sent=300, flagged=40, flags={"phone": 25, "words": 4}, actions={"publish": 250, "refuse": 50},
    reasons={"off_topic": 30, "unclear": 4, "duplicate": 16}, waits=[timedelta(hours=hour) for hour in range(1, 101)], late=12,
    appeals={"waiting": 2}, merges=0,
)  # fmt: skip


def test_a_quarter_begins_and_ends_by_uk_time() -> None:
    assert Quarter(2026, 2).bounds == (datetime(2026, 3, 31, 23, tzinfo=UTC), datetime(2026, 6, 30, 23, tzinfo=UTC))
    assert Quarter(2026, 4).bounds == (datetime(2026, 9, 30, 23, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC))


@pytest.mark.parametrize(
    ("day", "code"), [(date(2026, 1, 1), "2026-Q1"), (date(2026, 3, 31), "2026-Q1"), (date(2026, 12, 31), "2026-Q4")]
)
def test_the_quarter_of_a_day(day: date, code: str) -> None:
    quarter = Quarter.of(day)
    assert quarter.code == code
    assert Quarter.read(code) == quarter
    assert quarter.following.before == quarter


@pytest.mark.parametrize("text", ["", "2026", "2026-Q5", "26-Q1", "2026-Q1 ", "1999-Q1"])
def test_what_is_no_quarter(text: str) -> None:
    assert Quarter.read(text) is None


def test_small_numbers_are_hidden_with_a_second_one_so_that_nobody_can_subtract() -> None:
    found = report(PLENTY, WORDS, 10)
    assert {line.name: line.value for line in found.part("Why not, or not all")} == {
        "Off topic": 30, "Unclear": None, "Duplicate": None,
    }  # fmt: skip
    assert {line.name: line.value for line in found.part("What was found")} == {"Phone number": 25, "Words": None}
    assert {line.name: line.value for line in found.part("Appeals")} == {"Waiting": None, "Stood": None}
    assert {line.name: line.value for line in found.part("Merges")} == {"Needs merged into another one": 0}


@pytest.mark.parametrize("value", range(1, 10))
def test_no_count_below_the_threshold_is_ever_shown(value: int) -> None:
    small = replace(
        PLENTY, sent=value, flagged=value, flags={"phone": value}, actions={"publish": value}, reasons={"unclear": value},
        late=value, appeals={"upheld": value}, merges=value, waits=[timedelta(hours=1)] * value,
    )  # fmt: skip
    found = report(small, WORDS, 10)
    assert [line for line in found.lines if line.value] == []
    assert (found.median_hours, found.p95_hours) == (None, None)
    written = list(csv.DictReader(io.StringIO(as_csv(found, "2026-Q4").decode("utf-8-sig"))))
    assert {row["value"] for row in written} == {"", "0"}
    assert {row["status"] for row in written if row["value"] == ""} == {"c"}


@pytest.mark.parametrize(("percent", "value"), [(50, 50.0), (95, 95.0), (100, 100.0), (1, 1.0)])
def test_percentiles_by_nearest_rank(percent: int, value: float) -> None:
    assert percentile([float(hour) for hour in range(1, 101)], percent) == value


def test_times_are_said_when_enough_decisions_stand_behind_them() -> None:
    found = report(PLENTY, WORDS, 10)
    assert (found.median_hours, found.p95_hours) == (50.0, 95.0)


def test_the_file_has_a_line_for_every_figure_of_the_page() -> None:
    found = report(PLENTY, WORDS, 10)
    rows = list(csv.reader(io.StringIO(as_csv(found, "2026-Q4").decode("utf-8-sig"))))
    assert rows[0] == ["scope", "part", "name", "value", "status"]
    assert len(rows) == 1 + len(found.lines) + 3
    assert ["2026-Q4", "Texts sent", "Needs and comments residents sent", "300", ""] in rows


@pytest.mark.parametrize(
    ("twice", "kappa"),
    [
        # Two readers of 50 grant proposals, the worked example in the literature on kappa: 20, 5, 10 and 15 give 0.4.
        (ReadTwice(20, 5, 10, 15), 0.4),
        (ReadTwice(10, 0, 0, 10), 1.0),
        (ReadTwice(5, 5, 5, 5), 0.0),
        (ReadTwice(0, 10, 10, 0), -1.0),
        (ReadTwice(10, 0, 0, 0), None),
        (ReadTwice(), None),
    ],
)
def test_kappa_is_agreement_beyond_chance(twice: ReadTwice, kappa: float | None) -> None:
    assert twice.kappa == (None if kappa is None else pytest.approx(kappa))


def test_agreement_is_told_only_when_enough_were_read_twice() -> None:
    few = report(replace(PLENTY, read_twice=ReadTwice(4, 1, 1, 3)), WORDS, 10)
    many = report(replace(PLENTY, read_twice=ReadTwice(20, 5, 10, 15)), WORDS, 10)
    assert (few.kappa, many.kappa) == (None, 0.4)
    name = "Read again without knowing the decision"
    assert [line.value for line in few.part(name)] == [None, None]
    assert [line.value for line in many.part(name)] == [35, 15]
    assert b"Agreement,Cohen's kappa,0.4," in as_csv(many, "2026-q4")
