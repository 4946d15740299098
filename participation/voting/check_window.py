"""The days between the close of a vote and the opening of its box, in which the register is checked.

Afterwards nobody can find a ballot any more, so voters are taken off the register, and contest that, within these days or never.
Working days are Monday to Friday, bank holidays apart.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta

from flask import current_app

from participation.clock import UK
from participation.consultations.calendar import working_days_on
from participation.voting.custody.kinds import SOLO
from participation.voting.models import Vote


def ends_at(closed_at: datetime, working_days: int) -> datetime:
    """Midnight after so many whole working days; the moment of the close itself for none."""
    if not working_days:
        return closed_at
    day = working_days_on(closed_at.astimezone(UK).date(), working_days)
    return datetime.combine(day + timedelta(days=1), time(), tzinfo=UK)


def window_end(vote: Vote, closed_at: datetime) -> datetime:
    """When the box of a vote that closed at this moment may be opened."""
    days = 0 if vote.custody == SOLO else current_app.config["SETTINGS"].check_window_days
    return ends_at(closed_at, days)
