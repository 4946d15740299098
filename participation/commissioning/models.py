"""Needs summaries that were frozen: figures that no longer move, with the digest that proves it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from participation.accounts.models import Account
from participation.consultations.models import Consultation
from participation.extensions import Model, UTCDateTime


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
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    created_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))

    consultation: Mapped[Consultation] = relationship()
    signer: Mapped[Account | None] = relationship()

    __table_args__ = (UniqueConstraint("consultation_id", "version"),)
