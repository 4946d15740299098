"""What the feed may read: frozen versions residents can read, and nothing else, decided by the database for whole lists."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import contains_eager, defer, joinedload

from participation.commissioning.models import NeedsRecord
from participation.commissioning.refusals import SummaryNotFound
from participation.consultations.models import Consultation, Phase
from participation.extensions import db


def published_records(council_id: int, now: datetime) -> Select[NeedsRecord]:
    """Published versions, in the order they were frozen. The rule is `service.is_public`, as SQL; a test holds them together."""
    last_close = select(func.max(Phase.closes_at)).where(Phase.consultation_id == Consultation.id).scalar_subquery()
    votes = select(Phase.id).where(Phase.consultation_id == Consultation.id, Phase.kind == "vote").exists()
    after_result = and_(
        Consultation.result_published_at.is_not(None), NeedsRecord.created_at >= Consultation.result_published_at
    )
    after_close = and_(
        Consultation.result_published_at.is_(None), ~votes, last_close <= now, NeedsRecord.created_at >= last_close
    )
    return (
        select(NeedsRecord)
        .join(NeedsRecord.consultation)
        .where(Consultation.council_id == council_id, Consultation.state == "launched", or_(after_result, after_close))
        .options(contains_eager(NeedsRecord.consultation), joinedload(NeedsRecord.supersedes).defer(NeedsRecord.body))
        .order_by(NeedsRecord.created_at, NeedsRecord.id)
    )


def page_of_records(
    council_id: int, now: datetime, *, since: datetime | None, after: str, limit: int
) -> tuple[list[NeedsRecord], bool]:
    """Up to `limit` versions frozen after `since` and after the one named `after`, and whether there are more."""
    query = published_records(council_id, now).options(defer(NeedsRecord.body))
    if since is not None:
        query = query.where(NeedsRecord.created_at > since)
    if after:
        last = published_record(council_id, after, now)
        query = query.where(
            or_(
                NeedsRecord.created_at > last.created_at,
                and_(NeedsRecord.created_at == last.created_at, NeedsRecord.id > last.id),
            )
        )
    found = list(db.session.scalars(query.limit(limit + 1)))
    return found[:limit], len(found) > limit


def newest_record(council_id: int, now: datetime) -> NeedsRecord | None:
    """The version that was published last, if there is one."""
    query = published_records(council_id, now).order_by(None)
    newest = query.order_by(NeedsRecord.created_at.desc(), NeedsRecord.id.desc()).limit(1)
    return db.session.execute(newest).scalar_one_or_none()


def published_record(council_id: int, public_id: str, now: datetime) -> NeedsRecord:
    """One published version. Raises SummaryNotFound."""
    query = published_records(council_id, now).where(NeedsRecord.public_id == public_id)
    found = db.session.execute(query).scalar_one_or_none()
    if found is None:
        raise SummaryNotFound()
    return found
