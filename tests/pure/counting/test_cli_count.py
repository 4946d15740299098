"""The command line: names and fields scripts may rely on, one clear line for what is refused."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from participation.cli import main
from participation.counting import RULES
from tests.pure.counting.pabulib_files import text

FIELDS = [
    "rule",
    "completion",
    "satisfaction",
    "ties",
    "budget",
    "selected",
    "total_cost",
    "ties_met",
    "ballots",
    "ballots_not_counted",
    "engine",
    "seconds",
]


@pytest.fixture
def small(tmp_path: Path) -> Path:
    path = tmp_path / "small.pb"
    path.write_text(text())
    return path


def run(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    """Exit code, standard output, standard error."""
    with pytest.raises(SystemExit) as ended:
        main([str(argument) for argument in arguments])
    written = capsys.readouterr()
    code = ended.value.code
    return (code if isinstance(code, int) else 0), written.out, written.err


def counted(capsys: pytest.CaptureFixture[str], *arguments: object) -> dict[str, Any]:
    code, out, err = run(capsys, "count", *arguments, "--json")
    assert (code, err) == (0, "")
    result: dict[str, Any] = json.loads(out)
    return result


def test_json_has_exactly_the_promised_fields(small: Path, capsys: pytest.CaptureFixture[str]) -> None:
    result = counted(capsys, small, "--rule", "equal-shares", "--completion", "add1-greedy")
    assert list(result) == FIELDS
    assert {key: result[key] for key in ("rule", "completion", "satisfaction", "ties", "budget", "ballots")} == {
        "rule": "equal-shares",
        "completion": "add1-greedy",
        "satisfaction": "cost",
        "ties": "cheapest,most-votes,id",
        "budget": 100,
        "ballots": 3,
    }
    assert result["ballots_not_counted"] == 0
    assert result["engine"].startswith("participation-counting ")
    assert set(result["seconds"]) == {"reading", "counting"}


def test_greedy_and_its_options(small: Path, capsys: pytest.CaptureFixture[str]) -> None:
    # Votes: a 2, 9 2, 10 1. Costs: a 60, 9 50, 10 30; there is 100. 9 is cheaper than a and comes first.
    assert counted(capsys, small, "--rule", "greedy")["selected"] == ["9", "10"]
    assert counted(capsys, small, "--rule", "greedy", "--ties", "file")["selected"] == ["a", "10"]
    assert counted(capsys, small, "--rule", "greedy", "--no-skip")["selected"] == ["9"]
    result = counted(capsys, small, "--rule", "greedy", "--threshold", "2", "--ties", "id")
    assert (result["selected"], result["total_cost"]) == (["9"], 50)
    assert result["ties_met"] == [{"round": 1, "options": ["a", "9"], "chosen": "9", "policy": "id"}]
    assert (result["completion"], result["satisfaction"]) == (None, None)


def test_the_threshold_of_the_file(small: Path, capsys: pytest.CaptureFixture[str]) -> None:
    small.write_text(text(meta={"min_project_score_threshold": "2"}))
    assert counted(capsys, small, "--rule", "greedy", "--ties", "file")["selected"] == ["a", "10"]
    assert counted(capsys, small, "--rule", "greedy", "--ties", "file", "--threshold", "file")["selected"] == ["a"]


def test_a_compressed_file_and_decimal_amounts(small: Path, capsys: pytest.CaptureFixture[str]) -> None:
    packed = small.with_suffix(".pb.gz")
    packed.write_bytes(gzip.compress(text(meta={"budget": "110.25"}).replace("a;60;", "a;60.1;").encode()))
    result = counted(capsys, packed, "--rule", "greedy", "--ties", "file")
    assert (result["budget"], result["total_cost"]) == (110.25, 110.1)


def test_comparison_reports_both_sides(small: Path, capsys: pytest.CaptureFixture[str]) -> None:
    result = counted(capsys, small, "--rule", "equal-shares", "--compare")
    assert list(result) == [*FIELDS, "comparison"]
    assert {"prefer_equal_shares", "prefer_greedy"} <= set(result["comparison"])
    _, out, _ = run(capsys, "count", small, "--rule", "equal-shares", "--compare")
    assert "More funded: for " in out


def test_a_table_with_reasons(small: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "count", small, "--rule", "greedy", "--explain")
    assert code == 0
    assert "small.pb: greedy (skip yes, threshold none)" in out
    assert "3 ballots counted, 0 not counted" in out
    assert "1. 9 Bench 2 2 50 selected" in " ".join(out.split())
    assert "80 of 100 spent, 20 left" in out
    assert "Tie in round 1 between a, 9: 9 by cheapest" in out
    assert "a Bus shelter: Not funded." in out


def test_reasons_as_json(small: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "count", small, "--rule", "greedy", "--explain", "--json")
    result = json.loads(out)
    assert code == 0
    assert list(result) == [*FIELDS, "options", "rounds"]
    assert [option["code"] for option in result["options"]] == ["a", "10", "9"]
    assert all(option["sentence"].endswith(".") for option in result["options"])


def test_what_was_put_right_is_noted(small: Path, capsys: pytest.CaptureFixture[str]) -> None:
    small.write_text(text(votes=("voter_id;vote", "v1;a,9,a", "v2;9,10", "v3;a")))
    code, out, err = run(capsys, "count", small, "--rule", "greedy")
    assert code == 0
    assert err == "Note: line 21: ballot 'v1' names 1 project(s) again; each is counted once\n"
    assert "1 ballot: names an option more than once" in out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--rule", "greedyy"], "There is no counting rule called “greedyy”."),
        (["--rule", "greedy", "--satisfaction", "cost"], "The rule greedy has no --satisfaction."),
        (["--rule", "equal-shares", "--no-skip"], "The rule equal-shares has no --no-skip."),
        (["--rule", "equal-shares", "--satisfaction", "happiness"], "“happiness” is not a value of satisfaction."),
        (["--rule", "greedy", "--threshold", "-1"], "“-1” is not a value of threshold."),
        (["--rule", "greedy", "--ties", "dice"], "“dice” is not a tie rule."),
    ],
)
def test_what_is_refused_is_one_line(
    small: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], words: str
) -> None:
    code, out, err = run(capsys, "count", small, *arguments)
    assert (code, out) == (2, "")
    assert err.startswith(f"participation: {words}")
    assert err.count("\n") == 1


def test_a_wrong_file_is_one_line(small: Path, capsys: pytest.CaptureFixture[str]) -> None:
    small.write_text(text().replace("v2;9,10", "v2;9,11"))
    code, out, err = run(capsys, "count", small, "--rule", "greedy", "--json")
    assert (code, out) == (2, "")
    assert err == (
        "participation: small.pb: line 22, field vote: the ballot names the project '11', which is not in PROJECTS\n"
    )
    code, out, err = run(capsys, "count", small.with_name("absent.pb"), "--rule", "greedy")
    assert (code, out, err.count("\n")) == (2, "", 1)


def test_every_rule_is_listed(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "rules")
    assert code == 0
    assert all(f"{rule.name}: {rule.title}\n" in out for rule in RULES)
