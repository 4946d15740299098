"""Rank ranges: how far each rank moves when the people who took part are drawn again, with replacement.

1,000 seeded draws (UK notes, section 7). People are drawn with all their choices, because the same people chose. Above
`UNITS` people they are first dealt at random into that many groups and the groups are drawn, so time and memory stop
growing with the number of people; the spread of a sum over 4,096 groups is known to about 1%.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from participation.needs.evidence import Together
from participation.needs.generator import Generator

DRAWS = 1_000
UNITS = 4_096
_DRAWS_AT_ONCE = 100
_CODES_AT_ONCE = 1_000
# 2.5% of the draws may fall outside on each side.
_OUTSIDE = 0.025


def rank_ranges(
    codes: Sequence[str], together: Sequence[Together], people: int, *, seed: int, draws: int = DRAWS
) -> Mapping[str, tuple[int, int]]:
    """The best and worst rank of each code in 95% of the draws. Ties count as both ranks.

    `together` are the patterns of choices; people above their sum chose nothing. The order of neither argument matters.
    """
    codes = sorted(codes)
    if not codes or people == 0:
        return {}
    position = {code: index for index, code in enumerate(codes)}
    generator = Generator(seed)
    totals = _resampled(_units(position, together, people, generator), generator, draws)
    best, worst = _ranks(totals)
    cut = int(_OUTSIDE * draws)
    low = np.sort(best, axis=0)[cut]
    high = np.sort(worst, axis=0)[draws - 1 - cut]
    return {code: (int(low[index]), int(high[index])) for code, index in position.items()}


def _units(
    position: Mapping[str, int], together: Sequence[Together], people: int, generator: Generator
) -> NDArray[np.float64]:
    """One row a person, or a random group of people; one column a code; how many chose it."""
    merged: dict[tuple[str, ...], int] = {}
    for pattern in together:
        key = tuple(sorted(set(pattern.codes)))
        merged[key] = merged.get(key, 0) + pattern.people
    patterns = sorted(merged)
    sizes = np.array([merged[key] for key in patterns], dtype=np.int64)
    units = min(people, UNITS)
    silent = people - int(sizes.sum())
    if units == people:
        home = np.arange(people, dtype=np.int64)
    else:
        home = generator.below(units, people)
    home = home[: people - silent]
    lengths = np.array([len(key) for key in patterns], dtype=np.int64)
    flat = np.array([position[code] for key in patterns for code in key], dtype=np.int64)
    return _tallied(home, np.repeat(np.arange(len(patterns)), sizes), lengths, flat, (units, len(position)))


def _tallied(
    home: NDArray[np.int64],
    pattern: NDArray[np.int64],
    lengths: NDArray[np.int64],
    flat: NDArray[np.int64],
    shape: tuple[int, int],
) -> NDArray[np.float64]:
    """Count, for each unit, the codes of its people: person -> pattern -> run of codes in `flat`."""
    starts = np.concatenate([[0], np.cumsum(lengths)])[:-1]
    chosen = lengths[pattern]
    owner = np.repeat(home, chosen)
    offset = np.arange(len(owner)) - np.repeat(np.cumsum(chosen) - chosen, chosen)
    code = flat[np.repeat(starts[pattern], chosen) + offset]
    table = np.zeros(shape, dtype=np.float64)
    np.add.at(table, (owner, code), 1.0)
    return table


def _resampled(units: NDArray[np.float64], generator: Generator, draws: int) -> NDArray[np.int64]:
    """Totals of each code in each draw. Whole numbers below 2^53, so floating sums are exact in any order."""
    size, codes = units.shape
    totals = np.empty((draws, codes), dtype=np.int64)
    for start in range(0, draws, _DRAWS_AT_ONCE):
        rows = min(_DRAWS_AT_ONCE, draws - start)
        picks = generator.below(size, rows * size) + np.repeat(np.arange(rows) * size, size)
        weights = np.bincount(picks, minlength=rows * size).reshape(rows, size).astype(np.float64)
        for first in range(0, codes, _CODES_AT_ONCE):
            block = slice(first, first + _CODES_AT_ONCE)
            totals[start : start + rows, block] = weights @ units[:, block]
    return totals


def _ranks(totals: NDArray[np.int64]) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Best and worst rank of each code within each draw: 1 + those above, and all but those below."""
    draws, codes = totals.shape
    best = np.empty((draws, codes), dtype=np.int32)
    worst = np.empty((draws, codes), dtype=np.int32)
    for draw in range(draws):
        ordered = np.sort(totals[draw])
        best[draw] = 1 + codes - np.searchsorted(ordered, totals[draw], side="right")
        worst[draw] = codes - np.searchsorted(ordered, totals[draw], side="left")
    return best, worst
