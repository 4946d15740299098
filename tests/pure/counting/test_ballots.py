"""Whether a ballot may be cast: every problem a resident can be told of, and the stored form of what is valid."""

from __future__ import annotations

from typing import Any

import pytest

from participation.counting import Election, Limits, Option, Profile, arranged, canonical, problems
from participation.counting.ballots import BALLOT_TYPES
from participation.counting.outcome import Remark
from participation.counting.payloads import empty, keeping
from participation.counting.profile import KEPT, NO_VIEW

ELECTION = Election(
    (Option("b", 3_000_000, "Bede Park"), Option("a", 6_000_000, "Mere Knolls"), Option("10", 500_000, "Benches")),
    budget=7_000_000,
)


def found(payload: Any, ballot_type: str, **limits: Any) -> list[tuple[str, str]]:
    listed = problems(payload, ballot_type=ballot_type, election=ELECTION, limits=Limits(**limits))
    assert all(problem.message for problem in listed)
    return [(problem.code, problem.option) for problem in listed]


@pytest.mark.parametrize(
    ("ballot_type", "payload"),
    [
        ("approval", {"approve": ["b", "10"]}),
        ("knapsack", {"approve": ["a", "10"]}),
        ("ranking", {"rank": ["a", ["b", "10"]]}),
        ("points", {"points": {"a": 3, "b": 0}}),
        ("amounts", {"amounts": {"a": 3_000_000, "b": 4_000_000}}),
        ("best_worst", {"sets": [{"shown": ["a", "b", "10"], "best": "10", "worst": "a"}]}),
    ],
)
def test_a_valid_ballot_has_no_problems(ballot_type: str, payload: dict[str, Any]) -> None:
    assert found(payload, ballot_type) == []


@pytest.mark.parametrize(
    ("ballot_type", "payload", "limits", "expected"),
    [
        ("approval", {"approve": ["a"], "keep": True}, {}, [("keep-and-more", "")]),
        ("approval", {"approve": ["a"]}, {"min_choices": 2}, [("too-few", "")]),
        ("approval", {"approve": ["a", "b"]}, {"max_choices": 1}, [("too-many", "")]),
        ("approval", {"approve": ["a", "a"]}, {}, [("repeated", "a")]),
        ("approval", {"approve": ["a", "x"]}, {}, [("unknown-option", "x")]),
        ("approval", {"approve": ["a", "b"]}, {"max_total": 8_999_999}, [("over-total", "")]),
        ("knapsack", {"approve": ["a", "b"]}, {}, [("over-total", "")]),
        ("ranking", {"rank": ["a", ["b", "a"]]}, {}, [("repeated", "a")]),
        ("ranking", {"rank": ["a", "b", "10"]}, {"max_choices": 2}, [("too-many", "")]),
        ("points", {"points": {"a": 3, "b": 4}}, {"max_points": 6}, [("over-points", "")]),
        ("points", {"points": {"a": 3}}, {"min_points": 5}, [("under-points", "")]),
        ("points", {"points": {"a": 3}}, {"max_each": 2}, [("points-high", "a")]),
        ("points", {"points": {"a": -1, "b": 1}}, {}, [("points-low", "a")]),
        ("points", {"points": {"a": 0}}, {}, [("too-few", "")]),
        ("amounts", {"amounts": {"a": 7_000_001}}, {}, [("over-total", "")]),
        ("amounts", {"amounts": {"a": 6_000_000}}, {"balanced": True}, [("under-total", "")]),
        ("amounts", {"amounts": {"a": -1}}, {}, [("negative", "a")]),
    ],
)
def test_a_problem_is_named(
    ballot_type: str, payload: dict[str, Any], limits: dict[str, Any], expected: list[tuple[str, str]]
) -> None:
    assert found(payload, ballot_type, **limits) == expected


