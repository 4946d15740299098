"""How the live picture keeps up: fold, read, rebuild and check at 1,000 to 1,000,000 submissions, on PostgreSQL.

    python -m benchmarks.live [submissions ...]

Starts a PostgreSQL server of its own (needs its programs). Each submission has an author and two supporters.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

import flask_migrate
from sqlalchemy import text

from config.settings import Settings
from participation import clock
from participation.application import create_app
from participation.commissioning.live.fold import check, fold, rebuild
from participation.commissioning.live.picture import picture
from participation.extensions import db
from participation.transactions import transaction
from tests import services
from tests.factories.world import World

PEOPLE = """
INSERT INTO account (council_id, kind, email, email_canonical, name, created_at, confirmed_at)
SELECT :council, 'resident', 'p' || n || '@example.org', 'p' || n || '@example.org', '', now(), now()
FROM generate_series(1, :number) n
"""
NEEDS = """
INSERT INTO priority (kind, apart, public_id, consultation_id, author_id, author_ward_id, group_id, title, need, state, version,
                      shuffle, submitted_at)
SELECT 'need', false, 'b' || n, :consultation, :first + n % :people, :ward, :grp, 'Need', 'Need', 'published', 1, n, now()
FROM generate_series(1, :number) n
"""
SUPPORT = """
INSERT INTO priority_support (priority_id, account_id, ward_id, apart, supported_at)
SELECT p.id, :first + (p.id * 7 + k) % :people, :ward, false, now()
FROM priority p, generate_series(1, 2) k WHERE p.consultation_id = :consultation
ON CONFLICT DO NOTHING
"""


def timed(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def folded() -> None:
    while True:
        with transaction():
            if not fold(clock.now()):
                return


def in_transaction(work: Callable[[], object]) -> None:
    with transaction():
        work()


def main(sizes: list[int]) -> None:
    with services.postgresql() as url:
        settings = Settings(
            environment="test", secret_key="benchmark", ballot_secret="another", database_url=url, rate_limits=False
        )  # fmt: skip
        app = create_app(settings)
        with app.app_context():
            flask_migrate.upgrade()
            world = World()
            council = world.council()
            for number in sizes:
                measured(world, council.id, number)


def measured(world: World, council_id: int, number: int) -> None:
    consultation = world.consultation(f"bench{number}", gather=(-9, 9))
    people = max(10, number // 2)
    facts = {
        "council": council_id, "consultation": consultation.id, "ward": world.wards()[0].id, "grp": world.groups()[0].id,
        "people": people, "first": (db.session.scalar(text("SELECT coalesce(max(id), 0) + 1 FROM account")) or 1),
    }  # fmt: skip
    db.session.rollback()
    run = db.session.execute
    in_transaction(lambda: run(text(PEOPLE.replace("p' || n", f"p{number}-' || n")), {**facts, "number": people}))
    first = db.session.scalar(text(f"SELECT min(id) FROM account WHERE email LIKE 'p{number}-%'"))
    db.session.rollback()
    facts["first"] = first
    wrote = timed(
        lambda: in_transaction(
            lambda: run(text(NEEDS.replace("'b' ||", f"'b{number}-' ||")), {**facts, "number": number})
        )
    )
    wrote += timed(lambda: in_transaction(lambda: run(text(SUPPORT), facts)))
    print(f"{number:>9,} submissions: written in {wrote:6.1f} s with the notes", end=", ", flush=True)
    print(f"folded in {timed(folded):6.1f} s", end=", ", flush=True)
    again = "UPDATE priority SET state = 'refused' WHERE id IN (SELECT id FROM priority WHERE consultation_id = :c LIMIT 1000)"
    in_transaction(lambda: run(text(again), {"c": consultation.id}))
    print(f"1,000 changes in {timed(folded):5.2f} s", end=", ", flush=True)
    print(f"page {timed(lambda: picture(consultation)) * 1000:5.0f} ms", end=", ", flush=True)
    db.session.rollback()
    print(f"rebuilt in {timed(lambda: in_transaction(lambda: rebuild(clock.now()))):6.1f} s", end=", ", flush=True)
    found: list[object] = []
    checked = timed(lambda: in_transaction(lambda: found.extend(check(clock.now()))))
    print(f"checked in {checked:6.1f} s: {len(found)} differ", flush=True)


if __name__ == "__main__":
    main([int(size) for size in sys.argv[1:]] or [1_000, 100_000, 1_000_000])
