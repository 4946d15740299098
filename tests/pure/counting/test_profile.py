"""Profiles: grouping changes nothing, columns are checked, scores are exact."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given

from participation.counting import Election, ElectionError, Limits, Option, Profile, Ties, count
from participation.counting.profile import ProfileError
from participation.counting.scores import scores
from tests.pure.counting.small_elections import Small, any_ballots, quick

ELECTION = Election(tuple(Option(code, 10) for code in "abcd"), 20, unit=1, currency="")


def one_by_one(small: Small) -> Profile:
    """The same ballots as columns, nothing merged."""
    grouped = [
        Profile.from_ballots(small.election, [ballot], ballot_type=small.ballot_type) for ballot in small.ballots
    ]
    plain = small.ballot_type == "approval"
    return Profile.from_columns(
        small.election,
        ballot_type=small.ballot_type,
        starts=np.cumsum([0, *(len(profile.choices) for profile in grouped)]),
        choices=np.concatenate([np.zeros(0, np.int64), *(profile.choices for profile in grouped)]),
        values=None if plain else np.concatenate([np.zeros(0, np.int64), *(p.values for p in grouped)]),
    )


@quick
@given(any_ballots())
def test_merging_identical_ballots_changes_nothing(small: Small) -> None:
    for rule in ("greedy", "equal-shares", "phragmen"):
        texts = {
            count(small.election, profile, rule=rule, settings={}, ties=Ties.parse("id")).to_json()
            for profile in (small.profile, one_by_one(small))
        }
        assert len(texts) == 1


def test_columns_report_repeated_options_and_keep_the_first_mark() -> None:
    profile = Profile.from_columns(
        ELECTION,
        ballot_type="points",
        starts=np.array([0, 3, 3, 5]),
        choices=np.array([0, 1, 0, 2, 2]),
        values=np.array([5, 1, 7, 2, 9]),
        weights=np.array([2, 1, 3]),
    )
    assert [(weight, list(options), list(values)) for weight, options, values in profile.rows()] == [
        (2, [0, 1], [5, 1]),
        (1, [], []),
        (3, [2], [2]),
    ]
    assert [remark.number for remark in profile.remarks] == [5]
    assert (profile.ballots, profile.votes) == (6, (2, 2, 3, 0))


@pytest.mark.parametrize(
    ("starts", "choices", "values", "weights"),
    [
        ([1, 2], [0, 0], None, None),
        ([0, 1], [0, 1], None, None),
        ([0, 2, 1, 2], [0, 1], None, None),
        ([0, 1], [4], None, None),
        ([0, 1], [-1], None, None),
        ([0, 1], [0], [1], None),
        ([0, 1], [0], None, [0]),
        ([0, 1], [0], None, [1, 1]),
        ([0.0, 1.0], [0], None, None),
        ([], [], None, None),
    ],
)
def test_columns_that_are_no_ballots_are_refused(starts, choices, values, weights) -> None:  # type: ignore[no-untyped-def]
    columns = {
        "starts": np.array(starts),
        "choices": np.array(choices, dtype=np.int64),
        "values": None if values is None else np.array(values),
        "weights": None if weights is None else np.array(weights),
    }
    with pytest.raises(ProfileError):
        Profile.from_columns(ELECTION, ballot_type="approval", **columns)


def test_what_is_not_counted_is_counted() -> None:
    ballots = [{"approve": ["a"]}, {"approve": ["z"]}, {"rank": ["a"]}, {"approve": ["a", "b", "c"]}, {"approve": []}]
    lenient = Profile.from_ballots(ELECTION, ballots)
    assert lenient.ballots == 3
    assert sorted(remark.number for remark in lenient.not_counted) == [1, 1]
    strict = Profile.from_ballots(ELECTION, ballots, limits=Limits(max_choices=2))
    assert strict.ballots == 1
    assert sum(remark.number for remark in strict.not_counted) == 4


@pytest.mark.parametrize(
    ("ballots", "top", "expected"),
    [
        ([["a", "b", "c"]], None, ["3", "2", "1", "0"]),
        ([["a", "b", "c"], ["b"]], None, ["3", "5", "1", "0"]),
        ([["a", "b", "c"]], 5, ["5", "4", "3", "0"]),
        ([["a", "b", "c"]], 2, ["2", "1", "0", "0"]),
        ([["a", ["b", "c"], "d"]], None, ["4", "5/2", "5/2", "1"]),
        ([[["a", "b", "c"]]], 2, ["1", "1", "1", "0"]),
        ([["d", ["a", "b", "c"]]], 2, ["1/3", "1/3", "1/3", "2"]),
    ],
)
def test_points_of_places_on_a_ranking(ballots: list[list[str]], top: int | None, expected: list[str]) -> None:
    election = Election(ELECTION.options, 20, top_points=top)
    profile = Profile.from_ballots(election, [{"rank": ballot} for ballot in ballots], ballot_type="ranking")
    assert scores(profile) == tuple(Fraction(value) for value in expected)


def test_scores_do_not_overflow() -> None:
    profile = Profile.from_columns(
        ELECTION,
        ballot_type="points",
        starts=np.array([0, 1]),
        choices=np.array([0]),
        values=np.array([2**62]),
        weights=np.array([3]),
    )
    assert scores(profile)[0] == 3 * 2**62


@pytest.mark.parametrize(
    ("options", "budget", "unit"),
    [
        ((Option("a", 1), Option("a", 2)), 10, 1),
        ((Option("", 1),), 10, 1),
        ((Option("a", -1),), 10, 1),
        ((Option("a", 1),), -1, 1),
        ((Option("a", 1),), 10, 0),
        ((Option("a", 1),), 10, 12),
    ],
)
def test_an_election_that_cannot_be_counted_is_refused(options: tuple[Option, ...], budget: int, unit: int) -> None:
    with pytest.raises(ElectionError):
        Election(options, budget, unit)


@pytest.mark.parametrize(
    ("amount", "unit", "currency", "text"),
    [
        (3_400_000, 100, "£", "£34,000"),
        (1_250, 100, "£", "£12.50"),
        (5, 100, "£", "£0.05"),
        (-1_250, 100, "£", "−£12.50"),
        (34_000, 1, "PLN", "PLN 34,000"),
        (Fraction(125, 18), 1, "PLN", "PLN 6.94"),
        (Fraction(2_000, 3), 100, "£", "£6.66"),
        (7, 10, "", "0.7"),
    ],
)
def test_money_in_words(amount: int | Fraction, unit: int, currency: str, text: str) -> None:
    assert Election((), 0, unit, currency).money(amount) == text
