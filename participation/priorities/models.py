"""Priorities: needs in residents' own words, and the support of other residents."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from participation.budgets.models import ServiceGroup
from participation.consultations.models import Consultation
from participation.councils.models import Ward
from participation.extensions import Model, UTCDateTime


class Priority(Model):
    """One need. `author_id` is NULL once the author erased their account; the need stays, without a person."""

    __tablename__ = "priority"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(16), unique=True)
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultation.id"))
    author_id: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"), index=True)
    # The author's own ward when it was submitted: for participation by ward, never shown beside the text.
    author_ward_id: Mapped[int | None] = mapped_column(ForeignKey("ward.id"))
    group_id: Mapped[int] = mapped_column(ForeignKey("service_group.id"))
    # The ward the need is about; NULL = the whole council.
    ward_id: Mapped[int | None] = mapped_column(ForeignKey("ward.id"))
    title: Mapped[str] = mapped_column(String(120))
    need: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(10))
    # Rises with each edit; a decision names the version it was about.
    version: Mapped[int] = mapped_column(default=1)
    # A random number drawn once, so that lists can be in random but stable order.
    shuffle: Mapped[int] = mapped_column()
    submitted_at: Mapped[datetime] = mapped_column(UTCDateTime)

    consultation: Mapped[Consultation] = relationship()
    group: Mapped[ServiceGroup] = relationship()
    ward: Mapped[Ward | None] = relationship(foreign_keys=[ward_id])

    __table_args__ = (
        CheckConstraint("state IN ('waiting', 'published', 'refused', 'withdrawn')", name="state_known"),
        Index(None, "consultation_id", "state", "shuffle"),
        Index(None, "consultation_id", "state", "submitted_at"),
        Index(None, "group_id", "state"),
    )


class PrioritySupport(Model):
    """A resident supports a priority: once, by primary key. The author's own support is a row like any other."""

    __tablename__ = "priority_support"

    priority_id: Mapped[int] = mapped_column(ForeignKey("priority.id", ondelete="CASCADE"), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), primary_key=True, index=True)
    # The supporter's ward at that moment, for participation by ward.
    ward_id: Mapped[int | None] = mapped_column(ForeignKey("ward.id"))
    supported_at: Mapped[datetime] = mapped_column(UTCDateTime)
