"""The figures a decision rests on, as residents may read them beside it.

Commissioning stands above this feature, so it is not imported here: it hands in its loader once, at start.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CitedFigure:
    """One figure of a frozen needs summary: what it says, and its permanent address as the names of its route."""

    title: str
    what: str
    value: str
    version: int
    public_id: str
    name: str


Source = Callable[[Iterable[int]], dict[int, list[CitedFigure]]]


def _none(_outcome_ids: Iterable[int]) -> dict[int, list[CitedFigure]]:
    return {}


_source: Source = _none


def register_source(source: Source) -> None:
    """The loader of citations: ids of outcomes -> the figures they rest on, as far as whoever asks may read them."""
    global _source
    _source = source


def figures_behind(outcome_ids: Iterable[int]) -> dict[int, list[CitedFigure]]:
    """By id of the outcome; those that rest on no figure are missing."""
    ids = list(outcome_ids)
    return _source(ids) if ids else {}
