"""Answers to balance-the-budget questions: medians, who raises and who cuts, where money would go (needs notes, 4.5)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from participation.needs.ranges import Z

Number = int | Fraction


@dataclass(frozen=True)
class Slider:
    """What people did with one service: changes are in points of the budget, shares of people."""

    mean: Fraction
    median: Number
    lower: Number
    upper: Number
    raised: Fraction
    cut: Fraction


def quantile(values: Sequence[Number], weights: Sequence[Number], part: float) -> Number:
    """The smallest value whose cumulative weight reaches `part` of the whole."""
    whole = sum(weights)
    reached: Number = 0
    ordered = sorted(zip(values, weights, strict=True))
    for value, weight in ordered:
        reached += weight
        if reached >= part * whole:
            return value
    return ordered[-1][0]


def slider(values: Sequence[Number], weights: Sequence[Number] | None = None, *, base: Number | None = None) -> Slider:
    """Mean, median with Woodruff's (1952) range, and the shares that raise and cut. Needs at least one answer.

    `base` is how many people the range is on: by default the effective base of the weights. Where weights are numbers of equal
    answers, it is their sum.
    """
    given = [1] * len(values) if weights is None else list(weights)
    whole = Fraction(sum(given))
    base = whole**2 / sum(Fraction(w) ** 2 for w in given) if base is None else base
    half = Z * math.sqrt(0.25 / float(base))
    pairs = list(zip(values, given, strict=True))
    return Slider(
        mean=sum((Fraction(v) * w for v, w in pairs), Fraction(0)) / whole,
        median=quantile(values, given, 0.5),
        lower=quantile(values, given, max(0.0, 0.5 - half)),
        upper=quantile(values, given, min(1.0, 0.5 + half)),
        raised=sum((Fraction(w) for v, w in pairs if v > 0), Fraction(0)) / whole,
        cut=sum((Fraction(w) for v, w in pairs if v < 0), Fraction(0)) / whole,
    )


def mean_flows(answers: Sequence[Sequence[int]], numbers: Sequence[int] | None = None) -> list[list[Fraction]]:
    """Where money would go, averaged over people: row gives to column. `numbers` says how many people gave each answer.

    A person's cuts are shared over their rises in proportion: flow(a, b) = cut a x rise b / all rises. Row sums less
    column sums are minus the mean changes. Raises `ValueError` for an answer that does not balance.
    """
    number = len(answers[0]) if answers else 0
    given = [1] * len(answers) if numbers is None else list(numbers)
    everybody = sum(given)
    flows = [[Fraction(0)] * number for _ in range(number)]
    for answer, people in zip(answers, given, strict=True):
        if sum(answer) != 0:
            raise ValueError(f"changes must add up to nothing: {list(answer)}")
        rises = sum(change for change in answer if change > 0)
        for giver, cut in enumerate(answer):
            for taker, rise in enumerate(answer):
                if cut < 0 < rise:
                    flows[giver][taker] += Fraction(-cut * rise * people, rises * everybody)
    return flows


def independent_markets(votes: Sequence[Sequence[Fraction]]) -> tuple[list[Fraction], Fraction]:
    """One budget that adds up, from people's own budgets (shares that add up to 1), and the t that balances it.

    Component medians with n + 1 phantom votes min(1, t (n - k)), k = 0..n, t such that the medians add up to 1 (Freeman,
    Pennock, Peters and Vaughan 2021). Exact: between the values of t where a median changes hands the sum is linear.
    """
    people = len(votes)
    columns = [sorted(column) for column in zip(*votes, strict=True)]
    turns = {Fraction(1)}
    for column in columns:
        turns |= {value / place for value in column for place in range(1, people + 1) if value <= place}
    turns |= {Fraction(1, place) for place in range(1, people + 1)}
    below = Fraction(0)
    for turn in sorted(turns):
        if sum(_medians(columns, turn, people)) >= 1:
            break
        below = turn
    low, high = sum(_medians(columns, below, people)), sum(_medians(columns, turn, people))
    t = turn if high == low else below + (turn - below) * (1 - low) / (high - low)
    return _medians(columns, t, people), t


def _medians(columns: Sequence[Sequence[Fraction]], t: Fraction, people: int) -> list[Fraction]:
    phantoms = [min(Fraction(1), t * (people - k)) for k in range(people + 1)]
    return [sorted([*column, *phantoms])[people] for column in columns]
