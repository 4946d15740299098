"""Exact scores: how many votes or points each option has.

Approval and knapsack ballots give a vote each. Points ballots give their points. A ranking gives its first place
`top_points`, each later place one less and never less than nothing (Krakow: 3, 2, 1); options ranked level share the
mean of the places they fill. Because a shared place may be worth half a point, every ranking point is counted twice
and halved at the end: what is added up is always a whole number.
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from participation.counting.profile import Column, Profile


def points(profile: Profile) -> tuple[Column, int]:
    """Points of every mark as whole numbers, and the divisor that makes them points (1, or 2 for shared places)."""
    if profile.values is None:
        return np.ones(len(profile.choices), dtype=np.int64), 1
    if profile.ballot_type == "ranking":
        return _ranking_points(profile)
    return profile.values, 1


def scores(profile: Profile) -> tuple[Fraction, ...]:
    """The score of each option, in listed order."""
    if profile.values is None:
        return tuple(Fraction(votes) for votes in profile.votes)
    marks, divisor = points(profile)
    totals = [0] * len(profile.election.options)
    for option, (choices, weights) in enumerate(_by_option(profile, marks)):
        totals[option] = int(choices @ weights) if _small(choices, weights) else _long_sum(choices, weights)
    return tuple(Fraction(total, divisor) for total in totals)


def _ranking_points(profile: Profile) -> tuple[Column, int]:
    """A mark's value is its place among groups; points need the number of options placed before its group."""
    assert profile.values is not None
    lengths = np.diff(profile.starts)
    top = profile.election.top_points or int(lengths.max(initial=0))
    row = np.repeat(np.arange(profile.size), lengths)
    order = np.lexsort((profile.values, row))
    ordered_row, ordered_place = row[order], profile.values[order]
    opens = np.ones(len(order), dtype=bool)
    opens[1:] = (ordered_row[1:] != ordered_row[:-1]) | (ordered_place[1:] != ordered_place[:-1])
    heads = np.flatnonzero(opens)
    sizes = np.diff(np.append(heads, len(order)))
    before = heads - profile.starts[ordered_row[heads]]
    # First and last point of the places a group fills; one below nothing is nothing.
    doubled = np.zeros(len(order), dtype=np.int64)
    for depth in range(int(sizes.max(initial=0))):
        doubled_share = np.maximum(top - before - depth, 0) * (depth < sizes)
        doubled[: len(heads)] += 2 * doubled_share
    group_points = doubled[: len(heads)]
    divisor = 2
    if (group_points % sizes).any():
        # Three or more options level where points run out at nothing: their mean needs more than halves.
        divisor = 2 * int(np.lcm.reduce(np.unique(sizes)))
        group_points = group_points * (divisor // 2)
    result = np.empty(len(order), dtype=np.int64)
    result[order] = np.repeat(group_points // sizes, sizes)
    if divisor == 2 and not (result % 2).any():
        return result // 2, 1
    return result, divisor


def _by_option(profile: Profile, marks: Column) -> list[tuple[Column, Column]]:
    if not profile.election.options:
        return []
    order = np.argsort(profile.choices, kind="stable")
    cuts = np.searchsorted(profile.choices[order], np.arange(1, len(profile.election.options)))
    weights = profile.mark_weights
    weights = np.ones(len(order), dtype=np.int64) if weights is None else weights
    return list(zip(np.split(marks[order], cuts), np.split(weights[order], cuts), strict=True))


def _small(values: Column, weights: Column) -> bool:
    """Whether the products add up within 64 bits."""
    if not len(values):
        return True
    return int(np.abs(values).max()) * int(weights.sum()) < 2**63


def _long_sum(values: Column, weights: Column) -> int:
    return sum(value * weight for value, weight in zip(values.tolist(), weights.tolist(), strict=True))
