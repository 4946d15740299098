"""Loaders for moderators: the queue, one item, and what was decided. Nothing is asked per row."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import joinedload

from participation.consultations.duties import Duty
from participation.consultations.models import Consultation
from participation.extensions import db
from participation.moderation.models import ModerationDecision
from participation.moderation.reasons import REASON
from participation.priorities.models import Priority
from participation.priorities.refusals import PriorityNotFound
from participation.priorities.verdicts import Verdict
from participation.web.access import Permission
from participation.web.words import day, plural


class Shown(StrEnum):
    """The parts of the queue. `UNREAD` was shown at once and nobody read it yet."""

    WAITING = "waiting"
    UNREAD = "unread"
    PUBLISHED = "published"
    REFUSED = "refused"


def _is_in(shown: Shown) -> ColumnElement[bool]:
    if shown is Shown.UNREAD:
        read = exists().where(
            ModerationDecision.priority_id == Priority.id, ModerationDecision.priority_version == Priority.version
        )
        return and_(Priority.state == "published", ~read)
    return Priority.state == shown.value


def queue(council_id: int, shown: Shown, *, consultation_slug: str = "") -> Select[Priority]:
    """What is in a part of the queue, the oldest first; "" is every consultation."""
    query = (
        select(Priority)
        .join(Priority.consultation)
        .where(Consultation.council_id == council_id, _is_in(shown))
        .options(joinedload(Priority.consultation), joinedload(Priority.group), joinedload(Priority.ward))
        .order_by(Priority.submitted_at, Priority.id)
    )
    return query.where(Consultation.slug == consultation_slug) if consultation_slug else query


def next_in_queue(council_id: int, after: Priority, *, consultation_slug: str = "") -> str | None:
    """The public id of what a moderator should read next: unread or waiting, after this one or else from the start."""
    later = or_(
        Priority.submitted_at > after.submitted_at,
        and_(Priority.submitted_at == after.submitted_at, Priority.id > after.id),
    )
    query = (
        select(Priority.public_id)
        .join(Priority.consultation)
        .where(
            Consultation.council_id == council_id,
            or_(_is_in(Shown.WAITING), _is_in(Shown.UNREAD)),
            Priority.id != after.id,
        )
        .order_by(later.desc(), Priority.submitted_at, Priority.id)
        .limit(1)
    )
    if consultation_slug:
        query = query.where(Consultation.slug == consultation_slug)
    return db.session.scalar(query)


def counted(council_id: int) -> dict[Shown, int]:
    """How many there are in each part, in one query."""
    columns = [func.count().filter(_is_in(shown)).label(shown.value) for shown in Shown]
    row = db.session.execute(
        select(*columns).select_from(Priority).join(Priority.consultation).where(Consultation.council_id == council_id)
    ).one()
    return {shown: int(getattr(row, shown.value)) for shown in Shown}


def consultations_with_needs(council_id: int) -> list[tuple[str, str]]:
    """(slug, title) of the consultations that residents wrote to, the newest first; for the filter."""
    has_needs = exists().where(Priority.consultation_id == Consultation.id)
    rows = db.session.execute(
        select(Consultation.slug, Consultation.title)
        .where(Consultation.council_id == council_id, has_needs)
        .order_by(Consultation.created_at.desc(), Consultation.id.desc())
        .limit(200)
    )
    return [(row.slug, row.title) for row in rows]


def item(council_id: int, public_id: str) -> Priority:
    """One priority of the council. Raises PriorityNotFound."""
    found = items(council_id, [public_id])
    if not found:
        raise PriorityNotFound()
    return found[0]


def items(council_id: int, public_ids: Iterable[str], *, lock: bool = False) -> list[Priority]:
    """Those of these that exist, in the order of their ids, so that two moderators who lock several never wait crosswise."""
    query = (
        select(Priority)
        .join(Priority.consultation)
        .where(Consultation.council_id == council_id, Priority.public_id.in_(list(public_ids)))
        .options(joinedload(Priority.consultation), joinedload(Priority.group), joinedload(Priority.ward))
        .order_by(Priority.id)
    )
    return list(db.session.scalars(query.with_for_update(of=Priority) if lock else query))


def latest_decisions(priority_ids: Iterable[int]) -> dict[int, ModerationDecision]:
    """The latest decision by id of the priority; those nobody decided about are missing."""
    latest = (
        select(func.max(ModerationDecision.id))
        .where(ModerationDecision.priority_id.in_(list(priority_ids)))
        .group_by(ModerationDecision.priority_id)
    )
    found = db.session.scalars(select(ModerationDecision).where(ModerationDecision.id.in_(latest)))
    return {decision.priority_id: decision for decision in found}


def history(priority_id: int) -> list[ModerationDecision]:
    """Every decision about one priority, the newest first, with who made it."""
    return list(
        db.session.scalars(
            select(ModerationDecision)
            .where(ModerationDecision.priority_id == priority_id)
            .options(joinedload(ModerationDecision.moderator))
            .order_by(ModerationDecision.id.desc())
        )
    )


def verdicts_on(priority_ids: Iterable[int]) -> dict[int, Verdict]:
    """The decisions as authors and the public may read them, for `priorities.verdicts`."""
    return {priority_id: _verdict(decision) for priority_id, decision in latest_decisions(priority_ids).items()}


def _verdict(decision: ModerationDecision) -> Verdict:
    reason = REASON.get(decision.reason_code or "")
    return Verdict(
        published=decision.action == "publish",
        reason=reason.public if reason and reason.told else None,
        advice=reason.author if reason else None,
        note=decision.note,
        decided_at=decision.decided_at,
    )


def duties(council_id: int, _now: datetime) -> list[Duty]:
    """What waits for moderators, for the staff home page."""
    waiting, unread, oldest = db.session.execute(
        select(
            func.count().filter(_is_in(Shown.WAITING)),
            func.count().filter(_is_in(Shown.UNREAD)),
            func.min(Priority.submitted_at).filter(_is_in(Shown.WAITING)),
        )
        .select_from(Priority)
        .join(Priority.consultation)
        .where(Consultation.council_id == council_id)
    ).one()
    found = []
    if waiting:
        sentence = f"{plural(waiting, 'need waits', 'needs wait')} for a moderator, the oldest since {day(oldest)}."
        found.append(Duty(sentence, "moderation_manage.queue", Permission.MODERATE))
    if unread:
        sentence = (
            f"{plural(unread, 'need')} {'is' if unread == 1 else 'are'} published and not yet read by a moderator."
        )
        found.append(Duty(sentence, "moderation_manage.queue", Permission.MODERATE, {"show": Shown.UNREAD.value}))
    return found
