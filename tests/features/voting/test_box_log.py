"""The public log of the box: what goes into it, who signs it, how it is checked, and what it refuses."""

from __future__ import annotations

import itertools
import json
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text

from participation import clock
from participation.extensions import db
from participation.transactions import transaction
from participation.voting import box_log, sequencer, service, witness
from participation.voting.keys import server_keys
from participation.voting.log import merkle
from participation.voting.log.leaves import Balance, LogOutOfBalance, added, box_origin, replaced, withdrawn
from participation.voting.log.notes import Checkpoint, InclusionProof
from participation.voting.models import SealedBallot
from participation.voting.refusals import BoxDamaged, BoxRolledBack
from tests.factories.votes import Voting, rows
from tests.factories.world import World
from tests.features.voting.published import RECOUNT, recounted, sequence
from tests.visitor import Visitor


@pytest.fixture
def voting(world: World) -> Voting:
    return Voting(world)


def leaves_of(voting: Voting) -> list[dict]:
    return [json.loads(line) for line in box_log.lines_of(voting.vote.id)]


def kinds(voting: Voting) -> list[str]:
    return [next(name for name in leaf if name != "code") for leaf in leaves_of(voting)]


def test_each_movement_is_told_in_its_own_transaction(world: World, voting: Voting) -> None:
    account = world.resident()
    first = voting.cast(account, 0, nonce="a" * 32)
    voting.cast(account, 2, nonce="a" * 32)  # a replay changes nothing
    second = voting.cast(account, 1, seen_revision=1)
    with transaction():
        service.withdraw_ballot(
            consultation=voting.consultation, account_id=account.id, nonce="b" * 32, seen_revision=2
        )
    third = voting.cast(account, 0, seen_revision=3)
    told = {
        (row["kind"], row["old_hash"] and bytes(row["old_hash"]), row["new_hash"] and bytes(row["new_hash"]))
        for row in rows("box_outbox")
    }
    one, two, three = (cast.deposit.ciphertext_hash for cast in (first, second, third))
    assert told == {("add", None, one), ("replace", one, two), ("withdraw", two, None), ("add", None, three)}
    with pytest.raises(RuntimeError):
        _withdraw_and_lose_the_connection(voting, account.id)
    assert len(rows("box_outbox")) == 4


def _withdraw_and_lose_the_connection(voting: Voting, account_id: int) -> None:
    with transaction():
        service.withdraw_ballot(
            consultation=voting.consultation, account_id=account_id, nonce="c" * 32, seen_revision=4
        )
        raise RuntimeError("the connection is lost")


def test_the_sequencer_writes_signs_and_forgets(world: World, voting: Voting) -> None:
    casts = voting.cast_many(7)
    sequence(voting)
    assert rows("box_outbox") == []
    assert kinds(voting) == ["freeze", *["add"] * 7]
    assert leaves_of(voting)[0]["freeze"]["definition"] == (voting.vote.definition_hash or b"").hex()
    (signed,) = rows("checkpoint")
    origin = box_origin(voting.vote.public_id)
    checkpoint = Checkpoint.opened(signed["note"], box_log.log_key(origin))
    hashed = [merkle.leaf_hash(line.encode()) for line in box_log.lines_of(voting.vote.id)]
    assert (checkpoint.size, checkpoint.root) == (8, merkle.root_of(hashed))
    assert box_log.verified_ballots(voting.vote) == {cast.deposit.ciphertext_hash.hex() for cast in casts}
    sequence(voting)  # nothing waits
    assert len(rows("checkpoint")) == 1


def test_the_order_of_the_log_says_nothing_of_the_order_of_casting(world: World, voting: Voting) -> None:
    casts = [cast.deposit.ciphertext_hash.hex() for cast in voting.cast_many(100)]
    sequence(voting)
    logged = [leaf["add"] for leaf in leaves_of(voting)[1:]]
    assert sorted(logged) == sorted(casts)
    places = [logged.index(cast) for cast in casts]
    together = sum((place - 49.5) * (number - 49.5) for number, place in enumerate(places))
    assert abs(together / sum((number - 49.5) ** 2 for number in range(100))) < 0.5


