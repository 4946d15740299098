"""What ends with a withdrawn consultation: features above it hand in what they must end (`register_ending`), once, at start.

The vote destroys its sealed ballots: nobody may open them for a consultation that the council stopped.
"""

from __future__ import annotations

from collections.abc import Callable

from participation.consultations.models import Consultation

# Given the consultation and who withdrew it; runs in the transaction of the withdrawal.
Ending = Callable[[Consultation, int | None], None]

ENDINGS: tuple[Ending, ...] = ()


def register_ending(ending: Ending) -> None:
    """Add what a feature above must end; adding it again changes nothing."""
    global ENDINGS
    if ending not in ENDINGS:
        ENDINGS = (*ENDINGS, ending)


def end(consultation: Consultation, actor_id: int | None) -> None:
    """End everything that hangs on a consultation that was withdrawn."""
    for ending in ENDINGS:
        ending(consultation, actor_id)
