"""Weights that make the people who took part look like the population: raking, trimming, post-stratification.

Works on cells (people in a combination of groups), not on people, so its cost does not grow with their number. Needs
notes 4.2; the raking is Deming and Stephan's (1940) and agrees with R's `survey::rake`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from participation.needs.refusals import WeightingRefused

TOLERANCE = 1e-8
ROUNDS = 1_000
LOWEST, HIGHEST = 0.2, 5.0
Weights = NDArray[np.float64]


@dataclass(frozen=True)
class Margin:
    """One margin to meet: the category of each cell, and the people there should be in each category."""

    labels: Sequence[int]
    targets: Sequence[float]


@dataclass(frozen=True)
class Raked:
    """Weights after raking. `steps` holds the weights as each margin was last met (standard errors need them)."""

    weights: Weights
    steps: tuple[Weights, ...]
    rounds: int
    converged: bool


def rake(
    counts: Sequence[float] | Weights,
    margins: Sequence[Margin],
    *,
    start: Weights | None = None,
    tolerance: float = TOLERANCE,
    rounds: int = ROUNDS,
    change: float | None = None,
) -> Raked:
    """Weights for each cell so that weighted counts meet every margin, starting from 1 or from `start`.

    Stops when every margin is met to a relative `tolerance`, or, where `change` is given, when no cell's weighted count
    moved by that much in a round (R's rule; its default is 1). Raises `WeightingRefused` when a category that should
    hold people holds none.
    """
    people = np.asarray(counts, dtype=np.float64)
    weights = np.ones(len(people)) if start is None else start.copy()
    placed = [(np.asarray(m.labels, dtype=np.int64), np.asarray(m.targets, dtype=np.float64)) for m in margins]
    for _, (labels, targets) in enumerate(placed):
        held = np.bincount(labels, people, len(targets))
        if np.any((held == 0) & (targets > 0)):
            raise WeightingRefused(problem="nobody took part from a group that has to be represented.")
    steps: tuple[Weights, ...] = ()
    for done in range(1, rounds + 1):
        before = weights * people
        passed = []
        for labels, targets in placed:
            weights = weights * _factors(people * weights, labels, targets)[labels]
            passed.append(weights)
        steps = tuple(passed)
        if change is not None:
            if np.max(np.abs(before - weights * people), initial=0.0) < change:
                return Raked(weights, steps, done, True)
        elif misfit(people * weights, placed) <= tolerance:
            return Raked(weights, steps, done, True)
    return Raked(weights, steps, rounds, False)


def _factors(weighted: Weights, labels: NDArray[np.int64], targets: Weights) -> Weights:
    held = np.bincount(labels, weighted, len(targets))
    return np.divide(targets, held, out=np.ones_like(targets), where=held > 0)


def misfit(weighted: Weights, placed: Sequence[tuple[NDArray[np.int64], Weights]]) -> float:
    """The largest relative distance of a category from its target."""
    worst = 0.0
    for labels, targets in placed:
        held = np.bincount(labels, weighted, len(targets))
        asked = targets > 0
        worst = max(worst, float(np.max(np.abs(held[asked] / targets[asked] - 1), initial=0.0)))
    return worst


def trimmed(counts: Sequence[float] | Weights, weights: Weights) -> tuple[Weights, int]:
    """Weights held within 0.2 and 5 times their mean, and how many people that touched."""
    people = np.asarray(counts, dtype=np.float64)
    mean = math.fsum(people * weights) / math.fsum(people)
    cut = np.clip(weights, LOWEST * mean, HIGHEST * mean)
    return cut, int(people[cut != weights].sum())


def post_stratified(counts: Sequence[int], population: Sequence[float]) -> Weights:
    """One weight a stratum, (N_h / N) / (n_h / n): mean 1 over the people. Raises `WeightingRefused` for an empty one."""
    people, whole = math.fsum(counts), math.fsum(population)
    if any(count == 0 < size for count, size in zip(counts, population, strict=True)):
        raise WeightingRefused(problem="nobody took part from a group that has to be represented.")
    return np.array([s / whole * people / c if c else 1.0 for c, s in zip(counts, population, strict=True)])


def effective_base(counts: Sequence[float] | Weights, weights: Weights) -> float:
    """Kish's effective base, (sum w)^2 / sum w^2: how many equally weighted people would say as much."""
    people = np.asarray(counts, dtype=np.float64)
    squares = math.fsum(people * weights * weights)
    return math.fsum(people * weights) ** 2 / squares if squares else 0.0


def weighted_share(chose: Sequence[float], counts: Sequence[float], weights: Weights) -> float:
    """The share of people who chose something, each cell counting by its weight."""
    return math.fsum(np.asarray(chose, dtype=np.float64) * weights) / math.fsum(
        np.asarray(counts, dtype=np.float64) * weights
    )
