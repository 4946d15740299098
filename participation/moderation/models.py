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


class ModerationOptionConflict(Model):
    """A moderator declared an interest in an option (wrote it, answers for it, would deliver it): in every comment on it."""

    __tablename__ = "moderation_option_conflict"

    option_id: Mapped[int] = mapped_column(ForeignKey("commissioning_option.id", ondelete="CASCADE"), primary_key=True)
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


class ModerationReferral(Model):
    """A moderator asked people who know to look at a text: of safeguarding, or the council's lawyers. Waits until answered."""

    __tablename__ = "moderation_referral"

    id: Mapped[int] = mapped_column(primary_key=True)
    priority_id: Mapped[int] = mapped_column(ForeignKey("priority.id", ondelete="CASCADE"), index=True)
    # A code of `moderation.referrals`.
    to: Mapped[str] = mapped_column(String(12))
    # Who was told: the post that the council names, or the council itself.
    told: Mapped[str] = mapped_column(String(160))
    note: Mapped[str] = mapped_column(Text)
    referred_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    referred_at: Mapped[datetime] = mapped_column(UTCDateTime)
    # What they said is to be done.
    answer: Mapped[str] = mapped_column(Text, default="")
    answered_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    answered_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    priority: Mapped[Contribution] = relationship()
    referrer: Mapped[Account | None] = relationship(foreign_keys=[referred_by])

    __table_args__ = (
        CheckConstraint("\"to\" IN ('safeguarding', 'legal')", name="to_known"),
        CheckConstraint("(answer = '') = (answered_at IS NULL)", name="answer_whole"),
        Index(None, "answered_at", "referred_at"),
    )


class SecondReading(Model):
    """A moderator read a text again without knowing what was decided, so that agreement can be measured."""

    __tablename__ = "second_reading"

    decision_id: Mapped[int] = mapped_column(ForeignKey("moderation_decision.id", ondelete="CASCADE"), primary_key=True)
    would_publish: Mapped[bool] = mapped_column()
    reason_code: Mapped[str | None] = mapped_column(String(30))
    moderator_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    read_at: Mapped[datetime] = mapped_column(UTCDateTime)

    decision: Mapped[ModerationDecision] = relationship()

    __table_args__ = (CheckConstraint("would_publish = (reason_code IS NULL)", name="reason_when_not"),)


class HiddenText(Model):
    """What a priority said before a part of it was hidden, sealed, for an appeal only. Erased after `kept_until`."""

    __tablename__ = "hidden_text"

    decision_id: Mapped[int] = mapped_column(ForeignKey("moderation_decision.id", ondelete="CASCADE"), primary_key=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    kept_until: Mapped[datetime] = mapped_column(UTCDateTime, index=True)
