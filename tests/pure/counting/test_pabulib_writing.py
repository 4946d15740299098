"""What we write, the public checker accepts, and we read back as the same election."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pabulib.checker import Checker

from participation.counting import Ties, count
from participation.counting.ballots import Limits
from participation.counting.elections import Election, Option
from participation.counting.pabulib import PabulibFile, compose, read, rule_name, with_selected, write
from participation.counting.pabulib.new_file import NotWritable
from tests.pure.counting.pabulib_files import ELECTIONS, cells_of, every_file, text

META = {
    "description": "Ward projects",
    "country": "United Kingdom",
    "unit": "Wearmouth",
    "instance": "2026",
    "rule": "unknown",
    "date_begin": "01.03.2026",
    "date_end": "31.03.2026",
    "currency": "GBP",
}


def errors_found(content: bytes, capsys: pytest.CaptureFixture[str] | None = None) -> dict[str, Any]:
    """What the public checker calls an error."""
    results = Checker().process_files([content.decode()])
    if capsys is not None:
        capsys.readouterr()
    return dict(results[1]["results"]["errors"])


def written(file: PabulibFile, *, canonical: bool = False) -> bytes:
    target = io.BytesIO()
    write(file, target, canonical=canonical)
    return target.getvalue()


def composed(**arguments: Any) -> bytes:
    target = io.BytesIO()
    compose(target, **arguments)
    return target.getvalue()


# Of larger files the checker, which takes seconds for each, sees what we make of the election anew (the test below).
CHECKED_BYTES = 60_000


@pytest.mark.slow
def test_the_canonical_form_of_every_file_reads_the_same_and_the_checker_finds_no_error(
    pabulib: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Written as they were read they have the bytes they had (test_pabulib_reading)."""
    checked = 0
    for path in every_file(pabulib):
        file = read(path)
        canonical = written(file, canonical=True)
        again = read(canonical)
        assert cells_of(again) == cells_of(file), path.name
        assert b"\r" not in canonical
        assert written(again) == written(again, canonical=True) == canonical
        if len(canonical) > CHECKED_BYTES:
            continue
        errors = errors_found(canonical, capsys)
        # Some synthetic files have empty ballots, which the checker refuses and equal shares must count.
        blank = "float_traps" in path.parts and int(file.columns.lengths.min()) == 0
        assert set(errors) == ({"invalid votes field value"} if blank else set()), path.name
        checked += 1
    assert checked >= 45


