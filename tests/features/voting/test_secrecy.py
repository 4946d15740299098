"""Nothing can be read while it can be linked, and nothing can be linked once it can be read."""

from __future__ import annotations

import json
import logging
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text

from participation.extensions import db
from participation.transactions import transaction
from participation.voting import ballot_box, service
from participation.voting.definition import definition_of
from participation.voting.keys import server_keys, unwrapped
from participation.voting.opening import batches
from participation.voting.refusals import BoxDamaged
from participation.voting.sealing import Opener
from tests.factories.votes import Voting, rows
from tests.factories.world import World
from tests.visitor import Visitor


def every_cell() -> bytes:
    """All that the database says, table by table, except what the consultation itself publishes about its options."""
    found = []
    for table in db.metadata.sorted_tables:
        if table.name in ("commissioning_option", "vote", "definition_version"):
            continue
        for row in rows(table.name):
            found += [value if isinstance(value, bytes) else str(value).encode() for value in row.values()]
    return b"\n".join(found)


def test_p4_no_choice_and_no_tracker_is_in_the_database_before_opening(
    world: World, app: Flask, database: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    db.session.rollback()
    ballot_box.scrub()  # earlier tests opened boxes over this file: their boards go first
    voting = Voting(world)
    cast = [voting.cast(world.resident(), 1, 3) for _ in range(3)]
    with transaction():
        service.withdraw_ballot(
            consultation=voting.consultation, account_id=cast[2].deposit.voter_id, nonce="a" * 32, seen_revision=1
        )
    secrets = [b'"approve"', b"approval-1", b"option-2", *(one.tracker.encode() for one in cast)]
    everything = every_cell() + caplog.text.encode()
    if database == "sqlite":
        main = Path(db.engine.url.database or "")
        everything += b"".join(path.read_bytes() for path in main.parent.glob(main.name + "*")).replace(
            (voting.vote.definition or "").encode(), b""
        )
        secrets.remove(b"option-2")  # the file holds the options themselves, as the consultation publishes them
    for secret in secrets:
        assert secret not in everything, secret


def test_p7_ciphertexts_have_one_length_and_are_never_equal(world: World) -> None:
    voting = Voting(world, options=40, budget_pence=10**9, max_total_pence=None)
    for positions in ((0,), (0,), tuple(range(40)), (39,)):
        voting.cast(world.resident(), *positions)
    ciphertexts = [row["ciphertext"] for row in rows("sealed_ballot")]
    assert len({len(one) for one in ciphertexts}) == 1
    assert len(set(ciphertexts)) == len(ciphertexts)
    assert len(ciphertexts[0]) == json.loads(voting.definition_text)["padded_length"] + 48


def test_a_sealed_ballot_opens_with_the_box_key_and_no_other(world: World) -> None:
    voting = Voting(world)
    cast = voting.cast(world.resident(sex="Female", age_band="25-34"), 2, 0)
    vote, (row,) = voting.vote, rows("sealed_ballot")
    key = unwrapped(server_keys(), vote.public_id, vote.box_wrapped_key or b"")
    envelope = Opener(vote=vote.public_id, box_private_key=key).open(row["ciphertext"])
    assert envelope.payload == {"approve": ["option-1", "option-3"]}
    assert envelope.tracker == cast.tracker
    assert envelope.strata == {
        "w": world.wards()[0].code, "a": "25-34", "x": "Female", "c": "online",
    }  # fmt: skip
    for wrong in ({"vote": "another", "box_private_key": key}, {"vote": vote.public_id, "box_private_key": b"k" * 32}):
        with pytest.raises(BoxDamaged):
            Opener(**wrong).open(row["ciphertext"])
    with pytest.raises(BoxDamaged):
        unwrapped(server_keys(), "another", vote.box_wrapped_key or b"")


@pytest.mark.parametrize(
    ("total", "sizes"),
    [
        (0, []),
        (3, [3]),
        (24, [24]),
        (25, [25]),
        (49, [49]),
        (50, [25, 25]),
        (74, [25, 49]),
        (130, [25, 25, 25, 25, 30]),
    ],
)
def test_p13_batches_hold_at_least_25(total: int, sizes: list[int]) -> None:
    assert batches(total) == sizes


def test_p13_the_board(world: World) -> None:
    voting = Voting(world)
    trackers = {one.tracker for one in [*voting.cast_many(40, (0, 1)), *voting.cast_many(20, (2,))]}
    withdrawn = voting.cast(world.resident(), 4)
    with transaction():
        service.withdraw_ballot(
            consultation=voting.consultation, account_id=withdrawn.deposit.voter_id, nonce="b" * 32, seen_revision=1
        )
    voting.close_and_open()
    ballots, found = rows("board_ballot"), rows("board_tracker")
    assert {row["tracker"] for row in found} == trackers
    assert sorted(row["payload"] for row in ballots) == (
        ['{"approve":["option-1","option-2"]}'] * 40 + ['{"approve":["option-3"]}'] * 20
    )
    for batch in (1, 2):
        payloads = [row["payload"] for row in sorted(ballots, key=lambda row: row["slot"]) if row["batch"] == batch]
        assert payloads == sorted(payloads)
        assert len(payloads) == sum(row["batch"] == batch for row in found)
    assert withdrawn.deposit.voter_id not in {row["voter_id"] for row in rows("participation")}
    assert len(rows("participation")) == 60


def test_p6_and_p14_after_opening_nothing_is_left_to_open(world: World) -> None:
    voting = Voting(world)
    voting.cast_many(3)
    voting.close_and_open()
    ballot_box.scrub()
    assert rows("sealed_ballot") == []
    assert voting.vote.box_wrapped_key is None
    assert rows("board_tracker") == []  # fewer than 25: no tracker may lead to its ballot
    with db.engine.begin() as attacker:
        attacker.execute(text("UPDATE vote SET status = 'closed'"))
    with pytest.raises(BoxDamaged), transaction():
        service.open_box(consultation=voting.consultation, actor_id=None)
    assert len(rows("board_ballot")) == 3


@pytest.mark.parametrize(
    "attack",
    [
        "UPDATE sealed_ballot SET state = 'withdrawn'",
        "UPDATE sealed_ballot SET revision = revision + 1",
        "UPDATE sealed_ballot SET ciphertext = (SELECT b.ciphertext FROM sealed_ballot b WHERE b.voter_id = :second)",
        "UPDATE sealed_ballot SET row_mac = (SELECT b.row_mac FROM sealed_ballot b WHERE b.voter_id = :second)",
    ],
)
def test_an_altered_box_is_not_opened_and_nothing_changes(world: World, attack: str) -> None:
    voting = Voting(world)
    first, second = (one.deposit.voter_id for one in voting.cast_many(2))
    with db.engine.begin() as attacker:
        other = {"second": second} if ":second" in attack else {}
        attacker.execute(text(f"{attack} WHERE voter_id = {first}"), other)
    with pytest.raises(BoxDamaged):
        voting.close_and_open()
    assert len(rows("sealed_ballot")) == 2
    assert rows("board_ballot") == rows("participation") == []
    assert voting.vote.status == "frozen"


def test_p3_the_order_of_the_board_says_nothing_of_the_order_of_casting(world: World) -> None:
    """Each voter casts a ballot of their own kind; if the board kept any order, the ranks would go together."""
    voting = Voting(world, options=9, budget_pence=10**9, max_total_pence=None)
    kinds = [tuple(place for place in range(9) if number >> place & 1) for number in range(1, 201)]
    for positions in kinds:
        voting.cast(world.resident(), *positions)
    voting.close_and_open()
    codes = [json.dumps({"approve": [f"option-{p + 1}" for p in kind]}, separators=(",", ":")) for kind in kinds]
    batch = {row["payload"]: row["batch"] for row in rows("board_ballot")}
    ranks = [batch[code] for code in codes]
    mean, middle = sum(ranks) / len(ranks), (len(ranks) - 1) / 2
    together = sum((rank - mean) * (place - middle) for place, rank in enumerate(ranks))
    spread = (sum((r - mean) ** 2 for r in ranks) * sum((p - middle) ** 2 for p in range(len(ranks)))) ** 0.5
    assert abs(together / spread) < 0.35  # five standard errors of a correlation of 200 pairs
    assert [row["voter_id"] for row in rows("participation")] == sorted(row["voter_id"] for row in rows("roll_entry"))


def pages_of(voting: Voting) -> list[str]:
    base = voting.url.removesuffix("/vote")
    names = ("", "/definition.json", "/result.json", "/options.csv", "/board.jsonl", "/election.pb")
    return [
        base, voting.url, voting.url + "/cast", voting.url + "/secrecy", voting.url + "/find", voting.manage_url,
        f"/exampleton/manage/consultations/{voting.slug}", "/exampleton/manage", "/exampleton/",
        "/exampleton/consultations", *(f"{base}/result{name}" for name in names),
    ]  # fmt: skip


def test_p8_no_page_and_no_file_shows_a_figure_before_publication(world: World, visitor: Visitor) -> None:
    """37 ballots for one option and 32 for another, which no day is: those numbers, their sum and their shares appear nowhere."""
    voting = Voting(world)
    voting.cast_many(37, (0,))
    voting.cast_many(32, (1,))
    # Every role looks at every page of a large vote in tests/secrecy; here are shares, and those who see most.
    people = [None, world.staff("moderator"), world.staff("commissioner")]

    def look() -> None:
        for account in people:
            if account is not None:
                visitor.sign_in(account)
            for path in pages_of(voting):
                page = visitor.get(path)
                assert page.status != 500
                if page.response.mimetype != "text/html":
                    raise AssertionError(f"{path} is there before publication")
                for figure in ("37", "32", "69", "54%", "46%"):
                    assert f" {figure} " not in f" {page.main} ", (path, figure)

    look()
    voting.reschedule(-48, -1)
    look()
    with transaction():
        service.open_box(consultation=voting.consultation, actor_id=None)
    look()
    voting.count()
    look()
    with transaction():
        service.publish(consultation=voting.consultation, actor_id=None)
    assert "69 ballots counted" in visitor.get(pages_of(voting)[0] + "/result").main


def test_p20_a_fault_says_nothing_of_the_ballot(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    voting = Voting(world)
    definition_of(voting.vote, voting.consultation)

    def breaks(*_: object, **__: object) -> None:
        raise RuntimeError("the disk is full")

    for room, step in ((ballot_box, "_insert"), (ballot_box, "_deposit"), (service, "write_letter")):
        with monkeypatch.context() as patch:
            patch.setattr(room, step, breaks)
            with pytest.raises(RuntimeError) as fault:
                voting.cast(world.resident(), 3)
        assert "option-4" not in str(fault.value)
        assert rows("sealed_ballot") == []
