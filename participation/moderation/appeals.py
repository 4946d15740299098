"""An author asks for another look at a decision, within 28 days and once; somebody who did not make it decides."""

from __future__ import annotations

from sqlalchemy import select

from participation import clock
from participation.audit.record import record
from participation.audit.tags import Tag
from participation.extensions import db
from participation.moderation import referrals, sealing, service
from participation.moderation.interests import interested
from participation.moderation.letters import tell_appellant
from participation.moderation.models import ModerationAppeal, ModerationDecision
from participation.moderation.queries import APPEALABLE, appeal_ends, items, latest_decisions
from participation.moderation.refusals import (
    AppealNeedsAnother,
    DecidedMeanwhile,
    InterestDeclared,
    NoAppeal,
    WaitsForAnswer,
)
from participation.moderation.seen import Seen, seen_of, text_hash
from participation.priorities import service as priorities
from participation.priorities.models import Contribution


def appealable(priority: Contribution) -> ModerationDecision | None:
    """The decision that the author can appeal against now; None when there is none, it is too late, or they did."""
    decision = latest_decisions([priority.id]).get(priority.id)
    if decision is None or decision.action not in APPEALABLE or priority.state == "withdrawn":
        return None
    appealed = db.session.get(ModerationAppeal, decision.id) is not None
    return None if appealed or clock.now() > appeal_ends(decision) else decision


def file_appeal(*, priority: Contribution, statement: str) -> ModerationAppeal:
    """Ask for another look. Raises NoAppeal. The primary key says "once" when it is sent twice at the same moment."""
    decision = appealable(priority)
    if decision is None:
        raise NoAppeal()
    appeal = ModerationAppeal(decision_id=decision.id, statement=statement, filed_at=clock.now())
    db.session.add(appeal)
    db.session.flush()
    return appeal


def appeal_about(priority: Contribution) -> ModerationAppeal | None:
    """The appeal about a priority that waits, whatever was decided since; else that against the latest decision, decided."""
    waits = db.session.scalars(
        select(ModerationAppeal)
        .join(ModerationAppeal.decision)
        .where(ModerationDecision.priority_id == priority.id, ModerationAppeal.outcome.is_(None))
        .order_by(ModerationAppeal.decision_id)
        .limit(1)
    ).first()
    if waits is not None:
        return waits
    latest = latest_decisions([priority.id]).get(priority.id)
    return db.session.get(ModerationAppeal, latest.id) if latest else None


def overtaken(appeal: ModerationAppeal) -> ModerationDecision | None:
    """The newer decision about the same priority, where somebody decided again before the appeal was."""
    latest = latest_decisions([appeal.decision.priority_id])[appeal.decision.priority_id]
    return latest if latest.id != appeal.decision_id and appeal.outcome is None else None


def may_decide(appeal: ModerationAppeal, moderator_id: int) -> bool:
    """Somebody else than who decided first, and without an interest in it."""
    decision = appeal.decision
    return decision.moderator_id != moderator_id and not interested([decision.priority_id], moderator_id)


def decide_appeal(*, council_id: int, seen: Seen, overturn: bool, answer: str, moderator_id: int) -> ModerationAppeal:
    """Confirm the decision, or show the need as it was read just now. The author is told, with the answer.

    Where somebody decided again since, that newer decision stays; the author can appeal against it.

    Raises AppealNeedsAnother, InterestDeclared, WaitsForAnswer while safeguarding or lawyers look at what would be shown, or
    DecidedMeanwhile when the text is another one or there is no appeal to decide any more.
    """
    priority = next(iter(items(council_id, [seen.public_id], lock=True)), None)
    appeal = appeal_about(priority) if priority else None
    if priority is None or appeal is None or appeal.outcome is not None:
        raise DecidedMeanwhile()
    if appeal.decision.moderator_id == moderator_id:
        raise AppealNeedsAnother()
    if interested([priority.id], moderator_id):
        raise InterestDeclared()
    newer, latest = overtaken(appeal), latest_decisions([priority.id])[priority.id]
    if seen != seen_of(priority, latest.id):
        raise DecidedMeanwhile()
    if overturn and newer is None and priority.state != "published" and referrals.waiting_about([priority.id]):
        raise WaitsForAnswer()
    appeal.outcome, appeal.answer = ("overturned" if overturn else "upheld"), answer
    appeal.decided_by, appeal.decided_at = moderator_id, clock.now()
    db.session.flush()
    record(
        council_id=council_id, tag=Tag.APPEAL_DECIDED, subject=f"priority:{seen.public_id}", actor_id=moderator_id,
        role="moderator", facts={"outcome": appeal.outcome},
    )  # fmt: skip
    if overturn and newer is None:
        _restore(priority, appeal.decision, moderator_id, answer)
    tell_appellant(priority=priority, appeal=appeal)
    return appeal


def _restore(priority: Contribution, decision: ModerationDecision, moderator_id: int, answer: str) -> None:
    """As it was before the decision; what the author withdrew meanwhile stays withdrawn, what was merged stays merged."""
    if priority.state == "withdrawn":
        return
    read = text_hash(priority)
    before = sealing.hidden_text(decision.id)
    if before is not None:
        priorities.rewrite(priority=priority, title=before[0], need=before[1])
    if priority.state != "merged":
        priorities.publish(priority=priority)
    service.add_decision(priority, "restore", moderator_id, read=read, note=answer)


def decided_appeals_of(priority_id: int) -> dict[int, ModerationAppeal]:
    """Every appeal about one priority, by the decision it was against; for its history."""
    query = (
        select(ModerationAppeal).join(ModerationAppeal.decision).where(ModerationDecision.priority_id == priority_id)
    )
    return {appeal.decision_id: appeal for appeal in db.session.scalars(query)}
