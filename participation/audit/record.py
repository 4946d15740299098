"""Write and check the chained governance record."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping

from sqlalchemy import func, select, text

from participation import clock
from participation.audit.models import AuditEvent
from participation.audit.tags import Tag
from participation.extensions import db

START = "0" * 64
_LOCK_CLASS = 41


def record(
    *,
    council_id: int,
    tag: Tag,
    subject: str,
    actor_id: int | None = None,
    role: str = "system",
    facts: Mapping[str, str | int | bool | None] | None = None,
) -> AuditEvent:
    """Append one event in the running transaction.

    `subject` names the thing ("consultation:12"), `facts` are whole numbers and short codes only: never a mark, a tracker, a
    postcode, an address or free text of a resident. Writers of one council wait for each other, so an act that must
    not (casting a ballot) goes to the box log instead.
    """
    session = db.session
    if session.connection().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:c, :k)"), {"c": _LOCK_CLASS, "k": council_id})
    last = session.execute(
        select(AuditEvent).where(AuditEvent.council_id == council_id).order_by(AuditEvent.index.desc()).limit(1)
    ).scalar_one_or_none()
    at = clock.now()
    public = json.dumps(
        {"at": at.isoformat(), "facts": dict(facts or {}), "role": role, "subject": subject, "tag": tag.value},
        sort_keys=True,
        separators=(",", ":"),
        ensure_ascii=False,
    )
    index = last.index + 1 if last else 1
    previous = last.hash if last else START
    event = AuditEvent(
        council_id=council_id,
        index=index,
        at=at,
        tag=tag.value,
        subject=subject,
        public=public,
        actor_id=actor_id,
        previous_hash=previous,
        hash=chained(index, previous, public),
    )
    session.add(event)
    session.flush()
    return event


def chained(index: int, previous: str, public: str) -> str:
    """The hash of an event: SHA-256 over its label, place, the hash before it and its public text."""
    digest = hashlib.sha256(b"audit-event-v1")
    for part in (str(index), previous, public):
        encoded = part.encode()
        digest.update(len(encoded).to_bytes(8, "big") + encoded)
    return digest.hexdigest()


def broken_at(council_id: int) -> int | None:
    """The index of the first event that does not fit the chain, or None when the record is whole."""
    expected, previous = 1, START
    events = db.session.execute(
        select(AuditEvent).where(AuditEvent.council_id == council_id).order_by(AuditEvent.index)
    ).scalars()
    for event in events:
        fits = event.index == expected and event.previous_hash == previous
        if not fits or event.hash != chained(event.index, previous, event.public):
            return expected
        expected, previous = expected + 1, event.hash
    return None


def chain_of(council_id: int, *, until: int) -> Iterator[AuditEvent]:
    """The events of a council in order, up to and with the one of this index."""
    query = select(AuditEvent).where(AuditEvent.council_id == council_id, AuditEvent.index <= until)
    yield from db.session.execute(query.order_by(AuditEvent.index).execution_options(yield_per=1000)).scalars()


def events_about(council_id: int, subject: str, limit: int = 100) -> list[AuditEvent]:
    """The events about one thing, newest first."""
    return list(
        db.session.execute(
            select(AuditEvent)
            .where(AuditEvent.council_id == council_id, AuditEvent.subject == subject)
            .order_by(AuditEvent.index.desc())
            .limit(limit)
        ).scalars()
    )


def count_events(council_id: int) -> int:
    return db.session.execute(
        select(func.count()).select_from(AuditEvent).where(AuditEvent.council_id == council_id)
    ).scalar_one()
