"""Standard errors and design effects of weighted means, for analysts: linearised, with what the weights were raked to.

The estimator of R's `survey` package for one stage of sampling (Lumley 2010; Binder 1983): scores w (y - mean) / sum w,
less what the margins explain, summed over clusters within strata. People who took part are taken as their own clusters
in one stratum unless said otherwise.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

# R sweeps the margins this often when it takes residuals from raked weights.
SWEEPS = 10
Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Design:
    """How people came into the sample: weights, and where they apply clusters, strata and clusters in each stratum."""

    weights: Sequence[float]
    clusters: Sequence[int] | None = None
    strata: Sequence[int] | None = None
    # Clusters there are in the population, by stratum number; None = without correction for a finite population.
    population: Sequence[float] | None = None
    # Where clusters were sampled again inside: the smaller cluster of each person, and how many their cluster has of these.
    # Counts only where the population of clusters is known: otherwise clusters stand for all that is inside them.
    inner: Sequence[int] | None = None
    inner_population: Sequence[float] | None = None


@dataclass(frozen=True)
class RakedMargin:
    """A margin the weights were raked to: the category of each person, and the weights as it was last met."""

    labels: Sequence[int]
    weights: Sequence[float]


@dataclass(frozen=True)
class Estimate:
    """A weighted mean or total, its standard error, and the design effect against simple sampling."""

    value: float
    standard_error: float
    design_effect: float


def weighted_mean(
    values: Sequence[float], design: Design, margins: Sequence[RakedMargin] = (), *, put_back: bool = False
) -> Estimate:
    """The weighted mean. With margins, the part of the values that they explain adds no uncertainty.

    `put_back`: the design effect is against people drawn one by one and put back (R's `deff = "replace"`).
    """
    y, w = _numbers(values), _numbers(design.weights)
    whole = math.fsum(w)
    mean = math.fsum(y * w) / whole
    variance = _variance(_residuals((y - mean) * w / whole, margins), design)
    simple = _simple_variance(y, w, put_back)
    return Estimate(mean, math.sqrt(variance), variance / simple if simple else math.nan)


def weighted_ratio(
    values: Sequence[float], bases: Sequence[float], design: Design, margins: Sequence[RakedMargin] = ()
) -> Estimate:
    """The weighted total of the values per weighted total of the bases; no design effect.

    With both 0 outside a group, and 1 in it for the base, it is the mean of the group, with everybody still in the design:
    that is what a subpopulation needs (R: `svymean(subset(...))`).
    """
    y, x, w = _numbers(values), _numbers(bases), _numbers(design.weights)
    whole = math.fsum(x * w)
    found = math.fsum(y * w) / whole
    variance = _variance(_residuals((y - found * x) * w / whole, margins), design)
    return Estimate(found, math.sqrt(variance), math.nan)


def weighted_total(values: Sequence[float], design: Design, margins: Sequence[RakedMargin] = ()) -> Estimate:
    """The weighted total, for weights that add up to the population."""
    y, w = _numbers(values), _numbers(design.weights)
    variance = _variance(_residuals(y * w, margins), design)
    simple = _simple_variance(y, w) * math.fsum(w) ** 2
    return Estimate(math.fsum(y * w), math.sqrt(variance), variance / simple if simple else math.nan)


def _simple_variance(y: Numbers, w: Numbers, put_back: bool = False) -> float:
    """The variance of the mean of as many people drawn one by one without putting back (weights sum to the population).

    Where weights do not add up to more than the people (they are only relative), people are put back.
    """
    people, whole = len(y), math.fsum(w)
    mean = math.fsum(y * w) / whole
    spread = math.fsum((y - mean) ** 2 * w) / whole * people / (people - 1)
    return spread * (whole - people) / (whole * people) if whole > people and not put_back else spread / people


def post_stratified_mean(
    values: Sequence[float], design: Design, strata: Sequence[int], base_weights: Sequence[float]
) -> Estimate:
    """The weighted mean after post-stratification: scores less their base-weighted mean in each stratum."""
    y, w, old = _numbers(values), _numbers(design.weights), _numbers(base_weights)
    labels = np.asarray(strata, dtype=np.int64)
    whole = math.fsum(w)
    mean = math.fsum(y * w) / whole
    scores = (y - mean) * w / whole
    means = np.bincount(labels, scores * old / w) / np.bincount(labels, old)
    variance = _variance(scores - means[labels] * w, design)
    simple = _simple_variance(y, w)
    return Estimate(mean, math.sqrt(variance), variance / simple if simple else math.nan)


def _numbers(values: Sequence[float]) -> Numbers:
    return np.asarray(values, dtype=np.float64)


def _residuals(scores: Numbers, margins: Sequence[RakedMargin]) -> Numbers:
    for _ in range(SWEEPS if margins else 0):
        for margin in margins:
            labels, weights = np.asarray(margin.labels, dtype=np.int64), _numbers(margin.weights)
            means = np.bincount(labels, scores / weights) / np.bincount(labels)
            scores = scores - weights * means[labels]
    return scores


def _variance(scores: Numbers, design: Design) -> float:
    """Between clusters, within strata: sum of n / (n - 1) x (1 - n / N) x squared distances of cluster totals."""
    people = len(scores)
    clusters = np.arange(people) if design.clusters is None else np.unique(design.clusters, return_inverse=True)[1]
    strata = np.zeros(people, dtype=np.int64) if design.strata is None else np.asarray(design.strata, dtype=np.int64)
    total = 0.0
    for stratum in np.unique(strata):
        inside = strata == stratum
        _, local = np.unique(clusters[inside], return_inverse=True)
        sums = np.bincount(local, scores[inside])
        number = len(sums)
        if number < 2:
            continue
        taken = 0.0 if design.population is None else number / design.population[int(stratum)]
        total += (1 - taken) * number / (number - 1) * math.fsum((sums - sums.mean()) ** 2)
        if taken and design.inner is not None and design.inner_population is not None:
            smaller, there = np.asarray(design.inner)[inside], _numbers(design.inner_population)[inside]
            total += taken * _inner_variance(scores[inside], local, smaller, there)
    return total


def _inner_variance(scores: Numbers, clusters: NDArray[np.int64], inner: NDArray[np.int64], there: Numbers) -> float:
    """The second stage: the variance inside each cluster, of as many smaller ones as there are."""
    total = 0.0
    for cluster in np.unique(clusters):
        inside = clusters == cluster
        sample = Design([1.0] * int(inside.sum()), inner[inside].tolist(), population=[float(there[inside][0])])
        total += _variance(scores[inside], sample)
    return total
