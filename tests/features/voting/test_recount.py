"""The recount passes on what was honestly published, under every rule and ballot, and names what was changed.

P11 of the trust design: one field changed, and the check that sees it says so.
"""

from __future__ import annotations

import base64
import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from participation.counting import RULES
from participation.transactions import transaction
from participation.voting import destruction, schedule, service
from participation.voting.definition import canonical_json
from participation.voting.keys import server_keys
from participation.voting.log.notes import NoteKey, opened, signed
from participation.voting.setup_form import OFFERED
from tests.factories.votes import Voting
from tests.factories.world import World
from tests.features.voting.published import PROGRAM, RECOUNT, publish_to, recounted, sequence

BALLOTS = ("approval", "ranking", "points")
CASES = [(rule.name, kind) for rule in OFFERED for kind in BALLOTS if kind in rule.ballot_types]


def finished(world: World, **draft: Any) -> Voting:
    """60 people vote, some change their mind, one withdraws, and the log is written in several runs."""
    voting = Voting(world, max_total_pence=None, **draft)
    kind = voting.vote.ballot_type
    for number in range(60):
        account = world.resident()
        voting.send(account, {f"{kind}-{number % 3}": ["1"], f"{kind}-{3 + number % 2}": ["2"]})
        if number % 20 == 7:
            voting.send(account, {f"{kind}-{number % 4}": ["1"]}, seen_revision=1)
        if number % 15 == 14:
            sequence(voting)
    with transaction():
        service.withdraw_ballot(
            consultation=voting.consultation, account_id=account.id, nonce="c" * 32, seen_revision=1
        )
    voting.finish()
    return voting


# The two databases publish the same bytes (P18 in test_published_folder.py), so every rule is tried on one of them.
@pytest.mark.parametrize("database", ["sqlite"])
@pytest.mark.parametrize(("rule", "ballot_type"), CASES, ids=lambda value: str(value))
def test_an_honest_folder_passes(world: World, tmp_path: Path, rule: str, ballot_type: str) -> None:
    voting = finished(world, rule=rule, ballot_type=ballot_type, max_points=10 if ballot_type == "points" else None)
    said = recounted(publish_to(voting, tmp_path))
    assert (said.code, said.failed) == (0, set()), said.text
    for number in (1, 2, 3, 4, 5, 6, 7, 8, 10):
        assert f"R{number}" in said.text
    assert "not published" not in said.text


@pytest.mark.parametrize(
    "settings",
    [
        {"completion": completion, "stop": stop, "compare": compare}
        for completion in ("none", "greedy", "add1", "add1-greedy")
        for stop in ("exhaustive", "overspend")
        for compare in (False, True)
    ],
    ids=lambda one: "-".join(map(str, one.values())),
)
@pytest.mark.parametrize("database", ["sqlite"])
def test_every_completion_of_equal_shares_passes(world: World, tmp_path: Path, settings: dict[str, Any]) -> None:
    voting = finished(world, rule="equal-shares", settings=settings, budget_pence=9_000_000)
    assert recounted(publish_to(voting, tmp_path)).code == 0


def test_an_extension_and_the_destruction_are_lines_like_others(world: World, tmp_path: Path) -> None:
    voting = Voting(world)
    voting.cast_many(20)
    sequence(voting)
    with transaction():
        closes_at = voting.consultation.phases[0].closes_at
        schedule.extend(
            consultation=voting.consultation, until=closes_at + timedelta(hours=1), reason="many-asked", actor_id=None
        )
    voting.cast_many(10)
    voting.finish()
    with transaction():
        destruction.destroy_key(consultation=voting.consultation, actor_id=None)
    folder = publish_to(voting, tmp_path)
    kinds = [next(iter(json.loads(text))) for text in (folder / "box.jsonl").read_text().splitlines()]
    assert [kind for kind in kinds if kind != "add"] == ["freeze", "extend", "close", "open", "result", "destroy"]
    said = recounted(folder)
    assert said.code == 0, said.text
    whole("box.jsonl", lambda found: found.pop())(folder)
    assert recounted(folder).failed == {"R2"}


