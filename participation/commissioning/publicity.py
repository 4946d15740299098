"""From when on residents may read a frozen version."""

from __future__ import annotations

from datetime import datetime

from participation.commissioning.models import NeedsRecord
from participation.consultations.lifecycle import last_close, phase_of
from participation.consultations.models import Consultation


def released_at(consultation: Consultation, now: datetime) -> datetime | None:
    """From when on residents may read frozen versions: the published result, or the end where there is no vote."""
    if consultation.state != "launched":
        return None
    if consultation.result_published_at is not None or phase_of(consultation, "vote") is not None:
        return consultation.result_published_at
    closes = last_close(consultation.phases)
    return closes if closes is not None and closes <= now else None


def is_public(made: NeedsRecord, consultation: Consultation, now: datetime) -> bool:
    """Whether residents may read this version: it was frozen when nothing could move any more."""
    released = released_at(consultation, now)
    return released is not None and made.created_at >= released
