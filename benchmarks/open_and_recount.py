"""Opening, counting, publishing and recounting a large vote through the real box, on SQLite in a temporary folder.

    .venv/bin/python benchmarks/open_and_recount.py [BALLOTS] [RULE]

Prints seconds by the clock and of CPU for each step: casting in bulk (sealing), closing and opening (log checked, ballots
opened and shuffled, board written), counting, publishing (with the recount inside), and the recount alone.
"""

from __future__ import annotations

import random
import secrets
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import flask_migrate

from config.settings import ROOT, Settings
from participation.application import create_app
from participation.transactions import transaction
from participation.voting import ballot_box, publication, recounting, roll, schedule, service
from participation.voting.ballot_box import Casting, Voter
from participation.voting.definition import definition_of

sys.path.insert(0, str(ROOT))
from tests.factories.votes import Voting
from tests.factories.world import World

OPTIONS = 20


@contextmanager
def timed(step: str) -> Iterator[None]:
    clock, cpu = time.perf_counter(), time.process_time()
    yield
    print(f"{step:28} {time.perf_counter() - clock:7.1f} s {time.process_time() - cpu:7.1f} s CPU", flush=True)


def castings(ballots: int) -> Iterator[Casting]:
    dice, strata = random.Random(1), roll.strata(channel="import")
    for number in range(1, ballots + 1):
        chosen = sorted(dice.sample(range(OPTIONS), dice.randint(1, 6)))
        payload = {"approve": [f"option-{place + 1}" for place in chosen]}
        yield Casting(Voter(number, strata), secrets.token_bytes(16), payload)


def run(ballots: int, rule: str, folder: Path) -> None:
    voting = Voting(World(), options=OPTIONS, budget_pence=10**8, max_total_pence=None, rule=rule)
    with timed(f"cast {ballots:,}"), transaction():
        vote, consultation = voting.vote, voting.consultation
        schedule.freeze(vote=vote, consultation=consultation, actor_id=None)
        definition = definition_of(vote, consultation)
        voters = [(number, f"voter {number}") for number in range(1, ballots + 1)]
        roll.enter_rows(vote_id=vote.id, voters=voters)
        for _ in ballot_box.cast_all(definition=definition, vote_id=vote.id, castings=castings(ballots)):
            pass
    voting.reschedule(-48, -1)
    with timed("close and open"), transaction():
        service.open_box(consultation=voting.consultation, actor_id=None)
    with timed("count"):
        voting.count()
    with timed("publish, recount inside"), transaction():
        service.publish(consultation=voting.consultation, actor_id=None)
    vote, consultation = voting.vote, voting.consultation
    of = publication.published(vote=vote, consultation=consultation, definition=definition_of(vote, consultation))
    for name, content in publication.folder(of).items():
        (folder / name).write_bytes(content)
    with timed("recount alone (a process)"):
        subprocess.run([sys.executable, str(recounting.PROGRAM), str(folder)], check=True, stdout=subprocess.DEVNULL)


def main() -> None:
    ballots = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    rule = sys.argv[2] if len(sys.argv) > 2 else "greedy"
    with tempfile.TemporaryDirectory() as place:
        settings = Settings(
            environment="test", secret_key="a benchmark", ballot_secret="a benchmark of ballots",
            database_url=f"sqlite:///{place}/benchmark.sqlite3", rate_limits=False,
        )  # fmt: skip
        app = create_app(settings)
        with app.app_context():
            flask_migrate.upgrade()
            run(ballots, rule, Path(place))


if __name__ == "__main__":
    main()
