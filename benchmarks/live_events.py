"""The live picture after very many random events and a worker that is killed again and again: is it what a full count gives?

    python -m benchmarks.live_events [events]

Starts a PostgreSQL server of its own (needs its programs), and a worker of its own process that folds all the time and is killed
without warning every few seconds. Events are submissions, support and its withdrawal, decisions of moderators, other services,
changed profiles and themes, at random, some hundreds in a transaction. Prints how long they took, the memory of the worker, and
how many sums differ from a full count: there must be none. Exits with 1 where there are.
"""

from __future__ import annotations

import multiprocessing
import random
import signal
import sys
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path

import flask_migrate
from sqlalchemy import insert, select, text

from config.settings import Settings
from participation import clock
from participation.accounts.models import Account, ResidentProfile
from participation.application import create_app
from participation.commissioning.live.fold import check, fold, rebuild, waiting
from participation.commissioning.live.models import RollupCell
from participation.commissioning.themes.models import Theme
from participation.consultations.models import Consultation
from participation.extensions import db
from participation.transactions import transaction
from tests import services
from tests.factories.world import World

PEOPLE, NEEDS, THEMES, SEED = 20_000, 4_000, 12, 1
MOST_AT_ONCE = 600
# A worker lives this long, at random: some are killed in their first fold, others in their hundredth.
LIVES_SECONDS = (3.0, 30.0)
EVENTS = {
    "submitted": """
        INSERT INTO priority (kind, apart, public_id, consultation_id, author_id, author_ward_id, group_id, title, need, state,
                              version, shuffle, submitted_at)
        SELECT 'need', false, :batch || '-' || row_number() OVER (), :consultation, p, :ward, :grp, 'Need', 'Need', 'waiting', 1,
               p, now() - (p % 20) * interval '1 day'
        FROM unnest(CAST(:people AS int[])) p""",
    "supported": """
        INSERT INTO priority_support (priority_id, account_id, ward_id, apart, supported_at)
        SELECT n.id, p, :ward, false, now()
        FROM unnest(CAST(:people AS int[]), CAST(:places AS int[])) AS pair (p, place)
        JOIN (SELECT id, row_number() OVER (ORDER BY id) AS place FROM priority WHERE id % 7 = :slice) n ON n.place = pair.place
        ON CONFLICT DO NOTHING""",
    "support withdrawn": """
        DELETE FROM priority_support WHERE (priority_id, account_id) IN (
            SELECT priority_id, account_id FROM priority_support WHERE account_id = ANY(CAST(:people AS int[])) LIMIT :most)""",
    "decided": """
        UPDATE priority SET state = :state WHERE id IN (
            SELECT id FROM priority WHERE id % 101 = :slice LIMIT :most)""",
    "another service": """
        UPDATE priority SET group_id = :grp WHERE id IN (SELECT id FROM priority WHERE id % 97 = :slice LIMIT :most)""",
    "profile changed": """
        UPDATE resident_profile SET sex = :sex, age_band = :band WHERE account_id = ANY(CAST(:people AS int[]))""",
    "under a theme": """
        INSERT INTO theme_assignment (priority_id, theme_id, how, assigned_at)
        SELECT id, :theme, 'read', now() FROM priority WHERE id % 89 = :slice LIMIT :most ON CONFLICT DO NOTHING""",
    "out of a theme": """
        DELETE FROM theme_assignment WHERE theme_id = :theme AND priority_id % 13 = :slice""",
}

# How often each of them is drawn, in their order; before anything else there are some submissions.
WEIGHTS = (3, 9, 2, 3, 1, 2, 2, 1)
FIRST_BATCHES = 60


def settings(url: str) -> Settings:
    return Settings(
        environment="test", secret_key="benchmark", ballot_secret="another", database_url=url, rate_limits=False
    )  # fmt: skip


def fold_for_ever(url: str) -> None:
    """The worker: folds until it is killed."""
    app = create_app(settings(url))
    with app.app_context():
        while True:
            with transaction():
                taken = fold(clock.now(), at_once=5_000)
            db.session.remove()
            if not taken:
                time.sleep(0.05)


class Worker:
    """A worker of its own process, killed and started again; remembers the most memory any of them had."""

    def __init__(self, url: str) -> None:
        self.url, self.kills, self.peak, self.draw = url, 0, 0, random.Random(SEED)
        self._start()

    def _start(self) -> None:
        self.process = multiprocessing.get_context("spawn").Process(target=fold_for_ever, args=(self.url,), daemon=True)
        self.process.start()
        self.dies_at = time.monotonic() + self.draw.uniform(*LIVES_SECONDS)

    def kill(self) -> None:
        with suppress(OSError):
            lines = Path(f"/proc/{self.process.pid}/status").read_text().splitlines()
            self.peak = max(self.peak, *(int(line.split()[1]) for line in lines if line.startswith("VmHWM")))
        self.process.kill()
        self.process.join()
        assert self.process.exitcode == -signal.SIGKILL
        self.kills += 1

    def kill_when_due(self) -> None:
        if time.monotonic() > self.dies_at:
            self.kill()
            self._start()


