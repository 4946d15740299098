"""What residents are asked and have said about a service: what the page of the service shows (`budgets.voices`)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, selectinload

from participation.budgets.voices import Voice, Voices
from participation.consultations.lifecycle import STAGE_WORDS, Stage, stage_of
from participation.consultations.models import Consultation, consultation_service
from participation.extensions import db
from participation.priorities.models import Priority

ASKED_SHOWN, SAID_SHOWN = 5, 5
# Stages in which a consultation no longer says where the service stands.
OVER = (Stage.ANSWERED, Stage.ARCHIVED, Stage.WITHDRAWN)


def voices_about(group_id: int, now: datetime) -> Voices:
    """The newest consultations about a service and a few published needs in their random, stable order.

    Supporters are not counted here: nobody is to be swayed while a consultation is open.
    """
    published = (Priority.group_id == group_id, Priority.state == "published", Consultation.state == "launched")
    needs = select(Priority).join(Priority.consultation).where(*published)
    few = needs.options(joinedload(Priority.consultation)).order_by(Priority.shuffle, Priority.id).limit(SAID_SHOWN)
    total = db.session.scalar(select(func.count()).select_from(needs.subquery())) or 0
    return Voices(
        asked=tuple(_asked(consultation, now) for consultation in _consultations(group_id)),
        said=tuple(_said(priority) for priority in db.session.scalars(few)),
        total=total,
    )


def _consultations(group_id: int) -> list[Consultation]:
    query = (
        select(Consultation)
        .join(consultation_service, consultation_service.c.consultation_id == Consultation.id)
        .where(consultation_service.c.group_id == group_id, Consultation.state == "launched")
        .options(selectinload(Consultation.phases), selectinload(Consultation.response))
        .order_by(Consultation.launched_at.desc(), Consultation.id.desc())
        .limit(ASKED_SHOWN)
    )
    return list(db.session.scalars(query))


def _asked(consultation: Consultation, now: datetime) -> Voice:
    stage = stage_of(consultation, now)
    step = "" if stage in OVER else consultation.cycle_step
    arguments = {"slug": consultation.slug}
    return Voice(consultation.title, "consultations.consultation", arguments, STAGE_WORDS[stage].sentence, step)


def _said(priority: Priority) -> Voice:
    arguments = {"slug": priority.consultation.slug, "public_id": priority.public_id}
    return Voice(priority.title, "priorities.priority", arguments)
