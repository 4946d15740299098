"""Loaders for rules, proofs and codes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import selectinload

from participation.eligibility.models import AddressCode, CodeBatch, EligibilityProof, EligibilityRule, EligibleWard
from participation.eligibility.rules import Rule
from participation.extensions import db

STATES = ("issued", "used", "void", "returned")


# Asked at every cast: written once, so that it is not put together anew each time.
_RULE = (
    select(EligibilityRule)
    .where(EligibilityRule.consultation_id == bindparam("consultation_id"))
    .options(selectinload(EligibilityRule.wards).joinedload(EligibleWard.ward))
)


def rule_of(consultation_id: int) -> Rule:
    """The rule of a consultation; the usual one when none was set."""
    row = db.session.execute(_RULE, {"consultation_id": consultation_id}).scalar_one_or_none()
    if row is None:
        return Rule()
    return Rule(row.tier, row.unit, tuple((one.ward_id, one.ward.name) for one in row.wards), row.oldest)


def proof_of(consultation_id: int, account_id: int) -> EligibilityProof | None:
    return db.session.get(EligibilityProof, (consultation_id, account_id))


def code_by_hash(consultation_id: int, code_hash: bytes, now: datetime) -> AddressCode | None:
    """A code of this consultation that can still be used."""
    return db.session.execute(
        select(AddressCode)
        .join(CodeBatch, CodeBatch.id == AddressCode.batch_id)
        .where(
            AddressCode.code_hash == code_hash,
            AddressCode.state == "issued",
            CodeBatch.consultation_id == consultation_id,
            CodeBatch.expires_at > now,
        )
    ).scalar_one_or_none()


@dataclass(frozen=True, slots=True)
class BatchCounts:
    """One batch with how many of its codes are in each state; they add up to `made`."""

    batch: CodeBatch
    issued: int
    used: int
    void: int
    returned: int

    @property
    def made(self) -> int:
        return self.issued + self.used + self.void + self.returned


def reconciliation(consultation_id: int) -> list[BatchCounts]:
    """Every batch of a consultation, oldest first, with its counts, in two queries."""
    batches = db.session.scalars(
        select(CodeBatch).where(CodeBatch.consultation_id == consultation_id).order_by(CodeBatch.made_at, CodeBatch.id)
    ).all()
    rows = db.session.execute(
        select(AddressCode.batch_id, AddressCode.state, func.count().label("codes"))
        .where(AddressCode.batch_id.in_([batch.id for batch in batches]))
        .group_by(AddressCode.batch_id, AddressCode.state)
    )
    counts = {(row.batch_id, row.state): row.codes for row in rows}
    return [BatchCounts(batch, *(counts.get((batch.id, state), 0) for state in STATES)) for batch in batches]


def proofs_by_staff(consultation_id: int) -> int:
    """How many residents were let in by staff: part of the reconciliation."""
    return db.session.execute(
        select(func.count())
        .select_from(EligibilityProof)
        .where(EligibilityProof.consultation_id == consultation_id, EligibilityProof.how == "staff")
    ).scalar_one()
