"""The attacks on a database that somebody may read whole, with its hidden columns and its log: one function a leak.

Each is given a scene and one of its two elections, and guesses who cast what. The same code reads both; only the names of the
two tables differ.
"""

from __future__ import annotations

import re
import subprocess
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Engine, inspect, text

from tests.secrecy.guesses import Guess, by_equality, by_rank, in_step
from tests.secrecy.scene import Election, Scene
from tests.services import postgresql_program

# What PostgreSQL keeps of every row besides its columns, as something that sorts; SQLite has `rowid`, except WITHOUT ROWID.
_HIDDEN = {"postgresql": {"xmin": "xmin::text::bigint", "ctid": "ctid"}, "sqlite": {"rowid": "rowid"}}
_LOGGED = re.compile(
    r"rmgr: Heap .*? tx:\s+(\d+),.*? desc: INSERT(?:\+INIT)? off (\d+) .*?"
    r"blkref #0: rel (\d+/\d+/\d+) (?:fork main )?blk (\d+)"
)


def column(scene: Scene, table: str, owner: str, name: str) -> dict[Any, Any]:
    """Owner -> what a column has of them, hidden columns too, in the order in which the database gives rows by itself."""
    said = _HIDDEN[scene.database].get(name, f'"{name}"')
    with scene.engine.connect() as connection:
        found = {
            one: has for one, has in connection.execute(text(f"SELECT {owner}, {said} FROM {table}")) if has is not None
        }
    return {one: _place(has) for one, has in found.items()} if name == "ctid" else found


def _place(ctid: str) -> tuple[int, int]:
    block, offset = ctid.strip("()").split(",")
    return int(block), int(offset)


def columns(scene: Scene, table: str) -> list[str]:
    """Every column of a table, hidden ones too."""
    found = [str(one["name"]) for one in inspect(scene.engine).get_columns(table)]
    return [*found, *(name for name in _HIDDEN[scene.database] if name != "rowid" or _has_rowid(scene.engine, table))]


def _has_rowid(engine: Engine, table: str) -> bool:
    with engine.connect() as connection:
        made = connection.execute(
            text("SELECT sql FROM sqlite_master WHERE name = :name"), {"name": table}
        ).scalar_one()
    return "WITHOUT ROWID" not in str(made).upper()


def row_versions(scene: Scene, election: Election) -> Guess:
    """Rows written by one transaction share their `xmin`."""
    return by_equality(
        column(scene, election.voters, "voter_id", "xmin"), column(scene, election.ballots, "payload", "xmin")
    )


def physical_order(scene: Scene, election: Election) -> Guess:
    """Rows lie in the order in which they were written: `ctid`, or `rowid` where a table has it."""
    hidden = "ctid" if scene.database == "postgresql" else "rowid"
    if not all(hidden in columns(scene, table) for table in (election.voters, election.ballots)):
        return dump_order(scene, election)
    return by_rank(
        column(scene, election.voters, "voter_id", hidden), column(scene, election.ballots, "payload", hidden)
    )


def dump_order(scene: Scene, election: Election) -> Guess:
    """Rows come in the order of the table when nobody asks for another, as in every dump."""
    with scene.engine.connect() as connection:
        voters, ballots = (
            [row[owner] for row in connection.execute(text(f"SELECT * FROM {table}")).mappings()]
            for table, owner in ((election.voters, "voter_id"), (election.ballots, "payload"))
        )
    return in_step(voters, ballots)


def row_ids(scene: Scene, election: Election) -> Guess:
    """Both tables have numbers that count up."""
    return _by_rank_of(
        scene, election, lambda name, values: name != "voter_id" and all(isinstance(one, int) for one in values)
    )


def times(scene: Scene, election: Election) -> Guess:
    """Both tables say when."""
    return _by_rank_of(scene, election, lambda name, values: name.endswith(("_at", "_on", "time", "day")))


