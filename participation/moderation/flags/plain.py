"""A text as the finders read it: odd spaces, dashes and digits as plain ones, and nothing that cannot be seen.

Phones and office programs put non-breaking spaces and long dashes into numbers; who wants to get round the flags puts in
characters without width. Either way the number on the page is the same, so it must be found.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

_DASHES = frozenset("‐‑‒–−﹣－")


@dataclass(frozen=True, slots=True)
class Plain:
    """`text` is what is searched; `places[i]` is where its letter i stands in the text as written."""

    text: str
    places: tuple[int, ...]

    def as_written(self, start: int, end: int) -> tuple[int, int]:
        """From and until before which place of the text as written."""
        return self.places[start], self.places[end - 1] + 1 if end > start else self.places[start]


def plain(text: str) -> Plain:
    """The text for the finders. A letter stands for a letter, only what has no width is left out."""
    if text.isascii():
        return Plain(text, tuple(range(len(text) + 1)))
    kept = [(place, letter) for place, letter in enumerate(text) if not _unseen(letter)]
    return Plain("".join(_plain(letter) for _, letter in kept), (*(place for place, _ in kept), len(text)))


def _unseen(letter: str) -> bool:
    """Zero-width spaces and joiners, soft hyphens, marks of direction (Unicode category Cf)."""
    return unicodedata.category(letter) == "Cf"


def _plain(letter: str) -> str:
    if letter.isascii():
        return letter
    if letter in _DASHES:
        return "-"
    kind = unicodedata.category(letter)
    if kind == "Zs":
        return " "
    if kind == "Nd":
        return str(unicodedata.decimal(letter))
    return unicodedata.normalize("NFKC", letter) if "\uff01" <= letter <= "\uff5e" else letter
