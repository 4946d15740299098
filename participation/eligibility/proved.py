"""Who is told that a resident proved where they live. Features above stand higher, so they hand their part in at start."""

from __future__ import annotations

from collections.abc import Callable

from participation.consultations.models import Consultation

# Called as `told(consultation=..., account_id=...)`, in the transaction of the proof.
Told = Callable[..., None]

_told: list[Told] = []


def register(told: Told) -> None:
    """To be told of each proof from now on; twice is once."""
    if told not in _told:
        _told.append(told)


def tell(*, consultation: Consultation, account_id: int) -> None:
    """A resident proved where they live, in this consultation."""
    for told in _told:
        told(consultation=consultation, account_id=account_id)
