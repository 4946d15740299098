"""A consultation that was over before it was entered here: an election imported from a file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from participation import clock
from participation.consultations import service
from participation.consultations.drafts import Draft
from participation.consultations.models import CommissioningOption, Consultation
from participation.errors import InvalidInput
from participation.extensions import db


@dataclass(frozen=True, slots=True)
class PastOption:
    """An option as it was voted on. Its code is kept as it is, because the ballots name it."""

    code: str
    title: str
    cost_pence: int


def record_past(
    *, council_id: int, draft: Draft, options: Sequence[PastOption], actor_id: int | None = None
) -> Consultation:
    """Enter it as launched, with its dates in the past. The launch checks are about what residents are asked next, so
    they do not apply. Raises InvalidInput when a date is still to come."""
    if any(period.closes_at > clock.now() for period in draft.phases.values()):
        raise InvalidInput("A past consultation is one that is over.")
    consultation = service.create(council_id=council_id, draft=draft, actor_id=actor_id)
    consultation.options = [
        CommissioningOption(
            code=option.code, position=place, title=option.title, description="", cost_pence=option.cost_pence
        )
        for place, option in enumerate(options, start=1)
    ]
    consultation.state, consultation.launched_at = "launched", clock.now()
    db.session.flush()
    return consultation
