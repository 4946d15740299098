"""What must know that a resident is about to say something else about themselves: handed in from above at start."""

from __future__ import annotations

from collections.abc import Callable

_listeners: list[Callable[[int], None]] = []


def register_listener(listener: Callable[[int], None]) -> None:
    """It is called with the account's id, in the transaction of the change, before it."""
    if listener not in _listeners:
        _listeners.append(listener)


def about_to_change(account_id: int) -> None:
    """Tell everybody who has to know."""
    for listener in _listeners:
        listener(account_id)