def test_when_it_is_due(world: World, voting: Voting) -> None:
    assert not sequencer.is_due(voting.vote)
    voting.cast_many(1)
    assert sequencer.is_due(voting.vote)  # the log begins with the first ballot
    sequence(voting)
    assert not sequencer.is_due(voting.vote)
    voting.cast_many(1)
    assert not sequencer.is_due(voting.vote)
    with clock.frozen_at(clock.now() + sequencer.EVERY):
        assert sequencer.is_due(voting.vote)
    voting.cast_many(sequencer.SOON_AT - 1)
    assert sequencer.is_due(voting.vote)


def test_p12_each_checkpoint_continues_every_one_before(world: World, voting: Voting) -> None:
    for number in (1, 4, 9, 3):
        voting.cast_many(number)
        sequence(voting)
    voting.finish()
    origin = box_log.box_origin(voting.vote.public_id)
    hashed = [merkle.leaf_hash(line.encode()) for line in box_log.lines_of(voting.vote.id)]
    signed = [Checkpoint.opened(one.note, box_log.log_key(origin)) for one in box_log.checkpoints_of(origin)]
    assert len(signed) == 7  # four runs, the close, the opening, the result
    assert signed[-1].size == len(hashed)
    for before, after in itertools.combinations_with_replacement(signed, 2):
        proof = merkle.consistency_proof(hashed[: after.size], before.size)
        assert merkle.continues(
            first=before.size, second=after.size, first_root=before.root, second_root=after.root, proof=proof
        )


def test_the_acts_of_a_vote_are_lines_of_its_log(world: World, voting: Voting) -> None:
    voting.cast_many(30)
    voting.finish()
    assert kinds(voting) == ["freeze", *["add"] * 30, "close", "open", "result"]
    leaves = leaves_of(voting)
    board = next(row for row in rows("checkpoint") if row["log"].startswith("ballot-board/"))
    assert leaves[-2]["open"]["board"] == bytes(board["root"]).hex()
    assert (leaves[-2]["open"]["ballots"], leaves[-2]["open"]["batches"]) == (30, 1)
    assert leaves[-1]["result"]["checkpoints"] == 2  # of the close and of the opening


def damage(statement: str, *, leaf: bool = False) -> None:
    """What somebody does who owns the database: the triggers of the log are no hindrance to them."""
    with db.engine.begin() as attacker:
        if attacker.dialect.name == "postgresql":
            attacker.execute(text("SET LOCAL session_replication_role = replica"))
        else:
            for (name,) in attacker.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all():
                attacker.execute(text(f"DROP TRIGGER {name}"))
        attacker.execute(text(statement))


@pytest.fixture
def mended(app: Flask):
    """Put the triggers back that an attacker of SQLite dropped."""
    with db.engine.connect() as connection:
        sqlite = connection.dialect.name == "sqlite"
        query = text("SELECT sql FROM sqlite_master WHERE type = 'trigger'")
        before = [row.sql for row in connection.execute(query)] if sqlite else []
    yield
    db.session.rollback()
    with db.engine.begin() as connection:
        there = {row.sql for row in connection.execute(query)} if sqlite else set()
        for statement in before:
            if statement not in there:
                connection.execute(text(statement))


BALLOT_NOBODY_CAST = """
    INSERT INTO box_outbox (rid, vote_id, kind, new_hash)
    SELECT ciphertext_hash, vote_id, 'add', replay_hash FROM sealed_ballot WHERE voter_id = {first}
"""


@pytest.mark.usefixtures("mended")
@pytest.mark.parametrize(
    ("attack", "problem"),
    [
        ("DELETE FROM sealed_ballot WHERE voter_id = {first}", "not in the box"),
        ("DELETE FROM box_leaf WHERE ballot_hash = (SELECT ciphertext_hash FROM sealed_ballot WHERE voter_id = {first})", "log"),
        ("DELETE FROM box_outbox WHERE vote_id = {vote}", "does not have"),
        ("UPDATE box_leaf SET leaf = replace(leaf, 'add', 'withdraw')", "not what its checkpoints signed"),
        ("UPDATE checkpoint SET root = (SELECT leaf_hash FROM box_leaf WHERE \"index\" = 0)", "altered"),
        ("DELETE FROM checkpoint", "no checkpoint covers"),
        ("UPDATE checkpoint SET note = replace(note, '— ballot', '— ballad')", "not what its checkpoints signed"),
        (BALLOT_NOBODY_CAST, "not in the box"),
    ],
)  # fmt: skip
def test_a_box_that_is_not_its_log_is_not_opened(world: World, voting: Voting, attack: str, problem: str) -> None:
    first = voting.cast_many(3)[0].deposit.voter_id
    sequence(voting)
    voting.cast_many(2)
    damage(attack.format(first=first, vote=voting.vote.id))
    with pytest.raises(BoxDamaged, match=problem):
        voting.close_and_open()
    assert rows("board_ballot") == []


