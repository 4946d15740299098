"""TF-IDF vectors of small sets of features, and which of many vectors are near each other. No library, no network."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

Vector = Mapping[str, float]


def rarity(documents: Sequence[Sequence[str]]) -> dict[str, float]:
    """How telling each feature is: 1 + log((1 + documents) / (1 + documents with it))."""
    found: Counter[str] = Counter()
    for features in documents:
        found.update(set(features))
    return {feature: 1 + math.log((1 + len(documents)) / (1 + number)) for feature, number in sorted(found.items())}


def vector(features: Sequence[str], weights: Mapping[str, float]) -> dict[str, float]:
    """Counts times rarity, scaled to length 1; features without a weight are left out."""
    counts = {feature: times * weights[feature] for feature, times in Counter(features).items() if feature in weights}
    length = math.sqrt(math.fsum(value * value for value in counts.values()))
    return {feature: counts[feature] / length for feature in sorted(counts)} if length else {}


def near_pairs(vectors: Sequence[Vector], lowest: float) -> Iterator[tuple[int, int, float]]:
    """Every pair with a cosine of `lowest` or more, first by first, with an index of which vectors hold a feature."""
    postings: dict[str, list[tuple[int, float]]] = {}
    for number, each in enumerate(vectors):
        for feature, value in each.items():
            postings.setdefault(feature, []).append((number, value))
    index: dict[str, tuple[NDArray[np.int64], NDArray[np.float64]]] = {
        feature: (np.array([n for n, _ in held]), np.array([v for _, v in held])) for feature, held in postings.items()
    }
    for number, each in enumerate(vectors):
        scores = np.zeros(len(vectors))
        for feature, value in each.items():
            places, values = index[feature]
            scores[places] += value * values
        for other in np.flatnonzero(scores[number + 1 :] >= lowest - 1e-12) + number + 1:
            yield number, int(other), min(1.0, float(scores[other]))
