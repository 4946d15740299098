"""The short fault run, and the proof that the checker can see: each protection taken away must be noticed.

These tests start servers of their own and kill them; `make faults` is the long run. See docs/faults.md.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.faults.checker import summary
from tests.faults.nemesis import FAULTS, OF_THE_APPLICATION, UNFLUSHED, UNNOTICED
from tests.faults.run import Plan, Report, faulty_run
from tests.faults.stand import Kind, Stand, standing

pytestmark = [pytest.mark.slow, pytest.mark.postgresql, pytest.mark.redis]


@pytest.fixture(scope="module")
def hasty() -> Iterator[Stand]:
    """Over a PostgreSQL that answers before its log is on disk, unless the application asks for more."""
    with standing(Kind(database_settings=("synchronous_commit=off", "wal_writer_delay=10000ms"))) as stand:
        yield stand


@pytest.fixture(scope="module")
def small() -> Iterator[Stand]:
    """Over SQLite: one process of eight threads, as it is meant to be run."""
    with standing(Kind(sqlite=True, workers=1, threads=8)) as stand:
        yield stand


def short(**changes: object) -> Plan:
    return Plan(**{"casts": 50, "voters": 300, "pause": 0.02, **changes})  # type: ignore[arg-type]


def rules(report: Report) -> set[str]:
    return {one.rule for one in report.found}


def test_p2_and_p9_what_was_acknowledged_is_kept_whatever_dies() -> None:
    """Every fault once, over two votes: one is closed by an officer under load, one by its date."""
    plan = Plan(rounds=2, casts=150, faults=FAULTS, voters=1000, pause=0.1, breath=0.1, by_the_clock=(2,))
    with standing(Kind()) as stand:
        report = faulty_run(stand, plan)
    print(report)
    assert report.found == [], summary(report.found)
    assert report.gave_up == 0
    assert report.casts >= 300
    assert report.faults.total() == len(FAULTS)
    assert report.replays >= 15  # an answer that was lost after the commit is asked for again, and is the same
    assert report.after_close > 0  # somebody did try too late


def test_commits_are_durable_whatever_the_server_does_by_default(hasty: Stand) -> None:
    report = faulty_run(hasty, short(faults=(UNFLUSHED,)))
    assert report.found == [], summary(report.found)


def test_control_without_durable_commits_the_loss_is_seen(hasty: Stand) -> None:
    report = faulty_run(hasty, short(faults=(UNFLUSHED,), weakened="no durable commits"))
    assert "lost" in rules(report), summary(report.found)


def test_p9_a_slow_cast_is_in_before_the_close_or_refused(hasty: Stand) -> None:
    report = faulty_run(hasty, short(slow=1.0))
    assert report.found == [], summary(report.found)
    assert report.after_close > 0


def test_control_without_the_close_lock_late_ballots_are_seen(hasty: Stand) -> None:
    report = faulty_run(hasty, short(slow=1.0, weakened="no close lock"))
    assert "late" in rules(report), summary(report.found)


def test_p2_on_sqlite_nothing_is_lost_either(small: Stand) -> None:
    """PostgreSQL's own faults have no meaning here; on SQLite the process that dies is the database too."""
    faults = (*UNNOTICED[:4], *OF_THE_APPLICATION)
    # Voters enough that some are left to cast while each fault waits for one.
    report = faulty_run(small, short(casts=100, voters=1000, faults=faults, pause=0.05, breath=0.2))
    assert report.found == [], summary(report.found)


def test_sqlite_answers_everybody_under_load(small: Stand) -> None:
    report = faulty_run(small, short())
    assert report.found == [], summary(report.found)


def test_control_with_deferred_begin_on_sqlite_unanswered_voters_are_seen(small: Stand) -> None:
    report = faulty_run(small, short(weakened="deferred begin"))
    assert "unanswered" in rules(report), summary(report.found)
