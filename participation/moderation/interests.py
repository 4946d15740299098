"""A moderator with an interest in an item, or in the option it is about, says so, and somebody else decides about it."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import ColumnElement, exists, or_, select

from participation import clock
from participation.audit.record import record
from participation.audit.tags import Tag
from participation.extensions import db, insert_unless_there
from participation.moderation import locks
from participation.moderation.models import ModerationConflict, ModerationOptionConflict
from participation.priorities.models import Contribution


def declare_interest(*, priority: Contribution, moderator_id: int) -> None:
    """From now on this moderator does not decide about it. Saying it twice changes nothing; it cannot be taken back."""
    values = {"priority_id": priority.id, "moderator_id": moderator_id, "declared_at": clock.now()}
    if insert_unless_there(ModerationConflict, values, unique=("priority_id", "moderator_id")):
        _declared(priority, moderator_id)


def declare_interest_in_option(*, priority: Contribution, moderator_id: int) -> None:
    """Nor about any other comment on the same option, also those to come. Nothing for what is not about an option."""
    if priority.option_id is None:
        return
    values = {"option_id": priority.option_id, "moderator_id": moderator_id, "declared_at": clock.now()}
    if insert_unless_there(ModerationOptionConflict, values, unique=("option_id", "moderator_id")):
        _declared(priority, moderator_id)


def _declared(priority: Contribution, moderator_id: int) -> None:
    locks.release(priority_id=priority.id, moderator_id=moderator_id)
    record(
        council_id=priority.consultation.council_id,
        tag=Tag.CONFLICT_DECLARED,
        subject=f"priority:{priority.public_id}",
        actor_id=moderator_id,
        role="moderator",
    )


def has_interest(moderator_id: int | None) -> ColumnElement[bool]:
    """For a query of contributions: those in which, or in the option of which, the moderator declared an interest."""
    return or_(
        exists().where(
            ModerationConflict.priority_id == Contribution.id, ModerationConflict.moderator_id == moderator_id
        ),
        exists().where(
            ModerationOptionConflict.option_id == Contribution.option_id,
            ModerationOptionConflict.moderator_id == moderator_id,
        ),
    )


def interested(priority_ids: Iterable[int], moderator_id: int | None) -> frozenset[int]:
    """Those of these in which the moderator declared an interest."""
    return frozenset(
        db.session.scalars(
            select(Contribution.id).where(Contribution.id.in_(list(priority_ids)), has_interest(moderator_id))
        )
    )
