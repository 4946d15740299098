"""Equal outcomes with pabutools: thousands of random small elections full of ties, and real files of feasible size."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from participation.counting import Election, Profile, Ties, count
from participation.counting.pabulib import read
from tests.pure.counting.pabutools_oracle import Pabutools
from tests.pure.counting.small_elections import Small, approvals, points, thousands

# Exact pabutools takes a minute on the largest files; these take seconds.
FEASIBLE = (
    "France_Toulouse_2022.pb",
    "Netherlands_Amsterdam_166.pb",
    "Netherlands_Assen_2024.pb",
    "Poland_Warszawa_2018_Bielany.pb",
    "Poland_Wieliczka_2023_Green_Budget.pb",
    "US_Stanford_Dataset_PB_Cambridge_2019_vote_approvals.pb",
    "US_Stanford_Dataset_PB_Chicago_39th_Ward_2021_vote_knapsacks.pb",
)


def winners(election: Election, profile: Profile, rule: str, **settings: Any) -> list[str]:
    return sorted(count(election, profile, rule=rule, settings=settings, ties=Ties.parse("id")).selected)


@pytest.mark.slow
@thousands
@given(approvals(free=False), st.sampled_from(["cost", "cardinality"]))
def test_approvals(small: Small, satisfaction: str) -> None:
    """One election through every rule: making the elections is half of the work."""
    theirs = Pabutools(small.election, small.profile)
    assert winners(small.election, small.profile, "greedy") == theirs.greedy("cost")
    assert winners(small.election, small.profile, "greedy-per-cost") == theirs.greedy("cardinality")
    assert winners(small.election, small.profile, "phragmen") == theirs.phragmen()
    if not small.ballots:
        return  # pabutools does not complete an election without ballots
    for completion in ("none", "greedy", "add1", "add1-greedy"):
        ours = winners(small.election, small.profile, "equal-shares", satisfaction=satisfaction, completion=completion)
        assert ours == theirs.equal_shares(
            satisfaction, add_one="add1" in completion, then_greedy="greedy" in completion
        ), completion


@pytest.mark.slow
@thousands
@given(points(least=1, free=False))
def test_equal_shares_with_points(small: Small) -> None:
    theirs = Pabutools(small.election, small.profile)
    for completion in ("none", "add1"):
        ours = winners(small.election, small.profile, "equal-shares", satisfaction="points", completion=completion)
        assert ours == theirs.equal_shares("points", add_one=completion == "add1"), completion


@pytest.mark.slow
@pytest.mark.parametrize("name", FEASIBLE)
def test_real_elections(pabulib: Path, name: str) -> None:
    file = read(pabulib / name)
    election = file.election()
    profile = file.profile(election)
    theirs = Pabutools(election, profile)
    assert winners(election, profile, "greedy") == theirs.greedy("cost")
    assert winners(election, profile, "greedy-per-cost") == theirs.greedy("cardinality")
    assert winners(election, profile, "equal-shares") == theirs.equal_shares("cost")
    assert winners(election, profile, "equal-shares", satisfaction="cardinality") == theirs.equal_shares("cardinality")
    assert winners(election, profile, "equal-shares", completion="greedy") == theirs.equal_shares(
        "cost", then_greedy=True
    )
    assert winners(election, profile, "phragmen") == theirs.phragmen()


@pytest.mark.slow
@pytest.mark.parametrize(
    "name", ["Netherlands_Assen_2024.pb", "US_Stanford_Dataset_PB_Chicago_39th_Ward_2021_vote_knapsacks.pb"]
)
def test_real_elections_with_larger_shares(pabulib: Path, name: str) -> None:
    """Of two that are quick; what the larger ones come to is written down (test_expected_outcomes)."""
    file = read(pabulib / name)
    election = file.election()
    profile = file.profile(election)
    ours = winners(election, profile, "equal-shares", completion="add1")
    assert ours == Pabutools(election, profile).equal_shares("cost", add_one=True)
