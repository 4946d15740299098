"""Everything the rig starts, as children of its own: PostgreSQL (or a SQLite file), Redis, gunicorn with two workers of four
threads, the proxy in front; and the votes it holds on them.

The rig itself looks at the same database through an application of its own, as an officer at a terminal would.
"""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import flask_migrate
from flask import Flask
from sqlalchemy import select, update

from config.settings import Settings
from participation import clock
from participation.application import create_app
from participation.consultations.models import Phase
from participation.extensions import db
from participation.transactions import transaction
from participation.voting import schedule
from participation.voting.custody import ceremony
from participation.voting.models import BoardTracker, SealedBallot
from participation.voting.receipts import replay_mark, tracker_of
from tests.factories.votes import Voting
from tests.factories.world import World
from tests.faults.checker import Stored
from tests.faults.gunicorn import Gunicorn
from tests.faults.proxy import Proxy
from tests.faults.sessions import signed_in_residents
from tests.faults.voters import Site, Voter, asked
from tests.services import PostgreSQL, Redis

OPTIONS = 5
# Voter, revision, replay mark and state of a sealed ballot.
Row = tuple[int, int, bytes, str]
_HOST = "127.0.0.1"
_NOBODY = Voter(0, "", "", "192.0.2.1")


@dataclass(frozen=True, kw_only=True)
class Kind:
    """What kind of stand: which database with which settings, and how many workers serve it."""

    sqlite: bool = False
    database_settings: tuple[str, ...] = ()
    workers: int = 2
    threads: int = 4
    # The application with the rig's seams; a benchmark serves the product's own door.
    served: str = "tests.faults.wsgi:app"


@dataclass
class Poll:
    """One vote of the stand with its voters."""

    voting: Voting
    url: str
    vote_id: int
    public_id: str
    # Of the three key-holders, by account.
    phrases: dict[int, str]
    voters: list[Voter] = field(default_factory=list)

    def stored(self, rows: list[Row], nonces: set[str]) -> list[Stored]:
        """The rows of a box, each with the attempt that put it there."""
        marks = {replay_mark(self.public_id, bytes.fromhex(nonce)): nonce for nonce in nonces}
        return [Stored(voter, revision, marks.get(mark, ""), state) for voter, revision, mark, state in rows]

    def trackers(self, nonces: set[str]) -> dict[str, str]:
        """Attempt -> the tracker that it must show."""
        return {nonce: tracker_of(self.public_id, bytes.fromhex(nonce)) for nonce in nonces}


