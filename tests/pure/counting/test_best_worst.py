"""Best-worst scaling: scores by hand, uncertainty by simulation and by formula."""

from __future__ import annotations

import random
from fractions import Fraction
from math import sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from participation.counting import Election, Option, Outcome, Profile, Ties, count

CODES = "abcd"


def result(ballots: list[list[str]], *, seats: int = 1) -> Outcome:
    """A set is written best first, worst last: "abc" shows a, b and c, with a best and c worst."""
    election = Election(options=tuple(Option(code, 0, code.upper()) for code in CODES), budget=0)
    payloads = [
        {"sets": [{"shown": sorted(told), "best": told[0], "worst": told[-1]} for told in sets]} for sets in ballots
    ]
    profile = Profile.from_ballots(election, payloads, ballot_type="best_worst")
    return count(election, profile, rule="best-worst", settings={"seats": seats}, ties=Ties.parse("file"))


sets = st.permutations(CODES).flatmap(lambda order: st.integers(2, 4).map(lambda size: "".join(order[:size])))
profiles = st.lists(st.lists(sets, max_size=4), max_size=8)


@given(profiles)
def test_scores_and_ranges_are_those_of_the_formula(ballots: list[list[str]]) -> None:
    outcome = result(ballots)
    for code in CODES:
        told = [
            (
                sum(one[0] == code for one in cast) - sum(one[-1] == code for one in cast),
                sum(code in one for one in cast),
            )
            for cast in ballots
            if any(code in one for one in cast)
        ]
        facts = outcome.option(code).facts
        shown = sum(n for _, n in told)
        assert facts["shown"] == shown
        if not shown:
            continue
        score = Fraction(sum(x for x, _ in told), shown)
        assert Fraction(outcome.option(code).score) == score
        if len(told) < 2:
            assert "low" not in facts
            continue
        squares = sum((x - score * n) ** 2 for x, n in told)
        half = 1.96 * sqrt(len(told) / (len(told) - 1) * squares / shown**2)
        assert int(facts["low"]) <= 1000 * max(score - half, -1) + 1e-6
        assert int(facts["high"]) >= 1000 * min(score + half, 1) - 1e-6
        assert int(facts["high"]) - int(facts["low"]) <= 2000 * half + 4


@given(profiles)
def test_order_of_ballots_is_irrelevant(ballots: list[list[str]]) -> None:
    assert result(ballots[::-1]).to_json() == result(ballots).to_json()
    assert Outcome.from_json(result(ballots).to_json()) == result(ballots)


def test_by_hand() -> None:
    """Two residents, two sets each. a: shown 3, best 3. b: shown 3, best 1. c: shown 4, worst 3. d: 2, worst 1."""
    outcome = result([["abc", "acd"], ["abc", "bdc"]])
    assert [option.score for option in outcome.options] == ["1", "1/3", "-3/4", "-1/2"]
    assert outcome.selected == ("a",)
    assert outcome.option("c").facts | {"low": 0, "high": 0} == {
        "rank": 4,
        "shown": 4,
        "best": 0,
        "worst": 3,
        "low": 0,
        "high": 0,
        "not_told_apart": 1,
    }


def test_ranges_hold_the_truth_as_often_as_they_say() -> None:
    """600 surveys of 60 residents, three sets each, answers of a resident alike: about 95 in 100 ranges hold the score."""
    chance = random.Random(20260331)
    held = 0
    for _ in range(600):
        ballots = []
        for _ in range(60):
            likes_a = chance.random() < 0.6
            ballots.append(["abc" if likes_a else "bca"] * 2 + [chance.choice(["abd", "bda", "dab"])])
        facts = result(ballots).option("a").facts
        # A resident is shown a three times; expected sum 2 * (0.6 - 0.4) + 0 of three.
        held += int(facts["low"]) <= 1000 * 0.4 / 3 <= int(facts["high"])
    assert 0.92 <= held / 600 <= 0.98


def test_what_cannot_be_told_apart_is_said() -> None:
    outcome = result([["abc"], ["bac"], ["abc"], ["bac"]])
    assert "It cannot be told apart from B." in outcome.option("a").sentence
    assert "It is told apart from all others." in outcome.option("c").sentence


@pytest.mark.parametrize("ballots", [[], [[]], [["ab"]]], ids=["none", "blank", "one"])
def test_too_little_to_say(ballots: list[list[str]]) -> None:
    outcome = result(ballots)
    assert outcome.option("c").sentence == "Nobody was shown it."
    assert outcome.selected == (("a",) if ballots == [["ab"]] else ())
    if ballots == [["ab"]]:
        assert outcome.option("a").sentence.endswith("Too few ballots saw it to say how certain that is.")
