"""Residents ask to hear what comes of a consultation, and can stop at any time."""

from __future__ import annotations

from sqlalchemy import delete, select

from participation import clock
from participation.consultations.models import Follower
from participation.extensions import db, insert_unless_there


def follow(*, consultation_id: int, account_id: int) -> None:
    """Doing it twice changes nothing."""
    values = {"consultation_id": consultation_id, "account_id": account_id, "since": clock.now()}
    insert_unless_there(Follower, values, unique=("consultation_id", "account_id"))


def stop_following(*, consultation_id: int, account_id: int) -> None:
    db.session.execute(
        delete(Follower).where(Follower.consultation_id == consultation_id, Follower.account_id == account_id)
    )


def follows(consultation_id: int, account_id: int | None) -> bool:
    return account_id is not None and db.session.get(Follower, (consultation_id, account_id)) is not None


def followed_by(account_id: int) -> list[int]:
    """The ids of the consultations an account follows."""
    return list(db.session.scalars(select(Follower.consultation_id).where(Follower.account_id == account_id)))
