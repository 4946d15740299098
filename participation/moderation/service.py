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
from participation.moderation.letters import tell_author
from participation.moderation.models import ModerationDecision
from participation.moderation.queries import items, latest_decisions
from participation.moderation.reasons import REASON
from participation.moderation.refusals import DecidedMeanwhile, NothingToDecide
from participation.moderation.seen import Seen, seen_of, text_hash
from participation.priorities import service as priorities
from participation.priorities.models import Priority
from participation.priorities.refusals import PriorityNotFound


class Action(StrEnum):
    PUBLISH = "publish"
    REFUSE = "refuse"


@dataclass(frozen=True, slots=True)
class Published:
    """How publishing several went: how many were, and how many had changed or were decided meanwhile."""

    published: int
    skipped: int


def decide(
    *, council_id: int, seen: Seen, action: Action, moderator_id: int | None, reason_code: str | None = None, note: str = ""
) -> ModerationDecision:  # fmt: skip
    """Publish or refuse one need. Of two moderators who read the same text the second is refused.

    Raises PriorityNotFound, DecidedMeanwhile, NothingToDecide, or InvalidInput for a refusal without a known reason.
    """
    found = items(council_id, [seen.public_id], lock=True)
    if not found:
        raise PriorityNotFound()
    priority = found[0]
    latest = latest_decisions([priority.id]).get(priority.id)
    if seen != seen_of(priority, latest.id if latest else 0):
        raise DecidedMeanwhile()
    _require_allowed(priority, latest, action)
    if action is Action.REFUSE and reason_code not in REASON:
        raise InvalidInput("Choose why it is not published.", field="reason")
    return _decide(priority, action, moderator_id, reason_code if action is Action.REFUSE else None, note)


def publish_all(*, council_id: int, seen: Iterable[Seen], moderator_id: int | None) -> Published:
    """Publish several needs at once; those that changed or were decided meanwhile are left as they are."""
    wanted = {one.public_id: one for one in seen}
    found = items(council_id, wanted, lock=True)
    latest = latest_decisions(priority.id for priority in found)
    done = 0
    for priority in found:
        decision = latest.get(priority.id)
        if wanted[priority.public_id] != seen_of(priority, decision.id if decision else 0):
            continue
        if not is_allowed(priority, decision, Action.PUBLISH):
            continue
        _decide(priority, Action.PUBLISH, moderator_id, None, "")
        done += 1
    return Published(done, len(wanted) - done)


def _require_allowed(priority: Priority, latest: ModerationDecision | None, action: Action) -> None:
    if not is_allowed(priority, latest, action):
        raise NothingToDecide()


def is_allowed(priority: Priority, latest: ModerationDecision | None, action: Action) -> bool:
    """Nothing about what its author withdrew; and not the same decision about the same version twice."""
    if priority.state == "withdrawn":
        return False
    if action is Action.REFUSE:
        return priority.state != "refused"
    read = latest is not None and latest.priority_version == priority.version
    return priority.state != "published" or not read


def _decide(
    priority: Priority, action: Action, moderator_id: int | None, reason_code: str | None, note: str
) -> ModerationDecision:
    was_shown = priority.state == "published"
    decision = ModerationDecision(
        priority=priority, priority_version=priority.version, text_hash=text_hash(priority), action=action.value,
        reason_code=reason_code, note=note, moderator_id=moderator_id, decided_at=clock.now(),
    )  # fmt: skip
    db.session.add(decision)
    if action is Action.PUBLISH:
        priorities.publish(priority=priority)
    else:
        priorities.refuse(priority=priority)
    db.session.flush()
    record(
        council_id=priority.consultation.council_id,
        tag=Tag.PRIORITY_PUBLISHED if action is Action.PUBLISH else Tag.PRIORITY_REFUSED,
        subject=f"priority:{priority.public_id}",
        actor_id=moderator_id,
        role="moderator",
        facts={"version": priority.version, "text": decision.text_hash, "reason": reason_code},
    )
    if not (was_shown and action is Action.PUBLISH):
        tell_author(priority=priority, decision=decision)
    return decision