@pytest.mark.slow
@pytest.mark.parametrize("name", ELECTIONS)
def test_a_new_file_made_from_every_election(pabulib: Path, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    file = read(pabulib / name)
    election = file.election()
    if max(election.costs) > election.budget:
        return  # the checker knows the withdrawn project only by its sentinel; see the test below
    content = composed(
        election=election,
        ballot_type=file.ballot_type,
        ballots=[(ballot.voter_id, ballot.payload) for ballot in file.ballots()],
        meta=META | {"currency": file.head.value("currency")},
        limits=file.limits(),
        selected=file.selected,
    )
    assert not errors_found(content, capsys)
    again = read(content)
    assert again.election().costs == election.costs
    assert again.election().budget == election.budget
    assert [option.label for option in again.election().options] == [
        " ".join(o.label.split()) for o in election.options
    ]
    assert again.profile().votes == file.profile().votes
    assert again.selected == file.selected
    assert again.limits() == file.limits()
    assert [ballot.payload for ballot in again.ballots()] == [ballot.payload for ballot in file.ballots()]


def test_a_withdrawn_project_keeps_its_sentinel(pabulib: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = read(pabulib / "Poland_Krakow_2023_Nowa_Huta.pb")
    assert not errors_found(written(with_selected(file, file.selected or ())), capsys)
    assert b";999999999;" in written(file, canonical=True)


def test_a_new_file_states_its_outcome_and_numbers(capsys: pytest.CaptureFixture[str]) -> None:
    election = Election(
        options=(
            Option("a", 6050, 'Bus "shelter"; Mere Knolls', ("ward:Bede", "category:Streets")),
            Option("b", 3000, "Hedge", ("ward:Bede",)),
            Option("c", 5000, "Bench\nwith arms", ("ward:Cleadon", "category:Parks", "category:Seats")),
        ),
        budget=10000,
    )
    content = composed(
        election=election,
        ballot_type="points",
        ballots=[("1", {"points": {"a": 1, "c": 4}}), ("2", {"points": {"b": 3}})],
        meta=META | {"rule": "greedy"},
        limits=Limits(max_points=5),
        selected=("c", "b"),
    )
    assert not errors_found(content, capsys)
    assert content.decode().splitlines()[-8:] == [
        "project_id;cost;votes;score;name;category;district;selected",
        'a;60.5;1;1;"Bus ""shelter""; Mere Knolls";Streets;Bede;0',
        "b;30;1;3;Hedge;;Bede;1",
        "c;50;1;4;Bench with arms;Parks,Seats;Cleadon;1",
        "VOTES",
        "voter_id;vote;points",
        "1;c,a;4,1",
        "2;b;3",
    ]


def test_when_everything_fits_the_file_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    election = Election(options=(Option("a", 100, "Bench"), Option("b", 200, "Hedge")), budget=1000)
    ballots = [("1", {"approve": ["a"]}), ("2", {"approve": ["b"]})]
    content = composed(
        election=election,
        ballot_type="approval",
        ballots=ballots,
        meta=META,
        limits=Limits(max_choices=1),
        selected=("a", "b"),
    )
    assert b"fully_funded;1" in content
    assert b"vote_type;choose-1" in content
    assert not errors_found(content, capsys)


COUNTS: tuple[tuple[str, dict[str, str | bool], str], ...] = (
    ("greedy", {}, "greedy"),
    ("greedy", {"skip": False}, "greedy-no-skip"),
    ("greedy", {"threshold": "5"}, "unknown"),
    ("equal-shares", {}, "equalshares"),
    ("equal-shares", {"compare": True}, "equalshares-comparison"),
    ("equal-shares", {"completion": "add1", "endowment": "integral", "stop": "overspend"}, "equalshares/add1"),
    ("equal-shares", {"completion": "add1"}, "unknown"),
    ("phragmen", {}, "unknown"),
)


@pytest.mark.parametrize(("rule", "settings", "name"), COUNTS)
@pytest.mark.parametrize("file_name", ["Netherlands_Assen_2024.pb"])
def test_the_checker_follows_our_counts(
    pabulib: Path,
    capsys: pytest.CaptureFixture[str],
    file_name: str,
    rule: str,
    settings: dict[str, str | bool],
    name: str,
) -> None:
    """The checker recounts the rules it knows: what we write as our outcome is what it finds."""
    file = read(pabulib / file_name)
    election = file.election()
    outcome = count(election, file.profile(), rule=rule, settings=settings, ties=Ties.parse("cheapest,most-votes,file"))
    content = composed(
        election=election,
        ballot_type="approval",
        ballots=[(ballot.voter_id, ballot.payload) for ballot in file.ballots()],
        meta=META | {"rule": rule_name(rule, settings)},
        limits=file.limits(),
        selected=outcome.selected,
    )
    assert f"rule;{name}\n".encode() in content
    assert not errors_found(content, capsys)


@pytest.mark.parametrize(
    ("ballot_type", "payload", "words"),
    [
        ("ranking", {"rank": [["a", "b"]]}, "equal standing"),
        ("amounts", {"amounts": {"a": 1}}, "no amounts ballots"),
        ("best_worst", {"sets": []}, "no best-worst ballots"),
    ],
)
def test_what_the_format_cannot_say_is_refused(ballot_type: str, payload: dict[str, Any], words: str) -> None:
    election = Election(options=(Option("a", 1), Option("b", 1)), budget=1)
    with pytest.raises(NotWritable, match=words):
        composed(election=election, ballot_type=ballot_type, ballots=[("1", payload)], meta=META)


def test_missing_entries_and_codes_with_commas_are_refused() -> None:
    election = Election(options=(Option("a,b", 1),), budget=1)
    with pytest.raises(NotWritable, match="country, rule must be stated"):
        composed(
            election=election,
            ballot_type="approval",
            ballots=[],
            meta={key: value for key, value in META.items() if key not in ("country", "rule")},
        )
    with pytest.raises(NotWritable, match="has a comma"):
        composed(election=election, ballot_type="approval", ballots=[], meta=META)


codes = st.lists(st.text(st.sampled_from("abz019/.-"), min_size=1, max_size=4), min_size=1, max_size=6, unique=True)


@given(st.data())
def test_random_elections_survive(data: st.DataObject) -> None:
    names = data.draw(codes)
    titles = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=6)
    costs = st.integers(0, 10**7)
    options = tuple(Option(name, data.draw(costs), data.draw(titles)) for name in names)
    ballot_type = data.draw(st.sampled_from(["approval", "ranking", "points"]))
    marked = st.lists(st.sampled_from(names), unique=True)
    payload = {
        "approval": marked.map(lambda found: {"approve": sorted(found, key=names.index)}),
        "ranking": marked.map(lambda found: {"rank": found}),
        "points": st.dictionaries(st.sampled_from(names), st.integers(0, 9)).map(lambda found: {"points": found}),
    }[ballot_type]
    ballots = [(str(number), found) for number, found in enumerate(data.draw(st.lists(payload, max_size=6)))]
    election = Election(options=options, budget=data.draw(costs))
    content = composed(election=election, ballot_type=ballot_type, ballots=ballots, meta=META)
    again = read(content)
    assert [option.code for option in again.election().options] == names
    scale = election.unit // again.election().unit
    assert [cost * scale for cost in again.election().costs] == list(election.costs)
    assert [(ballot.voter_id, ballot.payload) for ballot in again.ballots()] == ballots
    assert written(again) == written(again, canonical=True) == content


def test_reading_what_was_written_to_a_path(tmp_path: Path) -> None:
    file = read(text().encode())
    write(file, tmp_path / "copy.pb")
    assert (tmp_path / "copy.pb").read_bytes() == text().encode()
