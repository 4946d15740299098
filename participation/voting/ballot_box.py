"""The ballot box: the only writer of sealed ballots.

One row a voter by primary key; the database refuses a second one whatever the program does. Casting is one act: the page
nonce makes a retry a replay, the revision the page saw makes a change in another window a conflict, and nothing is stored that
was not acknowledged or acknowledged that was not stored.

When it takes ballots is said by `voting.hours`. What happens is told to the sequencer in the same transaction, for the
public log.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import islice
from typing import Any

from sqlalchemy import CursorResult, delete, select, text, update
from sqlalchemy.dialects import postgresql, sqlite

from participation import clock
from participation.counting.payloads import Payload
from participation.errors import Refusal
from participation.extensions import db
from participation.voting import hours, sequencer
from participation.voting.definition import Definition
from participation.voting.keys import Keys, server_keys
from participation.voting.models import SealedBallot, Vote
from participation.voting.receipts import Receipt, receipt_for, replay_mark, tracker_of
from participation.voting.refusals import (
    BoxDamaged,
    ChangedElsewhere,
    DefinitionChanged,
    NotEligible,
    NothingToWithdraw,
    TooManyChanges,
    VoteClosed,
)
from participation.voting.sealing import OVERHEAD, Envelope, labelled_hash, labelled_mac
from participation.voting.sequencer import Movement

MOST_REVISIONS = 20
_TABLE = db.metadata.tables["sealed_ballot"]
_CHUNK = 500
_INSERT: dict[str, Any] = {
    "postgresql": postgresql.insert(_TABLE).on_conflict_do_nothing().returning(_TABLE.c.voter_id),
    "sqlite": sqlite.insert(_TABLE).on_conflict_do_nothing().returning(_TABLE.c.voter_id),
}


@dataclass(frozen=True, slots=True)
class Voter:
    """Who casts, as the roll has them. `strata` goes into the envelope."""

    voter_id: int
    strata: dict[str, str]


@dataclass(frozen=True, slots=True)
class Casting:
    """One ballot to be cast: of whom, with which page nonce, and what."""

    voter: Voter
    nonce: bytes
    payload: Payload = field(repr=False)


@dataclass(frozen=True, slots=True)
class Deposit:
    """What the box holds of one voter: enough for a receipt, nothing of the ballot."""

    voter_id: int
    ciphertext_hash: bytes
    replay_hash: bytes
    revision: int
    cast_day: date
    state: str

    @property
    def counts(self) -> bool:
        return self.state == "live"

    def receipt(self, vote: str) -> Receipt:
        return receipt_for(server_keys(), vote=vote, ciphertext_hash=self.ciphertext_hash, day=self.cast_day)


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """A cast that is in the box. `replayed`: this page had put it there before; what was sent now was not stored."""

    deposit: Deposit
    tracker: str
    replayed: bool


def cast(
    *, definition: Definition, vote_id: int, casting: Casting, seen_revision: int, seen_version: int | None = None
) -> Acknowledged:
    """Put a ballot in the box, or put it in the place of the one that the page had seen.

    `seen_version` is the version of the definition that the page showed; None where there was no page.
    Raises VoteNotOpen, VoteClosed, NotEligible, ChangedElsewhere, DefinitionChanged, TooManyChanges. The marks were checked
    before.
    """
    try:
        at = hours.require_open(vote_id, casting.voter.voter_id, vote=definition.vote)
    except VoteClosed as closed:
        # The answer to a cast in time was lost on the way: its retry is told the truth, even after the close.
        return _replayed(definition, vote_id, casting, otherwise=closed)
    if at.on_roll != "eligible":
        raise NotEligible("You are not on the register of this vote.")
    # Read under the lock that a change of the definition takes for itself: every ballot is of the version before it or after it.
    if at.definition != definition.digest or seen_version not in (None, definition.number):
        return _replayed(definition, vote_id, casting, otherwise=DefinitionChanged())
    if seen_revision >= MOST_REVISIONS:
        return _replayed(definition, vote_id, casting, otherwise=TooManyChanges(limit=MOST_REVISIONS))
    # What a change takes the place of: its own revision is checked again when the row is replaced.
    before = deposit_of(vote_id, casting.voter.voter_id) if seen_revision else None
    row = _sealed(definition, vote_id, casting, at.now, revision=seen_revision + 1)
    if _insert([row]) if seen_revision == 0 else _replace(row):
        sequencer.tell([_movement(row, before)])
        return Acknowledged(_deposit(row), tracker_of(definition.vote, casting.nonce), replayed=False)
    return _replayed(definition, vote_id, casting, otherwise=ChangedElsewhere())


def _replayed(definition: Definition, vote_id: int, casting: Casting, *, otherwise: Refusal) -> Acknowledged:
    """What this page had put in the box before; where it had not, the refusal is raised."""
    deposit = deposit_of(vote_id, casting.voter.voter_id)
    if deposit is None or deposit.replay_hash != replay_mark(definition.vote, casting.nonce):
        raise otherwise
    return Acknowledged(deposit, tracker_of(definition.vote, casting.nonce), replayed=True)


def _deposit(row: dict[str, Any]) -> Deposit:
    return Deposit(**{name: row[name] for name in Deposit.__dataclass_fields__})


def _movement(row: dict[str, Any], before: Deposit | None) -> Movement:
    if before is not None and before.counts:
        return Movement(row["vote_id"], "replace", new=row["ciphertext_hash"], old=before.ciphertext_hash)
    return Movement(row["vote_id"], "add", new=row["ciphertext_hash"])


def cast_all(*, definition: Definition, vote_id: int, castings: Iterable[Casting]) -> Iterator[int]:
    """Cast many first ballots in chunks (an imported election, a demonstration); yields how many are in so far.

    The same sealing, rows and constraints as `cast`. Raises what `cast` raises, and then nothing of it may be committed.
    """
    now = hours.require_open(vote_id, vote=definition.vote).now
    done = 0
    waiting = iter(castings)
    while chunk := list(islice(waiting, _CHUNK)):
        rows = [_sealed(definition, vote_id, casting, now, revision=1) for casting in chunk]
        if len(_insert(rows)) < len(rows):
            raise ChangedElsewhere("Two of these ballots are of one voter.")
        sequencer.tell([_movement(row, None) for row in rows])
        done += len(rows)
        yield done


def withdraw(*, definition: Definition, vote_id: int, voter_id: int, nonce: bytes, seen_revision: int) -> Deposit:
    """Take a ballot out: its ciphertext is overwritten, and the voter may cast again until the close.

    Raises VoteNotOpen, VoteClosed, NothingToWithdraw, ChangedElsewhere, TooManyChanges; a retry of the same page is a replay.
    """
    mark = replay_mark(definition.vote, nonce)
    try:
        now = hours.require_open(vote_id, vote=definition.vote).now
    except VoteClosed:
        # As with a cast: the retry of a withdrawal in time is told that it was made.
        before = deposit_of(vote_id, voter_id)
        if before is None or before.replay_hash != mark:
            raise
        return before
    before = deposit_of(vote_id, voter_id)
    if before is None:
        raise NothingToWithdraw()
    if before.replay_hash == mark:
        return before
    if not before.counts:
        raise NothingToWithdraw()
    if before.revision != seen_revision:
        raise ChangedElsewhere()
    if seen_revision >= MOST_REVISIONS:
        raise TooManyChanges(limit=MOST_REVISIONS)
    blank = bytes(definition.facts["padded_length"] + OVERHEAD)
    row = _row(
        definition, vote_id, voter_id, now, ciphertext=blank, ciphertext_hash=before.ciphertext_hash, replay_hash=mark,
        revision=seen_revision + 1, state="withdrawn",
    )  # fmt: skip
    if not _replace(row):
        raise ChangedElsewhere()
    sequencer.tell([Movement(vote_id, "withdraw", old=before.ciphertext_hash)])
    return _deposit(row)


def exclude(*, vote: Vote, voter_id: int, reason_code: str) -> None:
    """Take the ballot of somebody off the register out of the box, with a line in its log. Only while the box is opened.

    A voter without a ballot that counts is passed over: they withdrew it before the close.
    """
    before = deposit_of(vote.id, voter_id)
    if before is None or not before.counts:
        return
    row = {
        "vote_id": vote.id, "voter_id": voter_id, "cast_day": before.cast_day, "ciphertext_hash": before.ciphertext_hash,
        "revision": before.revision + 1, "replay_hash": before.replay_hash, "state": "excluded",
    }  # fmt: skip
    db.session.execute(
        update(SealedBallot)
        .where(SealedBallot.vote_id == vote.id, SealedBallot.voter_id == voter_id)
        .values(state="excluded", revision=row["revision"], row_mac=_mac(server_keys(), vote.public_id, row))
        .execution_options(synchronize_session=False)
    )
    sequencer.tell([Movement(vote.id, "exclude", old=before.ciphertext_hash, reason_code=reason_code)])


def deposit_of(vote_id: int, voter_id: int) -> Deposit | None:
    """What the box holds of a voter, read afresh; withdrawn ballots too."""
    columns = (
        SealedBallot.voter_id, SealedBallot.ciphertext_hash, SealedBallot.replay_hash, SealedBallot.revision,
        SealedBallot.cast_day, SealedBallot.state,
    )  # fmt: skip
    row = db.session.execute(
        select(*columns).where(SealedBallot.vote_id == vote_id, SealedBallot.voter_id == voter_id)
    ).one_or_none()
    return Deposit(*row) if row else None


def live_ciphertexts(*, vote: Vote, logged: set[str]) -> Iterator[tuple[int, bytes]]:
    """(voter, ciphertext) of every ballot that counts, in voter order. For opening alone.

    Raises BoxDamaged when a row is not as the box wrote it, or the ballots are not exactly those of the box's log: `logged`
    are their hashes.
    """
    keys, missing = server_keys(), set(logged)
    rows = db.session.execute(
        select(_TABLE)
        .where(SealedBallot.vote_id == vote.id)
        .order_by(SealedBallot.voter_id)
        .execution_options(yield_per=2000)
    ).mappings()
    for row in rows:
        if row["row_mac"] != _mac(keys, vote.public_id, dict(row)):
            raise BoxDamaged(problem="a row of the box was altered")
        if row["state"] != "live":
            continue
        if labelled_hash("ballot-ciphertext-v1", row["ciphertext"]) != row["ciphertext_hash"]:
            raise BoxDamaged(problem="a ballot was altered in the box")
        if row["ciphertext_hash"].hex() not in missing:
            raise BoxDamaged(problem="a ballot is in the box that its public log does not have")
        missing.remove(row["ciphertext_hash"].hex())
        yield row["voter_id"], row["ciphertext"]
    if missing:
        raise BoxDamaged(problem="a ballot that the public log has is not in the box")


def empty(vote_id: int) -> None:
    """Delete every sealed ballot of a vote, once the board holds what was in them."""
    db.session.execute(delete(SealedBallot).where(SealedBallot.vote_id == vote_id))


def scrub() -> None:
    """After the commit of an opening or a destruction: let the database forget the deleted rows, outside of any transaction.

    SQLite overwrites deleted rows with zeros at once (`secure_delete`); there only the write-ahead log is left to clear.
    """
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("VACUUM sealed_ballot, vote, key_wrap, key_entry"))
        else:
            connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))


def _sealed(definition: Definition, vote_id: int, casting: Casting, now: datetime, *, revision: int) -> dict[str, Any]:
    envelope = Envelope(
        definition.vote, tracker_of(definition.vote, casting.nonce), casting.payload, casting.voter.strata
    )
    ciphertext = definition.sealer.seal(envelope)
    return _row(
        definition, vote_id, casting.voter.voter_id, now, ciphertext=ciphertext,
        ciphertext_hash=labelled_hash("ballot-ciphertext-v1", ciphertext),
        replay_hash=replay_mark(definition.vote, casting.nonce), revision=revision, state="live",
    )  # fmt: skip


def _row(definition: Definition, vote_id: int, voter_id: int, now: datetime, **values: Any) -> dict[str, Any]:
    row = {"vote_id": vote_id, "voter_id": voter_id, "cast_day": now.astimezone(clock.UK).date(), **values}
    return {**row, "row_mac": _mac(server_keys(), definition.vote, row)}


def _mac(keys: Keys, vote: str, row: dict[str, Any]) -> bytes:
    """Ties a row to its voter, revision and state, so that rows cannot be swapped or brought back unnoticed."""
    numbers = f"{row['voter_id']}|{row['revision']}|{row['state']}|{row['cast_day'].isoformat()}"
    return labelled_mac(keys.rows, "row-mac-v1", vote.encode(), numbers.encode(), row["ciphertext_hash"])


def _insert(rows: Sequence[dict[str, Any]]) -> list[int]:
    """Insert what is not there yet; the voters whose row went in. Never an error, whichever constraint is met first."""
    statement = _INSERT[db.session.connection().dialect.name]
    return list(db.session.execute(statement, rows).scalars())


def _replace(row: dict[str, Any]) -> bool:
    """Put a row in the place of the revision before it; False when that one is no longer there, or this page was used."""
    values = {name: value for name, value in row.items() if name not in ("vote_id", "voter_id")}
    result = db.session.execute(
        update(SealedBallot)
        .where(
            SealedBallot.vote_id == row["vote_id"],
            SealedBallot.voter_id == row["voter_id"],
            SealedBallot.revision == row["revision"] - 1,
            SealedBallot.replay_hash != row["replay_hash"],
            SealedBallot.state != "excluded",
        )
        .values(**values)
        .execution_options(synchronize_session=False)
    )
    return isinstance(result, CursorResult) and result.rowcount == 1
