"""Themes in residents' own words: a codebook that people own, and which need was put under which theme by whom."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from participation.accounts.models import Account
from participation.audit.append_only import APPEND_ONLY
from participation.budgets.models import ServiceGroup
from participation.extensions import Model, UTCDateTime
from participation.priorities.models import OwnWords


class Theme(Model):
    """A theme inside a service area. Its name may change; its id is never used for anything else."""

    __tablename__ = "theme"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(16), unique=True)
    council_id: Mapped[int] = mapped_column(ForeignKey("council.id"))
    group_id: Mapped[int] = mapped_column(ForeignKey("service_group.id"))
    name: Mapped[str] = mapped_column(String(80))
    # Empty until somebody gives it.
    name_cy: Mapped[str] = mapped_column(String(80), default="")
    definition: Mapped[str] = mapped_column(Text, default="")
    state: Mapped[str] = mapped_column(String(7), default="open")
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("theme.id"))
    # Rises with each change; a form about an older version is refused.
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)

    group: Mapped[ServiceGroup] = relationship()
    merged_into: Mapped[Theme | None] = relationship(remote_side=[id])

    __table_args__ = (
        CheckConstraint("state IN ('open', 'merged', 'retired')", name="state_known"),
        CheckConstraint("(state = 'merged') = (merged_into_id IS NOT NULL)", name="merged_into_another"),
        CheckConstraint("name <> ''", name="has_name"),
        UniqueConstraint("group_id", "name"),
        Index(None, "council_id", "state"),
    )


class ThemeAssignment(Model):
    """A need is about a theme: because a person read it, or because a person accepted suggestions without reading each."""

    __tablename__ = "theme_assignment"

    priority_id: Mapped[int] = mapped_column(ForeignKey("priority.id", ondelete="CASCADE"), primary_key=True)
    theme_id: Mapped[int] = mapped_column(ForeignKey("theme.id", ondelete="CASCADE"), primary_key=True, index=True)
    how: Mapped[str] = mapped_column(String(8))
    assigned_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    assigned_at: Mapped[datetime] = mapped_column(UTCDateTime)

    priority: Mapped[OwnWords] = relationship()
    theme: Mapped[Theme] = relationship()

    __table_args__ = (CheckConstraint("how IN ('read', 'accepted')", name="how_known"),)


class ThemeChange(Model):
    """What was done to a theme or with it, by whom and when. Enough is kept to undo it."""

    __tablename__ = "theme_change"

    id: Mapped[int] = mapped_column(primary_key=True)
    theme_id: Mapped[int] = mapped_column(ForeignKey("theme.id", ondelete="CASCADE"), index=True)
    act: Mapped[str] = mapped_column(String(10))
    facts: Mapped[dict[str, object]] = mapped_column(JSON)
    done_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    done_at: Mapped[datetime] = mapped_column(UTCDateTime)

    theme: Mapped[Theme] = relationship()
    person: Mapped[Account | None] = relationship()

    __table_args__ = (
        CheckConstraint(
            "act IN ('create', 'rename', 'merge', 'split', 'retire', 'reopen', 'assign', 'unassign', 'accept')",
            name="act_known",
        ),
        {"info": {APPEND_ONLY: True}},
    )


class Quote(Model):
    """A passage of a published need that somebody wants to quote. It is used only after a moderator cleared these words."""

    __tablename__ = "quote"

    priority_id: Mapped[int] = mapped_column(ForeignKey("priority.id", ondelete="CASCADE"), primary_key=True)
    # The version it was taken from: an edit takes the clearance away.
    priority_version: Mapped[int] = mapped_column()
    words: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(7), default="waiting")
    asked_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    asked_at: Mapped[datetime] = mapped_column(UTCDateTime)
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    decided_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    priority: Mapped[OwnWords] = relationship()

    __table_args__ = (
        CheckConstraint("state IN ('waiting', 'cleared', 'refused')", name="state_known"),
        CheckConstraint("(state = 'waiting') = (decided_at IS NULL)", name="decision_has_moment"),
        CheckConstraint("decided_by IS NULL OR decided_by <> asked_by", name="two_people"),
        Index(None, "state", "asked_at"),
    )
