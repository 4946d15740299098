"""The sensitivity table, and the recount that says where it differs."""

from __future__ import annotations

import json

from hypothesis import given

from participation.counting import Election, Option, Outcome, Profile, Ties, count, sensitivity
from participation.counting.verify import verify
from tests.pure.counting.small_elections import Small, any_ballots, quick

ELECTION = Election(
    (Option("pool", 90_000_00, "Pool"), Option("park", 20_000_00, "Park"), Option("bench", 10_000_00, "Benches")),
    100_000_00,
)
BALLOTS = [{"approve": ["pool"]}] * 6 + [{"approve": ["park", "bench"]}] * 4


def result() -> tuple[Profile, Outcome]:
    profile = Profile.from_ballots(ELECTION, BALLOTS)
    return profile, count(ELECTION, profile, rule="greedy", settings={}, ties=Ties.parse("cheapest,id"))


def test_each_rule_beside_the_result() -> None:
    profile, outcome = result()
    assert outcome.selected == ("pool", "bench")
    rows = {row.title: row for row in sensitivity.compare(ELECTION, profile, outcome)}
    assert "Most votes first" not in rows
    shares = rows["Equal shares"]
    assert (shares.selected, shares.added, shares.dropped) == (("bench", "park"), ("park",), ("pool",))
    assert (shares.prefer_this, shares.prefer_result) == (4, 6)
    assert shares.text == (
        "2 options for £30,000; in: Park; out: Pool. 4 ballots would have more of what they chose, 6 ballots less."
    )
    assert rows["Best set for all voters together"].text == "The same options."


def test_a_rule_that_refuses_says_so_in_its_row(monkeypatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr("participation.counting.rules.max_welfare.LONGEST_LIST", 1)
    profile, outcome = result()
    row = sensitivity.compare(ELECTION, profile, outcome)[-1]
    assert (row.rule, row.selected) == ("max-welfare", ())
    assert "too many" in row.text


def test_rules_for_one_winner_are_compared_with_their_like() -> None:
    profile = Profile.from_ballots(ELECTION, [{"rank": ["pool", "park"]}, {"rank": ["park"]}], ballot_type="ranking")
    outcome = count(ELECTION, profile, rule="irv", settings={}, ties=Ties.parse("id"))
    rules = {row.rule for row in sensitivity.compare(ELECTION, profile, outcome)}
    assert {"borda", "schulze"} <= rules
    assert not rules & {"irv", "greedy", "equal-shares"}


@quick
@given(any_ballots())
def test_a_recount_of_what_was_published_is_the_same(small: Small) -> None:
    for rule in ("greedy", "equal-shares", "phragmen", "max-welfare"):
        outcome = count(small.election, small.profile, rule=rule, settings={}, ties=Ties.parse("lot:seed"))
        assert verify(outcome.to_json(), small.election, small.profile).same


def test_a_recount_names_the_first_place_that_differs() -> None:
    profile, outcome = result()
    data = json.loads(outcome.to_json())
    data["rounds"][1]["left"] += 1
    text = json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    found = verify(text, ELECTION, profile)
    assert (found.same, found.place, found.published, found.recounted) == (False, "rounds.1.left", "1", "0")
    other = verify(outcome.to_json().replace(outcome.engine, "participation-counting 0"), ELECTION, profile)
    assert (other.same, other.place) == (False, "engine")
    fewer = verify(outcome.to_json(), ELECTION, Profile.from_ballots(ELECTION, BALLOTS[1:]))
    assert (fewer.same, fewer.place) == (False, "ballots")
