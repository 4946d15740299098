"""Steps of the live picture: who takes part by group, shown again only when nobody can tell who joined in between.

A step is made after a fold, when a twentieth and at least the threshold more people have taken part. It is kept only if it,
next to every step and frozen version before it, pins no hidden number (`policy.pins`); otherwise the one before goes on
being shown, and the next fold that finds enough new people tries again.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select

from participation.commissioning import policy
from participation.commissioning.live.measures import PEOPLE
from participation.commissioning.live.models import LiveStep, RollupCell
from participation.commissioning.live.picture import people_of
from participation.commissioning.service import OPEN, seen_by_staff
from participation.consultations.lifecycle import stage_of
from participation.consultations.models import Consultation
from participation.extensions import db

GROWTH = 20


def take_steps(now: datetime) -> int:
    """A step for every open consultation where enough people joined; how many were made. Flushes, never commits."""
    before = {
        row[0]: row[1]
        for row in db.session.execute(
            select(LiveStep.consultation_id, func.max(LiveStep.people)).group_by(LiveStep.consultation_id)
        )
    }
    people = select(RollupCell.consultation_id, func.sum(RollupCell.number)).where(RollupCell.measure == PEOPLE)
    due = [
        row[0]
        for row in db.session.execute(people.group_by(RollupCell.consultation_id))
        if row[1] - before.get(row[0], 0) >= max(policy.threshold(), before.get(row[0], 0) // GROWTH)
    ]
    found = db.session.scalars(select(Consultation).where(Consultation.id.in_(due)).order_by(Consultation.id)).all()
    return sum(_step(consultation, now) for consultation in found if stage_of(consultation, now) in OPEN)


def _step(consultation: Consultation, now: datetime) -> bool:
    evidence = people_of(consultation)
    step = policy.step(evidence)
    if policy.pins(step, seen_by_staff(consultation.id)):
        return False
    people = evidence.activities[0].people
    db.session.add(LiveStep(consultation_id=consultation.id, made_at=now, people=people, body=step.to_json()))
    db.session.flush()
    return True
