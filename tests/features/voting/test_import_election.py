"""Real elections through the real ballot box, and files that leave nothing behind."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import update

from participation.cli import commands
from participation.cli import elections as command
from participation.councils.models import Council
from participation.counting.pabulib import PabulibError
from participation.errors import InvalidInput
from participation.extensions import db
from participation.transactions import transaction
from tests.factories.votes import rows
from tests.factories.world import World
from tests.visitor import Visitor

SMALL = """META
key;value
description;A small election
country;Somewhere
unit;Smallville
instance;2019
num_projects;3
num_votes;{votes}
budget;{budget}
vote_type;approval
rule;greedy
date_begin;01.03.2019
date_end;10.03.2019
max_length;2
currency;EUR
PROJECTS
project_id;cost;name;selected
p/1;60.50;A bench;1
p/2;50;A tree;0
p/3;30;A lamp;1
VOTES
voter_id;vote
{ballots}
"""


@pytest.fixture
def run(app: Flask, world: World, monkeypatch: pytest.MonkeyPatch):
    """Runs the command over the test's own database."""
    world.here  # noqa: B018  the council comes first
    callback = command.import_election.callback.__wrapped__

    def invoke(*arguments: str):
        monkeypatch.setattr(command.import_election, "callback", callback)
        return CliRunner().invoke(commands, ["import-election", *arguments])

    return invoke


def small(folder: Path, *, budget: str = "100", ballots: int = 30, rest: str = "", votes: int | None = None) -> Path:
    lines = [f"{number};{'p/1,p/3' if number % 3 else 'p/2'}" for number in range(1, ballots + 1)]
    path = folder / "small.pb"
    text = SMALL.format(budget=budget, votes=votes or ballots, ballots="\n".join(lines) + rest)
    path.write_text(text, encoding="utf-8")
    return path


def nothing_was_kept() -> bool:
    return all(not rows(table) for table in ("consultation", "vote", "roll_entry", "sealed_ballot", "board_ballot"))


def test_a_small_election(run, visitor: Visitor, tmp_path: Path) -> None:
    answer = run(str(small(tmp_path)), "--council", "exampleton")
    assert answer.exit_code == 0, answer.output
    for line in (
        "Ballots in the file: 30", "Cast: 30", "Refused: 0", "Counted: 30", "Selected: 2 of 3, €90.50 of €100",
        "Winners: the same as the file's own",
    ):  # fmt: skip
        assert line in answer.output
    assert rows("sealed_ballot") == []
    assert (len(rows("board_ballot")), len(rows("board_tracker")), len(rows("participation"))) == (30, 30, 30)
    (vote,) = rows("vote")
    assert (vote["status"], vote["box_wrapped_key"], vote["budget_pence"]) == ("published", None, 10_000)
    page = visitor.get("/exampleton/consultations/a-small-election/result")
    assert "30 ballots counted" in page.main
    assert "A bench , €60.50." in page.main
    assert visitor.get("/exampleton/consultations/a-small-election").status == 200
    file = visitor.get("/exampleton/consultations/a-small-election/result/election.pb", inspect=False)
    assert file.html.count("p/1,p/3") == 20


def test_which_council_where_none_is_named(run, world: World, tmp_path: Path) -> None:
    path = small(tmp_path)
    assert run(str(path)).exit_code == 0, "there is only one"
    world.council("otherham")
    answer = run(str(path))
    assert answer.exit_code != 0
    assert "Say which council to import into, with --council. There is: exampleton, otherham." in str(answer.exception)
    unknown = run(str(path), "--council", "nowhere")
    assert "There is no council “nowhere”." in str(unknown.exception)
    with transaction():
        db.session.execute(update(Council).where(Council.slug == "otherham").values(demonstration=True))
    assert run(str(path)).exit_code == 0
    homes = [row["council_id"] for row in rows("consultation")]
    assert len(set(homes)) == len(homes) == 2, "the demonstration is where trials go"


def test_gzip_and_a_file_without_selected(run, tmp_path: Path) -> None:
    path = small(tmp_path)
    text = path.read_text().replace(";name;selected", ";name")
    for old in ("A bench;1", "A tree;0", "A lamp;1"):
        text = text.replace(old, old[:-2])
    packed = tmp_path / "small.pb.gz"
    packed.write_bytes(gzip.compress(text.encode()))
    answer = run(str(packed), "--council", "exampleton")
    assert answer.exit_code == 0, answer.output
    assert "the file records none to compare with" in answer.output


def test_historic_ballots_that_break_limits_are_counted_and_flagged(run, tmp_path: Path) -> None:
    path = small(tmp_path, rest="\n31;p/1,p/2,p/3", votes=31)
    answer = run(str(path), "--council", "exampleton")
    assert answer.exit_code == 0, answer.output
    assert "Counted: 31" in answer.output
    assert (
        "1 cast as accepted at the time, for example: Choose no more than 2 options. You have chosen 3."
        in answer.output
    )


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("num_votes;30", "num_votes;31", "line 8"),
        ("p/2;50;", "p/2;-50;", "line 19"),
        ("\n7;p/1,p/3", "\n7;p/9", "line 29"),
        ("\n8;p/1,p/3", "\n7;p/1", "line 30"),
        ("vote_type;approval", "vote_type;magic", "line 10"),
    ],
)
def test_a_bad_file_names_file_and_line_and_leaves_nothing(run, tmp_path: Path, old: str, new: str, says: str) -> None:
    path = small(tmp_path)
    text = path.read_text()
    assert text.count(old) == 1
    path.write_text(text.replace(old, new))
    answer = run(str(path), "--council", "exampleton")
    assert isinstance(answer.exception, PabulibError)
    assert "small.pb" in answer.exception.message
    assert says in answer.exception.message
    assert nothing_was_kept()


def test_a_failure_in_the_middle_leaves_nothing(run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(**_: object) -> None:
        raise InvalidInput("The count broke.")

    monkeypatch.setattr("participation.voting.service.count", fails)
    answer = run(str(small(tmp_path)), "--council", "exampleton")
    assert isinstance(answer.exception, InvalidInput)
    db.session.rollback()
    assert nothing_was_kept()


@pytest.mark.parametrize(
    "name",
    ["Netherlands_Assen_2024.pb", "Poland_Krakow_2022_Czyzyny.pb", "Switzerland_Zurich_D10.pb",
     "US_Stanford_Dataset_PB_Rochester_NY_2019_vote_rankings.pb", "Netherlands_Amsterdam_166.pb"],
)  # fmt: skip
def test_real_elections(run, pabulib: Path, visitor: Visitor, name: str) -> None:
    answer = run(str(pabulib / name), "--council", "exampleton")
    assert answer.exit_code == 0, answer.output
    said = dict(line.split(": ", 1) for line in answer.output.splitlines() if ": " in line)
    assert said["Ballots in the file"] == said["Cast"] == said["Counted"]
    assert said["Winners"] in ("the same as the file's own", "the file records none to compare with")
    page = visitor.get(said["Result"])
    assert page.h1 == "Result of the vote"
    assert f"{said['Counted']} ballots counted" in page.main
