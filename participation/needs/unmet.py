"""Unmet need: people who say of the same thing that it is important and that it is not met (needs notes, 4.8)."""

from __future__ import annotations

from dataclasses import dataclass

from participation.needs.ranges import wilson

# Flagged when even the lower end of the range reaches this share.
FLAG_FROM = 0.2


@dataclass(frozen=True)
class UnmetNeed:
    rate: float
    lower: float
    upper: float
    flag: bool


def unmet_need(rate: float, effective_base: float) -> UnmetNeed:
    """The share saying important and not met, its range, and whether it is flagged."""
    low, high = wilson(rate, effective_base)
    return UnmetNeed(rate, low, high, low >= FLAG_FROM)
