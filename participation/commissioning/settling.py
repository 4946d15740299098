"""Keeping what residents said as it stands at the close (`settled`): after a fold, or just before something changes it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, union

from participation import clock
from participation.commissioning import counts, policy
from participation.commissioning.frames import frame_of
from participation.commissioning.gather import participation_of
from participation.commissioning.live.models import SettledCount
from participation.commissioning.service import OPEN, seen_on_the_way
from participation.commissioning.settled import counted, written
from participation.consultations.lifecycle import Stage, stage_of
from participation.consultations.models import Consultation
from participation.extensions import db, insert_unless_there
from participation.priorities.models import Priority, PrioritySupport

# There is nothing to keep yet, or it can still move.
_TOO_EARLY = (Stage.DRAFT, Stage.UPCOMING, *OPEN)


def settle(consultation: Consultation, now: datetime) -> bool:
    """Keep the numbers as they are, if they are not kept yet and nothing can move any more. Flushes, never commits."""
    if stage_of(consultation, now) in _TOO_EARLY:
        return False
    if db.session.scalar(select(select(SettledCount).where(SettledCount.consultation_id == consultation.id).exists())):
        return False
    outside = counts.submissions([consultation.id]).get(consultation.id, counts.Submissions())
    if outside.waiting:
        return False
    said = counted([consultation.id])[consultation.id]
    shown = policy.disclosed(
        participation_of(consultation, said.people, frame_of(consultation)), seen=seen_on_the_way(consultation, now)
    )
    values = {
        "consultation_id": consultation.id, "settled_at": now, "body": written(said), "shown": shown.to_json(),
    }  # fmt: skip
    return insert_unless_there(SettledCount, values, unique=("consultation_id",))


def settle_all(now: datetime) -> int:
    """Settle every consultation that can be; how many were."""
    query = (
        select(Consultation)
        .where(Consultation.state != "draft", Consultation.id.not_in(select(SettledCount.consultation_id)))
        .order_by(Consultation.id)
    )
    return sum(settle(consultation, now) for consultation in db.session.scalars(query).all())


def before_change(consultation: Consultation) -> None:
    """Something is about to change in what was said about this consultation."""
    settle(consultation, clock.now())


def before_account(account_id: int) -> None:
    """An account is about to go, or to say something else about itself: settle all it took part in."""
    mine = union(
        select(Priority.consultation_id)
        .join(PrioritySupport, PrioritySupport.priority_id == Priority.id)
        .where(PrioritySupport.account_id == account_id),
        select(Priority.consultation_id).where(Priority.author_id == account_id),
    )
    query = select(Consultation).where(Consultation.id.in_(mine)).order_by(Consultation.id)
    for consultation in db.session.scalars(query).all():
        settle(consultation, clock.now())
