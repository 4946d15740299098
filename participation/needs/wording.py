"""The sentences of a summary, for somebody who reads only page one.

UK notes 7, 8 and 14, trust notes 5.8: numerals, whole percentages, "people who took part" and never "residents think",
"range" and never "margin of error".
"""

from __future__ import annotations

from collections.abc import Sequence


def percent(part: float | int) -> str:
    """A share from 0 to 1 in words for text: "41%", "less than 1%", "more than 99%". Halves go up."""
    hundredths = round(part * 10_000)
    whole = (hundredths + 50) // 100
    if hundredths > 0 and whole == 0:
        return "less than 1%"
    if hundredths < 10_000 and whole == 100:
        return "more than 99%"
    return f"{whole}%"


def plural(number: int, one: str, many: str) -> str:
    return f"{number:,} {one if number == 1 else many}"


def people(number: int) -> str:
    return plural(number, "person", "people")


def listed(words: Sequence[str]) -> str:
    """a; a and b; a, b and c."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} and {words[-1]}"


def ordinal(number: int) -> str:
    """1st, 2nd, 3rd, 4th, 11th, 21st."""
    ending = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number:,}{ending}"