def _by_rank_of(scene: Scene, election: Election, wanted: Any) -> Guess:
    """By rank of the first column on either side that is of the wanted kind; nothing where a side has none."""
    sides = []
    for table, owner in ((election.voters, "voter_id"), (election.ballots, "payload")):
        hidden = _HIDDEN[scene.database]
        every = [(name, column(scene, table, owner, name)) for name in columns(scene, table) if name not in hidden]
        told = [has for name, has in every if wanted(name, has.values()) and len(set(has.values())) == len(has) > 0]
        if not told:
            return {}
        sides.append(told[0])
    return by_rank(*sides)


def sequences(scene: Scene, election: Election) -> Guess:
    """Somebody who watched the counters while people voted looks for those numbers in the ballots afterwards."""
    guess: Guess = {}
    numbers = [
        column(scene, election.ballots, "payload", name) for name in columns(scene, election.ballots)
        if name not in ("payload", "ctid", "xmin")
    ]  # fmt: skip
    counted = {name for seen in election.watched.values() for name in seen}
    for name in sorted(counted):
        stood = {voter: seen[name] for voter, seen in election.watched.items() if name in seen}
        if len(set(stood.values())) < len(stood):
            continue  # it did not move with each vote
        for has in numbers:
            for voter, ballot in by_equality(stood, has).items():
                guess.setdefault(voter, ballot)
    return guess


def write_ahead_log(scene: Scene, election: Election) -> Guess:
    """PostgreSQL's log says which transaction wrote which row, and backups keep it: rows of one transaction belong together."""
    assert scene.server is not None
    where = {table: _relation(scene, table) for table in (election.voters, election.ballots)}
    by_transaction: dict[str, dict[int, list[tuple[int, int]]]] = {table: defaultdict(list) for table in where}
    for transaction, relation, place in _logged(scene):
        for table, path in where.items():
            if relation == path:
                by_transaction[table][transaction].append(place)
    voters = _written_by(scene, election.voters, "voter_id", by_transaction[election.voters])
    ballots = _written_by(scene, election.ballots, "payload", by_transaction[election.ballots])
    return by_equality(voters, ballots)


def _written_by(
    scene: Scene, table: str, owner: str, places: dict[int, list[tuple[int, int]]]
) -> dict[Any, int]:  # fmt: skip
    at = {place: one for one, place in column(scene, table, owner, "ctid").items()}
    return {at[place]: transaction for transaction, found in places.items() for place in found if place in at}


def _relation(scene: Scene, table: str) -> str:
    """How the log names a table: tablespace, database, file."""
    asked = "SELECT 1663 || '/' || d.oid || '/' || pg_relation_filenode(:t) FROM pg_database d WHERE datname = current_database()"
    with scene.engine.connect() as connection:
        return str(connection.execute(text(asked), {"t": table}).scalar_one())


def _logged(scene: Scene) -> Iterator[tuple[int, str, tuple[int, int]]]:
    """(transaction, relation, place) of every row that the log has written."""
    assert scene.server is not None
    with scene.engine.connect() as connection:
        connection.execute(text("SELECT pg_switch_wal()"))  # so that all of it is in the files
    folder = scene.server.data / "pg_wal"
    first = min(file.name for file in folder.iterdir() if re.fullmatch(r"[0-9A-F]{24}", file.name))
    # It ends with an error where the log ends, which is no error.
    command = [postgresql_program("pg_waldump"), "--path", str(folder), "--rmgr", "Heap", first]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as reading:
        assert reading.stdout is not None
        for line in reading.stdout:
            found = _LOGGED.search(line)
            if found:
                yield int(found[1]), found[3], (int(found[4]), int(found[2]))


ATTACKS = (row_versions, physical_order, dump_order, row_ids, times, sequences, write_ahead_log)
# SQLite keeps one version of a row, no transaction numbers, and in its log whole pages instead of rows.
ON_POSTGRESQL_ONLY = (row_versions, write_ahead_log)
