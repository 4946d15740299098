"""Loaders for moderators and authors: one item, what was decided about it, and what waits. Nothing is asked per row."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from participation import clock
from participation.consultations.duties import Duty
from participation.consultations.models import Consultation
from participation.extensions import db
from participation.moderation import referrals
from participation.moderation.models import ModerationAppeal, ModerationDecision
from participation.moderation.queue import Shown, counted, waits
from participation.moderation.reasons import REASON
from participation.priorities.models import Contribution
from participation.priorities.refusals import PriorityNotFound
from participation.priorities.verdicts import Verdict
from participation.web.access import Permission
from participation.web.words import day, plural

# An author can appeal so long after the decision (trust design, section 6.3), and against these.
APPEAL_DAYS = 28
APPEALABLE = ("refuse", "hide_part")


def item(council_id: int, public_id: str) -> Contribution:
    """One priority of the council. Raises PriorityNotFound."""
    found = items(council_id, [public_id])
    if not found:
        raise PriorityNotFound()
    return found[0]


def items(council_id: int, public_ids: Iterable[str], *, lock: bool = False) -> list[Contribution]:
    """Those of these that exist, in the order of their ids, so that two moderators who lock several never wait crosswise."""
    query = (
        select(Contribution)
        .join(Contribution.consultation)
        .where(Consultation.council_id == council_id, Contribution.public_id.in_(list(public_ids)))
        .options(
            joinedload(Contribution.consultation),
            joinedload(Contribution.group),
            joinedload(Contribution.ward),
            selectinload(Contribution.pictures),
        )
        .order_by(Contribution.id)
    )
    return list(db.session.scalars(query.with_for_update(of=Contribution) if lock else query))


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
    decisions = latest_decisions(priority_ids)
    appeals = appeals_of(decision.id for decision in decisions.values())
    return {priority_id: _verdict(decision, appeals.get(decision.id)) for priority_id, decision in decisions.items()}


def appeals_of(decision_ids: Iterable[int]) -> dict[int, ModerationAppeal]:
    """The appeals against these decisions, by the decision's id."""
    found = db.session.scalars(select(ModerationAppeal).where(ModerationAppeal.decision_id.in_(list(decision_ids))))
    return {appeal.decision_id: appeal for appeal in found}


def appeal_ends(decision: ModerationDecision) -> datetime:
    """The last moment for an appeal: the same time of day 28 days on, whatever the clocks did in between."""
    return clock.later(decision.decided_at, days=APPEAL_DAYS)


def _verdict(decision: ModerationDecision, appeal: ModerationAppeal | None) -> Verdict:
    reason = REASON.get(decision.reason_code or "")
    return Verdict(
        action=decision.action,
        reason=reason.public if reason and reason.told else None,
        advice=reason.author if reason else None,
        note=decision.note,
        decided_at=decision.decided_at,
        appeal=(appeal.outcome or "waiting") if appeal else None,
        appeal_answer=appeal.answer if appeal else "",
        may_appeal_until=appeal_ends(decision) if decision.action in APPEALABLE and not appeal else None,
    )


def open_appeals(council_id: int) -> Select[ModerationAppeal]:
    """Appeals that wait for a decision, the oldest first, each with its need."""
    return (
        select(ModerationAppeal)
        .join(ModerationAppeal.decision)
        .join(ModerationDecision.priority)
        .join(Contribution.consultation)
        .where(Consultation.council_id == council_id, ModerationAppeal.outcome.is_(None))
        .options(
            contains_eager(ModerationAppeal.decision)
            .contains_eager(ModerationDecision.priority)
            .contains_eager(Contribution.consultation)
        )
        .order_by(ModerationAppeal.filed_at, ModerationAppeal.decision_id)
    )


def duties(council_id: int, now: datetime) -> list[Duty]:
    """What waits for moderators, for the staff home page: danger first, then appeals, then the queue."""
    parts, clock_of = counted(council_id), waits(council_id, now)
    appeals = (
        db.session.scalar(select(func.count()).select_from(open_appeals(council_id).order_by(None).subquery())) or 0
    )
    found = []
    if clock_of.danger:
        sentence = f"{plural(clock_of.danger, 'text')} may be about somebody in danger. Read within 2 hours."
        found.append(_duty(sentence, flag="danger"))
    if appeals:
        sentence = f"{plural(appeals, 'author appeals', 'authors appeal')} against a decision."
        found.append(Duty(sentence, "moderation_manage.appeals", Permission.MODERATE))
    referred = db.session.scalar(
        select(func.count()).select_from(referrals.waiting(council_id).order_by(None).subquery())
    )
    if referred:
        sentence = f"{plural(referred, 'referral waits', 'referrals wait')} for safeguarding or the lawyers to answer."
        found.append(Duty(sentence, "moderation_manage.referrals", Permission.MODERATE))
    if parts[Shown.WAITING]:
        many = plural(parts[Shown.WAITING], "text waits", "texts wait")
        found.append(_duty(f"{many} for a moderator, the oldest since {day(clock_of.oldest)}."))
    if parts[Shown.UNREAD]:
        many, verb = plural(parts[Shown.UNREAD], "text"), "is" if parts[Shown.UNREAD] == 1 else "are"
        found.append(_duty(f"{many} {verb} published and not yet read by a moderator.", show=Shown.UNREAD.value))
    return found


def _duty(sentence: str, **arguments: str) -> Duty:
    return Duty(sentence, "moderation_manage.queue", Permission.MODERATE, arguments)
