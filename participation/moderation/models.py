"""Decisions of moderators, each with a reason the author sees."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from participation.accounts.models import Account
from participation.extensions import Model, UTCDateTime
from participation.priorities.models import Priority


class ModerationDecision(Model):
    """What was decided about one version of one priority. Rows are added, never changed."""

    __tablename__ = "moderation_decision"

    id: Mapped[int] = mapped_column(primary_key=True)
    priority_id: Mapped[int] = mapped_column(ForeignKey("priority.id", ondelete="CASCADE"))
    priority_version: Mapped[int] = mapped_column()
    # SHA-256 of the text that was read, so that a later edit cannot pass for it.
    text_hash: Mapped[str] = mapped_column(String(64))
    action: Mapped[str] = mapped_column(String(8))
    # A code of moderation.reasons; NULL when published.
    reason_code: Mapped[str | None] = mapped_column(String(30))
    note: Mapped[str] = mapped_column(Text)
    moderator_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    decided_at: Mapped[datetime] = mapped_column(UTCDateTime)

    priority: Mapped[Priority] = relationship()
    moderator: Mapped[Account | None] = relationship()

    __table_args__ = (
        CheckConstraint("action IN ('publish', 'refuse')", name="action_known"),
        CheckConstraint("(action = 'refuse') = (reason_code IS NOT NULL)", name="refusal_has_reason"),
        Index(None, "priority_id", "decided_at"),
    )