@pytest.mark.usefixtures("mended")
def test_a_row_brought_back_from_earlier_is_seen(world: World, voting: Voting) -> None:
    """T6: the row is exactly as the box once wrote it, mark and all; only the log knows that it was replaced."""
    account = world.resident()
    voting.cast(account, 0)
    (old,) = rows("sealed_ballot")
    voting.cast(account, 1, seen_revision=1)
    with db.engine.begin() as attacker:
        attacker.execute(SealedBallot.__table__.update().values(**old))
    with pytest.raises(BoxDamaged, match="does not have"):
        voting.close_and_open()


# ---- restored from an older copy


@pytest.fixture
def memory(app: Flask, tmp_path: Path):
    """This machine remembers checkpoints in a folder of its own."""
    settings = app.config["SETTINGS"]
    object.__setattr__(settings, "checkpoints_dir", str(tmp_path / "checkpoints"))
    yield tmp_path / "checkpoints"
    object.__setattr__(settings, "checkpoints_dir", "")


@pytest.mark.usefixtures("mended")
def test_p17_a_database_restored_to_an_earlier_time_takes_no_ballots(
    world: World, voting: Voting, memory: Path, visitor: Visitor
) -> None:
    voting.cast_many(3)
    sequence(voting)
    kept = rows("checkpoint")
    voting.cast_many(2)
    sequence(voting)
    (file,) = memory.iterdir()
    origin = box_origin(voting.vote.public_id)
    assert file.read_text() == rows("checkpoint")[-1]["note"]
    voting.cast(world.resident(), 0)
    damage(f"DELETE FROM checkpoint WHERE size > {kept[0]['size']}")
    damage(f'DELETE FROM box_leaf WHERE "index" >= {kept[0]["size"]}')
    for _ in range(2):
        with pytest.raises(BoxRolledBack):
            voting.cast(world.resident(), 0)
    with pytest.raises(BoxRolledBack):
        sequence(voting)
    with pytest.raises(BoxRolledBack):
        voting.close_and_open()
    assert "This vote is paused" in visitor.get(voting.url + "/box").main
    file.unlink()  # the incident was published, and people said that the vote goes on
    assert witness.remembered(origin) is None
    voting.cast(world.resident(), 0)


def test_p17_another_log_of_the_same_size_is_noticed(world: World, voting: Voting, memory: Path) -> None:
    voting.cast_many(3)
    sequence(voting)
    (file,) = memory.iterdir()
    origin = box_origin(voting.vote.public_id)
    file.write_text(Checkpoint(origin, 4, b"x" * 32).signed(server_keys().log))
    with pytest.raises(BoxRolledBack):
        voting.cast(world.resident(), 0)


def test_what_this_machine_did_not_sign_counts_for_nothing(world: World, voting: Voting, memory: Path) -> None:
    voting.cast_many(1)
    sequence(voting)
    (file,) = memory.iterdir()
    file.write_text("anything")
    voting.cast(world.resident(), 0)


# ---- pages


def test_the_page_of_the_log(world: World, voting: Voting, visitor: Visitor) -> None:
    url = voting.url + "/box"
    assert "It begins with the first ballot" in visitor.get(url).main
    assert visitor.get(url + "/box.jsonl").status == 404
    voting.cast_many(60, (2,))
    page = visitor.get(url)  # asking brings it up to date
    assert page.h1 == "Public log of the ballot box"
    assert len(page.rows("The log, newest lines first (61 lines)")) == 26
    assert "option" not in page.main.lower()
    assert (
        visitor.get(url + "?page=3").rows("The log, newest lines first (61 lines)")[-1][1]
        == "What voters are asked was fixed"
    )
    assert visitor.get(url + "?page=4").status == 404
    for name in ("box.jsonl", "checkpoints.txt", "keys.txt"):
        answer = visitor.get(f"{url}/{name}", inspect=False).response
        assert answer.status_code == 200
        assert answer.mimetype == "text/plain"
    assert visitor.get(url + "/other.txt").status == 404
    assert visitor.get(voting.url + "/recount.py", inspect=False).response.data == RECOUNT_TEXT


