"""The public log of a vote's box in the database: its lines, its signed checkpoints, and the proof that a line is in it.

Written by the sequencer and by the acts of officers, always under the log's lock, several lines and one checkpoint in one
transaction. Nothing is ever changed: the database refuses it, and the tree would show it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice

from sqlalchemy import Select, func, insert, select

from participation import clock
from participation.extensions import db
from participation.transactions import after_commit
from participation.voting import witness
from participation.voting.hours import on_postgresql
from participation.voting.keys import server_keys
from participation.voting.log import leaves
from participation.voting.log.leaves import Balance, LogOutOfBalance, box_origin
from participation.voting.log.merkle import CompactRange, inclusion_proof, leaf_hash
from participation.voting.log.notes import Checkpoint, InclusionProof, NoteKey, NoteRefused
from participation.voting.models import BoxLeaf, SignedCheckpoint, Vote
from participation.voting.refusals import BoxDamaged

_LOCK_CLASS = 43
_ROWS_AT_ONCE = 5000


@dataclass(frozen=True, slots=True)
class Line:
    """A line to be written; `ballot` is the hash of the ballot it puts into the box."""

    text: str
    ballot: bytes | None = None


def log_key(origin: str) -> NoteKey:
    """The public key that checkpoints of this log are checked with."""
    return NoteKey(origin, server_keys().log_public_key)


def hold(vote_id: int, *, wait: bool = True) -> bool:
    """Keep other writers of this log out until the transaction ends; False when one is there and we do not wait."""
    if not on_postgresql():
        return True
    lock = func.pg_advisory_xact_lock if wait else func.pg_try_advisory_xact_lock
    answer = db.session.execute(select(lock(_LOCK_CLASS, vote_id))).scalar_one()
    return wait or bool(answer)


def latest(origin: str) -> SignedCheckpoint | None:
    """The newest checkpoint of a log."""
    query = select(SignedCheckpoint).where(SignedCheckpoint.log == origin)
    return db.session.execute(query.order_by(SignedCheckpoint.size.desc()).limit(1)).scalar_one_or_none()


def append(vote: Vote, lines: Sequence[Line]) -> SignedCheckpoint:
    """Write lines at the end of the log and sign where it stands now. The caller holds the log.

    The first line of every log is the definition's hash. Raises BoxDamaged, BoxRolledBack.
    """
    origin = box_origin(vote.public_id)
    tree = _edge(vote.id, origin)
    if not tree.size:
        lines = [Line(leaves.act("freeze", {"definition": (vote.definition_hash or b"").hex()})), *lines]
    rows = []
    for index, line in enumerate(lines, start=tree.size):
        hashed = leaf_hash(line.text.encode())
        tree.append(hashed)
        rows.append(
            {"vote_id": vote.id, "index": index, "leaf": line.text, "leaf_hash": hashed, "ballot_hash": line.ballot}
        )
    for start in range(0, len(rows), _ROWS_AT_ONCE):
        db.session.execute(insert(BoxLeaf), rows[start : start + _ROWS_AT_ONCE])
    return sign(origin, tree)


def sign(origin: str, tree: CompactRange) -> SignedCheckpoint:
    """Keep the signed checkpoint of a log at this size, and remember it outside the database once it is committed."""
    checkpoint = Checkpoint(origin, tree.size, tree.root())
    signed = SignedCheckpoint(
        log=origin, size=tree.size, root=checkpoint.root, edge=tree.to_bytes(), note=checkpoint.signed(server_keys().log),
        made_at=clock.now(),
    )  # fmt: skip
    db.session.add(signed)
    db.session.flush()
    after_commit(partial(witness.remember, origin, signed.note))
    return signed


def _edge(vote_id: int, origin: str) -> CompactRange:
    """Where to go on hashing. Raises BoxDamaged when lines and checkpoints do not fit, BoxRolledBack."""
    witness.require_known(origin)
    last, written = latest(origin), size_of(vote_id)
    if (last.size if last else 0) != written:
        raise BoxDamaged(problem="the log of the box has lines that no checkpoint covers, or too few of them")
    if last is None:
        return CompactRange()
    tree = CompactRange.from_bytes(last.size, last.edge)
    if tree.root() != last.root:
        raise BoxDamaged(problem="a checkpoint of the box was altered")
    return tree


def size_of(vote_id: int) -> int:
    """How many lines the log has."""
    last = db.session.execute(select(func.max(BoxLeaf.index)).where(BoxLeaf.vote_id == vote_id)).scalar_one()
    return 0 if last is None else int(last) + 1


def lines_of(vote_id: int, *, size: int | None = None) -> Iterator[str]:
    """The lines of the log in order, or its first `size`."""
    query = select(BoxLeaf.leaf).where(BoxLeaf.vote_id == vote_id).order_by(BoxLeaf.index)
    if size is not None:
        query = query.where(BoxLeaf.index < size)
    yield from db.session.execute(query.execution_options(yield_per=5000)).scalars()


def newest_first(vote_id: int) -> Select[BoxLeaf]:
    """The lines of a log for a list, the newest first."""
    return select(BoxLeaf).where(BoxLeaf.vote_id == vote_id).order_by(BoxLeaf.index.desc())


def lines_naming(vote_id: int, ballot_hash: bytes) -> list[BoxLeaf]:
    """The lines that put this ballot in or take it out: three at most."""
    query = select(BoxLeaf).where(BoxLeaf.vote_id == vote_id, BoxLeaf.leaf.contains(ballot_hash.hex()))
    return list(db.session.execute(query.order_by(BoxLeaf.index).limit(3)).scalars())


def checkpoints_of(origin: str, *, newest: int | None = None) -> list[SignedCheckpoint]:
    """Every checkpoint of a log, oldest first; or so many of the newest, the newest first."""
    query = select(SignedCheckpoint).where(SignedCheckpoint.log == origin)
    if newest is None:
        return list(db.session.execute(query.order_by(SignedCheckpoint.size)).scalars())
    return list(db.session.execute(query.order_by(SignedCheckpoint.size.desc()).limit(newest)).scalars())


def proof_of(vote: Vote, ballot_hash: bytes) -> InclusionProof | None:
    """The proof that the log has the line that put this ballot in the box; None while it has none."""
    checkpoint = latest(box_origin(vote.public_id))
    if checkpoint is None:
        return None
    found = db.session.execute(
        select(BoxLeaf.index, BoxLeaf.leaf).where(BoxLeaf.vote_id == vote.id, BoxLeaf.ballot_hash == ballot_hash)
    ).one_or_none()
    if found is None:
        return None
    index, line = found
    hashes = db.session.execute(
        select(BoxLeaf.leaf_hash)
        .where(BoxLeaf.vote_id == vote.id, BoxLeaf.index < checkpoint.size)
        .order_by(BoxLeaf.index)
    ).scalars()
    nodes = inclusion_proof(list(hashes), index)
    return InclusionProof(index, line.encode(), nodes, checkpoint.note)


def verified_ballots(vote: Vote) -> set[str]:
    """The ballots in the box by its log, after the whole log was checked against every checkpoint and signature.

    Raises BoxDamaged, BoxRolledBack.
    """
    origin = box_origin(vote.public_id)
    witness.require_known(origin)
    tree, balance, waiting = CompactRange(), Balance(), lines_of(vote.id)
    try:
        for signed in checkpoints_of(origin):
            for line in islice(waiting, signed.size - tree.size):
                tree.append(leaf_hash(line.encode()))
                balance.take(line)
            expected = Checkpoint(origin, tree.size, tree.root())
            if Checkpoint.opened(signed.note, log_key(origin)) != expected or signed.root != expected.root:
                raise BoxDamaged(problem="the log of the box is not what its checkpoints signed")
        ballots = balance.ballots()
    except (NoteRefused, LogOutOfBalance):
        raise BoxDamaged(problem="the log of the box is not what its checkpoints signed") from None
    if next(waiting, None) is not None:
        raise BoxDamaged(problem="the log of the box has lines that no checkpoint covers")
    return ballots
