"""Agreement and division between groups of people who agree, disagree or pass (needs notes, 4.7)."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from participation.needs.multiplicity import holm
from participation.needs.ranges import normal_p, wilson

SMALLEST_GROUP = 10
SHARED = 0.6
GAP = 0.25
LEVEL = 0.05


@dataclass(frozen=True)
class Tally:
    """How one group voted on one statement: agree, disagree, pass."""

    agree: int
    disagree: int
    passed: int

    @property
    def people(self) -> int:
        return self.agree + self.disagree + self.passed

    @property
    def support(self) -> float:
        """(A + 1) / (n + 2): pulled to one half, so that small groups do not shout."""
        return (self.agree + 1) / (self.people + 2)

    @property
    def opposition(self) -> float:
        return (self.disagree + 1) / (self.people + 2)


@dataclass(frozen=True)
class Agreement:
    """One statement over all groups with 10 people or more.

    `common_ground` is the geometric mean of support, `gap` largest less smallest, `divisiveness` the spread of support,
    each group weighing by its people, over its largest possible value. `p` is of the two groups furthest apart.
    """

    support: Mapping[str, float]
    product: float
    common_ground: float
    gap: float
    divisiveness: float
    z: float
    p: float
    kind: str


def describe(statements: Sequence[Mapping[str, Tally]]) -> list[Agreement]:
    """Every statement, with Holm's correction over all of them for "differs"."""
    kept = [{name: tally for name, tally in groups.items() if tally.people >= SMALLEST_GROUP} for groups in statements]
    extremes = [_extreme_test(groups) for groups in kept]
    adjusted = holm([p for _, p in extremes])
    return [
        _agreement(groups, everybody, test, p_holm)
        for groups, everybody, test, p_holm in zip(kept, statements, extremes, adjusted, strict=True)
    ]


def _agreement(
    groups: Mapping[str, Tally], everybody: Mapping[str, Tally], test: tuple[float, float], p_holm: float
) -> Agreement:
    support = {name: tally.support for name, tally in groups.items()}
    values = list(support.values())
    product = math.prod(values) if values else 0.0
    gap = max(values) - min(values) if values else 0.0
    return Agreement(
        support=support,
        product=product,
        common_ground=product ** (1 / len(values)) if values else 0.0,
        gap=gap,
        divisiveness=_spread(groups) / 0.5,
        z=test[0],
        p=test[1],
        kind=_kind(groups, everybody, gap, p_holm),
    )


def _spread(groups: Mapping[str, Tally]) -> float:
    people = sum(tally.people for tally in groups.values())
    if not people:
        return 0.0
    mean = sum(tally.support * tally.people for tally in groups.values()) / people
    return math.sqrt(sum((tally.support - mean) ** 2 * tally.people for tally in groups.values()) / people)


def _extreme_test(groups: Mapping[str, Tally]) -> tuple[float, float]:
    """z and p of the two groups furthest apart, on the plain shares agreeing."""
    if len(groups) < 2:
        return 0.0, 1.0
    ordered = sorted(groups.values(), key=lambda tally: tally.support)
    low, high = ordered[0], ordered[-1]
    pooled = (low.agree + high.agree) / (low.people + high.people)
    variance = pooled * (1 - pooled) * (1 / low.people + 1 / high.people)
    if variance <= 0:
        return 0.0, 1.0
    z = (high.agree / high.people - low.agree / low.people) / math.sqrt(variance)
    return z, normal_p(z)


def _kind(groups: Mapping[str, Tally], everybody: Mapping[str, Tally], gap: float, p_holm: float) -> str:
    """The first class that fits, in the order of the notes."""
    if len(groups) < 2:
        return "too few"
    tallies = list(groups.values())
    agree = sum(tally.agree for tally in everybody.values())
    disagree = sum(tally.disagree for tally in everybody.values())
    people = sum(tally.people for tally in everybody.values())
    if _opposed(tallies):
        return "opposed sides"
    if all(tally.support >= SHARED for tally in tallies) and wilson(agree / people, people)[0] > 0.5:
        return "shared support"
    if all(tally.opposition >= SHARED for tally in tallies) and wilson(disagree / people, people)[0] > 0.5:
        return "shared opposition"
    if gap >= GAP and p_holm < LEVEL:
        return "differs"
    return leaning(agree, disagree)


def leaning(agree: int, disagree: int) -> str:
    """Which way everybody leans, of those who say yes or no; split where the range of the share holds one half."""
    sides = agree + disagree
    if sides == 0:
        return "split overall"
    low, high = wilson(agree / sides, sides)
    if low <= 0.5 <= high:
        return "split overall"
    return "leans for" if agree > disagree else "leans against"


def _opposed(tallies: Sequence[Tally]) -> bool:
    """One group mostly for, and another mostly against."""
    return any(one.support > 0.5 and other.opposition > 0.5 for one in tallies for other in tallies if one is not other)
