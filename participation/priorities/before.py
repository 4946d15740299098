"""What must know that something said about a consultation is about to change: handed in from above at start.

A moderator publishes, refuses, merges or parts, or an author takes a need back, also long after the close.
"""

from __future__ import annotations

from collections.abc import Callable

from participation.consultations.models import Consultation

_listeners: list[Callable[[Consultation], None]] = []


def register_listener(listener: Callable[[Consultation], None]) -> None:
    """It is called in the transaction of the change, before it."""
    if listener not in _listeners:
        _listeners.append(listener)


def about_to_change(consultation: Consultation) -> None:
    """Tell everybody who has to know."""
    for listener in _listeners:
        listener(consultation)
