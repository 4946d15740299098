"""The compiled path and plain Python give the same bytes; the compiled one is loaded only where it pays."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from participation.counting import Election, Option, Profile, Ties, compiled, count
from participation.counting.pabulib import read
from participation.counting.supporters import supporters
from tests.pure.counting.small_elections import TIES, Small, any_ballots, quick

SETTINGS = st.fixed_dictionaries(
    {
        "satisfaction": st.sampled_from(["cost", "cardinality", "points", "points-cost"]),
        "completion": st.sampled_from(["none", "greedy", "add1", "add1-greedy"]),
        "stop": st.sampled_from(["exhaustive", "overspend"]),
        "endowment": st.sampled_from(["exact", "integral"]),
        "compare": st.booleans(),
    }
)


def both(election: Election, profile: Profile, ties: str = "id", **settings: str | int | bool) -> tuple[str, str]:
    """The canonical texts of the two paths."""
    reference, fast = (
        count(election, profile, rule="equal-shares", settings=settings, ties=Ties.parse(ties), path=path).to_json()
        for path in ("reference", "compiled")
    )
    return reference, fast


@quick
@given(any_ballots(), TIES, SETTINGS)
def test_same_bytes_on_small_elections(small: Small, ties: str, settings: dict[str, str | bool]) -> None:
    reference, fast = both(small.election, small.profile, ties, **settings)
    assert reference == fast


@quick
@given(st.integers(0, 2**32), st.sampled_from(["cost", "cardinality", "points", "points-cost"]))
def test_same_bytes_with_large_numbers(seed: int, satisfaction: str) -> None:
    """Costs up to 10^12 and many voters: the doubles of the compiled path lie close together."""
    chance = np.random.default_rng(seed)
    costs = chance.integers(1, 10 ** chance.integers(1, 13), size=12)
    election = Election(tuple(Option(str(at), int(cost)) for at, cost in enumerate(costs)), int(costs.sum() // 3), 1)
    lengths = chance.integers(0, 6, size=300)
    choices = np.concatenate([chance.permutation(12)[:length] for length in lengths])
    profile = Profile.from_columns(
        election,
        ballot_type="points",
        starts=np.concatenate(([0], np.cumsum(lengths))),
        choices=choices,
        values=chance.integers(0, 8, size=len(choices)),
        weights=chance.integers(1, 50, size=300),
    )
    reference, fast = both(election, profile, satisfaction=satisfaction)
    assert reference == fast


@pytest.mark.parametrize("name", ["Poland_Wieliczka_2023_Green_Budget.pb", "Switzerland_Zurich_D10.pb"])
def test_same_bytes_on_real_elections(pabulib: Path, name: str) -> None:
    file = read(pabulib / name)
    election = file.election()
    reference, fast = both(election, file.profile(election), completion="add1", satisfaction="points")
    assert reference == fast


@pytest.mark.slow
@pytest.mark.parametrize(
    "name", ["Poland_Lodz_2022.pb.gz", "Hungary_Budapest_2024.pb.gz", "Poland_Katowice_2023.pb.gz"]
)
def test_same_bytes_on_large_elections(pabulib: Path, name: str) -> None:
    file = read(pabulib / name)
    election = file.election()
    reference, fast = both(election, file.profile(election), satisfaction="points-cost", completion="greedy")
    assert reference == fast


def test_without_numba_the_reference_path_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compiled, "kernels", lambda: None)
    assert not compiled.wanted("auto", compiled.WORTH_LOADING)
    with pytest.raises(compiled.PathUnavailable):
        compiled.wanted("compiled", 1)


def test_small_counts_do_not_load_the_compiler(monkeypatch: pytest.MonkeyPatch) -> None:
    assert compiled.wanted("compiled", 1)
    assert compiled.wanted("auto", compiled.WORTH_CALLING)
    assert not compiled.wanted("auto", compiled.WORTH_CALLING - 1)
    monkeypatch.delitem(sys.modules, compiled.MODULE)
    assert not compiled.wanted("auto", compiled.WORTH_LOADING - 1)
    assert not compiled.wanted("reference", compiled.WORTH_LOADING)
    assert compiled.wanted("auto", compiled.WORTH_LOADING)


@quick
@given(any_ballots())
def test_both_ways_of_turning_a_profile_round_agree(small: Small) -> None:
    profile = small.profile
    slow = supporters(profile, profile.values)
    kernels = compiled.kernels()
    assert kernels is not None
    slots = np.zeros(0, np.int32) if profile.values is None else np.where(profile.values > 0, 0, -1).astype(np.int32)
    starts, rows, _ = kernels.turn(profile.starts, profile.choices, slots, len(small.election.options))
    assert starts.tolist() == slow.starts.tolist()
    assert rows.tolist() == slow.rows.tolist()
