"""How the scene comes about. Voters vote in an order of their own, one transaction each; nobody's ballot is like another's.

What is left to chance is seeded, the shuffle of the opening too, so that every run finds the same.
"""

from __future__ import annotations

import logging
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

import flask_migrate
import pytest
import redis
from flask import Flask
from sqlalchemy import Engine, event, insert, select, text

from config.settings import Settings
from participation.accounts.models import Account
from participation.application import create_app
from participation.counting.payloads import canonical
from participation.extensions import db
from participation.transactions import transaction
from participation.voting import opening, receipts, sequencer, service
from participation.web.models import OutboxMail
from tests.factories.votes import Voting, rows
from tests.factories.world import World
from tests.secrecy.scene import Counters, Election, Scene, naive, naive_ballot, naive_mail, naive_voted
from tests.services import PostgreSQL, postgresql_program
from tests.visitor import Visitor

VOTERS = 3011
OPTIONS = 12
# So many of them vote on the pages, while everything that can be logged is.
ON_PAGES = 12
# So many of the others have somebody watching the counters of the database.
WATCHED = 300
# After how many casts the public log of the box is written.
LOGGED_EVERY = 500
TABLES_WITH_VOTERS = ("roll_entry", "sealed_ballot")
logger = logging.getLogger("naive")


class Builder:
    """Makes a scene over a PostgreSQL server, or over SQLite when there is none."""

    def __init__(self, home: Path, server: PostgreSQL | None, redis_url: str) -> None:
        self._home, self._server, self._redis_url = home, server, redis_url
        self._random = Random(20260501)
        (home / "open").mkdir()
        self.app = self._made()

    def _made(self) -> Flask:
        url = self._server.url if self._server else f"sqlite:///{self._home / 'scene.sqlite3'}"
        settings = Settings(
            environment="test", secret_key="a secret key of the scene", ballot_secret="a ballot secret of the scene",
            database_url=url, redis_url=self._redis_url,
        )  # fmt: skip
        app = create_app(settings)
        with app.app_context():
            _hurry(db.engine)
            flask_migrate.upgrade()
            naive.create_all(db.engine)
        return app

    def build(self) -> Scene:
        world = World()
        voting = Voting(world, "budget", options=OPTIONS, budget_pence=10**9, max_total_pence=None)
        voters = world.residents(VOTERS)
        self._random.shuffle(voters)
        codes = self._ballots()
        with self._logged():
            naively = self._vote_naively(voters, [[code.replace("option", "naive") for code in one] for one in codes])
            ours = self._vote(voting, voters, codes)
        self._keep_what_is_open()
        backup = {table: rows(table) for table in TABLES_WITH_VOTERS}
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(opening, "SystemRandom", lambda: Random(1))
            voting.close_and_open()
        voting.count()
        db.session.remove()
        return Scene(
            database="postgresql" if self._server else "sqlite", engine=db.engine, home=self._home, server=self._server,
            ours=ours, naive=naively, backup=backup,
        )  # fmt: skip

    def _ballots(self) -> list[list[str]]:
        """Different ballots of three options or more, for every voter one."""
        several = [mask for mask in range(2**OPTIONS) if mask.bit_count() >= 3]
        masks = self._random.sample(several, VOTERS)
        return [[f"option-{place + 1}" for place in range(OPTIONS) if mask >> place & 1] for mask in masks]

    def _vote(self, voting: Voting, voters: list[int], codes: list[list[str]]) -> Election:
        election, vote = Election("participation", "board_ballot"), voting.vote.public_id
        consultation = voting.consultation
        for place, (voter, chosen) in enumerate(zip(voters, codes, strict=True)):
            positions = [int(code.removeprefix("option-")) - 1 for code in chosen]
            if place >= VOTERS - ON_PAGES:
                nonce = self._vote_on_the_page(voting, voter, positions)
            else:
                nonce = f"{self._random.getrandbits(128):032x}"
                sent = {f"approval-{position}": ["on"] for position in positions}
                with transaction():
                    service.cast_ballot(
                        consultation=consultation, account_id=voter, sent=sent, nonce=nonce, seen_revision=0,
                        declares_age=False,
                    )  # fmt: skip
            election.know(voter, chosen, canonical({"approve": chosen}))
            election.nonces[voter] = nonce
            election.trackers[voter] = receipts.tracker_of(vote, bytes.fromhex(nonce))
            self._watch(election, place, voter)
            if place % LOGGED_EVERY == 0:
                with transaction():
                    sequencer.run(voting.vote, wait=True)
        return election

    def _vote_on_the_page(self, voting: Voting, voter: int, positions: list[int]) -> str:
        """Choose, review, save and cast, as a person would; the nonce of the page."""
        visitor = Visitor(self.app)
        visitor.sign_in(db.session.get_one(Account, voter))
        with _everything_logged():
            page = visitor.get(voting.url)
            marks: dict[str, Any] = {f"approval-{position}": "on" for position in positions}
            visitor.submit("Update total", **marks)
            page = visitor.submit("Review before you cast it")
            page = visitor.submit("Change what you chose")
            nonce = str(page.soup.select_one("input[name=nonce]")["value"])
            assert visitor.submit("Cast your vote").status == 200
        return nonce

    def _vote_naively(self, voters: list[int], codes: list[list[str]]) -> Election:
        election = Election("naive_voted", "naive_ballot")
        cache = redis.Redis.from_url(self._redis_url) if self._redis_url else None
        for place, (voter, chosen) in enumerate(zip(voters, codes, strict=True)):
            # All of one length, because rows that fit elsewhere disturb the order in which they lie.
            payload, now = canonical({"approve": chosen}).ljust(160), datetime.now(UTC)
            with db.engine.begin() as connection:
                connection.execute(insert(naive_voted), {"voter_id": voter, "voted_at": now})
                connection.execute(insert(naive_ballot), {"payload": payload, "created_at": datetime.now(UTC)})
                body = f"Thank you. You chose: {', '.join(chosen)}."
                connection.execute(insert(naive_mail), {"recipient": f"{voter}@example.org", "body": body})
            logger.info("somebody voted: %s", payload)
            if cache is not None:
                cache.set(f"naive:{place}", payload)
            election.know(voter, chosen, payload)
            self._watch(election, place, voter)
        return election

    def _watch(self, election: Election, place: int, voter: int) -> None:
        if VOTERS - ON_PAGES - WATCHED <= place < VOTERS - ON_PAGES:
            election.watched[voter] = counters(db.engine)

    @contextmanager
    def _logged(self) -> Iterator[None]:
        """Everything that loggers let through, in one file."""
        handler = logging.FileHandler(self._home / "open" / "log")
        handler.setFormatter(logging.Formatter("%(asctime)s %(name)s %(levelname)s %(message)s"))
        logging.getLogger().addHandler(handler)
        logger.setLevel(logging.INFO)
        try:
            yield
        finally:
            logging.getLogger().removeHandler(handler)
            handler.close()

    def _keep_what_is_open(self) -> None:
        """Copies of all that a thief could carry away while the votes are open."""
        db.session.remove()
        seen = self._home / "open"
        with db.engine.connect() as connection:
            mails = [*connection.execute(select(OutboxMail.__table__)), *connection.execute(select(naive_mail))]
        (seen / "mails").write_text("\n".join(str(tuple(mail)) for mail in mails))
        if self._redis_url:
            (seen / "redis").write_bytes(_everything_in(redis.Redis.from_url(self._redis_url)))
        if self._server:
            with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                connection.execute(text("CHECKPOINT"))
            shutil.copytree(self._server.data / "base", seen / "files")
            shutil.copytree(self._server.data / "pg_wal", seen / "wal")
            command = [postgresql_program("pg_dump"), "-h", self._server.home, "-U", "tests", "postgres"]
            (seen / "dump").write_bytes(subprocess.run(command, check=True, capture_output=True).stdout)
        else:
            (seen / "files").mkdir()
            for file in self._home.glob("scene.sqlite3*"):
                shutil.copy(file, seen / "files")
            with db.engine.connect() as connection:
                dumped = connection.connection.driver_connection.iterdump()  # type: ignore[union-attr]  # sqlite3's own
                (seen / "dump").write_text("\n".join(dumped))


