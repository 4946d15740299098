"""What waits for staff in this room, for the staff home page: quotes to decide about, and pages without another way in."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select

from participation.commissioning.themes.queries import waiting_quotes
from participation.consultations.duties import Duty
from participation.extensions import db
from participation.web.access import Permission
from participation.web.words import plural


def duties(council_id: int, _now: datetime) -> list[Duty]:
    """Quotes that wait for a moderator."""
    waiting = db.session.scalar(select(func.count()).select_from(waiting_quotes(council_id).order_by(None).subquery()))
    if not waiting:
        return []
    sentence = f"{plural(waiting, 'quote waits', 'quotes wait')} for a moderator before a needs summary may use it."
    return [Duty(sentence, "quote_manage.queue", Permission.MODERATE)]
