"""A figure: a value with its base, its range and, where it cannot be given, the reason as a status code.

Status codes are the Analysis Function's shorthand (UK notes, section 8): blank = as it is, `c` = hidden to protect
people, `u` = shown, but on few people, `x` = not available, `z` = does not apply. A hidden figure carries no number at
all: not the value, not its base, not its range.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

SHOWN, HIDDEN, FEW, NOT_AVAILABLE, NOT_APPLICABLE = "", "c", "u", "x", "z"

STATUS_WORDS = {
    HIDDEN: "hidden, so that nobody can be identified",
    FEW: "low reliability: based on few people",
    NOT_AVAILABLE: "not available",
    NOT_APPLICABLE: "does not apply",
}

# Percentages need this many people, and are marked as based on few people below the second (UK notes, section 8;
# trust notes, 5.5).
SHARE_BASE = 30
FEW_BASE = 100
PLACES = 4


@dataclass(frozen=True)
class Figure:
    """One published number. Counts are int; shares are float, rounded once to four decimals, half to even."""

    value: int | float | None
    status: str = SHOWN
    base: int | None = None
    lower: float | int | None = None
    upper: float | int | None = None

    @property
    def shown(self) -> bool:
        return self.value is not None


def hidden() -> Figure:
    return Figure(None, HIDDEN)


def not_available() -> Figure:
    return Figure(None, NOT_AVAILABLE)


def not_applicable() -> Figure:
    return Figure(None, NOT_APPLICABLE)


def rounded_people(people: int, threshold: int) -> int:
    """To the nearest multiple of the threshold, halves up."""
    return (people + threshold // 2) // threshold * threshold


def rounded_total(people: int, threshold: int) -> Figure:
    """A total that overlaps with others, rounded so that no difference tells of a few people; hidden below twice the threshold.

    The smallest total that is shown still stands for as many numbers of people as any other.
    """
    total = rounded_people(people, threshold)
    return count(total) if total >= 2 * threshold else hidden()


def count(value: int) -> Figure:
    return Figure(value)


def ratio(part: int | Fraction, whole: int | Fraction) -> float:
    """part / whole, exactly, then rounded to four decimals, half to even."""
    return float(round(Fraction(part) / Fraction(whole), PLACES))


def rounded(value: float) -> float:
    """Four decimals, half to even; never minus zero."""
    return round(value, PLACES) + 0.0


def share_status(base: int) -> str:
    """How far a percentage on this many people may be trusted: `x` (none is given), `u` or blank."""
    if base < SHARE_BASE:
        return NOT_AVAILABLE
    return FEW if base < FEW_BASE else SHOWN
