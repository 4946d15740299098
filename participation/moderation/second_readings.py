"""Blind double-checks: one decision in ten is read again by another moderator, who is not told what was decided.

Which ones is drawn by chance when a text is sent (the number that also shuffles the lists), so nobody can tell while deciding.
Agreement is told in the public report (`moderation.transparency`).
"""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Select, exists, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from participation import clock
from participation.consultations.models import Consultation
from participation.extensions import db, insert_unless_there
from participation.moderation.interests import has_interest
from participation.moderation.models import ModerationDecision, SecondReading
from participation.moderation.refusals import NothingToReadAgain
from participation.moderation.seen import text_hash
from participation.priorities.models import Contribution

ONE_IN = 10
WITHIN = timedelta(days=28)
# Decisions whose text may still be what was read; a hidden part has changed it.
WHOLE = ("publish", "refuse")
# So many candidates are looked at: more of them have not changed meanwhile.
TRIED = 50


def next_for(council_id: int, moderator_id: int) -> ModerationDecision | None:
    """The oldest decision that this moderator can read again, with its text as it was read; None when there is none."""
    found = db.session.scalars(_candidates(council_id, moderator_id).limit(TRIED))
    return next((one for one in found if text_hash(one.priority) == one.text_hash), None)


def keep(
    *, council_id: int, decision_id: int, would_publish: bool, reason_code: str | None, moderator_id: int
) -> SecondReading:
    """What the second moderator would have decided. It changes nothing about the text. Raises NothingToReadAgain."""
    query = _candidates(council_id, moderator_id).where(ModerationDecision.id == decision_id)
    decision = db.session.scalars(query).one_or_none()
    if decision is None or text_hash(decision.priority) != decision.text_hash:
        raise NothingToReadAgain()
    values = {
        "decision_id": decision.id, "would_publish": would_publish, "reason_code": None if would_publish else reason_code,
        "moderator_id": moderator_id, "read_at": clock.now(),
    }  # fmt: skip
    if not insert_unless_there(SecondReading, values, unique=("decision_id",)):
        raise NothingToReadAgain()
    return db.session.get_one(SecondReading, decision.id)


def _candidates(council_id: int, moderator_id: int) -> Select[ModerationDecision]:
    """In the sample, recent, made by somebody else, without an interest of this moderator and not read again yet."""
    read = exists().where(SecondReading.decision_id == ModerationDecision.id)
    return (
        select(ModerationDecision)
        .join(ModerationDecision.priority)
        .join(Contribution.consultation)
        .where(
            Consultation.council_id == council_id, Contribution.shuffle % ONE_IN == 0,
            ModerationDecision.action.in_(WHOLE), ModerationDecision.decided_at > clock.now() - WITHIN,
            ModerationDecision.moderator_id.is_not(None), ModerationDecision.moderator_id != moderator_id, ~read,
            ~has_interest(moderator_id),
        )
        .options(
            contains_eager(ModerationDecision.priority).options(
                contains_eager(Contribution.consultation), joinedload(Contribution.group), joinedload(Contribution.ward),
                selectinload(Contribution.pictures),
            )
        )
        .order_by(ModerationDecision.decided_at, ModerationDecision.id)
    )  # fmt: skip
