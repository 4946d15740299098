"""Asking for a file that takes long: which do, what is noted, and where it is fetched."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import joinedload

from participation.commissioning import downloads
from participation.commissioning.counts import PUBLISHED
from participation.commissioning.exporting.models import ExportJob
from participation.commissioning.exporting.refusals import ExportNotFound
from participation.commissioning.models import NeedsRecord
from participation.commissioning.publicity import is_public
from participation.commissioning.service import frozen_summary
from participation.consultations.models import Consultation
from participation.councils.queries import wards_of
from participation.exports import FORMATS
from participation.extensions import db
from participation.priorities.models import Priority, PrioritySupport

KEPT = timedelta(days=7)
# A table of so many numbers takes a second or two as a workbook, and as a report ten times as long (benchmarks/needs.py).
LONG_CELLS, PDF_FACTOR = 20_000, 10
# A preview is worked out before it is written, which takes as long again several times.
PREVIEW_FACTOR = 4
# So many acts of residents take seconds to read for a preview.
LONG_ACTS = 200_000
# No shorter body of a frozen version holds a table that takes long.
LONG_BODY = 50_000
# Age bands and sexes, beside the wards.
OTHER_GROUPS = 7


def takes_long(consultation: Consultation, record: NeedsRecord | None, file_format: str) -> bool:
    """Whether a file is made in the background. Cheap: nothing is worked out."""
    cells = PREVIEW_FACTOR * _cells_of_preview(consultation) if record is None else _cells_of(record)
    if cells * (PDF_FACTOR if file_format == "pdf" else 1) > LONG_CELLS:
        return True
    return record is None and _acts(consultation.id) > LONG_ACTS


def _cells_of(record: NeedsRecord) -> int:
    return sum(len(table.rows) * len(table.heads) for table in frozen_summary(record).breakdowns)


def _cells_of_preview(consultation: Consultation) -> int:
    needs = db.session.scalar(
        select(func.count())
        .select_from(Priority)
        .where(Priority.consultation_id == consultation.id, Priority.state == PUBLISHED)
    )
    return (needs or 0) * (len(wards_of(consultation.council_id)) + OTHER_GROUPS)


def _acts(consultation_id: int) -> int:
    query = (
        select(func.count())
        .select_from(PrioritySupport)
        .join(Priority, Priority.id == PrioritySupport.priority_id)
        .where(Priority.consultation_id == consultation_id)
    )
    return db.session.scalar(query) or 0


def ask(
    *, consultation: Consultation, record: NeedsRecord | None, file_format: str, account_id: int | None, now: datetime
) -> ExportJob:
    """Note that a file is wanted. Raises UnknownFormat."""
    downloads.file_named(file_format)
    job = ExportJob(
        public_id=secrets.token_hex(8),
        consultation_id=consultation.id,
        record_id=record.id if record else None,
        format=file_format,
        asked_by=account_id,
        asked_at=now,
        due_at=now,
    )
    db.session.add(job)
    db.session.flush()
    return job


def ask_for_everybody(record: NeedsRecord, now: datetime) -> int:
    """Note the files of a published version that take long, so that no reader waits while one is made; how many there are."""
    long = [name for name in FORMATS if takes_long(record.consultation, record, name)]
    for name in long:
        ask(consultation=record.consultation, record=record, file_format=name, account_id=None, now=now)
    return len(long)


def note_missing(now: datetime) -> int:
    """The same for published versions of which nothing was noted, such as those frozen by a command; how many files that are."""
    noted = select(ExportJob.id).where(ExportJob.record_id == NeedsRecord.id, ExportJob.asked_by.is_(None)).exists()
    query = select(NeedsRecord).where(func.length(NeedsRecord.body) > LONG_BODY, ~noted).order_by(NeedsRecord.id)
    return sum(
        ask_for_everybody(record, now)
        for record in db.session.scalars(query)
        if is_public(record, record.consultation, now)
    )


def for_everybody(record: NeedsRecord, file_format: str) -> ExportJob | None:
    """The file of a published version that was noted for everybody, however far it is; None where it takes no time."""
    query = select(ExportJob).where(
        ExportJob.record_id == record.id, ExportJob.format == file_format, ExportJob.asked_by.is_(None)
    )
    return db.session.scalars(query.order_by(ExportJob.id.desc()).limit(1)).first()


def jobs_of(account_id: int, now: datetime) -> list[ExportJob]:
    """What somebody asked for and is still kept, newest first."""
    query = (
        select(ExportJob)
        .where(ExportJob.asked_by == account_id, ExportJob.asked_at > now - KEPT)
        .options(joinedload(ExportJob.consultation))
        .order_by(ExportJob.asked_at.desc(), ExportJob.id.desc())
    )
    return list(db.session.scalars(query))


def job_of(account_id: int, public_id: str, now: datetime) -> ExportJob:
    """Raises ExportNotFound, also for what somebody else asked for."""
    found = db.session.execute(
        select(ExportJob)
        .where(ExportJob.public_id == public_id, ExportJob.asked_by == account_id, ExportJob.asked_at > now - KEPT)
        .options(joinedload(ExportJob.consultation))
    ).scalar_one_or_none()
    if found is None:
        raise ExportNotFound()
    return found


def anything_due(now: datetime) -> bool:
    """Whether a worker would find something that was asked for."""
    query = select(ExportJob.id).where(ExportJob.finished_at.is_(None), ExportJob.due_at <= now).limit(1)
    return db.session.scalar(query) is not None


def throw_away(now: datetime) -> int:
    """Delete what somebody asked for long enough ago; how many files that were."""
    statement = delete(ExportJob).where(ExportJob.asked_at <= now - KEPT, ExportJob.asked_by.is_not(None))
    gone: int = db.session.connection().execute(statement).rowcount
    return gone