@pytest.mark.parametrize("ballots", [0, 9, 24])
def test_what_is_not_published_is_said_and_not_failed(world: World, tmp_path: Path, ballots: int) -> None:
    voting = Voting(world)
    voting.cast_many(ballots)
    voting.finish()
    said = recounted(publish_to(voting, tmp_path))
    assert said.code == 0, said.text
    assert said.text.count("not published") == (4 if ballots >= 10 else 5)
    assert not (tmp_path / "board.jsonl").exists()


def test_it_runs_alone_on_nothing_but_python(world: World, tmp_path: Path) -> None:
    """A process of its own, isolated from this environment; and without the cryptography package the same answer."""
    folder = publish_to(finished(world), tmp_path)
    for options in (["-I"], ["-I", "-S"]):
        done = subprocess.run([sys.executable, *options, PROGRAM, folder], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        assert done.stdout.endswith("Everything that was published holds.\n")


def test_a_folder_that_cannot_be_read(tmp_path: Path) -> None:
    assert recounted(tmp_path / "nowhere").code == 2
    missing = recounted(tmp_path)
    assert missing.code == 2
    assert "R1   unknown Definition: definition.json is missing." in missing.text
    (tmp_path / "definition.json").write_text("{\n")
    assert recounted(tmp_path).failed == {"R1"}


def test_receipts(world: World, tmp_path: Path) -> None:
    voting = Voting(world)
    stays = voting.cast(world.resident(), 0)
    changer = world.resident()
    changed = voting.cast(changer, 0)
    voting.cast(changer, 1, seen_revision=1)
    voting.cast_many(30)
    voting.finish()
    folder = publish_to(voting, tmp_path / "folder")
    vote = voting.vote.public_id
    line = stays.deposit.receipt(vote).line
    for text, says in (
        (line, "among those that were opened"),
        (f"RECEIPT\n\n{line}\nmore", "among those that were opened"),
        (changed.deposit.receipt(vote).line, "later changed by its voter"),
    ):
        (tmp_path / "receipt.txt").write_text(text)
        said = recounted(folder, "--receipt", tmp_path / "receipt.txt")
        assert said.code == 0
        assert says in said.text
    never_there = server_keys().receipts.sign(f"ballot-receipt-v1|{vote}|{'ab' * 32}|2025-06-01".encode())
    for text in (
        line.replace(stays.deposit.ciphertext_hash.hex(), changed.deposit.ciphertext_hash.hex()),
        line[:-8] + "AAAAAA==",
        f"ballot-receipt-v1|{vote}|{'ab' * 32}|2025-06-01|{base64.b64encode(never_there).decode()}",
    ):
        (tmp_path / "receipt.txt").write_text(text)
        assert recounted(folder, "--receipt", tmp_path / "receipt.txt").failed == {"R9"}
    (tmp_path / "receipt.txt").write_text("nothing of the kind")
    assert recounted(folder, "--receipt", tmp_path / "receipt.txt").code == 2


def test_a_kept_checkpoint(world: World, tmp_path: Path) -> None:
    folder = publish_to(finished(world), tmp_path / "folder")
    first = RECOUNT.split_notes((folder / "checkpoints.txt").read_text())[0]
    kept = tmp_path / "kept.txt"
    kept.write_text(first)
    assert recounted(folder, "--checkpoint", kept).code == 0
    origin, size, _, *_ = first.split("\n")
    other = signed(f"{origin}\n{size}\n{base64.b64encode(b'x' * 32).decode()}\n", name=origin, key=server_keys().log)
    kept.write_text(other)
    assert recounted(folder, "--checkpoint", kept).failed == {"R2"}


# ---- one field changed

Change = Callable[[Path], None]


def lines(folder: Path, name: str, edit: Callable[[list[str]], Any]) -> None:
    found = (folder / name).read_text().splitlines()
    edit(found)
    (folder / name).write_text("".join(line + "\n" for line in found))


def value(name: str, edit: Callable[[Any], Any]) -> Change:
    """Change something in a file that is one JSON value."""

    def change(folder: Path) -> None:
        content = json.loads((folder / name).read_text())
        edit(content)
        (folder / name).write_text(canonical_json(content) + "\n")

    return change


def line(name: str, place: int, edit: Callable[[Any], Any]) -> Change:
    """Change something in one line of JSON."""

    def change(folder: Path) -> None:
        def in_place(found: list[str]) -> None:
            content = json.loads(found[place])
            edit(content)
            found[place] = canonical_json(content)

        lines(folder, name, in_place)

    return change


def whole(name: str, edit: Callable[[list[str]], Any]) -> Change:
    return lambda folder: lines(folder, name, edit)


def raw(name: str, edit: Callable[[bytes], bytes]) -> Change:
    """Change the bytes of a file."""

    def change(folder: Path) -> None:
        (folder / name).write_bytes(edit((folder / name).read_bytes()))

    return change


def another_writing(note: str) -> str:
    """The same signature in another base64: its last letter has bits that most readers drop."""
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    signature = note.rstrip("\n")
    last = signature.rstrip("=")[-1]
    other = alphabet[alphabet.index(last) ^ 1]
    changed = signature.rstrip("=")[:-1] + other + "=" * (len(signature) - len(signature.rstrip("=")))
    assert base64.b64decode(changed.rsplit(" ")[-1]) == base64.b64decode(signature.rsplit(" ")[-1])
    return changed + "\n"


def notes(edit: Callable[[list[str]], Any]) -> Change:
    def change(folder: Path) -> None:
        found = RECOUNT.split_notes((folder / "checkpoints.txt").read_text())
        edit(found)
        (folder / "checkpoints.txt").write_text("\n".join(found))

    return change


def resigned(found: list[str]) -> None:
    origin = found[1].split("\n")[0]
    text = opened(found[1], NoteKey(origin, server_keys().log_public_key))
    found[1] = signed(text, name=origin, key=Ed25519PrivateKey.from_private_bytes(b"z" * 32))


def another_root(found: list[str]) -> None:
    """Signed with the true key: whoever has it signs a log that is not this one."""
    origin, size, *_ = found[1].split("\n")
    root = base64.b64encode(b"r" * 32).decode()
    found[1] = signed(f"{origin}\n{size}\n{root}\n", name=origin, key=server_keys().log)


def another_size(found: list[str]) -> None:
    origin, size, rest = found[0].split("\n", 2)
    found[0] = f"{origin}\n{int(size) - 1}\n{rest}"


def marked_otherwise(option: dict[str, Any]) -> None:
    option["selected"] = not option["selected"]


def swap(one: int, other: int) -> Callable[[list[Any]], None]:
    def edit(found: list[Any]) -> None:
        found[one], found[other] = found[other], found[one]

    return edit


def moved_between_batches(folder: Path) -> None:
    found = [json.loads(text) for text in (folder / "board.jsonl").read_text().splitlines()]
    found[0]["ballots"][0], found[1]["ballots"][0] = found[1]["ballots"][-1], found[0]["ballots"][0]
    for batch in found:
        batch["ballots"].sort(key=canonical_json)
    (folder / "board.jsonl").write_text("".join(canonical_json(batch) + "\n" for batch in found))


def event(place: int, edit: Callable[[Any], Any]) -> Change:
    return line("audit.jsonl", place, edit)


def own_key(folder: Path) -> None:
    """Another key in keys.txt, with which everything could have been signed."""
    name = (folder / "keys.txt").read_text().split("+")[0].removeprefix("box ")
    key = NoteKey(name, Ed25519PrivateKey.from_private_bytes(b"z" * 32).public_key().public_bytes_raw())
    lines(folder, "keys.txt", lambda found: found.__setitem__(0, f"box {key}"))


OPTION = {"approve": ["option-1", "option-2", "option-3"]}
CHANGES: dict[str, tuple[str, Change]] = {
    "definition: title": ("R1", value("definition.json", lambda d: d.update(title="Another title"))),
    "definition: a cost": ("R1", value("definition.json", lambda d: d["options"][0].update(cost=1))),
    "definition: an option left out": ("R1", value("definition.json", lambda d: d["options"].pop())),
    "definition: rule": ("R1", value("definition.json", lambda d: d.update(rule="greedy-per-cost"))),
    "definition: ties": ("R1", value("definition.json", lambda d: d.update(ties="file"))),
    "definition: money": ("R1", value("definition.json", lambda d: d.update(budget=1))),
    "definition: closing time": ("R1", value("definition.json", lambda d: d.update(closes_at="2030-01-01T00:00:00+00:00"))),
    "definition: smallest board": ("R1", value("definition.json", lambda d: d.update(smallest_board=1000))),
    "log: its definition": ("R1", line("box.jsonl", 0, lambda leaf: leaf["freeze"].update(definition="00"))),
    "log: a ballot added": ("R2", whole("box.jsonl", lambda found: found.append(canonical_json({"add": "ab" * 32})))),
    "log: a ballot put in between": ("R2", whole("box.jsonl", lambda f: f.insert(5, canonical_json({"add": "ab" * 32})))),
    "log: a ballot dropped": ("R2", whole("box.jsonl", lambda found: found.pop(5))),
    "log: a ballot altered": ("R2", line("box.jsonl", 5, lambda leaf: leaf.update({next(iter(leaf)): "ab" * 32}))),
    "log: two lines swapped": ("R2", whole("box.jsonl", swap(3, 9))),
    "log: a ballot twice": ("R3", whole("box.jsonl", lambda found: found.insert(5, found[2]))),
    "log: the last line cut": ("R2", whole("box.jsonl", lambda found: found.pop())),
    "log: what was opened": ("R3", line("box.jsonl", -2, lambda leaf: leaf["open"].update(ballots=58))),
    "log: a ballot after the close": ("R3", whole("box.jsonl", lambda f: f.insert(-1, canonical_json({"add": "ab" * 32})))),
    "checkpoints: the first cut": ("R2", notes(lambda found: found.pop(0))),
    "checkpoints: one in the middle cut": ("R2", notes(lambda found: found.pop(2))),
    "checkpoints: the last of the box cut": ("R2", notes(lambda found: found.pop(-2))),
    "checkpoints: reordered": ("R2", notes(swap(1, 2))),
    "checkpoints: one twice": ("R2", notes(lambda found: found.insert(1, found[1]))),
    "checkpoints: signed with another key": ("R2", notes(resigned)),
    "checkpoints: another log, truly signed": ("R2", notes(another_root)),
    "checkpoints: a size": ("R2", notes(another_size)),
    "checkpoints: a signature": ("R2", notes(lambda f: f.__setitem__(0, f[0][:-6] + "AAAA=\n"))),
    "checkpoints: the board's cut": ("R7", notes(lambda found: found.pop())),
    "checkpoints: garbage at the end": ("R2", lambda f: (f / "checkpoints.txt").open("a").write("\nand more\n")),
    "board: a ballot altered": ("R7", line("board.jsonl", 0, lambda b: b["ballots"].__setitem__(0, OPTION))),
    "board: a ballot altered, seen in the count": ("R6", line("board.jsonl", 0, lambda b: b["ballots"].__setitem__(0, OPTION))),
    "board: an impossible ballot": ("R5", line("board.jsonl", 0, lambda b: b["ballots"].__setitem__(0, {"approve": ["x"]}))),
    "board: an empty ballot": ("R5", line("board.jsonl", 0, lambda b: b["ballots"].__setitem__(0, {"approve": []}))),
    "board: a ballot added": ("R4", line("board.jsonl", 0, lambda b: b["ballots"].append(OPTION))),
    "board: a ballot dropped": ("R4", line("board.jsonl", 0, lambda b: b["ballots"].pop())),
    "board: ballots moved between batches": ("R7", moved_between_batches),
    "board: a batch dropped": ("R4", whole("board.jsonl", lambda found: found.pop())),
    "board: a batch twice": ("R4", whole("board.jsonl", lambda found: found.append(found[0]))),
    "board: batches swapped": ("R4", whole("board.jsonl", swap(0, 1))),
    "board: a tracker altered": ("R7", line("board.jsonl", 0, lambda b: b["trackers"].__setitem__(0, "0000-0000-0000-0000"))),
    "board: a tracker twice": ("R4", line("board.jsonl", 0, lambda b: b["trackers"].__setitem__(1, b["trackers"][0]))),
    "board: a tracker dropped": ("R4", line("board.jsonl", 0, lambda b: b["trackers"].pop())),
    "board: trackers out of order": ("R4", line("board.jsonl", 0, lambda b: b["trackers"].reverse())),
    "board: missing": ("R4", lambda folder: (folder / "board.jsonl").unlink()),
    "result: votes of an option": ("R6", value("result.json", lambda r: r["outcome"]["options"][0].update(votes=1))),
    "result: score of an option": ("R6", value("result.json", lambda r: r["outcome"]["options"][0].update(score="1"))),
    "result: cost of an option": ("R6", value("result.json", lambda r: r["outcome"]["options"][0].update(cost=1))),
    "result: a winner left out": ("R6", value("result.json", lambda r: r["outcome"]["selected"].pop())),
    "result: winners in another order": ("R6", value("result.json", lambda r: r["outcome"]["selected"].reverse())),
    "result: marked as chosen": ("R6", value("result.json", lambda r: marked_otherwise(r["outcome"]["options"][0]))),
    "result: ballots": ("R6", value("result.json", lambda r: r["outcome"].update(ballots=58))),
    "result: cost": ("R6", value("result.json", lambda r: r["outcome"].update(total_cost=1))),
    "result: settings": ("R6", value("result.json", lambda r: r["outcome"]["settings"].update(skip=False))),
    "result: ties": ("R6", value("result.json", lambda r: r["outcome"].update(ties="file"))),
    "result: of another vote": ("R6", value("result.json", lambda r: r.update(vote="another"))),
    "result: of another definition": ("R6", value("result.json", lambda r: r.update(definition_sha256="00"))),
    "result: a sentence": ("R10", value("result.json", lambda r: r["outcome"]["options"][0].update(sentence="It won."))),
    "result: ballots left out": (
        "R5", value("result.json", lambda r: r["outcome"]["ballots_not_counted"].append({"number": 1, "reason": "late"})),
    ),
    "tables: a row added": ("R8", whole("breakdowns.csv", lambda found: found.append("ward,North,option-1,3,shown"))),
    "tables: a heading": ("R10", whole("breakdowns.csv", lambda found: found.append(""))),
    "acts: one altered": ("R10", event(2, lambda e: e.update(public=e["public"].replace("T", "t")))),
    "acts: one dropped": ("R10", whole("audit.jsonl", lambda found: found.pop(2))),
    "acts: two swapped": ("R10", whole("audit.jsonl", swap(1, 2))),
    "acts: the last dropped": ("R10", whole("audit.jsonl", lambda found: found.pop())),
    "acts: a hash": ("R10", event(1, lambda e: e.update(hash="00" * 32))),
    "acts: one made a link like those of others": ("R10", event(2, lambda e: (e.pop("public"), e.pop("previous")))),
    "acts: a blank": ("R10", whole("audit.jsonl", lambda found: found.__setitem__(3, found[3] + " "))),
    "acts: nested without end": ("R10", whole("audit.jsonl", lambda found: found.append("[" * 100_000))),
    "board: a line blanked": ("R4", whole("board.jsonl", lambda found: found.__setitem__(0, ""))),
    "log: a byte that is no text": ("R2", raw("box.jsonl", lambda content: content[:500] + b"\xe9" + content[500:])),
    "log: line endings of Windows": ("R2", raw("box.jsonl", lambda content: content.replace(b"\n", b"\r\n"))),
    "result: a mark of byte order": ("R6", raw("result.json", lambda content: b"\xef\xbb\xbf" + content)),
    "result: nested without end": ("R6", raw("result.json", lambda content: b'{"a":' * 100_000)),
    "result: no last line feed": ("R6", raw("result.json", lambda content: content[:-1])),
    "tables: a line without end": ("R8", whole("breakdowns.csv", lambda found: found.append("A" * 200_000))),
    "checkpoints: an empty line": ("R2", raw("checkpoints.txt", lambda content: content + b"\n")),
    "checkpoints: a second signature": ("R2", notes(lambda f: f.__setitem__(-2, f[-2] + f[-2].splitlines()[-1] + "\n"))),
    "checkpoints: unread bits of a signature": ("R2", notes(lambda f: f.__setitem__(-1, another_writing(f[-1])))),
    "keys: one twice": ("R2", whole("keys.txt", lambda found: found.append(found[0]))),
    "keys: a line of words": ("R2", whole("keys.txt", lambda found: found.append("these are true"))),
    "keys: of the log": ("R2", own_key),
    "keys: of receipts": ("R2", whole("keys.txt", lambda found: found.__setitem__(2, "receipts " + "00" * 32))),
    "keys: a damaged one": ("R2", whole("keys.txt", lambda found: found.__setitem__(0, found[0][:-4]))),
}  # fmt: skip


@pytest.fixture(scope="module")
def kept() -> dict[str, Path]:
    return {}


@pytest.fixture
def honest(world: World, kept: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One published folder for all changes: each works on a copy of its own."""
    if "folder" not in kept:
        kept["folder"] = publish_to(finished(world), tmp_path_factory.mktemp("honest"))
    return kept["folder"]


@pytest.mark.parametrize("database", ["sqlite"])
@pytest.mark.parametrize("name", sorted(CHANGES))
def test_p11_a_change_is_named(honest: Path, tmp_path: Path, name: str) -> None:
    check, change = CHANGES[name]
    folder = tmp_path / "changed"
    shutil.copytree(honest, folder)
    assert recounted(folder).code == 0
    change(folder)
    different = [one.name for one in honest.iterdir() if not same(one, folder / one.name)]
    assert len(different) == 1, "the change must be to one file"
    said = recounted(folder)
    assert said.code == 1, said.text
    assert check in said.failed, said.text


def same(one: Path, other: Path) -> bool:
    return other.exists() and one.read_bytes() == other.read_bytes()


def test_there_is_a_case_for_every_rule_that_can_be_set_up() -> None:
    assert {rule for rule, _ in CASES} == {rule.name for rule in RULES if set(rule.ballot_types) & set(BALLOTS)}
    assert len(CHANGES) >= 60


@pytest.mark.parametrize("database", ["sqlite"])
@pytest.mark.parametrize(
    "name", ["board.jsonl", "result.json", "box.jsonl", "audit.jsonl", "keys.txt", "checkpoints.txt"]
)
def test_a_missing_file_is_never_passed_over(honest: Path, tmp_path: Path, name: str) -> None:
    folder = tmp_path / "changed"
    shutil.copytree(honest, folder)
    (folder / name).unlink()
    said = recounted(folder)
    assert said.code != 0
    assert f"{name} is missing" in said.text or said.failed, said.text
