"""What holds for every rule and every election."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from participation.counting import RULES, Election, Outcome, Profile, Rule, Ties, count
from tests.pure.counting.small_elections import Small, approvals, points, quick, rankings

KINDS = {"approval": approvals(), "points": points(), "ranking": rankings()}
# A rule with each kind of ballot it can count.
COUNTABLE = [
    pytest.param(rule, kind, id=f"{rule.name}-{kind}") for rule in RULES for kind in KINDS if kind in rule.ballot_types
]


def counted(rule: Rule, small: Small, ties: str = "cheapest,most-votes,id") -> Outcome:
    return count(small.election, small.profile, rule=rule.name, settings={}, ties=Ties.parse(ties))


def scaled(election: Election, factor: int) -> Election:
    """The same election with all money written in smaller units."""
    options = tuple(replace(option, cost=option.cost * factor) for option in election.options)
    return replace(election, options=options, budget=election.budget * factor, unit=election.unit * factor)


@pytest.mark.parametrize(("rule", "kind"), COUNTABLE)
def test_the_money_is_enough(rule: Rule, kind: str) -> None:
    @quick
    @given(KINDS[kind])
    def check(small: Small) -> None:
        outcome = counted(rule, small)
        assert len(set(outcome.selected)) == len(outcome.selected)
        if "within-budget" in rule.promises:
            assert outcome.total_cost <= small.election.budget

    check()


@pytest.mark.parametrize(("rule", "kind"), COUNTABLE)
def test_the_order_of_ballots_and_options_is_irrelevant(rule: Rule, kind: str) -> None:
    @quick
    @given(KINDS[kind], st.integers(0, 1000))
    def check(small: Small, seed: int) -> None:
        chance = random.Random(seed)
        ballots, options = list(small.ballots), list(small.election.options)
        chance.shuffle(ballots)
        chance.shuffle(options)
        mixed = Small(replace(small.election, options=tuple(options)), ballots, small.ballot_type)
        assert counted(rule, mixed).selected == counted(rule, small).selected

    check()


@pytest.mark.parametrize(("rule", "kind"), COUNTABLE)
def test_the_unit_of_money_is_irrelevant(rule: Rule, kind: str) -> None:
    @quick
    @given(KINDS[kind], st.sampled_from([10, 1000]))
    def check(small: Small, factor: int) -> None:
        larger = Small(scaled(small.election, factor), small.ballots, small.ballot_type)
        assert counted(rule, larger).selected == counted(rule, small).selected

    check()


@pytest.mark.parametrize(("rule", "kind"), COUNTABLE)
def test_the_same_input_gives_the_same_bytes_and_they_read_back(rule: Rule, kind: str) -> None:
    @quick
    @given(KINDS[kind])
    def check(small: Small) -> None:
        text = counted(rule, small).to_json()
        assert counted(rule, small).to_json() == text
        assert Outcome.from_json(text).to_json() == text

    check()


@pytest.mark.parametrize(("rule", "kind"), COUNTABLE)
def test_every_option_is_told_why(rule: Rule, kind: str) -> None:
    @quick
    @given(KINDS[kind])
    def check(small: Small) -> None:
        outcome = counted(rule, small)
        assert [result.code for result in outcome.options] == [option.code for option in small.election.options]
        for result in outcome.options:
            assert result.sentence.endswith(".")
            assert result.selected is (result.code in outcome.selected)
            assert result.position == (outcome.selected.index(result.code) + 1 if result.selected else None)

    check()


@pytest.mark.parametrize(("rule", "kind"), [case for case in COUNTABLE if "monotone" in case.values[0].promises])
def test_another_supporter_never_makes_a_winner_lose(rule: Rule, kind: str) -> None:
    @quick
    @given(KINDS[kind])
    def check(small: Small) -> None:
        outcome = counted(rule, small, "id")
        for code in outcome.selected:
            alone: dict[str, Any] = {"approve": [code], "rank": [code], "points": {code: 1}}
            key = {"approval": "approve", "ranking": "rank", "points": "points"}[kind]
            more = Small(small.election, [*small.ballots, {key: alone[key]}], kind)
            assert code in counted(rule, more, "id").selected

    check()


@pytest.mark.parametrize(("rule", "kind"), COUNTABLE)
def test_no_ballots_and_no_options_are_fine(rule: Rule, kind: str) -> None:
    @quick
    @given(KINDS[kind])
    def check(small: Small) -> None:
        nobody = Small(small.election, [], kind)
        assert counted(rule, nobody).ballots == 0
        assert counted(rule, nobody).total_cost <= max(small.election.budget, sum(small.election.costs))

    check()
    nothing = Election((), 100)
    profile = Profile.from_ballots(nothing, [], ballot_type=kind)
    assert count(nothing, profile, rule=rule.name, settings={}, ties=Ties.parse("id")).selected == ()


def test_every_rule_has_its_page_and_no_name_twice() -> None:
    names = [rule.name for rule in RULES]
    assert len(set(names)) == len(names)
    assert all(rule.title and rule.description.endswith(".") for rule in RULES)
