"""What happens to a consultation, one function a verb. Each flushes and records; none commits."""

from __future__ import annotations

from datetime import datetime

from participation.consultations.models import Consultation
from participation.extensions import db


def record_result_published(*, consultation: Consultation, at: datetime) -> None:
    """The vote published its result: from now on lists and pages show the consultation with a result.

    The vote records the event itself; called twice, the first moment stays.
    """
    if consultation.result_published_at is None:
        consultation.result_published_at = at
    db.session.flush()
