"""How an attacker matches voters to ballots, and how many matches are chance. Pure.

Every guess gives each voter at most one ballot, and each ballot to at most one voter. Ballots are told apart by their text, which
in these scenes nobody shares.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from math import exp, sqrt
from statistics import NormalDist
from typing import Any

# Voter -> ballot.
Guess = dict[int, str]


def in_step(voters: Sequence[int], ballots: Sequence[str]) -> Guess:
    """The first voter cast the first ballot, and so on. Shorter lists are taken from their ends, where the newest are."""
    number = min(len(voters), len(ballots))
    return dict(zip(voters[len(voters) - number :], ballots[len(ballots) - number :], strict=True))


def by_rank(voters: Mapping[int, Any], ballots: Mapping[str, Any]) -> Guess:
    """Both sides sorted by what they have, side by side."""
    return in_step(
        sorted(voters, key=lambda one: _sortable(voters[one])), sorted(ballots, key=lambda one: _sortable(ballots[one]))
    )


def by_equality(voters: Mapping[int, Any], ballots: Mapping[str, Any]) -> Guess:
    """Who has the same as a ballot cast it; where several have the same, in the order in which they stand."""
    alike: dict[Any, list[str]] = defaultdict(list)
    for ballot, has in ballots.items():
        alike[has].append(ballot)
    taken: dict[Any, int] = defaultdict(int)
    guess = {}
    for voter, has in voters.items():
        if taken[has] < len(alike.get(has, ())):
            guess[voter] = alike[has][taken[has]]
            taken[has] += 1
    return guess


def _sortable(value: Any) -> tuple[str, Any]:
    """Values of one column sort as they are, and beside nothing else."""
    return (type(value).__name__, value)


def hits(guess: Guess, truth: Mapping[int, str]) -> int:
    return sum(truth.get(voter) == ballot for voter, ballot in guess.items())


def most_by_chance(expected: float, alpha: float) -> int:
    """The number of hits that chance passes with a probability of at most `alpha`, when `expected` are to be expected.

    Guessing at random hits like a Poisson variable, for one ballot in n as for one batch in 120.
    """
    term = total = exp(-expected)
    number = 0
    while 1 - total > alpha:
        number += 1
        term *= expected / number
        total += term
    return number


def correlation(first: Sequence[float], second: Sequence[float]) -> float:
    """Pearson's; of ranks it is Spearman's. 0 when one side is constant."""
    mean_first, mean_second = sum(first) / len(first), sum(second) / len(second)
    together = sum((a - mean_first) * (b - mean_second) for a, b in zip(first, second, strict=True))
    spread = sum((a - mean_first) ** 2 for a in first) * sum((b - mean_second) ** 2 for b in second)
    return together / sqrt(spread) if spread else 0.0


def strongest_by_chance(number: int, alpha: float) -> float:
    """The correlation of so many pairs that chance passes, either way, with a probability of `alpha`."""
    return NormalDist().inv_cdf(1 - alpha / 2) / sqrt(number - 1)


def ranks(order: Sequence[Any]) -> dict[Any, int]:
    """Each thing with its place."""
    return {thing: place for place, thing in enumerate(order)}
