"""Making the files that were asked for, one after the other, by whoever comes: a worker of its own, or a thread of the service.

A worker takes a job for a few minutes at a time and notes each step. If it is killed, the lease runs out and the next one starts
the job again from the beginning; a file is made whole or not at all. A worker that comes back after its lease ran out finds the
number of the attempt changed, and what it has made is thrown away.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select, update

from participation import clock
from participation.commissioning import downloads
from participation.commissioning.exporting.models import ExportJob
from participation.commissioning.exporting.service import note_missing, throw_away
from participation.commissioning.models import NeedsRecord
from participation.consultations.models import Consultation
from participation.errors import Refusal
from participation.extensions import db
from participation.transactions import transaction

logger = logging.getLogger(__name__)
STEPS = ("Waiting", "Working out the figures", "Writing the file", "Ready")
READY = len(STEPS) - 1
LEASE = timedelta(minutes=5)
MOST_ATTEMPTS = 3
WAIT = timedelta(minutes=1)
GAVE_UP = "The file could not be made, although we tried several times. Tell the people who run this service."


@dataclass(frozen=True, slots=True)
class Done:
    """How a round of work went."""

    made: int = 0
    failed: int = 0


class LeaseLost(Exception):
    """Somebody else took the job meanwhile; what was made for it is not wanted."""


@dataclass(frozen=True, slots=True)
class _Taken:
    """A job in the hands of one worker."""

    id: int
    attempt: int

    def note(self, **values: object) -> None:
        """Write about the job, and keep it. Raises LeaseLost."""
        mine = (ExportJob.id == self.id, ExportJob.attempts == self.attempt, ExportJob.finished_at.is_(None))
        with transaction():
            told = db.session.connection().execute(update(ExportJob).where(*mine).values(**values))
            if told.rowcount != 1:
                raise LeaseLost


def run_due() -> Done:
    """Make everything that is due, and throw away what is over. Opens its own transactions; never raises for one job."""
    with transaction():
        throw_away(clock.now())
        note_missing(clock.now())
    made = failed = 0
    while (taken := _take()) is not None:
        if _made(taken):
            made += 1
        else:
            failed += 1
    return Done(made, failed)


def _take() -> _Taken | None:
    """The next job, for this worker alone until its lease runs out. One that was taken too often is given up."""
    now = clock.now()
    query = (
        select(ExportJob)
        .where(ExportJob.finished_at.is_(None), ExportJob.due_at <= now)
        .order_by(ExportJob.due_at, ExportJob.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    while True:
        with transaction():
            job = db.session.scalars(query).first()
            if job is None:
                return None
            if job.attempts < MOST_ATTEMPTS:
                job.attempts, job.due_at, job.step = job.attempts + 1, now + LEASE, 1
                return _Taken(job.id, job.attempts)
            job.finished_at, job.problem = now, GAVE_UP


def _made(taken: _Taken) -> bool:
    try:
        _make(taken)
    except LeaseLost:
        return False
    except Refusal as refusal:
        _fail(taken, refusal.message)
        return False
    except Exception:  # a bug in one file must not stop the next: it is logged and tried again
        logger.exception("export %s failed at attempt %s", taken.id, taken.attempt)
        _try_again(taken)
        return False
    return True


def _make(taken: _Taken) -> None:
    source = _source(taken)
    taken.note(step=2, due_at=clock.now() + LEASE)
    job = db.session.get_one(ExportJob, taken.id)
    chosen = downloads.file_named(job.format)
    name = downloads.file_name(source.consultation, source.summary, chosen.extension)
    body = chosen.made(source)
    taken.note(step=READY, finished_at=clock.now(), body=body, size=len(body), file_name=name)


def _source(taken: _Taken) -> downloads.Source:
    job = db.session.get_one(ExportJob, taken.id)
    consultation = db.session.get_one(Consultation, job.consultation_id)
    record = db.session.get_one(NeedsRecord, job.record_id) if job.record_id else None
    return downloads.source_of(consultation, record)


def _fail(taken: _Taken, problem: str) -> None:
    try:
        taken.note(finished_at=clock.now(), problem=problem[:400])
    except LeaseLost:
        logger.info("export %s was taken over", taken.id)


def _try_again(taken: _Taken) -> None:
    if taken.attempt >= MOST_ATTEMPTS:
        _fail(taken, GAVE_UP)
        return
    try:
        taken.note(step=0, due_at=clock.now() + WAIT)
    except LeaseLost:
        logger.info("export %s was taken over", taken.id)