RECOUNT_TEXT = Path(RECOUNT.__file__).read_bytes()


def test_check_a_receipt(world: World, voting: Voting, visitor: Visitor, tmp_path: Path) -> None:
    """P16: with receipt, proof and keys nothing of ours is needed any more."""
    account = world.resident()
    cast = voting.cast(account, 0)
    line = cast.deposit.receipt(voting.vote.public_id).line
    url = voting.url + "/box"
    visitor.get(url)
    page = visitor.submit("Check the receipt", receipt=f"RECEIPT\n\n{line}\n")
    assert "its ballot is in the log, at line 2" in page.main
    assert "Nothing has happened to it since" in page.main
    proof = visitor.get(page.links()["Download the proof"], inspect=False).response.get_data(as_text=True)
    assert InclusionProof.parse(proof).index == 1
    (tmp_path / "receipt.txt").write_text(line)
    (tmp_path / "my.tlog-proof").write_text(proof)
    (tmp_path / "keys.txt").write_bytes(visitor.get(url + "/keys.txt", inspect=False).response.data)
    offline = (
        "--keys",
        tmp_path / "keys.txt",
        "--receipt",
        tmp_path / "receipt.txt",
        "--proof",
        tmp_path / "my.tlog-proof",
    )
    said = recounted(*offline)
    assert said.code == 0, said.text
    (tmp_path / "my.tlog-proof").write_text(proof.replace("index 1", "index 0"))
    assert recounted(*offline).failed == {"R9"}
    newer = voting.cast(account, 1, seen_revision=1)
    visitor.get(url)
    page = visitor.submit("Check the receipt", receipt=newer.deposit.receipt(voting.vote.public_id).line)
    assert "The log does not have its ballot yet" in page.main
    sequence(voting)
    page = visitor.submit("Check the receipt", receipt=line)
    assert "It no longer counts. What happened later: a voter changed their ballot." in page.main


def test_receipts_that_are_none(world: World, voting: Voting, visitor: Visitor) -> None:
    other = Voting(world, "another")
    foreign = other.cast(world.resident(), 0).deposit.receipt(other.vote.public_id).line
    mine = voting.cast(world.resident(), 0).deposit.receipt(voting.vote.public_id).line
    visitor.get(voting.url + "/box")
    for typed, problem in (
        ("", "Paste the whole line"), ("nonsense", "Paste the whole line"), (mine[:-9], "its signature does not fit"),
        (foreign, "not one of this vote"), (mine.replace("|20", "|21"), "its signature does not fit"),
    ):  # fmt: skip
        page = visitor.submit("Check the receipt", receipt=typed)
        assert page.status == 422
        assert problem in page.errors[0]
    for asked in ("", "?h=", "?h=zz", "?h=" + "ab" * 32, "?h=" + "AB" * 32):
        assert visitor.get(f"{voting.url}/box/proof{asked}").status in (404, 422)


def test_the_balance_of_lines() -> None:
    balance = Balance()
    one, two = b"1" * 32, b"2" * 32
    for line in (replaced(one, two), added(one), withdrawn(two)):
        balance.take(line)
    assert balance.ballots() == set()
    balance.take(withdrawn(two))
    with pytest.raises(LogOutOfBalance):
        balance.ballots()


def test_a_run_that_dies_leaves_everything_for_the_next_one(
    world: World, voting: Voting, monkeypatch: pytest.MonkeyPatch
) -> None:
    voting.cast_many(3)

    def breaks(*_: object) -> None:
        raise RuntimeError("the machine stops")

    with monkeypatch.context() as patch:
        patch.setattr(box_log, "sign", breaks)
        with pytest.raises(RuntimeError):
            sequence(voting)
    assert len(rows("box_outbox")) == 3
    assert rows("box_leaf") == rows("checkpoint") == []
    with clock.frozen_at(clock.now() + timedelta(minutes=1)):
        sequence(voting)
    assert kinds(voting) == ["freeze", "add", "add", "add"]