@pytest.mark.parametrize("ballot_type", BALLOT_TYPES)
@pytest.mark.parametrize(
    "payload",
    [
        None,
        [],
        "a",
        {},
        {"approve": "a", "rank": "a", "points": ["a"], "amounts": 3, "sets": {}},
        {"approve": [1], "rank": [[1]], "points": {"a": True}, "amounts": {"a": 1.5}, "sets": [3]},
        {
            "approve": [["a"]],
            "rank": [{"a": 1}],
            "points": {"a": "3"},
            "amounts": {"a": None},
            "sets": [{"shown": ["a"]}],
        },
        {
            "approve": [None],
            "rank": [None],
            "points": {"a": None},
            "amounts": {"a": []},
            "sets": [{"shown": ["a"] * 2}],
        },
    ],
)
def test_what_is_no_ballot_is_refused_in_one_problem(ballot_type: str, payload: Any) -> None:
    assert found(payload, ballot_type) == [("unreadable", "")]


@pytest.mark.parametrize(
    "shown_set",
    [
        {"shown": ["a", "b"], "best": "a", "worst": "a"},
        {"shown": ["a", "b"], "best": "10", "worst": "a"},
        {"shown": ["a", "b", "a"], "best": "b", "worst": "a"},
        {"shown": ["a", "b"], "best": "b"},
    ],
)
def test_best_and_worst_are_two_of_the_options_shown(shown_set: dict[str, Any]) -> None:
    assert found({"sets": [shown_set]}, "best_worst") == [("unreadable", "")]


def test_messages_say_what_to_do_in_money_and_titles() -> None:
    over, *_ = problems({"approve": ["a", "b"]}, ballot_type="knapsack", election=ELECTION, limits=Limits())
    assert over.message == (
        "Your choices cost £90,000 together, £20,000 more than the £70,000 there is. Remove one or more."
    )
    twice, *_ = problems({"approve": ["a", "a"]}, ballot_type="approval", election=ELECTION, limits=Limits())
    assert twice.message == "You have chosen Mere Knolls more than once."
    few, *_ = problems({"approve": ["a"]}, ballot_type="approval", election=ELECTION, limits=Limits(min_choices=2))
    assert few.message == "Choose at least 2 options. You have chosen 1."


@pytest.mark.parametrize("ballot_type", BALLOT_TYPES)
def test_no_view_can_always_be_cast_and_makes_nobodys_share_smaller(ballot_type: str) -> None:
    limits = Limits(min_choices=2, set_size=4)
    assert found(empty(ballot_type), ballot_type, min_choices=2, set_size=4) == []
    profile = Profile.from_ballots(ELECTION, [empty(ballot_type)] * 3, ballot_type=ballot_type, limits=limits)
    assert (profile.ballots, profile.not_counted) == (0, (Remark(NO_VIEW, 3),))
    # An empty ballot of a past election is a ballot, as it always was.
    assert Profile.from_ballots(ELECTION, [empty(ballot_type)], ballot_type=ballot_type).ballots == 1


@pytest.mark.parametrize("ballot_type", BALLOT_TYPES)
def test_keep_as_now_is_a_ballot_where_no_other_answer_says_it(ballot_type: str) -> None:
    limits = Limits(min_choices=2, set_size=4)
    allowed = ballot_type not in ("views", "balance", "amounts")
    assert found(keeping(ballot_type), ballot_type, min_choices=2, set_size=4) == (
        [] if allowed else [("keep-and-more", "")]
    )
    assert arranged(keeping(ballot_type), ballot_type=ballot_type, election=ELECTION) == keeping(ballot_type)
    profile = Profile.from_ballots(ELECTION, [keeping(ballot_type)] * 3, ballot_type=ballot_type, limits=limits)
    assert profile.ballots == (3 if allowed else 0)
    assert profile.remarks == ((Remark(KEPT, 3),) if allowed else ())


@pytest.mark.parametrize(
    ("ballot_type", "payload", "stored"),
    [
        ("approval", {"approve": ["10", "b"]}, '{"approve":["b","10"]}'),
        ("ranking", {"rank": [["a"], ["10", "b"]]}, '{"rank":["a",["b","10"]]}'),
        ("points", {"points": {"b": 1, "10": 2}}, '{"points":{"10":2,"b":1}}'),
    ],
)
def test_the_same_meaning_is_stored_as_the_same_bytes(ballot_type: str, payload: dict[str, Any], stored: str) -> None:
    assert canonical(arranged(payload, ballot_type=ballot_type, election=ELECTION)) == stored
