"""Scores of ballots that rank, of best and worst choices, and of pairs (needs notes, 4.4)."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float64]

PSEUDO_WINS = 0.5
_ROUNDS = 100


def borda(ballots: Sequence[Sequence[str]], options: Sequence[str]) -> dict[str, Fraction]:
    """Mean score of each option: rank i of K scores (K - 1 - i) / (K - 1), unranked options share what is left.

    Raises `ValueError` for a ballot that ranks an unknown option or one option twice.
    """
    number = len(options)
    sums = dict.fromkeys(options, Fraction(0))
    for ballot in ballots:
        if len(set(ballot)) != len(ballot) or not set(ballot) <= set(options):
            raise ValueError(f"not a ranking of the options: {list(ballot)}")
        scale = max(1, number - 1)
        for place, option in enumerate(ballot):
            sums[option] += Fraction(number - 1 - place, scale)
        # The scores left over are 0 to number - 1 - len(ballot); their mean is half the largest.
        rest = Fraction(number - 1 - len(ballot), 2 * scale)
        for option in options:
            if option not in ballot:
                sums[option] += rest
    return {option: score / len(ballots) if ballots else Fraction(0) for option, score in sums.items()}


def best_worst(
    shown: Mapping[str, int], best: Mapping[str, int], worst: Mapping[str, int]
) -> dict[str, Fraction | None]:
    """(best - worst) / shown, from -1 to 1; None for an option nobody was shown."""
    return {
        code: Fraction(best.get(code, 0) - worst.get(code, 0), times) if times else None
        for code, times in shown.items()
    }


@dataclass(frozen=True)
class Strength:
    """Bradley and Terry's log-strengths (mean 0), their standard errors and their covariance."""

    values: tuple[float, ...]
    errors: tuple[float, ...]


def bradley_terry(wins: Sequence[Sequence[float]], pseudo_wins: float = PSEUDO_WINS) -> Strength:
    """Log-strengths from wins[i][j] = times i was chosen over j, with half a win each way so that none is infinite.

    Newton's method on the likelihood; errors from the pseudo-inverse of its information (Bradley and Terry 1952).
    """
    table = np.asarray(wins, dtype=np.float64)
    number = len(table)
    table = table + pseudo_wins * (1 - np.eye(number))
    meetings = table + table.T
    strength = np.zeros(number)
    for _ in range(_ROUNDS):
        chance = 1 / (1 + np.exp(strength[None, :] - strength[:, None]))
        gradient = (table - meetings * chance).sum(axis=1)
        step = np.linalg.pinv(_information(meetings, chance)) @ gradient
        strength = strength + step
        if np.max(np.abs(step)) < 1e-12:
            break
    chance = 1 / (1 + np.exp(strength[None, :] - strength[:, None]))
    covariance = np.linalg.pinv(_information(meetings, chance))
    strength = strength - strength.mean()
    return Strength(tuple(strength.tolist()), tuple(np.sqrt(np.diag(covariance)).tolist()))


def _information(meetings: Matrix, chance: Matrix) -> Matrix:
    weight = meetings * chance * (1 - chance)
    np.fill_diagonal(weight, 0.0)
    information: Matrix = np.diag(weight.sum(axis=1)) - weight
    return information


def beats(strength: Strength, first: int, second: int) -> float:
    """The chance that one option is chosen over another."""
    return 1 / (1 + math.exp(strength.values[second] - strength.values[first]))
