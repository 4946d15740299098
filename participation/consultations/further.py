"""What residents can read further about a consultation: each feature above says what it has to offer, its page links it.

Features above hand in their loader once, at start (`register_source`); nothing above is imported here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from participation.consultations.models import Consultation


@dataclass(frozen=True, slots=True)
class Further:
    """One link: its text, and the page it leads to."""

    text: str
    endpoint: str
    arguments: dict[str, str] = field(default_factory=dict)


Source = Callable[[Consultation, datetime], list[Further]]

SOURCES: tuple[Source, ...] = ()


def register_source(source: Source) -> None:
    """Add what a feature above has to offer; adding it again changes nothing."""
    global SOURCES
    if source not in SOURCES:
        SOURCES = (*SOURCES, source)


def further_reading(consultation: Consultation, now: datetime) -> list[Further]:
    """The links of every feature, in the order in which they were handed in."""
    return [link for source in SOURCES for link in source(consultation, now)]
