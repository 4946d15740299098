"""Who may take part in a consultation, and the proofs that residents gave: codes by post, and checks by staff."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from participation.councils.models import Ward
from participation.extensions import Model, UTCDateTime


class EligibilityRule(Model):
    """The rule of one consultation; without a row it is tier 1, the whole council, a person, no oldest age."""

    __tablename__ = "eligibility_rule"

    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultation.id", ondelete="CASCADE"), primary_key=True)
    # 0 open, 1 email and declared postcode, 2 a code by post, 3 checked by staff (UK notes, section 6).
    tier: Mapped[int] = mapped_column()
    unit: Mapped[str] = mapped_column(String(12))
    # The youngest age is the consultation's own; people older than this are asked elsewhere. NULL = no limit.
    oldest: Mapped[int | None] = mapped_column()

    # None = the whole council.
    wards: Mapped[list[EligibleWard]] = relationship(order_by="EligibleWard.ward_id", cascade="all, delete-orphan")

    __table_args__ = (
        CheckConstraint("tier BETWEEN 0 AND 3", name="tier_known"),
        CheckConstraint("unit IN ('person', 'household', 'organisation')", name="unit_known"),
        CheckConstraint("oldest BETWEEN 0 AND 120", name="oldest_sensible"),
    )


class EligibleWard(Model):
    """A ward whose residents may take part."""

    __tablename__ = "eligible_ward"

    consultation_id: Mapped[int] = mapped_column(
        ForeignKey("eligibility_rule.consultation_id", ondelete="CASCADE"), primary_key=True
    )
    ward_id: Mapped[int] = mapped_column(ForeignKey("ward.id"), primary_key=True)

    ward: Mapped[Ward] = relationship()


class CodeBatch(Model):
    """Codes that were made together: letters for addresses, or codes that trusted people hand out."""

    __tablename__ = "code_batch"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(16), unique=True)
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultation.id"), index=True)
    kind: Mapped[str] = mapped_column(String(8))
    made_by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    made_at: Mapped[datetime] = mapped_column(UTCDateTime)
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime)

    __table_args__ = (CheckConstraint("kind IN ('letters', 'referrer')", name="kind_known"),)


class AddressCode(Model):
    """One code. Only its keyed hash is kept; the code itself is on the letter and nowhere else."""

    __tablename__ = "address_code"

    id: Mapped[int] = mapped_column(primary_key=True)
    batch_id: Mapped[int] = mapped_column(ForeignKey("code_batch.id"))
    # The council's own number of the address, or the letter's number: what a returned letter is found by.
    reference: Mapped[str] = mapped_column(String(40))
    code_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    state: Mapped[str] = mapped_column(String(8))
    changed_at: Mapped[datetime] = mapped_column(UTCDateTime)

    batch: Mapped[CodeBatch] = relationship()

    __table_args__ = (
        CheckConstraint("state IN ('issued', 'used', 'void', 'returned')", name="state_known"),
        Index(None, "batch_id", "state"),
        Index(None, "batch_id", "reference"),
    )


class EligibilityProof(Model):
    """A resident proved to live here, once for each consultation; who used a code is known here and nowhere else."""

    __tablename__ = "eligibility_proof"

    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultation.id", ondelete="CASCADE"), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), primary_key=True)
    how: Mapped[str] = mapped_column(String(8))
    # The address that was proved, as a keyed hash of its reference: one of a household can be asked for.
    household: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    recorded_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    proved_at: Mapped[datetime] = mapped_column(UTCDateTime)

    __table_args__ = (
        UniqueConstraint("consultation_id", "household"),
        CheckConstraint("how IN ('code', 'staff')", name="how_known"),
        CheckConstraint("(recorded_by IS NOT NULL) = (how = 'staff')", name="staff_named"),
    )


class CodeAttempt(Model):
    """How many codes an account tried in vain on a day."""

    __tablename__ = "code_attempt"

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), primary_key=True)
    on: Mapped[date] = mapped_column(Date, primary_key=True)
    tries: Mapped[int] = mapped_column()
