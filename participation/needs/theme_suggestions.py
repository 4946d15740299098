"""Themes suggested for free text: keywords people own, and a small learner that follows their corrections.

Needs notes, section 3. Score of a theme = log of the learner's probability + a quarter of its keyword score. The learner
is a softmax regression on words, pairs of words and character runs, trained on what people coded and, at less weight, on
texts whose keywords leave little doubt. Nothing is accepted by machine; each suggestion shows the words that fired.
"""

from __future__ import annotations

import hashlib
import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from participation.needs import texts, vectors

SUGGESTIONS = 3
KEYWORD_PART = 0.25
HUMAN_WEIGHT, KEYWORD_WEIGHT = 2.0, 0.4
# Keywords stand for a label where the best theme is this much ahead of the next.
CLEAR_MARGIN = 1.5
PENALTY = 20.0
_ROUNDS = 300

Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Theme:
    """A theme of the codebook. Keywords are starts of words; `_` joins the words of a phrase."""

    code: str
    label: str
    label_cy: str
    keywords: tuple[str, ...]


@dataclass(frozen=True)
class Codebook:
    version: str
    themes: tuple[Theme, ...]


@dataclass(frozen=True)
class Suggestion:
    """A theme for a text, with its score and the words that speak for it."""

    theme: str
    score: float
    words: tuple[str, ...]


def suggest(
    codebook: Codebook, needs: Mapping[str, str], coded: Mapping[str, str], *, ignored: Sequence[str] = ()
) -> dict[str, tuple[Suggestion, ...]]:
    """The three likeliest themes of every text that is not coded yet, the likeliest first.

    `coded` gives the themes people chose for some of the texts. Raises `ValueError` for a code that is not in the book.
    """
    themes = [theme.code for theme in codebook.themes]
    place = {code: number for number, code in enumerate(themes)}
    if not set(coded.values()) <= set(place):
        raise ValueError(f"not in the codebook: {sorted(set(coded.values()) - set(place))}")
    keys = list(needs)
    matched = [_matches(codebook, texts.normalised(text).split()) for text in needs.values()]
    scores = _keyword_scores(codebook, matched)
    labels, weights = _training(keys, scores, {key: place[code] for key, code in coded.items()})
    chances = _learned([_features(text, ignored) for text in needs.values()], labels, weights, len(themes))
    total = chances + KEYWORD_PART * scores
    return {key: _best(themes, total[number], matched[number]) for number, key in enumerate(keys) if key not in coded}


def label_fingerprint(codebook: Codebook, coded: Mapping[str, str]) -> str:
    """Names the labels and the codebook a set of suggestions came from (SHA-256)."""
    lines = [codebook.version, *(f"{key}\t{code}" for key, code in sorted(coded.items()))]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _best(themes: Sequence[str], scores: Numbers, matched: Sequence[Sequence[str]]) -> tuple[Suggestion, ...]:
    order = sorted(range(len(themes)), key=lambda number: (-scores[number], number))[:SUGGESTIONS]
    return tuple(Suggestion(themes[n], round(float(scores[n]), 4), tuple(matched[n])) for n in order)


def _matches(codebook: Codebook, words: Sequence[str]) -> list[list[str]]:
    """For each theme, its keywords that start a word, or a run of words, of the text."""
    return [[keyword for keyword in theme.keywords if _starts(keyword.split("_"), words)] for theme in codebook.themes]


def _starts(parts: Sequence[str], words: Sequence[str]) -> bool:
    return any(
        all(word.startswith(part) for part, word in zip(parts, words[start:], strict=False))
        for start in range(len(words) - len(parts) + 1)
    )


