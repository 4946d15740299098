"""What residents are asked and have said about a service, for its page.

Consultations and needs are features above this one: they hand in a loader once, at start (`register_source`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Voice:
    """One link: a consultation about the service, or a need that a resident wrote."""

    title: str
    endpoint: str
    arguments: dict[str, str] = field(default_factory=dict)
    note: str = ""
    # Where a running consultation stands in the commissioning cycle: understand, plan, do or review; "" when it is over.
    step: str = ""


@dataclass(frozen=True, slots=True)
class Voices:
    """`asked` are consultations, newest first; `said` a few needs out of `total`, in no order of importance."""

    asked: tuple[Voice, ...] = ()
    said: tuple[Voice, ...] = ()
    total: int = 0


# The steps of commissioning in order: code of a consultation's step, its usual name, what happens in it.
CYCLE = (
    ("understand", "Analyse", "Find out what residents need"),
    ("plan", "Plan", "Work out what is possible and choose"),
    ("do", "Do", "Arrange and pay for the service"),
    ("review", "Review", "See how it went"),
)


@dataclass(frozen=True, slots=True)
class CycleStep:
    """One step of commissioning and the consultations that are in it now."""

    name: str
    sentence: str
    now: tuple[Voice, ...]


def cycle_of(asked: tuple[Voice, ...]) -> tuple[CycleStep, ...]:
    """The four steps with what runs in each; nothing when no consultation about the service is running."""
    if not any(voice.step for voice in asked):
        return ()
    return tuple(
        CycleStep(name, sentence, tuple(voice for voice in asked if voice.step == code))
        for code, name, sentence in CYCLE
    )


Source = Callable[[int, datetime], Voices]
_sources: list[Source] = []


def register_source(source: Source) -> None:
    """Hand in the loader of the features above; once is enough."""
    if source not in _sources:
        _sources.append(source)


def voices_about(group_id: int, now: datetime) -> Voices:
    """Everything the sources know about a service."""
    found = [source(group_id, now) for source in _sources]
    return Voices(
        asked=tuple(voice for voices in found for voice in voices.asked),
        said=tuple(voice for voices in found for voice in voices.said),
        total=sum(voices.total for voices in found),
    )
