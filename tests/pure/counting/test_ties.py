"""Ties: a declared policy, one strict order, and a record of every tie that was met."""

from __future__ import annotations

import hashlib

import pytest

from participation.counting import Election, Option, Profile, Ties, UnknownTiePolicy, count

ELECTION = Election(
    (Option("9", 30), Option("10", 20), Option("a", 20), Option("B", 10)), budget=40, unit=1, currency=""
)


def order(text: str, votes: tuple[int, ...] = (1, 2, 2, 3)) -> list[str]:
    return list(ELECTION.codes(Ties.parse(text).bind(ELECTION, votes).order))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("file", ["9", "10", "a", "B"]),
        ("id", ["10", "9", "B", "a"]),
        ("cheapest,id", ["B", "10", "a", "9"]),
        ("most-votes,id", ["B", "10", "a", "9"]),
        ("cheapest,most-votes,file", ["B", "10", "a", "9"]),
        (" cheapest , file ", ["B", "10", "a", "9"]),
    ],
)
def test_policies_in_order_of_force(text: str, expected: list[str]) -> None:
    assert order(text) == expected


def test_a_lot_can_be_drawn_again_by_anybody_who_knows_the_seed() -> None:
    drawn = sorted(["9", "10", "a", "B"], key=lambda code: hashlib.sha256(f"2026-05-07:{code}".encode()).hexdigest())
    assert order("lot:2026-05-07") == drawn
    assert order("lot:another seed") != drawn


def test_a_policy_that_leaves_ties_open_ends_with_the_code() -> None:
    assert str(Ties.parse("cheapest")) == "cheapest,id"
    assert str(Ties.parse("cheapest,file")) == "cheapest,file"
    assert str(Ties.parse("")) == "id"


@pytest.mark.parametrize("text", ["random", "lot", "lot:", "cheapest:1", "cheapest,newest", "ID"])
def test_an_unknown_policy_is_refused(text: str) -> None:
    with pytest.raises(UnknownTiePolicy) as refusal:
        Ties.parse(text)
    assert "is not a tie rule" in refusal.value.message


def test_every_tie_is_recorded_with_the_policy_that_decided_it() -> None:
    ballots = [{"approve": ["9", "10", "a"]}, {"approve": ["9", "10", "a"]}, {"approve": ["B"]}]
    profile = Profile.from_ballots(ELECTION, ballots)
    outcome = count(ELECTION, profile, rule="greedy", settings={}, ties=Ties.parse("cheapest,id"))
    met = outcome.ties_met[0]
    assert (met.round, met.options, met.chosen, met.policy) == (1, ("9", "10", "a"), "10", "id")
    assert outcome.ties == "cheapest,id"
    assert outcome.selected == ("10", "a")


def test_a_tie_with_what_is_out_of_reach_is_no_tie() -> None:
    """After 10 and a only nothing is left: 9, level with them, could not be paid for and decides nothing."""
    ballots = [{"approve": ["9", "10", "a"]}]
    outcome = count(
        ELECTION, Profile.from_ballots(ELECTION, ballots), rule="greedy", settings={}, ties=Ties.parse("cheapest,id")
    )
    assert [tie.options for tie in outcome.ties_met] == [("9", "10", "a")]