def _keyword_scores(codebook: Codebook, matched: Sequence[Sequence[Sequence[str]]]) -> Numbers:
    """The sum of log(N / df) of the keywords that matched: rare ones say more."""
    found: dict[tuple[int, str], int] = {}
    for each in matched:
        for number, keywords in enumerate(each):
            for keyword in keywords:
                found[number, keyword] = found.get((number, keyword), 0) + 1
    scores = np.zeros((len(matched), len(codebook.themes)))
    for row, each in enumerate(matched):
        for number, keywords in enumerate(each):
            scores[row, number] = math.fsum(math.log(len(matched) / found[number, k]) for k in keywords)
    return scores


def _training(keys: Sequence[str], scores: Numbers, coded: Mapping[str, int]) -> tuple[NDArray[np.int64], Numbers]:
    """The label of every text that teaches (-1: none) and how much it counts."""
    labels = np.full(len(keys), -1, dtype=np.int64)
    weights = np.zeros(len(keys))
    for row, key in enumerate(keys):
        first, second = sorted(range(scores.shape[1]), key=lambda n: (-scores[row, n], n))[:2]
        if key in coded:
            labels[row], weights[row] = coded[key], HUMAN_WEIGHT
        elif scores[row, first] - scores[row, second] > CLEAR_MARGIN:
            labels[row], weights[row] = first, KEYWORD_WEIGHT
    return labels, weights


def _features(text: str, ignored: Sequence[str]) -> list[str]:
    words = texts.content_words(text, ignored)
    pairs = [f"{a}+{b}" for a, b in itertools.pairwise(words)]
    return [*(f"={word}" for word in words), *pairs, *texts.character_runs(words)]


def _learned(documents: Sequence[Sequence[str]], labels: NDArray[np.int64], weights: Numbers, themes: int) -> Numbers:
    """Log probabilities of every theme for every text, from those with labels."""
    rows = np.flatnonzero(labels >= 0)
    if len(rows) == 0:
        return np.full((len(documents), themes), -math.log(themes))
    rarity = vectors.rarity(documents)
    made = [vectors.vector(features, rarity) for features in documents]
    likeness = _likeness(made, rows)
    wanted = np.eye(themes)[labels[rows]]
    held = np.bincount(labels[rows], weights[rows], themes)
    balance = weights[rows] * (held.sum() / (np.count_nonzero(held) * held[labels[rows]]))
    dual = _softmax_regression(likeness[rows], wanted, balance)
    # Every theme scores 0 for a text that is like none of those that teach.
    return _log_softmax(likeness @ dual)


def _likeness(made: Sequence[Mapping[str, float]], rows: NDArray[np.int64]) -> Numbers:
    """Cosines of every text with those that teach."""
    postings: dict[str, tuple[list[int], list[float]]] = {}
    for column, row in enumerate(rows):
        for feature, value in made[int(row)].items():
            columns, values = postings.setdefault(feature, ([], []))
            columns.append(column)
            values.append(value)
    index = {feature: (np.array(c), np.array(v)) for feature, (c, v) in postings.items()}
    likeness = np.zeros((len(made), len(rows)))
    for row, each in enumerate(made):
        for feature, value in each.items():
            if feature in index:
                columns_of, values_of = index[feature]
                likeness[row, columns_of] += value * values_of
    return likeness


def _softmax_regression(likeness: Numbers, wanted: Numbers, weights: Numbers) -> Numbers:
    """Dual weights of an L2-penalised softmax regression, by accelerated gradient steps (Nesterov 1983) from zero."""
    step = 1 / (float(np.linalg.norm(likeness, 2)) * float(weights.max()) / 2 + 1 / PENALTY)
    dual = np.zeros_like(wanted)
    ahead = dual
    for number in range(_ROUNDS):
        chances = np.exp(_log_softmax(likeness @ ahead))
        following = ahead - step * (weights[:, None] * (chances - wanted) + ahead / PENALTY)
        ahead = following + number / (number + 3) * (following - dual)
        dual = following
    return dual


def _log_softmax(scores: Numbers) -> Numbers:
    shifted = scores - scores.max(axis=1, keepdims=True)
    logs: Numbers = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    return logs
