"""One place in a text that a person should look at."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """From `start` until before `end`, of the kind `code`. `masks`: sure and dangerous enough to be replaced at once."""

    start: int
    end: int
    code: str
    masks: bool = False
