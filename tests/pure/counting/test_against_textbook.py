"""The engine against slow versions of the rules, on random small elections full of ties."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from participation.counting import Outcome, Ties, count
from participation.counting.case import Case
from participation.counting.registry import rule_named
from participation.counting.scores import scores
from tests.pure.counting import textbook
from tests.pure.counting.small_elections import TIES, Small, any_ballots, approvals, points, thorough


def counted(small: Small, rule: str, ties: str, **settings: Any) -> tuple[Outcome, tuple[int, ...]]:
    """The outcome, and the place of each option in the order of ties."""
    profile = small.profile
    case = Case(small.election, profile, rule_named(rule).clean(settings), Ties.parse(ties))
    return count(small.election, profile, rule=rule, settings=settings, ties=Ties.parse(ties)), case.order.position


def free(small: Small, place: tuple[int, ...]) -> list[int]:
    """Free options with support, which equal shares and Phragmén fund before all others."""
    wanted = {option for marks in small.support for option in marks}
    return sorted((option for option in wanted if not small.election.costs[option]), key=place.__getitem__)


@pytest.mark.slow
@thorough
@given(any_ballots(), TIES, st.booleans(), st.booleans())
def test_greedy(small: Small, ties: str, skip: bool, per_cost: bool) -> None:
    rule = "greedy-per-cost" if per_cost else "greedy"
    outcome, place = counted(small, rule, ties, skip=skip)
    costs, total = small.election.costs, scores(small.profile)
    keys = [Fraction(score, cost) if cost else 10**6 + score for score, cost in zip(total, costs, strict=True)]
    wanted = [i for i, cost in enumerate(costs) if cost or small.profile.votes[i]]
    kept = {i: at for at, i in enumerate(wanted)}
    expected = textbook.greedy(
        [costs[i] for i in wanted],
        small.election.budget,
        [(keys if per_cost else total)[i] for i in wanted],
        [place[i] for i in wanted],
        skip=skip,
    )
    assert [kept[small.election.index[code]] for code in outcome.selected] == expected


@pytest.mark.slow
@thorough
@given(st.one_of(approvals(), points()), TIES, st.sampled_from(["cost", "cardinality", "points", "points-cost"]))
def test_equal_shares(small: Small, ties: str, satisfaction: str) -> None:
    outcome, place = counted(small, "equal-shares", ties, satisfaction=satisfaction)
    costs = small.election.costs
    support = small.support if "points" in satisfaction else [dict.fromkeys(marks, 1) for marks in small.support]
    per = costs if "cost" in satisfaction else [1] * len(costs)
    share = Fraction(small.election.budget, max(1, len(support)))
    expected = free(small, place) + textbook.equal_shares(costs, support, share, place, per)
    assert [small.election.index[code] for code in outcome.selected] == expected


@pytest.mark.slow
@thorough
@given(approvals(), TIES, st.sampled_from(["exhaustive", "overspend"]), st.sampled_from(["exact", "integral"]))
def test_larger_shares(small: Small, ties: str, stop: str, endowment: str) -> None:
    outcome, place = counted(small, "equal-shares", ties, completion="add1", stop=stop, endowment=endowment)
    costs, voters = small.election.costs, len(small.support)
    if not voters:
        assert outcome.selected == ()
        return
    share = Fraction(small.election.budget, voters)
    expected = free(small, place) + textbook.add_one(
        costs,
        small.support,
        small.election.budget,
        place,
        costs,
        start=Fraction(int(share)) if endowment == "integral" else share,
        exhaustive=stop == "exhaustive",
    )
    assert [small.election.index[code] for code in outcome.selected] == expected


@pytest.mark.slow
@thorough
@given(approvals(), TIES)
def test_phragmen(small: Small, ties: str) -> None:
    outcome, place = counted(small, "phragmen", ties)
    expected = free(small, place) + textbook.phragmen(small.election.costs, small.support, small.election.budget, place)
    assert [small.election.index[code] for code in outcome.selected] == expected


@pytest.mark.slow
@thorough
@given(approvals(), TIES, st.sampled_from(["cost", "cardinality"]))
def test_maximum_welfare(small: Small, ties: str, satisfaction: str) -> None:
    outcome, _ = counted(small, "max-welfare", ties, satisfaction=satisfaction)
    costs, votes = small.election.costs, small.profile.votes
    worths = [Fraction(v * c if satisfaction == "cost" else v) for v, c in zip(votes, costs, strict=True)]
    best = textbook.best_worth(costs, small.election.budget, worths)
    assert Fraction(str(outcome.facts["worth"])) == best
    assert sum(worths[small.election.index[code]] for code in outcome.selected) == best