class Stand:
    """A running service. `folder` is where the rig tells the workers what to do (see wsgi)."""

    def __init__(self, kind: Kind) -> None:
        self.kind = kind
        self.home = Path(tempfile.mkdtemp(prefix="participation-faults-", dir="/tmp"))
        self.folder = self.home / "orders"
        self.folder.mkdir()
        self.postgresql = None if kind.sqlite else PostgreSQL(*kind.database_settings)
        self.redis = Redis()
        self.app = Flask("not yet started")
        self.server = Gunicorn(
            self.home, self._environment(), served=kind.served, workers=kind.workers, threads=kind.threads
        )
        self.proxy = Proxy(self.server.socket)
        self._world: World | None = None
        self._polls = 0

    @property
    def database_url(self) -> str:
        return self.postgresql.url if self.postgresql else f"sqlite:///{self.home / 'faults.sqlite3'}"

    def _environment(self) -> dict[str, str]:
        """A production service: limits on, faults hidden, cookies for HTTPS."""
        return {
            "PARTICIPATION_ENVIRONMENT": "production",
            "PARTICIPATION_SECRET_KEY": "the secret key of the fault rig, never of anything else",
            "PARTICIPATION_BALLOT_SECRET": "the ballot secret of the fault rig, never of anything else",
            "PARTICIPATION_DATABASE_URL": self.database_url,
            "PARTICIPATION_REDIS_URL": self.redis.url,
            "PARTICIPATION_PUBLIC_URL": f"https://{_HOST}",
            "PARTICIPATION_SMTP": f"{_HOST}:9",
            "PARTICIPATION_PROXIES": "1",
            "PARTICIPATION_CHECKPOINTS_DIR": str(self.home / "checkpoints"),
            "FAULTS_FOLDER": str(self.folder),
        }

    def start(self) -> None:
        if self.postgresql:
            self.postgresql.start()
        self.redis.start()
        given = {name: value for name, value in self._environment().items() if name.startswith("PARTICIPATION_")}
        self.app = create_app(Settings.from_environment(given))
        with self.app.app_context():
            flask_migrate.upgrade()
        self.server.start()
        self.proxy.start()
        self.server.wait_until_ready(self.is_ready)

    def order(self, what: str, text: str = "") -> None:
        """Tell the workers something (see wsgi); an empty text means nothing."""
        waiting = self.folder / f"{what}.new"
        waiting.write_text(text)
        waiting.rename(self.folder / what)  # so that none of them reads half of it

    def take_back(self, *orders: str) -> None:
        for what in orders:
            (self.folder / what).unlink(missing_ok=True)

    def ordered(self, what: str) -> bool:
        return (self.folder / what).exists()

    def is_ready(self) -> bool:
        return asked(Site(self.proxy.port, "/healthy"), _NOBODY, "GET", "/healthy").status == 200

    def stop(self) -> None:
        """End everything that was started, in any state."""
        with ExitStack() as last:
            last.callback(shutil.rmtree, self.home, ignore_errors=True)
            last.callback(self.redis.remove)
            if self.postgresql:
                last.callback(self.postgresql.remove)
            last.callback(self._disconnect)
            last.callback(self.server.stop)
            last.callback(self.proxy.stop)

    def _disconnect(self) -> None:
        if "sqlalchemy" in self.app.extensions:
            with self.app.app_context():
                db.session.remove()
                db.engine.dispose()

    def site(self, poll: Poll) -> Site:
        return Site(self.proxy.port, poll.url, _HOST)

    # What follows needs `self.app.app_context()`.

    def open_poll(self, voters: int) -> Poll:
        """An open vote that closes in a day, with so many residents who are signed in."""
        self._world = self._world or World()
        self._polls += 1
        slug = f"poll-{self._polls}"
        voting = Voting(self._world, slug, options=OPTIONS, budget_pence=10**9, max_total_pence=None, launched=False)
        phrases = voting.share_key()
        voting.launch()
        vote = voting.vote
        poll = Poll(voting, voting.url, vote.id, vote.public_id, phrases)
        poll.voters = signed_in_residents(self.app, self._world, slug, voters)
        db.session.rollback()  # the rig holds no connection while the database is taken away
        return poll

    def box(self, poll: Poll) -> list[Row]:
        """What the box holds now."""
        rows = db.session.execute(
            select(SealedBallot.voter_id, SealedBallot.revision, SealedBallot.replay_hash, SealedBallot.state)
            .where(SealedBallot.vote_id == poll.vote_id)
            .order_by(SealedBallot.voter_id)
        )
        return [(voter, revision, bytes(mark), state) for voter, revision, mark, state in rows]

    def close_early(self, poll: Poll) -> list[Row]:
        """An officer closes the vote; the box as that transaction sees it, once it holds the close lock."""
        with transaction():
            schedule.close_early(consultation=poll.voting.consultation, reason_code="emergency", actor_id=None)
            return self.box(poll)

    def close_by_the_clock(self, poll: Poll, seconds: float) -> float:
        """The vote now ends by itself in so many seconds; when that is, in seconds since the epoch."""
        ends = clock.now() + timedelta(seconds=seconds)
        with transaction():
            db.session.execute(
                update(Phase)
                .where(Phase.consultation_id == poll.voting.consultation.id, Phase.kind == "vote")
                .values(closes_at=ends)
            )
        return ends.timestamp()

    def open_box(self, poll: Poll) -> list[str]:
        """Two of three key-holders open the box of a vote that is over; the trackers on its board."""
        officer, *holders = poll.phrases
        with clock.frozen_at(clock.now() + timedelta(days=7)):  # the register has been checked
            with transaction():
                ceremony.approve_opening(consultation=poll.voting.consultation, actor_id=officer)
            for holder in holders:
                with transaction():
                    ceremony.enter_phrase(
                        consultation=poll.voting.consultation, account_id=holder, phrase=poll.phrases[holder]
                    )
        return list(
            db.session.execute(select(BoardTracker.tracker).where(BoardTracker.vote_id == poll.vote_id)).scalars()
        )


@contextmanager
def standing(kind: Kind) -> Iterator[Stand]:
    """A stand for the length of a block, with its application context."""
    stand = Stand(kind)
    try:
        stand.start()
        with stand.app.app_context():
            yield stand
    finally:
        stand.stop()


def wait_for(condition: Callable[[], object], seconds: float, what: str) -> None:
    """Wait until something is so. Raises TimeoutError, so that no run hangs."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if condition():
            return
        time.sleep(0.05)
    raise TimeoutError(f"after {seconds:.0f} s still not: {what}")
