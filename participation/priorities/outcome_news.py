"""What became of options and needs, for the mails of residents who follow a consultation (`consultations.letters`)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from participation.consultations.letters import News
from participation.consultations.models import Consultation
from participation.extensions import db
from participation.priorities.outcomes import ANSWERS, STATUSES, changed_since


def outcomes_changed(council_id: int, since: datetime) -> list[News]:
    """One sentence for each option or need the council said something about."""
    ids = db.session.scalars(select(Consultation.id).where(Consultation.council_id == council_id))
    return [
        News(
            one.consultation_id,
            f"{one.option.title if one.option else one.priority.title if one.priority else ''}: "
            f"{ANSWERS[one.answer].lower()}, {STATUSES[one.status].lower()}.",
        )
        for one in changed_since(ids, since)
    ]
