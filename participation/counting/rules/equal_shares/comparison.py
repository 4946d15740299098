"""The comparison step: hand the result to greedy where more ballots have more winners under it.

Every ballot is counted. A ballot with nothing funded on one side and something on the other does prefer the other;
a tool in use forgets these and has turned a real 33,963 to 17,525 into its opposite (Łódź 2022).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from participation.counting.profile import Column, Profile


@dataclass(frozen=True, slots=True)
class Preferred:
    """Ballots with more winners on one side, on the other, and as many on both."""

    first: int
    second: int
    level: int


def compare(profile: Profile, first: Iterable[int], second: Iterable[int]) -> Preferred:
    """Which of two sets of winners holds more of what each ballot names."""
    ahead = winners_per_row(profile, first) - winners_per_row(profile, second)
    weights = np.ones(profile.size, dtype=np.int64) if profile.weights is None else profile.weights
    return Preferred(
        first=int(weights[ahead > 0].sum()), second=int(weights[ahead < 0].sum()), level=int(weights[ahead == 0].sum())
    )


def winners_per_row(profile: Profile, winners: Iterable[int]) -> Column:
    """How many of the winners each row of the profile names (on points ballots: gives something)."""
    won = np.zeros(len(profile.election.options), dtype=np.int32)
    won[list(winners)] = 1
    named = won[profile.choices]
    if profile.ballot_type == "points" and profile.values is not None:
        named = named * (profile.values > 0)
    running = np.concatenate(([0], np.cumsum(named, dtype=np.int32)))
    counts: Column = running[profile.starts[1:]] - running[profile.starts[:-1]]
    return counts
