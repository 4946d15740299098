"""P3: nothing in the database leads from who took part to what was cast, in 3,011 ballots; and the same scripts find every one of
as many that were cast naively.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from itertools import product
from typing import Any

import pytest
from sqlalchemy import inspect, text
from sqlalchemy.exc import OperationalError

from participation.extensions import db
from participation.voting import opening
from tests.factories.votes import Voting, rows
from tests.factories.world import World
from tests.secrecy import attacks, guesses
from tests.secrecy.attacks import ATTACKS, ON_POSTGRESQL_ONLY, column, columns
from tests.secrecy.scene import Scene

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]
ALPHA = 0.01


def tried(attack: Any, scene: Scene, which: str) -> tuple[int, int]:
    """(voters that the attack was made on, ballots that it led to)."""
    if scene.database == "sqlite" and attack in ON_POSTGRESQL_ONLY:
        pytest.skip("SQLite keeps one version of a row, numbers no transactions, and logs pages instead of rows")
    election = getattr(scene, which)
    aimed_at = len(election.watched) if attack is attacks.sequences else len(election.truth)
    return aimed_at, guesses.hits(attack(scene, election), election.truth)


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.__name__)
def test_p3_the_attack_finds_nothing_in_our_box(scene: Scene, attack: Any) -> None:
    _, hits = tried(attack, scene, "ours")
    assert hits <= guesses.most_by_chance(1.0, ALPHA / len(ATTACKS))


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.__name__)
def test_the_same_attack_finds_everything_in_a_naive_one(scene: Scene, attack: Any) -> None:
    aimed_at, hits = tried(attack, scene, "naive")
    assert hits == aimed_at > 0


def test_row_versions_outlast_every_vacuum(scene: Scene) -> None:
    """Why "no foreign key" is not secrecy, and why a vacuum does not mend it."""
    if scene.database == "sqlite":
        with pytest.raises(OperationalError, match="no such column"), scene.engine.connect() as connection:
            connection.execute(text("SELECT xmin FROM naive_ballot"))
        return
    with scene.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for how, table in product(("FREEZE", "FULL"), (scene.naive.voters, scene.naive.ballots, scene.ours.ballots)):
            connection.execute(text(f"VACUUM ({how}) {table}"))
    assert tried(attacks.row_versions, scene, "naive") == (len(scene.naive.truth), len(scene.naive.truth))
    assert tried(attacks.row_versions, scene, "ours")[1] <= guesses.most_by_chance(1.0, ALPHA)


def of_people(scene: Scene) -> Iterator[tuple[str, dict[int, Any]]]:
    """All that is known of voters: each column of each table that names them, and of the backup from before the opening."""
    addresses = column(scene, "account", "email", "id")
    for table in inspect(scene.engine).get_table_names():
        names = columns(scene, table)
        owner = "id" if table == "account" else next((one for one in ("voter_id", "account_id") if one in names), "")
        if table.startswith("naive_") or not (owner or "recipient" in names):
            continue
        for name in names:
            has = column(scene, table, owner or "recipient", name)
            known = has if owner else {addresses[one]: value for one, value in has.items() if one in addresses}
            yield f"{table}.{name}", {one: value for one, value in known.items() if one in scene.ours.truth}
    for table, stored in scene.backup.items():
        for name in stored[0]:
            yield f"backup of {table}.{name}", {row["voter_id"]: row[name] for row in stored if row[name] is not None}
    yield "the order of casting", guesses.ranks(list(scene.ours.truth))


def of_ballots(scene: Scene) -> Iterator[tuple[str, dict[str, Any]]]:
    """Everything that is stored of opened ballots."""
    for name in columns(scene, "board_ballot"):
        yield name, column(scene, "board_ballot", "payload", name)


def test_p3_no_column_matches_any_column_better_than_chance(scene: Scene) -> None:
    """Each column of people against each of ballots, by rank and by equality, for the ballot itself and for its batch."""
    people, ballots = list(of_people(scene)), list(of_ballots(scene))
    batches = column(scene, "board_ballot", "payload", "batch")
    in_batches = {voter: batches[ballot] for voter, ballot in scene.ours.truth.items()}
    pairs = [(one, other) for one, other in product(people, ballots) if one[1]]
    alpha = ALPHA / (len(pairs) * 4)
    most = guesses.most_by_chance(1.0, alpha)
    most_in_batch = guesses.most_by_chance(len(in_batches) / len(set(batches.values())) + 1, alpha)
    assert len(people) > 30
    for (what, known), (name, has) in pairs:
        for match in (guesses.by_rank, guesses.by_equality):
            guess = match(known, has)
            assert guesses.hits(guess, scene.ours.truth) <= most, (what, name, match.__name__)
            right = sum(batches[ballot] == in_batches[voter] for voter, ballot in guess.items())
            assert right <= most_in_batch, (what, name, match.__name__)


def test_p3_the_order_of_casting_does_not_go_with_the_batch(scene: Scene) -> None:
    batches = column(scene, "board_ballot", "payload", "batch")
    order = [float(batches[ballot]) for ballot in scene.ours.truth.values()]
    steps = [float(step) for step in range(len(order))]
    limit = guesses.strongest_by_chance(len(order), ALPHA)
    assert abs(guesses.correlation(steps, order)) < limit
    ids = column(scene, "naive_ballot", "payload", "id")
    naive = [float(ids[ballot]) for ballot in scene.naive.truth.values()]
    assert guesses.correlation([float(step) for step in range(len(naive))], naive) > 0.999


def test_p13_who_took_part_stands_in_the_order_of_their_numbers(scene: Scene) -> None:
    took_part = [row["voter_id"] for row in _rows(scene, "participation")]
    assert took_part == sorted(scene.ours.truth)


def _rows(scene: Scene, table: str) -> list[dict[str, Any]]:
    with scene.engine.connect() as connection:
        return [dict(row) for row in connection.execute(text(f"SELECT * FROM {table}")).mappings()]


class NoShuffle:
    def shuffle(self, things: list[Any]) -> None:
        """Leave everything where it was."""


def test_control_without_the_shuffle_the_batch_is_known(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The scene's shuffle is seeded so that its tests cannot flake; the real one is the operating system's, and it is needed."""
    assert opening.SystemRandom is random.SystemRandom
    monkeypatch.setattr(opening, "SystemRandom", NoShuffle)
    voting = Voting(world, options=9, budget_pence=10**9, max_total_pence=None)
    voters = world.residents(200)
    for number, voter in enumerate(voters, start=1):
        voting.cast(voter, *(place for place in range(9) if number >> place & 1))
    voting.close_and_open()
    db.session.rollback()
    batches = [row["batch"] for row in sorted(rows("board_ballot"), key=lambda row: (row["batch"], row["slot"]))]
    kinds = {
        '{"approve":[' + ",".join(f'"option-{place + 1}"' for place in range(9) if number >> place & 1) + "]}": voter
        for number, voter in enumerate(voters, start=1)
    }
    guess = dict(zip(voters, batches, strict=True))
    assert all(guess[kinds[row["payload"]]] == row["batch"] for row in rows("board_ballot"))
