"""Quotes that stand for a theme: the typical one, then others unlike it, and a voice against where there is one.

Needs notes, section 3. Only texts that were accepted, consented to and redacted may be given to this; people approve
what is chosen before anybody else sees it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from participation.needs import texts, vectors

# A voice against is quoted where this part of the theme is against.
DISSENT_FROM = 0.1


@dataclass(frozen=True)
class Candidate:
    """A text cleared for quoting, the ward it came from (for variety only: never shown beside it), and its side."""

    key: str
    text: str
    ward: str = ""
    against: bool = False


def choose(candidates: Sequence[Candidate], number: int = 3) -> list[str]:
    """Keys of up to `number` quotes: nearest to the centre, then farthest from those chosen, from new wards first."""
    ordered = sorted(candidates, key=lambda candidate: candidate.key)
    documents = [texts.character_runs(texts.content_words(candidate.text)) for candidate in ordered]
    weights = vectors.rarity(documents)
    made = [vectors.vector(features, weights) for features in documents]
    centre = _centre(made)
    chosen: list[int] = []
    while len(chosen) < min(number, len(ordered)):
        open_places = _open_places(ordered, chosen, number)
        if not chosen:
            chosen.append(max(open_places, key=lambda i: (_cosine(made[i], centre), -i)))
        else:
            chosen.append(min(open_places, key=lambda i: (max(_cosine(made[i], made[c]) for c in chosen), i)))
    return [ordered[place].key for place in chosen]


def _open_places(candidates: Sequence[Candidate], chosen: Sequence[int], number: int) -> list[int]:
    """Those that may come next: a voice against if it is due, else one from a ward not yet heard if there is any."""
    left = [place for place in range(len(candidates)) if place not in chosen]
    against = [place for place in left if candidates[place].against]
    heard_against = any(candidates[place].against for place in chosen)
    part = sum(candidate.against for candidate in candidates) / len(candidates)
    if against and not heard_against and part >= DISSENT_FROM and len(chosen) == number - 1:
        return against
    wards = {candidates[place].ward for place in chosen}
    return [place for place in left if candidates[place].ward not in wards] or left


def _centre(made: Sequence[Mapping[str, float]]) -> dict[str, float]:
    sums: dict[str, float] = {}
    for each in made:
        for feature, value in each.items():
            sums[feature] = sums.get(feature, 0.0) + value
    return sums


def _cosine(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    shorter, longer = sorted((one, other), key=len)
    return math.fsum(value * longer.get(feature, 0.0) for feature, value in shorter.items())
