"""The published folder from the page and from the command line: the same bytes, every time."""

from __future__ import annotations

import hashlib
import io
import json
import random
import re
import secrets
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import text

from participation import clock
from participation.audit.record import chained
from participation.cli import box as box_commands
from participation.cli import commands
from participation.extensions import db
from participation.transactions import transaction
from participation.voting import opening, recounting, sealing, sequencer, service
from participation.voting.refusals import RecountFailed
from tests.factories.votes import Voting, rows
from tests.factories.world import World
from tests.features.voting.published import publish_to, recounted
from tests.visitor import Visitor

NAMES = {
    "definition.json", "box.jsonl", "checkpoints.txt", "board.jsonl", "result.json", "breakdowns.csv", "audit.jsonl", "keys.txt",
}  # fmt: skip


@pytest.fixture
def run(app: Flask, monkeypatch: pytest.MonkeyPatch):
    """Runs a command over the test's own database."""
    for command in (
        box_commands.publish_folder, box_commands.sequence, box_commands.check, box_commands.checkpoint,
    ):  # fmt: skip
        monkeypatch.setattr(command, "callback", command.callback.__wrapped__)
    return lambda *arguments: CliRunner().invoke(commands, [str(one) for one in arguments])


def test_page_and_command_give_the_same_folder(world: World, visitor: Visitor, run, tmp_path: Path) -> None:
    voting = Voting(world)
    voting.cast_many(40, (0, 1))
    base = voting.url.removesuffix("/vote")
    assert visitor.get(base + "/result/published.zip").status == 404
    assert run("publish-folder", voting.vote.public_id, tmp_path / "early").exit_code != 0
    voting.finish()
    answers = [visitor.get(base + "/result/published.zip", inspect=False).response for _ in range(2)]
    assert answers[0].data == answers[1].data
    assert answers[0].mimetype == "application/zip"
    archive = zipfile.ZipFile(io.BytesIO(answers[0].data))
    assert {Path(name).name for name in archive.namelist()} == NAMES | {"README.txt"}
    readme = archive.read(f"{voting.slug}/README.txt").decode()
    assert f"python3 recount.py {voting.slug}\n" in readme and f"{base}/result" in readme
    assert all(f"\n{name} " in readme for name in NAMES)
    archive.extractall(tmp_path / "page")
    for name in (voting.vote.public_id, f"exampleton/{voting.slug}"):
        folder = tmp_path / name.replace("/", "-")
        done = run("publish-folder", name, folder)
        assert done.exit_code == 0, done.output
        assert {one.name for one in folder.iterdir()} == NAMES
        for one in folder.iterdir():
            assert one.read_bytes() == (tmp_path / "page" / voting.slug / one.name).read_bytes()
            if one.name != "keys.txt":
                assert one.name in visitor.get(base + "/result").main
    assert recounted(folder).code == recounted(tmp_path / "page" / voting.slug).code == 0
    assert run("publish-folder", "nowhere", tmp_path / "x").exit_code != 0


def test_nothing_in_the_folder_leads_to_a_person(world: World, tmp_path: Path) -> None:
    voting = Voting(world)
    person = world.resident("person.who.votes@example.org", sex="Female", age_band="25-34")
    voting.cast(person, 0)
    voting.cast_many(30)
    voting.finish()
    everything = b"".join(one.read_bytes() for one in publish_to(voting, tmp_path).iterdir())
    for clue in (b"person.who.votes", b"voter_id", b"account", b"25-34", world.wards()[0].code.encode()):
        assert clue not in everything
    # three letters come up by chance within a key or a proof: they tell of a place only as a word of their own
    assert not re.search(rb"(?<![A-Za-z0-9+/=_-])EX1(?![A-Za-z0-9+/=_-])", everything)


def test_the_acts_are_a_chain_with_links_for_what_is_not_ours(world: World, tmp_path: Path) -> None:
    voting = Voting(world)
    voting.cast_many(30)
    Voting(world, "another")  # events of another vote in between
    voting.finish()
    folder = publish_to(voting, tmp_path)
    events = [json.loads(line) for line in (folder / "audit.jsonl").read_text().splitlines()]
    full = [event for event in events if "public" in event]
    assert 0 < len(full) < len(events)
    assert all(event["hash"] == chained(event["index"], event["previous"], event["public"]) for event in full)
    assert all(f"vote:{voting.vote.id}" in e["public"] or "consultation:" in e["public"] for e in full)
    assert "vote-opened" in full[-3]["public"] and "result-published" in full[-1]["public"]


