"""Needs that may be the same: similarity proposes, a person decides (needs notes, section 3).

Only texts that are equal once normalised are linked by machine, reversibly. Everything else is a proposal, and one that
may mean the opposite or another place is never ticked beforehand: on real data "should be legalized" and "should not be
legalized" are as near as true duplicates. Linking adds no vote: supporters are distinct people over all linked texts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from participation.needs import texts, vectors

SAME, PROPOSED, CAREFUL, RELATED = "same", "proposed", "check carefully", "related"
PROPOSE_FROM = 0.75
RELATE_FROM = 0.34


@dataclass(frozen=True)
class Pair:
    """Two texts by their keys, how near they are (0 to 1), what to do with that, and why care is needed."""

    first: str
    second: str
    score: float
    tier: str
    reasons: tuple[str, ...] = ()


def find_pairs(
    needs: Mapping[str, str],
    *,
    ignored: Sequence[str] = (),
    places: Sequence[str] = (),
    decided: AbstractSet[tuple[str, str]] = frozenset(),
    propose_from: float = PROPOSE_FROM,
    relate_from: float = RELATE_FROM,
) -> list[Pair]:
    """Pairs of texts in one language that are worth a look, the nearest first.

    `ignored` words say nothing here (the council's name); texts that name different `places` need care; pairs in
    `decided` are never proposed again.
    """
    keys = list(needs)
    documents = [texts.character_runs(texts.content_words(text, ignored)) for text in needs.values()]
    weights = vectors.rarity(documents)
    made = [vectors.vector(features, weights) for features in documents]
    known = {frozenset(pair) for pair in decided}
    spoken = [texts.normalised(place) for place in places]
    pairs = [
        _pair(keys[i], keys[j], needs[keys[i]], needs[keys[j]], score, spoken, propose_from)
        for i, j, score in vectors.near_pairs(made, relate_from)
        if frozenset((keys[i], keys[j])) not in known
    ]
    return sorted(pairs, key=lambda pair: (-pair.score, pair.first, pair.second))


def _pair(
    first: str, second: str, one: str, other: str, score: float, places: Sequence[str], propose_from: float
) -> Pair:
    if texts.normalised(one) == texts.normalised(other):
        return Pair(first, second, 1.0, SAME)
    reasons = care_needed(one, other, places)
    if reasons:
        return Pair(first, second, score, CAREFUL, reasons)
    return Pair(first, second, score, PROPOSED if score >= propose_from else RELATED)


def care_needed(one: str, other: str, places: Sequence[str] = ()) -> tuple[str, ...]:
    """Why two near texts may still not be the same: a negation, a number or a place that only one of them has."""
    reasons = []
    if texts.negations(one) != texts.negations(other) or texts.one_wants_more_and_one_less(one, other):
        reasons.append("one may mean the opposite")
    if texts.numbers(one) != texts.numbers(other):
        reasons.append("the numbers differ")
    if _named(one, places) != _named(other, places):
        reasons.append("the places differ")
    return tuple(reasons)


def _named(text: str, places: Sequence[str]) -> frozenset[str]:
    line = f" {texts.normalised(text)} "
    return frozenset(place for place in places if f" {place} " in line)


def distinct_supporters(linked: Sequence[AbstractSet[str]]) -> int:
    """People who support any of several linked needs, each counted once."""
    return len(frozenset().union(*linked))
