"""When the box takes ballots: by the database's clock alone, under a lock that casts share and a close takes for itself.

Every cast reads the clock after it has the lock, so each ballot is before the close or refused. On SQLite the writing
transaction (BEGIN IMMEDIATE) is that lock.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any

from sqlalchemy import Select, String, and_, bindparam, func, literal, select, text

from participation import clock
from participation.consultations.models import Consultation, Phase
from participation.extensions import db
from participation.voting import witness
from participation.voting.log.leaves import box_origin
from participation.voting.models import RollEntry, Vote
from participation.voting.refusals import BoxRolledBack, VoteClosed, VoteNotOpen, VoteStopped
from participation.web.words import moment

OPEN_STATES = ("preparing", "frozen")
_LOCK_CLASS = 42
_SQLITE_FORMAT = "%Y-%m-%dT%H:%M:%f"


@dataclass(frozen=True, slots=True)
class Moment:
    """The moment a ballot is cast, and whether the voter is on the roll ("eligible", "excluded", None).

    `definition` is the hash of what voters are asked at that moment.
    """

    now: datetime
    on_roll: str | None
    definition: bytes | None


def database_now() -> datetime:
    """The moment by the database's clock. Tests and seeds hold it with `clock.frozen_at`."""
    return _told(clock.held() or db.session.execute(select(_clock(postgresql=on_postgresql()))).scalar_one())


# Whatever the server's default, an acknowledged ballot is on disk.
_HOLD = text("SELECT set_config('synchronous_commit', 'on', true), pg_advisory_xact_lock_shared(:c, :v)")


@cache
def _state_of_the_box(*, postgresql: bool, held: bool, remembers: bool) -> Select[Any]:
    """What decides whether a ballot is taken, in one statement: asked at every cast, so each form of it is written once."""
    told = bindparam("held", type_=String) if held else _clock(postgresql=postgresql)
    on_roll = and_(RollEntry.vote_id == Vote.id, RollEntry.voter_id == bindparam("voter_id"))
    return (
        select(
            Consultation.state,
            Vote.status,
            Vote.closed_at,
            Phase.opens_at,
            Phase.closes_at,
            RollEntry.state,
            witness.IS_KNOWN if remembers else literal(value=True),
            Vote.definition_hash,
            told,
        )
        .select_from(Vote)
        .join(Phase, Phase.consultation_id == Vote.consultation_id)
        .join(Consultation, Consultation.id == Vote.consultation_id)
        .outerjoin(RollEntry, on_roll)
        .where(Vote.id == bindparam("vote_id"), Phase.kind == "vote")
    )


def require_open(vote_id: int, voter_id: int = 0, *, vote: str = "") -> Moment:
    """Hold the close lock together with other casts and read the clock.

    Raises VoteNotOpen, VoteClosed, VoteStopped; given the vote's public name also BoxRolledBack.
    """
    if on_postgresql():
        db.session.execute(_HOLD, {"c": _LOCK_CLASS, "v": vote_id})
    seen, held = witness.asked_for(box_origin(vote)) if vote else {}, clock.held()
    asked = {"vote_id": vote_id, "voter_id": voter_id, **seen, **({"held": held.isoformat()} if held else {})}
    state, status, closed_at, opens_at, closes_at, roll, whole, definition, told = db.session.execute(
        _state_of_the_box(postgresql=on_postgresql(), held=bool(held), remembers=bool(seen)), asked
    ).one()
    now = _told(told)
    if state != "launched":
        raise VoteStopped()
    if status not in OPEN_STATES or now >= closes_at:
        raise VoteClosed(closed=moment(min(closed_at or closes_at, closes_at)))
    if now < opens_at:
        raise VoteNotOpen(opens=moment(opens_at))
    if not whole:
        raise BoxRolledBack()
    return Moment(now, roll, definition)


def is_open(vote_id: int) -> bool:
    """Whether the box takes ballots at this moment; holds the close lock as a cast does."""
    try:
        require_open(vote_id)
    except (VoteNotOpen, VoteClosed, VoteStopped):
        return False
    return True


def times_of(vote_id: int) -> tuple[datetime, datetime]:
    """(opens, closes) as the database has them now."""
    opens_at, closes_at = db.session.execute(
        select(Phase.opens_at, Phase.closes_at)
        .join(Vote, Vote.consultation_id == Phase.consultation_id)
        .where(Vote.id == vote_id, Phase.kind == "vote")
    ).one()
    return opens_at, closes_at


def is_over(vote_id: int) -> bool:
    """Whether the vote's time has passed."""
    return database_now() >= times_of(vote_id)[1]


def close_to_casts(vote_id: int) -> None:
    """Wait for the casts that are under way and let none begin until this transaction ends."""
    if on_postgresql():
        db.session.execute(text("SELECT pg_advisory_xact_lock(:c, :v)"), {"c": _LOCK_CLASS, "v": vote_id})


def on_postgresql() -> bool:
    return db.session.connection().dialect.name == "postgresql"


def _clock(*, postgresql: bool) -> Any:
    """The database's clock as a column."""
    return func.clock_timestamp() if postgresql else func.strftime(_SQLITE_FORMAT, "now")


def _told(told: datetime | str) -> datetime:
    """What the clock column said, aware and in UTC."""
    read = datetime.fromisoformat(told) if isinstance(told, str) else told
    return read.replace(tzinfo=UTC) if read.tzinfo is None else read.astimezone(UTC)
