"""A moderator with an interest in an item says so, and somebody else decides about it."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select

from participation import clock
from participation.audit.record import record
from participation.audit.tags import Tag
from participation.extensions import db, insert_unless_there
from participation.moderation import locks
from participation.moderation.models import ModerationConflict
from participation.priorities.models import Contribution


def declare_interest(*, priority: Contribution, moderator_id: int) -> None:
    """From now on this moderator does not decide about it. Saying it twice changes nothing; it cannot be taken back."""
    values = {"priority_id": priority.id, "moderator_id": moderator_id, "declared_at": clock.now()}
    if not insert_unless_there(ModerationConflict, values, unique=("priority_id", "moderator_id")):
        return
    locks.release(priority_id=priority.id, moderator_id=moderator_id)
    record(
        council_id=priority.consultation.council_id,
        tag=Tag.CONFLICT_DECLARED,
        subject=f"priority:{priority.public_id}",
        actor_id=moderator_id,
        role="moderator",
    )


def interested(priority_ids: Iterable[int], moderator_id: int | None) -> frozenset[int]:
    """Those of these in which the moderator declared an interest."""
    return frozenset(
        db.session.scalars(
            select(ModerationConflict.priority_id).where(
                ModerationConflict.priority_id.in_(list(priority_ids)), ModerationConflict.moderator_id == moderator_id
            )
        )
    )
