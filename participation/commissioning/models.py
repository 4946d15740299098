"""Needs summaries that were frozen, what was decided on them, and who wants to hear of them."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from participation.accounts.models import Account
from participation.budgets.models import ServiceGroup
from participation.commissioning.exporting import models as export_models
from participation.commissioning.feed import models as feed_models
from participation.commissioning.live import models as live_models
from participation.commissioning.themes import models as theme_models
from participation.consultations.models import Consultation
from participation.extensions import Model, UTCDateTime
from participation.priorities.models import Outcome

# The tables of the feature's parts are known as soon as the feature's are.
PARTS = (export_models, feed_models, live_models, theme_models)


class NeedsRecord(Model):
    """One version of the resident-needs summary of a consultation. Rows are added, never changed."""

    __tablename__ = "needs_record"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(16), unique=True)
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultation.id"))
    version: Mapped[int] = mapped_column()
    # Canonical JSON of needs.Summary, and its SHA-256.
    body: Mapped[str] = mapped_column(Text)
    digest: Mapped[str] = mapped_column(String(64))
    # What the person who signs has to say to the figures: evidence against them, and limits only a person knows.
    contrary: Mapped[str] = mapped_column(Text, default="")
    limits: Mapped[str] = mapped_column(Text, default="")
    # SHA-256 over the digest of the figures, both texts, the version and the record that this one replaces.
    signed_digest: Mapped[str] = mapped_column(String(64))
    supersedes_id: Mapped[int | None] = mapped_column(ForeignKey("needs_record.id"))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    created_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))

    consultation: Mapped[Consultation] = relationship()
    signer: Mapped[Account | None] = relationship()
    supersedes: Mapped[NeedsRecord | None] = relationship(remote_side=[id])

    __table_args__ = (UniqueConstraint("consultation_id", "version"),)


class FigureCitation(Model):
    """A decision (what became of an option or a need) rests on a figure of a frozen version. Taken back, never deleted."""

    __tablename__ = "figure_citation"

    id: Mapped[int] = mapped_column(primary_key=True)
    record_id: Mapped[int] = mapped_column(ForeignKey("needs_record.id"))
    # The figure's permanent name within its version, for example "need:abc" (`commissioning.figures`).
    figure: Mapped[str] = mapped_column(String(120))
    outcome_id: Mapped[int] = mapped_column(ForeignKey("outcome.id", ondelete="CASCADE"), index=True)
    cited_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    cited_at: Mapped[datetime] = mapped_column(UTCDateTime)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    record: Mapped[NeedsRecord] = relationship()
    outcome: Mapped[Outcome] = relationship()

    __table_args__ = (UniqueConstraint("record_id", "figure", "outcome_id"),)


class RoundLink(Model):
    """Somebody said that a question, need or option is the same as one in an earlier round, or is not. Ended, never deleted."""

    __tablename__ = "round_link"

    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultation.id", ondelete="CASCADE"), index=True)
    earlier_id: Mapped[int] = mapped_column(ForeignKey("consultation.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(8))
    # The public names of the two; empty for the question itself.
    code: Mapped[str] = mapped_column(String(80), default="")
    earlier_code: Mapped[str] = mapped_column(String(80), default="")
    same: Mapped[bool] = mapped_column()
    said_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    said_at: Mapped[datetime] = mapped_column(UTCDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    person: Mapped[Account | None] = relationship()

    __table_args__ = (CheckConstraint("kind IN ('question', 'need', 'option')", name="kind_known"),)


class PlannedContract(Model):
    """A contracting process that is really planned after a consultation: only then is there an OCDS planning release."""

    __tablename__ = "planned_contract"

    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultation.id", ondelete="CASCADE"), primary_key=True)
    # The Open Contracting id: a prefix that its register gave the council, and the process.
    ocid: Mapped[str] = mapped_column(String(80), unique=True)
    title: Mapped[str] = mapped_column(String(200))
    # When the council means to invite tenders.
    tender_on: Mapped[date | None] = mapped_column(Date)
    planned_at: Mapped[datetime] = mapped_column(UTCDateTime)
    planned_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))

    consultation: Mapped[Consultation] = relationship()

    __table_args__ = (CheckConstraint("ocid <> ''", name="ocid_given"),)


class ServiceFollower(Model):
    """A member of staff wants to be told of new needs summaries about a service."""

    __tablename__ = "service_follower"

    group_id: Mapped[int] = mapped_column(ForeignKey("service_group.id", ondelete="CASCADE"), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), primary_key=True, index=True)
    since: Mapped[datetime] = mapped_column(UTCDateTime)

    group: Mapped[ServiceGroup] = relationship()
    account: Mapped[Account] = relationship()
