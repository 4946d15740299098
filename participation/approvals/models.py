"""Acts that need two people: what was asked, by whom, and what somebody else decided."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from participation.extensions import Model, UTCDateTime


class Approval(Model):
    """One act that waits for a second person, or waited. The hash of the payload ties what was approved to what runs."""

    __tablename__ = "approval"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(16), unique=True)
    council_id: Mapped[int] = mapped_column(ForeignKey("council.id"))
    # A name of `approvals.acts`, and what it is about ("account:12", "vote:3").
    act: Mapped[str] = mapped_column(String(40))
    subject: Mapped[str] = mapped_column(String(80))
    # What would happen, in words for the page.
    sentence: Mapped[str] = mapped_column(String(400))
    # Canonical JSON of codes and whole numbers. The SHA-256 covers the sentence as well.
    payload: Mapped[str] = mapped_column(Text)
    payload_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    requested_by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    requested_at: Mapped[datetime] = mapped_column(UTCDateTime)
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime)
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    decided_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    # approved (and carried out), or refused; withdrawn by who asked.
    decision: Mapped[str | None] = mapped_column(String(9))

    __table_args__ = (
        CheckConstraint("decision IN ('approved', 'refused', 'withdrawn')", name="decision_known"),
        CheckConstraint("(decision IS NULL) = (decided_by IS NULL)", name="decided_by_somebody"),
        CheckConstraint("(decision IS NULL) = (decided_at IS NULL)", name="decided_at_some_time"),
        CheckConstraint("(decided_by = requested_by) = (decision = 'withdrawn')", name="four_eyes"),
        Index(None, "council_id", "decision", "expires_at"),
    )
