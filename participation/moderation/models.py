"""Decisions of moderators, each with a reason the author sees."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from participation.accounts.models import Account
from participation.extensions import Model, UTCDateTime
from participation.priorities.models import Contribution


class ModerationDecision(Model):
    """What was decided about one version of one priority. Rows are added, never changed."""

    __tablename__ = "moderation_decision"

    id: Mapped[int] = mapped_column(primary_key=True)
    priority_id: Mapped[int] = mapped_column(ForeignKey("priority.id", ondelete="CASCADE"))
    priority_version: Mapped[int] = mapped_column()
    # SHA-256 of the text that was read, so that a later edit cannot pass for it.
    text_hash: Mapped[str] = mapped_column(String(64))
    action: Mapped[str] = mapped_column(String(9))
    # A code of moderation.reasons; NULL when published, or shown again after an appeal.
    reason_code: Mapped[str | None] = mapped_column(String(30))
    note: Mapped[str] = mapped_column(Text)
    moderator_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    decided_at: Mapped[datetime] = mapped_column(UTCDateTime)

    priority: Mapped[Contribution] = relationship()
    moderator: Mapped[Account | None] = relationship()

    __table_args__ = (
        CheckConstraint("action IN ('publish', 'refuse', 'hide_part', 'restore')", name="action_known"),
        CheckConstraint("(action IN ('refuse', 'hide_part')) = (reason_code IS NOT NULL)", name="refusal_has_reason"),
        Index(None, "priority_id", "decided_at"),
    )


class PriorityFlag(Model):
    """What was found in the latest text of a priority (a code of `moderation.flags`), so that the queue can be filtered."""

    __tablename__ = "priority_flag"

    priority_id: Mapped[int] = mapped_column(ForeignKey("priority.id", ondelete="CASCADE"), primary_key=True)
    code: Mapped[str] = mapped_column(String(20), primary_key=True)
    # It was replaced in the text before that was kept: the original is nowhere.
    masked: Mapped[bool] = mapped_column(default=False)
    found_at: Mapped[datetime] = mapped_column(UTCDateTime)

    __table_args__ = (Index(None, "code"),)


class ModerationLock(Model):
    """One moderator reads one priority until `expires_at`. Where the time is over, anybody takes the row over."""

    __tablename__ = "moderation_lock"

    priority_id: Mapped[int] = mapped_column(ForeignKey("priority.id", ondelete="CASCADE"), primary_key=True)
    moderator_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), index=True)
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime)

    moderator: Mapped[Account] = relationship()


class ModerationConflict(Model):
    """A moderator declared an interest in a priority (knows its author, lives there): somebody else decides about it."""

    __tablename__ = "moderation_conflict"

    priority_id: Mapped[int] = mapped_column(ForeignKey("priority.id", ondelete="CASCADE"), primary_key=True)
    moderator_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), primary_key=True)
    declared_at: Mapped[datetime] = mapped_column(UTCDateTime)


class ModerationAppeal(Model):
    """The author asks for another look at one decision: once, decided by somebody who did not make it."""

    __tablename__ = "moderation_appeal"

    decision_id: Mapped[int] = mapped_column(ForeignKey("moderation_decision.id", ondelete="CASCADE"), primary_key=True)
    statement: Mapped[str] = mapped_column(Text)
    filed_at: Mapped[datetime] = mapped_column(UTCDateTime)
    outcome: Mapped[str | None] = mapped_column(String(10))
    # What the author is told about the outcome.
    answer: Mapped[str] = mapped_column(Text, default="")
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    decided_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    decision: Mapped[ModerationDecision] = relationship()

    __table_args__ = (
        CheckConstraint("outcome IN ('upheld', 'overturned')", name="outcome_known"),
        CheckConstraint("(outcome IS NULL) = (decided_at IS NULL)", name="outcome_has_moment"),
        Index(None, "outcome", "filed_at"),
    )


class HiddenText(Model):
    """What a priority said before a part of it was hidden, sealed, for an appeal only. Erased after `kept_until`."""

    __tablename__ = "hidden_text"

    decision_id: Mapped[int] = mapped_column(ForeignKey("moderation_decision.id", ondelete="CASCADE"), primary_key=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    kept_until: Mapped[datetime] = mapped_column(UTCDateTime, index=True)
