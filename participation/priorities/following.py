"""Residents ask to hear what becomes of a need, their own or another's, and can stop at any time."""

from __future__ import annotations

from sqlalchemy import delete

from participation import clock
from participation.extensions import db, insert_unless_there
from participation.priorities.models import NeedFollower, Priority
from participation.priorities.refusals import NotTaken


def follow(*, need: Priority, account_id: int) -> None:
    """Doing it twice changes nothing. Raises NotTaken for a need that is not shown."""
    if need.state != "published":
        raise NotTaken("This need is not published, so it cannot be followed.")
    values = {"priority_id": need.id, "account_id": account_id, "since": clock.now()}
    insert_unless_there(NeedFollower, values, unique=("priority_id", "account_id"))


def stop_following(*, need: Priority, account_id: int) -> None:
    db.session.execute(
        delete(NeedFollower).where(NeedFollower.priority_id == need.id, NeedFollower.account_id == account_id)
    )


def follows(need_id: int, account_id: int | None) -> bool:
    return account_id is not None and db.session.get(NeedFollower, (need_id, account_id)) is not None
