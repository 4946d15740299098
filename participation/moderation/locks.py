"""Who reads what: a moderator takes an item for ten minutes, and of two who want the same one gets it.

A row of the database, not of a cache: the primary key says "one", and a row whose time is over is taken over by whoever
comes next. Nothing has to run for that.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import joinedload

from participation import clock
from participation.extensions import db
from participation.moderation.models import ModerationLock
from participation.moderation.queue import Filters, free_for

HELD_FOR = timedelta(minutes=10)
# So many candidates are tried: more moderators than that never reach for an item in the same moment.
TRIES = 50


def take(*, priority_id: int, moderator_id: int) -> bool:
    """Hold an item from now on, or longer; False while somebody else holds it."""
    now = clock.now()
    insert = postgresql.insert if db.session.connection().dialect.name == "postgresql" else sqlite.insert
    row = {"priority_id": priority_id, "moderator_id": moderator_id, "expires_at": now + HELD_FOR}
    statement = insert(ModerationLock).values(row)
    statement = statement.on_conflict_do_update(
        index_elements=["priority_id"],
        set_={"moderator_id": moderator_id, "expires_at": now + HELD_FOR},
        where=(ModerationLock.moderator_id == moderator_id) | (ModerationLock.expires_at <= now),
    )
    return db.session.connection().execute(statement.returning(ModerationLock.priority_id)).first() is not None


def take_next(*, council_id: int, moderator_id: int, filters: Filters, after: int | None = None) -> str | None:
    """Take the next item that nobody holds and that the moderator may decide; its public id, or None when there is none.

    `after` is the id of the one just read: what comes later in the queue is preferred to it and to what came before.
    """
    for priority_id, public_id in free_for(council_id, moderator_id, clock.now(), filters, after=after, most=TRIES):
        if take(priority_id=priority_id, moderator_id=moderator_id):
            return public_id
    return None


def release(*, priority_id: int, moderator_id: int) -> None:
    """Let go of an item, if it is held by this moderator."""
    db.session.execute(
        delete(ModerationLock).where(
            ModerationLock.priority_id == priority_id, ModerationLock.moderator_id == moderator_id
        )
    )


def clear(*, priority_id: int) -> None:
    """It is decided: nobody holds it any more, nor is a row left whose time was over."""
    db.session.execute(delete(ModerationLock).where(ModerationLock.priority_id == priority_id))


def held_by_others(priority_ids: Iterable[int], moderator_id: int | None, now: datetime) -> dict[int, ModerationLock]:
    """The items that somebody else reads at this moment, by id, with who and until when."""
    query = (
        select(ModerationLock)
        .where(ModerationLock.priority_id.in_(list(priority_ids)), ModerationLock.expires_at > now)
        .options(joinedload(ModerationLock.moderator))
    )
    if moderator_id is not None:
        query = query.where(ModerationLock.moderator_id != moderator_id)
    return {lock.priority_id: lock for lock in db.session.scalars(query)}
