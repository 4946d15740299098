"""Files that take long to make: what was asked for, how far it is, and the file until it is thrown away."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, deferred, mapped_column, relationship

from participation.accounts.models import Account
from participation.consultations.models import Consultation
from participation.extensions import Model, UTCDateTime


class ExportJob(Model):
    """One file that somebody asked for. A worker leases it by `due_at`, so a killed worker's job is taken by the next one."""

    __tablename__ = "export_job"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(16), unique=True)
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultation.id", ondelete="CASCADE"))
    # The frozen version; none for the live preview, whose figures are those of the moment the file is made.
    record_id: Mapped[int | None] = mapped_column(ForeignKey("needs_record.id"))
    format: Mapped[str] = mapped_column(String(12))
    # Nobody: made for everybody when the version was published, and kept as long as the version.
    asked_by: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    asked_at: Mapped[datetime] = mapped_column(UTCDateTime)
    # From when on a worker may take it: the end of the lease of the one that has it.
    due_at: Mapped[datetime] = mapped_column(UTCDateTime)
    # How often it was taken. What a worker writes counts only while this is the number it was given.
    attempts: Mapped[int] = mapped_column(default=0)
    # How many of `work.STEPS` are done.
    step: Mapped[int] = mapped_column(default=0)
    finished_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    # Why there is no file, in public words.
    problem: Mapped[str | None] = mapped_column(String(400))
    file_name: Mapped[str] = mapped_column(String(240), default="")
    size: Mapped[int] = mapped_column(default=0)
    body: Mapped[bytes | None] = deferred(mapped_column(LargeBinary))

    consultation: Mapped[Consultation] = relationship()
    asker: Mapped[Account | None] = relationship()

    __table_args__ = (
        CheckConstraint("attempts >= 0 AND step >= 0 AND size >= 0", name="numbers_not_negative"),
        Index(None, "finished_at", "due_at"),
        Index(None, "asked_by", "asked_at"),
        Index(None, "record_id", "format"),
    )
