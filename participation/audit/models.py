"""The governance record: who (in which role) did what to what, chained so that a removed or altered row shows."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from participation.audit.append_only import APPEND_ONLY
from participation.extensions import Model, UTCDateTime


class AuditEvent(Model):
    """One event. `index` runs without gaps from 1 within a council; `hash` covers the event and the hash before it.

    `public` is canonical JSON fit for publication: tag, role of the actor, subject and facts, never a person, a mark, a
    tracker, a postcode or an address. `actor_id` is never published.
    """

    __tablename__ = "audit_event"

    council_id: Mapped[int] = mapped_column(ForeignKey("council.id"), primary_key=True)
    index: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    tag: Mapped[str] = mapped_column(String(60))
    subject: Mapped[str] = mapped_column(String(80))
    public: Mapped[str] = mapped_column(Text)
    actor_id: Mapped[int | None] = mapped_column()
    previous_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))

    __table_args__ = (
        CheckConstraint('"index" > 0', name="index_positive"),
        Index(None, "council_id", "subject"),
        {"info": {APPEND_ONLY: True}},
    )
