"""Decisions of moderators: each about exactly what was read, recorded, told to the author, and never changed afterwards."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from participation import clock
from participation.audit.record import record
from participation.audit.tags import Tag
from participation.errors import InvalidInput
from participation.extensions import db
from participation.moderation import locks, referrals, sealing
from participation.moderation.interests import interested
from participation.moderation.letters import tell_author
from participation.moderation.models import ModerationDecision
from participation.moderation.queries import items, latest_decisions
from participation.moderation.reasons import REASON
from participation.moderation.refusals import (
    DecidedMeanwhile,
    HeldByAnother,
    InterestDeclared,
    NothingToDecide,
    PassageNotThere,
    WaitsForAnswer,
)
from participation.moderation.seen import Seen, seen_of, text_hash
from participation.priorities import service as priorities
from participation.priorities.models import Contribution
from participation.priorities.refusals import PriorityNotFound


class Action(StrEnum):
    PUBLISH = "publish"
    REFUSE = "refuse"
    HIDE_PART = "hide_part"


# What is recorded of a decision; "restore" follows an appeal only (`moderation.appeals`).
TAGS = {
    "publish": Tag.PRIORITY_PUBLISHED,
    "refuse": Tag.PRIORITY_REFUSED,
    "hide_part": Tag.PRIORITY_PART_HIDDEN,
    "restore": Tag.PRIORITY_RESTORED,
}


@dataclass(frozen=True, slots=True)
class Decided:
    """How a decision about several went: how many it was made about, and how many were left as they are."""

    done: int
    skipped: int


def decide(
    *, council_id: int, seen: Seen, action: Action, moderator_id: int | None, reason_code: str | None = None, note: str = "",
    passage: str = "",
) -> ModerationDecision:  # fmt: skip
    """Publish one need, refuse it, or publish it without a `passage`. Of two who read the same text the second is refused.

    Raises PriorityNotFound, DecidedMeanwhile, NothingToDecide, HeldByAnother, InterestDeclared, WaitsForAnswer while
    safeguarding or lawyers look at it, PassageNotThere, or InvalidInput for a refusal without a known reason.
    """
    priority = seen_priority(council_id, seen)
    latest = latest_decisions([priority.id]).get(priority.id)
    require_decider(priority, moderator_id)
    if action is not Action.REFUSE and referrals.waiting_about([priority.id]):
        raise WaitsForAnswer()
    if not is_allowed(priority, latest, action):
        raise NothingToDecide()
    if action is not Action.PUBLISH and reason_code not in REASON:
        raise InvalidInput("Choose why it is not published.", field="reason")
    code = None if action is Action.PUBLISH else reason_code
    return _decided(priority, action, moderator_id, code, note, passage)


def seen_priority(council_id: int, seen: Seen) -> Contribution:
    """The locked row behind what somebody read. Raises PriorityNotFound, or DecidedMeanwhile when it is not that any more."""
    found = items(council_id, [seen.public_id], lock=True)
    if not found:
        raise PriorityNotFound()
    priority = found[0]
    latest = latest_decisions([priority.id]).get(priority.id)
    if seen != seen_of(priority, latest.id if latest else 0):
        raise DecidedMeanwhile()
    return priority


def require_decider(priority: Contribution, moderator_id: int | None) -> None:
    """Raises InterestDeclared, or HeldByAnother while somebody else reads it."""
    if interested([priority.id], moderator_id):
        raise InterestDeclared()
    if locks.held_by_others([priority.id], moderator_id, clock.now()):
        raise HeldByAnother()


def decide_all(
    *, council_id: int, seen: Iterable[Seen], action: Action, moderator_id: int | None, reason_code: str | None = None,
    note: str = "",
) -> Decided:  # fmt: skip
    """Publish or refuse several at once; those that changed, were decided meanwhile, are read by somebody else, wait for an
    answer from elsewhere or touch an interest of the moderator are left as they are.

    Raises InvalidInput for a refusal without a known reason.
    """
    if action is Action.REFUSE and reason_code not in REASON:
        raise InvalidInput("Choose why they are not published.", field="reason")
    wanted = {one.public_id: one for one in seen}
    found = items(council_id, wanted, lock=True)
    ids = [priority.id for priority in found]
    latest = latest_decisions(ids)
    left = interested(ids, moderator_id) | locks.held_by_others(ids, moderator_id, clock.now()).keys()
    if action is Action.PUBLISH:
        left |= referrals.waiting_about(ids).keys()
    done = 0
    for priority in found:
        decision = latest.get(priority.id)
        as_seen = wanted[priority.public_id] == seen_of(priority, decision.id if decision else 0)
        if as_seen and priority.id not in left and is_allowed(priority, decision, action):
            _decided(priority, action, moderator_id, reason_code if action is Action.REFUSE else None, note)
            done += 1
    return Decided(done, len(wanted) - done)


def is_allowed(priority: Contribution, latest: ModerationDecision | None, action: Action) -> bool:
    """Nothing about what its author withdrew or was merged; and not the same decision about the same version twice."""
    if priority.state in ("withdrawn", "merged"):
        return False
    if action is Action.REFUSE:
        return priority.state != "refused"
    if action is Action.HIDE_PART:
        return True
    read = latest is not None and latest.priority_version == priority.version
    return priority.state != "published" or not read


def _decided(
    priority: Contribution,
    action: Action,
    moderator_id: int | None,
    reason_code: str | None,
    note: str,
    passage: str = "",
) -> ModerationDecision:
    was_shown, read, before = priority.state == "published", text_hash(priority), (priority.title, priority.need)
    if action is Action.HIDE_PART:
        _hide(priority, passage, REASON[reason_code or "unclear"].hidden)
    if action is Action.REFUSE:
        priorities.refuse(priority=priority)
    else:
        priorities.publish(priority=priority)
    decision = add_decision(
        priority, action.value, moderator_id, reason_code=reason_code, note=note, read=read,
    )  # fmt: skip
    if action is Action.HIDE_PART:
        sealing.keep_hidden(decision_id=decision.id, title=before[0], need=before[1])
    locks.clear(priority_id=priority.id)
    if not (was_shown and action is Action.PUBLISH):
        tell_author(priority=priority, decision=decision)
    return decision


def add_decision(
    priority: Contribution,
    action: str,
    moderator_id: int | None,
    *,
    read: str,
    reason_code: str | None = None,
    note: str = "",
) -> ModerationDecision:
    """Keep and record a decision. `read` is the hash of the text that was read; the version is that which it led to."""
    decision = ModerationDecision(
        priority=priority, priority_version=priority.version, text_hash=read, action=action, reason_code=reason_code,
        note=note, moderator_id=moderator_id, decided_at=clock.now(),
    )  # fmt: skip
    db.session.add(decision)
    db.session.flush()
    record(
        council_id=priority.consultation.council_id,
        tag=TAGS[action],
        subject=f"priority:{priority.public_id}",
        actor_id=moderator_id,
        role="moderator",
        facts={"version": priority.version, "text": read, "reason": reason_code},
    )
    return decision


def _hide(priority: Contribution, passage: str, why: str) -> None:
    """Every place in which the passage stands. Raises PassageNotThere, or when nothing would be left."""
    wanted, mark = passage.replace("\r\n", "\n").strip(), f"[removed: {why}]"
    if not wanted or (wanted not in priority.title and wanted not in priority.need):
        raise PassageNotThere(field="passage")
    title, need = priority.title.replace(wanted, mark), priority.need.replace(wanted, mark)
    if mark in (need, title):
        raise PassageNotThere("Nothing would be left of it. Do not publish it instead.", field="passage")
    priorities.rewrite(priority=priority, title=title, need=need)
