"""What a loser lacked is true: counting again with the change makes it win, and with less does not."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from participation.counting import Election, OptionResult, Outcome, Profile, Ties, count
from tests.pure.counting.small_elections import Small, any_ballots, approvals, points, thorough


def recount(election: Election, profile: Profile, outcome: Outcome) -> Outcome:
    return count(election, profile, rule=outcome.rule, settings=outcome.settings, ties=Ties.parse(outcome.ties))


def at_cost(small: Small, code: str, cost: int) -> Election:
    changed = tuple(replace(o, cost=cost) if o.code == code else o for o in small.election.options)
    return replace(small.election, options=changed)


def wins_at(small: Small, outcome: Outcome, code: str, cost: int) -> bool:
    election = at_cost(small, code, cost)
    profile = Profile.from_ballots(election, small.ballots, ballot_type=small.ballot_type)
    return recount(election, profile, outcome).option(code).selected


def losers(outcome: Outcome, fact: str) -> list[OptionResult]:
    return [result for result in outcome.options if not result.selected and fact in result.facts]


@pytest.mark.slow
@thorough
@given(any_ballots(), st.booleans(), st.sampled_from(["greedy", "greedy-per-cost"]))
def test_greedy_margins(small: Small, skip: bool, rule: str) -> None:
    outcome = count(small.election, small.profile, rule=rule, settings={"skip": skip}, ties=Ties.parse("id"))
    for result in losers(outcome, "funded_at_cost"):
        assert wins_at(small, outcome, result.code, int(result.facts["funded_at_cost"]))


@pytest.mark.slow
@thorough
@given(approvals(), st.booleans())
def test_greedy_votes_needed_are_exact(small: Small, skip: bool) -> None:
    """So many more votes are enough, one fewer is not."""
    outcome = count(small.election, small.profile, rule="greedy", settings={"skip": skip}, ties=Ties.parse("id"))
    for result in losers(outcome, "more_needed"):
        needed = int(result.facts["more_needed"])
        for extra, wins in ((needed, True), (needed - 1, False)):
            ballots = [*small.ballots, *[{"approve": [result.code]}] * extra]
            again = recount(small.election, Profile.from_ballots(small.election, ballots), outcome)
            assert again.option(result.code).selected is wins


@thorough
@given(st.one_of(approvals(), points()), st.sampled_from(["cost", "cardinality", "points", "points-cost"]))
def test_equal_shares_largest_winning_cost(small: Small, satisfaction: str) -> None:
    """Up to the sure cost the option wins, above the largest it does not; between them lie ties."""
    settings = {"satisfaction": satisfaction}
    outcome = count(small.election, small.profile, rule="equal-shares", settings=settings, ties=Ties.parse("id"))
    for result in losers(outcome, "largest_winning_cost"):
        largest, sure = int(result.facts["largest_winning_cost"]), int(result.facts["surely_funded_at"])
        assert sure <= largest
        for cost in range(1, sure + 1):
            assert wins_at(small, outcome, result.code, cost)
        for cost in range(largest + 1, result.cost + 1):
            assert not wins_at(small, outcome, result.code, cost)


@thorough
@given(approvals())
def test_equal_shares_fewer_supporters_are_never_enough(small: Small) -> None:
    """Added approvals of voters who are there already; the fact is a lower bound for the best of them."""
    outcome = count(small.election, small.profile, rule="equal-shares", settings={}, ties=Ties.parse("id"))
    for result in losers(outcome, "more_supporters"):
        others = [at for at, ballot in enumerate(small.ballots) if result.code not in ballot["approve"]]
        for first in range(len(others)):
            joined = others[first : first + int(result.facts["more_supporters"]) - 1]
            ballots = [
                {"approve": [*ballot["approve"], result.code]} if at in joined else ballot
                for at, ballot in enumerate(small.ballots)
            ]
            again = recount(small.election, Profile.from_ballots(small.election, ballots), outcome)
            assert not again.option(result.code).selected


@thorough
@given(approvals())
def test_equal_shares_numbers_add_up(small: Small) -> None:
    outcome = count(small.election, small.profile, rule="equal-shares", settings={}, ties=Ties.parse("id"))
    for result in losers(outcome, "had"):
        facts = result.facts
        assert facts["had"] == int(facts["spent"]) + int(facts["left"])
        assert result.cost == int(facts["left"]) + int(facts["short"])
        parts = [int(part.split("=")[1]) for part in str(facts["spent_on"]).split()]
        assert sum(parts) == facts["spent"]
        assert 0 <= int(facts["support_percent"]) <= 100
        assert Fraction(str(facts["left_exactly"])) < result.cost
    spent = sum(step.spent for step in outcome.rounds)
    assert spent == outcome.total_cost
    assert spent + int(outcome.facts["left"]) == small.election.budget


@thorough
@given(approvals(free=False))
def test_phragmen_margins(small: Small) -> None:
    outcome = count(small.election, small.profile, rule="phragmen", settings={}, ties=Ties.parse("id"))
    for result in losers(outcome, "surely_funded_at"):
        sure = int(result.facts["surely_funded_at"])
        for cost in range(1, sure + 1):
            assert wins_at(small, outcome, result.code, cost)
        # One more may stand level; beyond that nothing helps.
        for cost in range(sure + 2, result.cost + 1):
            assert not wins_at(small, outcome, result.code, cost)
    for result in losers(outcome, "more_supporters"):
        extra = [{"approve": [result.code]}] * (int(result.facts["more_supporters"]) - 1)
        again = recount(small.election, Profile.from_ballots(small.election, [*small.ballots, *extra]), outcome)
        assert not again.option(result.code).selected
