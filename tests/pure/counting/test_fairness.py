"""The fairness report: its numbers on a small example, its failures named, and what holds for the rules that promise it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from participation.counting import Election, Option, Outcome, Profile, Ties, count, fairness
from participation.counting.fairness import FairnessReport, Statement
from participation.counting.pabulib import read
from participation.counting.rules.greedy import BALLOTS
from tests.pure.counting.pabulib_files import ELECTIONS
from tests.pure.counting.small_elections import Small, approvals, points, thorough


def counted(election: Election, profile: Profile, rule: str, **settings: str | int | bool) -> Outcome:
    return count(election, profile, rule=rule, settings=settings, ties=Ties.parse("id"), explain=False)


def named(report: FairnessReport, name: str) -> Statement:
    return next(statement for statement in report.statements if statement.name == name)


def test_a_group_that_is_short_changed_is_named() -> None:
    """Six of ten voters take all the money under most votes first; the other four agree and get nothing."""
    election = Election(
        (
            Option("north", 60_000_00, "Northern pool", ("ward:North", "category:Sport")),
            Option("fountain", 40_000_00, "Fountain", ("ward:North",)),
            Option("south", 36_000_00, "Southern playground", ("ward:South",)),
        ),
        100_000_00,
    )
    ballots = [{"approve": ["north", "fountain"]}] * 6 + [{"approve": ["south"]}] * 4
    profile = Profile.from_ballots(election, ballots)
    outcome = counted(election, profile, "greedy")
    assert outcome.selected == ("fountain", "north")
    report = fairness.report(election, profile, outcome)
    claim, *others = report.short_changed
    assert not others
    assert (claim.option, claim.ballots, claim.funded, claim.claim) == ("south", 4, 0, 40_000_00)
    assert claim.text == (
        "4 of the ballots that chose Southern playground have at most £0 of what they chose funded. Their equal shares "
        "come to £40,000, enough to fund it as well for £36,000."
    )
    assert named(report, "ejr-plus").holds is False
    assert named(report, "something-funded").text == "6 of 10 ballots (60%) chose at least one option that is funded."
    assert named(report, "priceable").holds is None
    wards = {(group.kind, group.name): (group.listed, group.selected, group.cost) for group in report.groups}
    assert wards == {
        ("category", "Sport"): (1, 1, 60_000_00),
        ("ward", "North"): (2, 2, 100_000_00),
        ("ward", "South"): (1, 0, 0),
    }
    fair = fairness.report(election, profile, counted(election, profile, "equal-shares"))
    assert named(fair, "ejr-plus").holds
    assert named(fair, "priceable").holds


@pytest.mark.slow
@thorough
@given(st.one_of(approvals(), points()), st.sampled_from(["cost", "cardinality", "points"]))
def test_payments_of_equal_shares_and_phragmen_add_up(small: Small, satisfaction: str) -> None:
    for rule, settings in (("equal-shares", {"satisfaction": satisfaction}), ("phragmen", {})):
        outcome = counted(small.election, small.profile, rule, **settings)
        report = fairness.report(small.election, small.profile, outcome)
        if report.statements:
            assert named(report, "priceable").holds, named(report, "priceable").text


@pytest.mark.slow
@thorough
@given(approvals(), st.sampled_from(["none", "greedy", "add1"]))
def test_equal_shares_with_cost_satisfaction_changes_nobody_short(small: Small, completion: str) -> None:
    outcome = counted(small.election, small.profile, "equal-shares", completion=completion)
    assert fairness.report(small.election, small.profile, outcome).short_changed == ()


@thorough
@given(approvals(), st.sampled_from(["greedy", "phragmen", "max-welfare"]))
def test_a_short_changed_group_is_one(small: Small, rule: str) -> None:
    """Against the definition: enough supporters who have little enough, one voter at a time."""
    election = small.election
    outcome = counted(election, small.profile, rule)
    winners = {election.index[code] for code in outcome.selected}
    funded = [sum(election.costs[o] for o in marks if o in winners) for marks in small.support]
    expected = set()
    for option, cost in enumerate(election.costs):
        if option in winners or not cost or not election.budget:
            continue
        having = sorted(money for money, marks in zip(funded, small.support, strict=True) if option in marks)
        if any((money + cost) * len(funded) <= size * election.budget for size, money in enumerate(having, start=1)):
            expected.add(election.options[option].code)
    report = fairness.report(election, small.profile, outcome)
    assert {claim.option for claim in report.short_changed} == expected


def test_ballots_that_spend_no_budget_have_no_statements() -> None:
    election = Election((Option("a", 10), Option("b", 10)), 0)
    profile = Profile.from_ballots(election, [{"rank": ["a", "b"]}], ballot_type="ranking")
    assert fairness.report(election, profile, counted(election, profile, "borda")).statements == ()


@pytest.mark.parametrize("name", ELECTIONS)
def test_real_elections_fail_where_the_oracle_says(pabulib: Path, name: str) -> None:
    known = json.loads((pabulib / "expected" / name.replace(".pb.gz", ".json").replace(".pb", ".json")).read_text())
    file = read(pabulib / name)
    election = file.election()
    profile = file.profile(election)
    assert profile.ballot_type in BALLOTS
    outcomes = {variant["id"]: variant["winners"] for variant in known["variants"]} | {"real": known["real_selected"]}
    for variant, failures in known.get("ejr_plus_up_to_any_cost_violations", {}).items():
        if outcomes[variant] is not None:
            selected = [election.index[code] for code in outcomes[variant]]
            assert len(fairness.short_changed(election, profile, selected)) == failures, variant
