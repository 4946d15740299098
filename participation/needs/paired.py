"""Which choices can be told apart, given that the same people made them (needs notes, 4.4).

From counts and joint counts only: with j people choosing both, d = (a - b) / n and var d = (p10 + p01 - d^2) / n.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from participation.needs.evidence import Together
from participation.needs.multiplicity import holm
from participation.needs.ranges import Z, normal_p

LEVEL = 0.05
Pair = tuple[str, str]


@dataclass(frozen=True)
class Difference:
    """The difference between two choices in share of people, its standard error, z and p-values."""

    first: str
    second: str
    difference: float
    standard_error: float
    z: float
    p: float
    p_holm: float = 1.0


def difference(first: int, second: int, both: int, people: int) -> tuple[float, float, float]:
    """Difference of shares, standard error and z of two choices of the same people."""
    gap = (first - second) / people
    apart = (first + second - 2 * both) / people
    error = math.sqrt(max(apart - gap * gap, 0.0) / people)
    return gap, error, gap / error if error else math.copysign(math.inf, gap) if gap else 0.0


def differences(counts: Mapping[str, int], joint: Mapping[Pair, int], people: int) -> list[Difference]:
    """Every pair of choices, most chosen first, p-values adjusted by Holm over all pairs."""
    order = sorted(counts, key=lambda code: (-counts[code], code))
    found = []
    for first, second in combinations(order, 2):
        both = joint.get((first, second), joint.get((second, first), 0))
        gap, error, z = difference(counts[first], counts[second], both, people)
        found.append(Difference(first, second, gap, error, z, normal_p(z)))
    adjusted = holm([each.p for each in found])
    return [
        Difference(e.first, e.second, e.difference, e.standard_error, e.z, e.p, p)
        for e, p in zip(found, adjusted, strict=True)
    ]


def rank_intervals(counts: Mapping[str, int], joint: Mapping[Pair, int], people: int) -> dict[str, tuple[int, int]]:
    """From 1 + how many are clearly better, to all but those clearly worse."""
    better = dict.fromkeys(counts, 0)
    worse = dict.fromkeys(counts, 0)
    for pair in differences(counts, joint, people):
        if pair.p_holm < LEVEL:
            better[pair.second] += 1
            worse[pair.first] += 1
    return {code: (1 + better[code], len(counts) - worse[code]) for code in counts}


def chosen_together(first: str, second: str, together: Sequence[Together]) -> int:
    """How many people chose both."""
    return sum(pattern.people for pattern in together if first in pattern.codes and second in pattern.codes)


def clearly_ahead(first: int, second: int, both: int, people: int, weight: float) -> bool:
    """Whether the lead stands even if these people carry the information of only `weight` people drawn at random.

    The wider of the chance range and the self-selection range (needs notes, 4.3) has to leave out a tie.
    """
    gap, error, _ = difference(first, second, both, people)
    wider = error * math.sqrt(max(1.0, people / weight)) if weight > 0 else math.inf
    return gap > Z * wider
