"""Loaders of frozen needs summaries."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from participation.commissioning.models import NeedsRecord
from participation.consultations.models import Consultation
from participation.errors import NotFound
from participation.extensions import db


def records_of(consultation_id: int) -> list[NeedsRecord]:
    """The frozen versions of a consultation's summary, newest first."""
    return list(
        db.session.scalars(
            select(NeedsRecord)
            .where(NeedsRecord.consultation_id == consultation_id)
            .order_by(NeedsRecord.version.desc())
        )
    )


def record_by_public_id(council_id: int, public_id: str) -> NeedsRecord:
    """A frozen version by its permanent name. Raises NotFound."""
    found = db.session.execute(
        select(NeedsRecord)
        .join(NeedsRecord.consultation)
        .where(Consultation.council_id == council_id, NeedsRecord.public_id == public_id)
        .options(joinedload(NeedsRecord.consultation).selectinload(Consultation.phases))
    ).scalar_one_or_none()
    if found is None:
        raise NotFound()
    return found


def latest_records(consultation_ids: Sequence[int]) -> dict[int, NeedsRecord]:
    """By consultation: its newest frozen version, without the body."""
    newest = (
        select(NeedsRecord.consultation_id, func.max(NeedsRecord.version).label("version"))
        .where(NeedsRecord.consultation_id.in_(consultation_ids))
        .group_by(NeedsRecord.consultation_id)
        .subquery()
    )
    query = select(NeedsRecord).join(
        newest,
        (newest.c.consultation_id == NeedsRecord.consultation_id) & (newest.c.version == NeedsRecord.version),
    )
    return {record.consultation_id: record for record in db.session.scalars(query)}
