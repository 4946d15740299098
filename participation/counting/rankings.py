"""Rankings as the rules that elect read them: who stands, and each ballot as groups of level options, best first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

import numpy as np

from participation.counting.case import Case
from participation.counting.profile import Column

Groups = tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True)
class Ranking:
    """`weight` equal ballots. Options a ballot leaves out are in none of its groups."""

    weight: int
    groups: Groups


def standing_options(case: Case) -> tuple[int, ...]:
    """Options that may be elected, in listed order. One dearer than the whole budget was withdrawn or never possible."""
    return tuple(option for option, cost in enumerate(case.election.costs) if cost <= case.election.budget)


def rankings(case: Case, standing: Iterable[int]) -> list[Ranking]:
    """All ballots, without options that do not stand; equal ballots together, in an order of their own content.

    A ballot on which nothing is left stays as one without groups: it was cast, and it is exhausted from the start.
    """
    stands = frozenset(standing)
    totals: Counter[Groups] = Counter()
    for weight, options, places in case.profile.rows():
        marked = sorted((place, option) for option, place in zip(options, places, strict=True) if option in stands)
        groups = groupby(marked, key=lambda mark: mark[0])
        totals[tuple(tuple(option for _, option in level) for _, level in groups)] += weight
    return [Ranking(weight, groups) for groups, weight in sorted(totals.items())]


def pairwise(case: Case, standing: tuple[int, ...]) -> Column:
    """How many ballots prefer each standing option (row) to each other (column). Options left out are tied last.

    Pairs within a ballot are compared at each distance between two of its marks, all ballots at once; every named
    option is also before all that were left out, which needs only the number of ballots naming both.
    """
    size = len(case.election.options)
    profile = case.profile
    weights = profile.mark_weights
    weights = np.ones(len(profile.choices), dtype=np.int64) if weights is None else weights
    places = np.zeros(len(profile.choices), dtype=np.int64) if profile.values is None else profile.values
    row = np.repeat(np.arange(profile.size), np.diff(profile.starts))
    before = np.zeros(size * size, dtype=np.int64)
    both = np.zeros(size * size, dtype=np.int64)
    for distance in range(1, int(np.diff(profile.starts).max(initial=0))):
        pairs = np.flatnonzero(row[distance:] == row[:-distance])
        first, second = profile.choices[pairs].astype(np.int64), profile.choices[pairs + distance].astype(np.int64)
        ahead, behind = places[pairs] < places[pairs + distance], places[pairs] > places[pairs + distance]
        _add(before, (first * size + second)[ahead], weights[pairs][ahead])
        _add(before, (second * size + first)[behind], weights[pairs][behind])
        _add(both, first * size + second, weights[pairs])
        _add(both, second * size + first, weights[pairs])
    named = np.zeros(size, dtype=np.int64)
    _add(named, profile.choices, weights)
    table = before.reshape(size, size) + named[:, None] - both.reshape(size, size)
    np.fill_diagonal(table, 0)
    chosen = np.array(standing, dtype=np.int64)
    return table[np.ix_(chosen, chosen)]


def _add(totals: Column, places: Column, weights: Column) -> None:
    """Whole numbers stay whole: `bincount` would add in doubles."""
    np.add.at(totals, places, weights)
