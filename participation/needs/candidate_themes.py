"""Possible new themes in what nobody has coded yet: offered to the owners of the codebook, never published.

Non-negative matrix factorisation (Lee and Seung 2001) of words and pairs of words, inside one service area; each part is
described by the phrases it has more than the rest, and by its nearest texts. On real statements such parts hold at best
half of their own kind, which is why they are only offered (needs notes, section 2.2).
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from participation.needs import texts
from participation.needs.generator import Generator

MOST_THEMES = 12
TEXTS_A_THEME = 25
PHRASES, NEAREST = 4, 5
# Features that fewer texts have say nothing about a theme; the commonest of the rest are looked at.
FEWEST_TEXTS, MOST_FEATURES = 2, 2_000
_ROUNDS = 200
_TINY = 1e-12

Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class CandidateTheme:
    """Phrases that mark it out, how many texts are nearest to it, and the keys of the five that are nearest of all."""

    phrases: tuple[str, ...]
    texts: int
    examples: tuple[str, ...]


def find_candidates(
    needs: Mapping[str, str], *, ignored: Sequence[str] = (), seed: int = 0
) -> tuple[CandidateTheme, ...]:
    """Up to min(12, texts / 25) possible themes, the largest first. The same texts and seed give the same ones."""
    keys = sorted(needs)
    documents = [_features(needs[key], ignored) for key in keys]
    features = _vocabulary(documents)
    number = min(MOST_THEMES, math.ceil(len(keys) / TEXTS_A_THEME))
    if not features or number == 0:
        return ()
    table = _weighted(documents, features)
    parts = _factorised(table, number, Generator(seed))
    home = np.where(parts.max(axis=1) > _TINY, parts.argmax(axis=1), -1)
    found = [_described(part, home, parts, table, features, keys) for part in range(number) if (home == part).any()]
    return tuple(sorted(found, key=lambda theme: (-theme.texts, theme.phrases)))


def _features(text: str, ignored: Sequence[str]) -> list[str]:
    words = [w for w in texts.content_words(text, ignored) if len(w) > 2 and w not in texts.NEGATIONS]
    return [*words, *(f"{one} {other}" for one, other in pairwise(words))]


def _vocabulary(documents: Sequence[Sequence[str]]) -> list[str]:
    found: Counter[str] = Counter()
    for features in documents:
        found.update(set(features))
    kept = [feature for feature, number in found.items() if number >= FEWEST_TEXTS]
    return sorted(sorted(kept, key=lambda feature: (-found[feature], feature))[:MOST_FEATURES])


def _weighted(documents: Sequence[Sequence[str]], features: Sequence[str]) -> Numbers:
    """Counts times rarity, every text of length 1."""
    column = {feature: number for number, feature in enumerate(features)}
    table = np.zeros((len(documents), len(features)))
    for row, document in enumerate(documents):
        for feature in document:
            if feature in column:
                table[row, column[feature]] += 1
    rarity = np.log((1 + len(documents)) / (1 + (table > 0).sum(axis=0))) + 1
    weighted = table * rarity
    lengths = np.linalg.norm(weighted, axis=1, keepdims=True)
    scaled: Numbers = np.divide(weighted, lengths, out=np.zeros_like(weighted), where=lengths > 0)
    return scaled


def _factorised(table: Numbers, number: int, generator: Generator) -> Numbers:
    """How much each text has of each part, by multiplicative updates from a seeded start."""
    scale = math.sqrt(float(table.mean()) / number)

    def start(rows: int, columns: int) -> Numbers:
        drawn = (generator.words(rows * columns) >> np.uint64(11)).astype(np.float64) / (1 << 53)
        return scale * (0.5 + drawn.reshape(rows, columns))

    parts, words = start(table.shape[0], number), start(number, table.shape[1])
    for _ in range(_ROUNDS):
        words = words * (parts.T @ table) / (parts.T @ parts @ words + _TINY)
        parts = parts * (table @ words.T) / (parts @ (words @ words.T) + _TINY)
    return parts


def _described(
    part: int,
    home: NDArray[np.int64],
    parts: Numbers,
    table: Numbers,
    features: Sequence[str],
    keys: Sequence[str],
) -> CandidateTheme:
    inside = home == part
    apart = table[inside].mean(axis=0) - (table[~inside].mean(axis=0) if (~inside).any() else 0)
    order = sorted(range(len(features)), key=lambda f: (-apart[f], features[f]))
    nearest = sorted(np.flatnonzero(inside).tolist(), key=lambda row: (-parts[row, part], keys[row]))
    return CandidateTheme(
        phrases=_distinct([features[f] for f in order if apart[f] > 0]),
        texts=int(inside.sum()),
        examples=tuple(keys[row] for row in nearest[:NEAREST]),
    )


def _distinct(phrases: Sequence[str]) -> tuple[str, ...]:
    """The first few phrases, a word that is part of a longer one left out."""
    chosen: list[str] = []
    for phrase in phrases:
        if len(chosen) == PHRASES:
            break
        if any(phrase in longer.split() for longer in chosen):
            continue
        chosen = [other for other in chosen if other not in phrase.split()] + [phrase]
    return tuple(chosen)