def counters(engine: Engine) -> Counters:
    """Where every counter of the database stands: sequences, or the highest row number of a table of SQLite."""
    with engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            asked = text("SELECT sequencename, last_value FROM pg_sequences WHERE last_value IS NOT NULL")
            return {str(name): int(number) for name, number in connection.execute(asked)}
        tables = connection.execute(
            text("SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE '%WITHOUT ROWID%'")
        ).scalars()
        asked = " UNION ALL ".join(f"SELECT '{name}', max(rowid) FROM {name}" for name in tables)
        found = {str(name): number for name, number in connection.execute(text(asked))}
        return {name: number for name, number in found.items() if number is not None}


def _hurry(engine: Engine) -> None:
    """Thousands of commits: whether they reach the disk is tried elsewhere (tests/faults)."""
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA synchronous=OFF").close())


@contextmanager
def _everything_logged() -> Iterator[None]:
    """Every logger at its most talkative, the statements of the database with their values too."""
    talkative = [(logging.getLogger(), logging.DEBUG), (logging.getLogger("sqlalchemy.engine"), logging.INFO)]
    before = [one.level for one, _ in talkative]
    for one, level in talkative:
        one.setLevel(level)
    try:
        yield
    finally:
        for (one, _), level in zip(talkative, before, strict=True):
            one.setLevel(level)


def _everything_in(server: redis.Redis) -> bytes:
    """Every key with its value, as it is and as it is stored."""
    found = []
    for key in server.scan_iter():
        value = server.get(key) if server.type(key) == b"string" else b""
        found += [key, value or b"", server.dump(key) or b""]
    return b"\n".join(found)
