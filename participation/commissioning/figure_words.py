"""Figures of a summary as people read them. A figure that is hidden or missing is said in words, never left blank.

Conventions: UK notes, sections 8 and 14 (whole percentages, "35% to 47%", no "±").
"""

from __future__ import annotations

from datetime import date

from participation.needs.figures import HIDDEN, NOT_APPLICABLE, Figure
from participation.needs.wording import ordinal, percent

HIDDEN_WORDS = "Hidden"
NOTHING = "–"


def missing(figure: Figure) -> str:
    """What stands in the place of a number."""
    if figure.status == HIDDEN:
        return HIDDEN_WORDS
    return "Does not apply" if figure.status == NOT_APPLICABLE else "Not available"


def number(figure: Figure) -> str:
    """ "1,234"."""
    return missing(figure) if figure.value is None else f"{figure.value:,}"


def fewer(figure: Figure, threshold: int) -> str:
    """A count that is hidden only because it is small: "fewer than 10"."""
    return f"fewer than {threshold}" if figure.status == HIDDEN else number(figure)


def share(figure: Figure) -> str:
    """ "41%"; in words where a percentage would rest on too few people."""
    if figure.value is None:
        return "Too few for a percentage" if figure.status not in (HIDDEN, NOT_APPLICABLE) else missing(figure)
    return percent(figure.value)


def percentage_range(figure: Figure) -> str:
    """ "35% to 47%"; "" where there is none."""
    if figure.lower is None or figure.upper is None:
        return ""
    return f"{percent(figure.lower)} to {percent(figure.upper)}"


def points(figure: Figure) -> str:
    """A difference of shares: "7 points less", "12 points more", "the same"."""
    if figure.value is None:
        return missing(figure)
    size = round(abs(figure.value) * 100)
    if size == 0:
        return "About the same"
    return f"{size} {'point' if size == 1 else 'points'} {'more' if figure.value > 0 else 'less'}"


def rank(first: Figure, low: Figure, high: Figure) -> str:
    """ "2nd, could be 1st to 4th"; "2nd" where it cannot be anything else or no range is known."""
    if first.value is None:
        return NOTHING
    place = ordinal(int(first.value))
    if low.value is None or high.value is None or low.value == high.value:
        return place
    return f"{place}, could be {ordinal(int(low.value))} to {ordinal(int(high.value))}"


def day(iso: str) -> str:
    """ "2026-11-22" -> "22 November 2026"."""
    value = date.fromisoformat(iso[:10])
    return f"{value.day} {value:%B %Y}"
