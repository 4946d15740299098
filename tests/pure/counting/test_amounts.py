"""Amounts for the lines of a budget: median, mean, and a budget that adds up."""

from __future__ import annotations

from fractions import Fraction
from statistics import mean, median
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from participation.counting import Election, Option, Outcome, Profile, Ties, count

LINES = "abc"


def result(ballots: list[dict[str, int]], *, budget: int = 1000, ties: str = "file", **settings: Any) -> Outcome:
    election = Election(options=tuple(Option(code, 0, code.upper()) for code in LINES), budget=budget)
    profile = Profile.from_ballots(election, [{"amounts": ballot} for ballot in ballots], ballot_type="amounts")
    return count(election, profile, rule="amounts", settings=settings, ties=Ties.parse(ties))


def balanced(outcome: Outcome) -> list[int]:
    return [int(option.facts["balanced"]) for option in outcome.options]


amounts = st.lists(st.fixed_dictionaries({code: st.integers(0, 2000) for code in LINES}), min_size=1, max_size=9)


@given(amounts, st.integers(0, 5000), st.sampled_from(["median", "mean"]))
def test_medians_means_and_quartiles(ballots: list[dict[str, int]], budget: int, follows: str) -> None:
    outcome = result(ballots, budget=budget, balance=follows)
    for code in LINES:
        given_here = [Fraction(ballot[code]) for ballot in ballots]
        facts = outcome.option(code).facts
        assert Fraction(facts["median"]) == median(given_here)
        assert Fraction(facts["mean"]) == mean(given_here)
        for quarter, key in ((0.25, "lower_quartile"), (0.75, "upper_quartile")):
            known = np.quantile([float(x) for x in given_here], quarter, method="averaged_inverted_cdf")
            assert float(Fraction(facts[key])) == known
        assert facts["given_by"] == sum(amount > 0 for amount in given_here)
    base = [Fraction(outcome.option(code).score) for code in LINES]
    if sum(base):
        assert sum(balanced(outcome)) == outcome.facts["balanced_total"] == budget
        for amount, line in zip(balanced(outcome), base, strict=True):
            assert abs(amount - line * budget / sum(base)) < 1
    else:
        assert balanced(outcome) == [0, 0, 0]


@given(amounts, st.permutations(range(9)))
def test_order_of_ballots_is_irrelevant(ballots: list[dict[str, int]], order: list[int]) -> None:
    shuffled = [ballots[place] for place in order if place < len(ballots)]
    assert result(shuffled).to_json() == result(ballots).to_json()


def test_balanced_ballots_have_means_that_add_up() -> None:
    outcome = result([{"a": 600, "b": 300, "c": 100}, {"a": 200, "b": 300, "c": 500}], balance="mean")
    assert balanced(outcome) == [400, 300, 300]
    assert outcome.facts["sum_of_means"] == "1000"


def test_a_line_left_out_got_nothing() -> None:
    outcome = result([{"a": 1000}, {"a": 400, "b": 600}, {"b": 1000}])
    assert [option.facts["median"] for option in outcome.options] == ["400", "600", "0"]
    assert outcome.option("c").facts["given_by"] == 0


def test_the_last_unit_goes_by_the_tie_rule_and_the_tie_is_on_record() -> None:
    ballots = [{"a": 1, "b": 1, "c": 1}]
    for ties, expected in (("file", [334, 333, 333]), ("cheapest,most-votes,file", [334, 333, 333])):
        outcome = result(ballots, ties=ties)
        assert balanced(outcome) == expected
        assert [set(tie.options) for tie in outcome.ties_met] == [{"a", "b", "c"}]


def test_one_loud_ballot_moves_the_mean_and_not_the_median() -> None:
    ballots = [{"a": 500, "b": 500}] * 4
    quiet, loud = result([*ballots, {"a": 500, "b": 500}]), result([*ballots, {"a": 1000, "b": 0}])
    assert quiet.option("a").facts["median"] == loud.option("a").facts["median"]
    assert quiet.option("a").facts["mean"] != loud.option("a").facts["mean"]


@pytest.mark.parametrize("ballots", [[], [{}], [{"a": 0, "b": 0, "c": 0}]], ids=["none", "blank", "nothing"])
def test_no_amounts_at_all(ballots: list[dict[str, int]]) -> None:
    outcome = result(ballots)
    assert balanced(outcome) == [0, 0, 0]
    assert outcome.selected == ()
    assert Outcome.from_json(outcome.to_json()) == outcome


def test_the_sentence_adds_up() -> None:
    outcome = result([{"a": 60000, "b": 40000}, {"a": 50000, "b": 50000}, {"a": 70000, "b": 30000}], budget=100000)
    assert outcome.option("a").sentence == (
        "Half of the ballots give it £600 or more and half £600 or less; the average is £600. 3 ballots give it anything. "
        "In a budget that adds up it gets £600."
    )