def furnished(world: World) -> tuple[Consultation, list[int], list[int], list[int], list[int]]:
    """A consultation, people, wards, services and themes."""
    council, consultation = world.council(), world.consultation(gather=(-30, 30))
    wards, groups, now = [ward.id for ward in world.wards()], [group.id for group in world.groups()], clock.now()
    with transaction():
        rows = [
            {"council_id": council.id, "kind": "resident", "email": f"p{n}@example.org", "email_canonical": f"p{n}@example.org",
             "name": "", "created_at": now, "confirmed_at": now}
            for n in range(PEOPLE)
        ]  # fmt: skip
        db.session.execute(insert(Account), rows)
        people = list(db.session.scalars(select(Account.id).order_by(Account.id)))
        db.session.execute(
            insert(ResidentProfile),
            [
                {"account_id": one, "ward_id": wards[one % len(wards)], "outward_code": "EX1", "declared_at": now}
                for one in people
            ],
        )
        db.session.add_all(
            Theme(public_id=f"theme{n}", council_id=council.id, group_id=groups[0], name=f"Theme {n}", name_cy="",
                  definition="", created_at=now)
            for n in range(THEMES)
        )  # fmt: skip
    themes = list(db.session.scalars(select(Theme.id).order_by(Theme.id)))
    return consultation, people, wards, groups, themes


def facts(draw: random.Random, known: dict[str, list[int]], consultation: int, batch: int) -> dict[str, object]:
    most = draw.randrange(1, MOST_AT_ONCE)
    return {
        "consultation": consultation, "batch": batch, "most": most,
        "people": draw.choices(known["people"], k=most), "places": [draw.randrange(1, NEEDS) for _ in range(most)],
        "ward": draw.choice(known["wards"]), "grp": draw.choice(known["groups"]), "theme": draw.choice(known["themes"]),
        "slice": draw.randrange(7), "sex": draw.choice(("Female", "Male", None)),
        "band": draw.choice(("16-24", "25-34", "65+", None)),
        "state": draw.choice(("published", "published", "refused", "withdrawn", "waiting")),
    }  # fmt: skip


def play(world: World, url: str, wanted: int) -> None:
    consultation, people, wards, groups, themes = furnished(world)
    known = {"people": people, "wards": wards, "groups": groups, "themes": themes}
    draw, done, batch, number = random.Random(SEED), Counter[str](), 0, consultation.id
    began, worker = time.monotonic(), Worker(url)
    while done.total() < wanted:
        batch += 1
        [name] = draw.choices(list(EVENTS), WEIGHTS) if batch > FIRST_BATCHES else ["submitted"]
        with transaction():
            done[name] += (
                db.session.connection().execute(text(EVENTS[name]), facts(draw, known, number, batch)).rowcount
            )
        worker.kill_when_due()
    took = time.monotonic() - began
    worker.kill()
    for name, events in done.most_common():
        print(f"{events:>10,} {name}")
    print(
        f"{done.total():>10,} events in {took:,.0f} s, worker killed {worker.kills} times, peak {worker.peak / 1024:,.0f} MB"
    )
    catch_up()
    compare()


def catch_up() -> None:
    """Fold what the last worker left behind."""
    began, left = time.monotonic(), waiting()
    while True:
        with transaction():
            if not fold(clock.now()):
                break
    print(f"{left:,} changes that waited were folded in {time.monotonic() - began:,.1f} s", flush=True)


def compare() -> None:
    began = time.monotonic()
    with transaction():
        drift = check(clock.now())
    print(f"checked in {time.monotonic() - began:,.1f} s: {len(drift)} sums differ from a full count")
    columns = RollupCell.__table__.columns
    live = {tuple(row) for row in db.session.execute(select(*columns))}
    began = time.monotonic()
    with transaction():
        rebuild(clock.now())
    counted = {tuple(row) for row in db.session.execute(select(*columns))}
    print(
        f"rebuilt in {time.monotonic() - began:,.1f} s: {len(counted):,} sums, {len(live ^ counted)} differ from the live ones"
    )
    if drift or live != counted:
        sys.exit(1)


def main(wanted: int) -> None:
    with services.postgresql() as url:
        app = create_app(settings(url))
        with app.app_context():
            flask_migrate.upgrade()
            play(World(), url, wanted)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
