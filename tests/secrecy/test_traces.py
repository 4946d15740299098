"""P4: while a vote is open, neither a choice nor anything that leads to one can be read anywhere: not in a dump, in the server's
own files and log, in mails, in Redis, or in what the application logs when it logs everything.
"""

from __future__ import annotations

import pytest

from tests.secrecy.needles import found_in
from tests.secrecy.scene import Scene

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]
PLACES = {
    "dump": "pg_dump, or SQLite's own dump",
    "files": "the server's data files, or SQLite's file with its log",
    "wal": "PostgreSQL's write-ahead log",
    "mails": "the outbox",
    "redis": "every key of Redis",
    "log": "the application's log, for the voters on the pages with every statement and every debug line",
}
ONLY_WITH_POSTGRESQL = ("wal", "redis")


def place_in(scene: Scene, place: str) -> None:
    if scene.database == "sqlite" and place in ONLY_WITH_POSTGRESQL:
        pytest.skip("SQLite's log lies beside its file and is searched with it; a service on SQLite runs without Redis")
    assert (scene.open / place).exists()


@pytest.mark.parametrize("place", PLACES)
def test_p4_nothing_of_our_ballots_is_there(scene: Scene, place: str) -> None:
    place_in(scene, place)
    assert found_in(scene.open / place, scene.ours.secrets) == set()


@pytest.mark.parametrize("place", PLACES)
def test_every_naive_ballot_is_there(scene: Scene, place: str) -> None:
    place_in(scene, place)
    assert found_in(scene.open / place, scene.naive.choices) == set(scene.naive.choices)


def test_the_log_did_tell_everything_else(scene: Scene) -> None:
    """Silence would prove nothing: statements, their values and the requests of those who voted on the pages are in it."""
    log = (scene.open / "log").read_text()
    assert "INSERT INTO sealed_ballot" in log
    assert "eligible" in log
    if scene.database == "postgresql":
        assert b"participation-limits" in (scene.open / "redis").read_bytes()