def test_a_result_the_recount_does_not_agree_with_is_not_published(
    world: World, monkeypatch: pytest.MonkeyPatch, visitor: Visitor
) -> None:
    voting = Voting(world)
    voting.cast_many(30)
    voting.close_and_open()
    counted = service.tally.counted

    def wrong(*arguments, **named):
        outcome = counted(*arguments, **named)
        object.__setattr__(outcome, "selected", ())
        return outcome

    with monkeypatch.context() as patch:
        patch.setattr(service.tally, "counted", wrong)
        voting.count()
    with pytest.raises(RecountFailed, match="did not agree"), transaction():
        service.publish(consultation=voting.consultation, actor_id=None)
    assert voting.vote.status == "opened"
    assert len(rows("checkpoint")) == 3  # the close, the board, the opening
    assert visitor.get(voting.url.removesuffix("/vote") + "/result").h1 == "There is no result yet"
    voting.count()
    with transaction():
        service.publish(consultation=voting.consultation, actor_id=None)


def test_a_recount_that_takes_too_long_does_not_stop_the_publication(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recounting, "MOST_SECONDS", 0.001)
    voting = Voting(world)
    voting.cast_many(12)
    voting.finish()
    assert voting.vote.status == "published"
    last = rows("audit_event")[-1]
    assert (last["tag"], '"finished":false' in last["public"]) == ("result-recounted", True)


def test_commands_of_the_log(world: World, run) -> None:
    voting = Voting(world)
    name = voting.vote.public_id
    voting.reschedule(1, 48)
    assert run("box", "sequence").output == ""
    assert run("box", "checkpoint", name).exit_code != 0
    voting.reschedule(-1, 48)
    assert run("box", "sequence").output == f"{name}: 1 line\n", "what opened is fixed"
    voting.cast_many(3)
    assert run("box", "sequence").output == f"{name}: 4 lines\n"
    assert run("box", "sequence").output == ""
    assert f"{name}: whole, 4 lines, 3 ballots in the box" in run("box", "check").output
    assert run("box", "checkpoint", name).output == rows("checkpoint")[-1]["note"]


# ---- the same files from both databases

_DIGESTS: dict[str, dict[str, str]] = {}


def _count_from_one() -> None:
    """As SQLite does by itself when its tables are empty: the governance record names things by number."""
    with db.engine.begin() as connection:
        for (name,) in connection.execute(text("SELECT sequencename FROM pg_sequences")).all():
            connection.execute(text(f"ALTER SEQUENCE {name} RESTART"))


def test_p18_both_databases_give_the_same_files(
    world: World, database: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """One seed for everything that chance decides, the clock held: then the files have the same bytes on both."""
    if database == "postgresql":
        _count_from_one()
    dice = random.Random(18)
    monkeypatch.setattr(secrets, "token_bytes", dice.randbytes)
    monkeypatch.setattr(secrets, "token_hex", lambda size: dice.randbytes(size).hex())
    monkeypatch.setattr(secrets, "choice", dice.choice)
    for room in (opening, sequencer):
        monkeypatch.setattr(room, "SystemRandom", lambda: dice)
    monkeypatch.setattr(service, "new_box_key", lambda: (b"p" * 32, b"s" * 32))
    monkeypatch.setattr(sealing.Sealer, "seal", lambda _, envelope: b"%1072s" % envelope.to_bytes())
    monkeypatch.setattr(sealing.Opener, "open", lambda _, ciphertext: sealing.Envelope.from_bytes(ciphertext.lstrip()))
    with clock.frozen_at(clock.datetime(2025, 6, 2, 12, tzinfo=clock.UTC)):
        voting = Voting(world)
        for number in range(60):
            voting.cast(world.resident(), number % 4)
            if number % 20 == 19:
                with transaction():
                    sequencer.run(voting.vote)
        voting.finish()
    folder = publish_to(voting, tmp_path)
    assert recounted(folder).code == 0
    digests = {one.name: hashlib.sha256(one.read_bytes()).hexdigest() for one in folder.iterdir()}
    _DIGESTS[database] = digests
    if len(_DIGESTS) == 2:
        assert _DIGESTS["sqlite"] == _DIGESTS["postgresql"]
