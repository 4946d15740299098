"""The sequencer: moves what happened in the box into its public log, shuffled, under a newly signed checkpoint.

It runs when somebody asks for the log and it is due, when a vote closes, and by `participation box sequence` for a timer. A
ballot is in the log at most an hour after it was cast while that timer runs every quarter of an hour. Outbox rows are taken and
lines written in one transaction: a run that dies leaves everything for the next one.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from random import SystemRandom
from typing import Any

from sqlalchemy import delete, func, insert, select

from participation import clock
from participation.extensions import db
from participation.voting import box_log
from participation.voting.box_log import Line
from participation.voting.log import leaves
from participation.voting.models import BoxOutbox, SignedCheckpoint, Vote

EVERY = timedelta(minutes=15)
SOON_AT = 50


@dataclass(frozen=True, slots=True)
class Movement:
    """What happened to one ballot of the box: `kind` is one of leaves.MOVEMENTS, `new` and `old` are hashes of ciphertexts."""

    vote_id: int
    kind: str
    new: bytes | None = None
    old: bytes | None = None
    reason_code: str | None = None


def tell(movements: Sequence[Movement]) -> None:
    """Queue what happened for the log, in the transaction in which it happened."""
    rows = [
        {
            "rid": secrets.token_bytes(16), "vote_id": one.vote_id, "kind": one.kind, "new_hash": one.new, "old_hash": one.old,
            "reason_code": one.reason_code,
        }
        for one in movements
    ]  # fmt: skip
    db.session.execute(insert(db.metadata.tables["box_outbox"]), rows)


def is_due(vote: Vote) -> bool:
    """Whether what waits should go into the log now: after a quarter of an hour, or sooner when many wait."""
    if vote.definition is None:
        return False
    waiting = select(BoxOutbox.rid).where(BoxOutbox.vote_id == vote.id).limit(SOON_AT).subquery()
    number = db.session.execute(select(func.count()).select_from(waiting)).scalar_one()
    last = box_log.latest(leaves.box_origin(vote.public_id))
    if last is None or number >= SOON_AT:
        return last is None or number > 0
    return number > 0 and clock.now() - last.made_at >= EVERY


def run(vote: Vote, *, wait: bool = False) -> SignedCheckpoint | None:
    """Put everything that waits into the log. None when there is nothing to do, or another run is at it and we do not wait."""
    if vote.definition is None or not box_log.hold(vote.id, wait=wait):
        return None
    return sequence(vote)


def act(vote: Vote, kind: str, facts: Mapping[str, Any]) -> SignedCheckpoint | None:
    """Put what waits into the log, and after it what officers did: `kind` is one of leaves.ACTS. The caller holds the log.

    The line binds every checkpoint before it, so that none can be cut out unseen.
    """
    notes = hashlib.sha256()
    before = box_log.checkpoints_of(leaves.box_origin(vote.public_id))
    for signed in before:
        notes.update(signed.note.encode())
    return sequence(vote, Line(leaves.act(kind, {**facts, "checkpoints": len(before), "notes": notes.hexdigest()})))


def sequence(vote: Vote, *then: Line) -> SignedCheckpoint | None:
    """Everything that waits in an order of chance, and `then` the lines of an officer's act. The caller holds the log."""
    waiting = _taken(vote.id)
    SystemRandom().shuffle(waiting)
    origin = leaves.box_origin(vote.public_id)
    if not waiting and not then and box_log.latest(origin) is not None:
        return None
    return box_log.append(vote, [*waiting, *then])


def _taken(vote_id: int) -> list[Line]:
    taken = db.session.execute(
        delete(BoxOutbox)
        .where(BoxOutbox.vote_id == vote_id)
        .returning(BoxOutbox.rid, BoxOutbox.kind, BoxOutbox.new_hash, BoxOutbox.old_hash, BoxOutbox.reason_code)
        .execution_options(synchronize_session=False)
    )
    # By their random names: the order in which a database gives rows back is not the order of anything.
    return [_line(kind, new or b"", old or b"", code or "") for _, kind, new, old, code in sorted(taken)]


def _line(kind: str, new: bytes, old: bytes, reason_code: str) -> Line:
    match kind:
        case "add":
            return Line(leaves.added(new), new)
        case "replace":
            return Line(leaves.replaced(old, new), new)
        case "withdraw":
            return Line(leaves.withdrawn(old))
        case _:
            return Line(leaves.excluded(old, reason_code))
