"""Loaders for requests."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Select, select

from participation.approvals.models import Approval
from participation.approvals.refusals import ApprovalNotFound
from participation.extensions import db


def approval_by_public_id(council_id: int, public_id: str, *, lock: bool = False) -> Approval:
    """One request of a council, decided or not. Raises ApprovalNotFound. `lock` holds it until the transaction ends."""
    query = select(Approval).where(Approval.council_id == council_id, Approval.public_id == public_id)
    found = db.session.execute(query.with_for_update() if lock else query).scalar_one_or_none()
    if found is None:
        raise ApprovalNotFound()
    return found


def waiting(council_id: int, acts: list[str], now: datetime) -> Select[Approval]:
    """The requests of these acts that can still be decided, the oldest first."""
    return (
        select(Approval)
        .where(
            Approval.council_id == council_id,
            Approval.act.in_(acts),
            Approval.decision.is_(None),
            Approval.expires_at > now,
        )
        .order_by(Approval.requested_at, Approval.id)
    )


def waiting_about(council_id: int, subject: str, now: datetime) -> list[Approval]:
    """The requests about one thing that can still be decided."""
    return list(
        db.session.scalars(
            select(Approval)
            .where(
                Approval.council_id == council_id,
                Approval.subject == subject,
                Approval.decision.is_(None),
                Approval.expires_at > now,
            )
            .order_by(Approval.requested_at, Approval.id)
        )
    )
