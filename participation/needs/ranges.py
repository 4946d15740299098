"""Ranges and tests for shares: Wilson, Newcombe, two proportions, and the tails of the normal and chi-squared laws.

Needs notes, 4.3, 4.10, 4.11. Bases may be effective bases, hence not whole. A range here is a *modelled* one: it says how
much a figure would vary by chance if people had been drawn at random, and they were not.
"""

from __future__ import annotations

import math

# The 97.5% point of the standard normal law.
Z = 1.959963984540054


def wilson(share: float, base: float, z: float = Z) -> tuple[float, float]:
    """The Wilson range of a share on a base of people above 0 (Wilson 1927). 42 of 60: 0.5749 to 0.8010."""
    if base <= 0:
        raise ValueError("a range needs a base above 0")
    square = z * z
    centre = (share + square / (2 * base)) / (1 + square / base)
    half = z * math.sqrt(max(share * (1 - share), 0.0) / base + square / (4 * base * base)) / (1 + square / base)
    lower = 0.0 if share <= 0 else max(0.0, centre - half)
    upper = 1.0 if share >= 1 else min(1.0, centre + half)
    return lower, upper


def newcombe(share: float, base: float, other: float, other_base: float) -> tuple[float, float]:
    """The range of `share - other` from their Wilson ranges (Newcombe 1998, method 10)."""
    low, high = wilson(share, base)
    other_low, other_high = wilson(other, other_base)
    difference = share - other
    return (
        difference - math.hypot(share - low, other_high - other),
        difference + math.hypot(high - share, other - other_low),
    )


def two_shares(share: float, base: float, other: float, other_base: float) -> tuple[float, float]:
    """z and the two-sided p-value of two shares being the same, with the pooled variance. No spread gives 0 and 1."""
    pooled = (share * base + other * other_base) / (base + other_base)
    variance = pooled * (1 - pooled) * (1 / base + 1 / other_base)
    if variance <= 0:
        return 0.0, 1.0
    z = (share - other) / math.sqrt(variance)
    return z, normal_p(z)


def normal_p(z: float) -> float:
    """Two-sided p-value of a standard normal z."""
    return math.erfc(abs(z) / math.sqrt(2))


def chi_squared_p(statistic: float, freedom: int) -> float:
    """Upper tail of the chi-squared law: the regularised incomplete gamma function Q(freedom / 2, statistic / 2)."""
    if freedom < 1:
        raise ValueError("at least 1 degree of freedom is needed")
    if statistic <= 0:
        return 1.0
    a, x = freedom / 2, statistic / 2
    scale = math.exp(-x + a * math.log(x) - math.lgamma(a))
    if x < a + 1:
        return 1.0 - scale * _lower_series(a, x)
    return scale * _upper_fraction(a, x)


def _lower_series(a: float, x: float) -> float:
    term = total = 1 / a
    step = a
    while term > total * 1e-16:
        step += 1
        term *= x / step
        total += term
    return total


def _upper_fraction(a: float, x: float) -> float:
    """The continued fraction of the upper incomplete gamma function, by Lentz's method."""
    tiny = 1e-300
    b = x + 1 - a
    c = 1 / tiny
    d = 1 / b
    value = d
    for step in range(1, 10_000):
        factor = -step * (step - a)
        b += 2
        d = 1 / (factor * d + b or tiny)
        c = b + factor / c or tiny
        change = d * c
        value *= change
        if abs(change - 1) < 1e-15:
            break
    return value


def self_selected_base(people: int, population: int, rho: float = 0.005) -> float:
    """How many people drawn at random carry as much information as `people` who chose themselves out of `population`.

    Meng's f / (1 - f) / rho^2 (Meng 2018). `rho`, the correlation between taking part and the answer, is an assumption
    taken from election surveys: 2,000 of 100,000 weigh about 816. Infinite when everybody took part.
    """
    if people >= population:
        return math.inf
    return people / (population - people) / rho**2
