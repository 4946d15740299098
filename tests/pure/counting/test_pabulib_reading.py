"""Every quirk of the public files is read, and written back as it was."""

from __future__ import annotations

import csv
import gzip
import io
import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from participation.counting.pabulib import PabulibError, PabulibFile, read, with_meta, with_selected, write
from participation.counting.pabulib import reader as reader_module
from participation.counting.pabulib.cells import OpenQuote, join_cells, split_cells
from participation.counting.pabulib.numbers import common_scale, in_units, read_number, written
from tests.pure.counting.pabulib_files import ELECTIONS, cells_of, every_file, text


def unpacked(path: Path) -> bytes:
    content = path.read_bytes()
    return gzip.decompress(content) if path.suffix == ".gz" else content


def bytes_of(file: PabulibFile, *, canonical: bool = False) -> bytes:
    target = io.BytesIO()
    write(file, target, canonical=canonical)
    return target.getvalue()


def test_every_file_is_written_back_byte_for_byte(pabulib: Path) -> None:
    files = every_file(pabulib)
    assert len(files) >= 59
    for path in files:
        assert bytes_of(read(path)) == unpacked(path), path.name


@pytest.mark.parametrize("name", ELECTIONS)
def test_the_compiled_path_reads_what_the_reference_reads(pabulib: Path, name: str) -> None:
    reference, compiled = read(pabulib / name, compiled=False), read(pabulib / name)
    assert reference.warnings == compiled.warnings
    assert reference.repeats == compiled.repeats
    assert np.array_equal(reference.columns.starts, compiled.columns.starts)
    assert np.array_equal(reference.columns.projects, compiled.columns.projects)
    if reference.columns.points is not None:
        assert np.array_equal(reference.columns.points, compiled.columns.points)


@pytest.mark.parametrize("name", ELECTIONS)
def test_votes_and_scores_are_those_recounted_independently(pabulib: Path, name: str) -> None:
    known = json.loads((pabulib / "expected" / (name.split(".pb")[0] + ".json")).read_text())
    file = read(pabulib / name)
    profile = file.profile()
    assert file.voters == profile.ballots == known["voters"]
    codes = [option.code for option in profile.election.options]
    assert dict(zip(codes, profile.votes, strict=True)) == known["votes_counted"]
    if known["real_selected"] is not None:
        assert sorted(file.selected or ()) == known["real_selected"]
        assert {code: value for value, codes in known["real_selected_other_flags"].items() for code in codes} == {
            code: str(value) for code, value in file.selected_otherwise.items()
        }


def test_ballots_come_one_by_one_with_their_line(pabulib: Path) -> None:
    path = pabulib / "Poland_Warszawa_2018_Bielany.pb"
    file = read(path)
    lines = unpacked(path).decode().splitlines()
    over = 0
    for ballot in file.ballots():
        voter_id, vote = lines[ballot.line - 1].split(";")[:2]
        assert ballot.voter_id == voter_id
        assert set(ballot.payload["approve"]) == set(vote.split(","))
        over += bool(ballot.remarks)
    assert over == 10  # dearer than max_sum_cost: accepted, and flagged


def test_line_ends_marks_and_blank_lines_are_all_read() -> None:
    plain = text()
    variants = {
        "windows": plain.replace("\n", "\r\n"),
        "mixed": plain.replace("\n", "\r\n", 5),
        "no line end at the end": plain.rstrip("\n"),
        "byte order mark": "\ufeff" + plain,
        "blank lines": plain.replace("PROJECTS\n", "\n\nPROJECTS\n") + "\n\n",
        "blanks around cells": plain.replace("v1;a,9", " v1 ; a , 9 "),
        "small letters": plain.replace("PROJECTS\n", "projects\n"),
    }
    for name, variant in variants.items():
        for content in (variant.encode(), gzip.compress(variant.encode())):
            file = read(content)
            assert [ballot.payload for ballot in file.ballots()] == [
                {"approve": ["a", "9"]},
                {"approve": ["10", "9"]},
                {"approve": ["a"]},
            ], name
            assert file.selected == ("a",)
            assert bytes_of(file) == variant.encode(), name


def test_ids_stay_text_and_keep_their_order() -> None:
    election = read(text().encode()).election()
    assert [option.code for option in election.options] == ["a", "10", "9"]
    odd = ("project_id;cost", "007;1", "7;2", "2025/GRA/0001;3", "BO.D4.85/25;4")
    file = read(text(projects=odd, votes=("voter_id;vote", "1;7,007", "2;BO.D4.85/25")).encode())
    assert [option.code for option in file.election().options] == ["007", "7", "2025/GRA/0001", "BO.D4.85/25"]
    assert file.profile().votes == (1, 1, 0, 1)


def test_quoted_cells_may_hold_separators_quotes_and_line_ends() -> None:
    projects = (
        "project_id;cost;name",
        'a;60;"Bus ""shelter""; Mere Knolls"',
        '10;30;A "green" hedge',
        '9;50;"two\nlines"',
    )
    content = text(projects=projects).encode()
    file = read(content)
    assert [option.title for option in file.election().options] == [
        'Bus "shelter"; Mere Knolls',
        'A "green" hedge',
        "two\nlines",
    ]
    assert bytes_of(file) == content
    assert cells_of(read(bytes_of(file, canonical=True))) == cells_of(file)
    first_ballot = next(file.ballots())
    assert content.decode().splitlines()[first_ballot.line - 1] == "v1;a,9"


def test_a_missing_value_is_written_none() -> None:
    projects = ("project_id;cost;votes;category;selected", "a;60;None;None;1", "10;30;1;Parks,Play;2", "9;50;;;None")
    file = read(text(projects=projects).encode())
    assert [option.tags for option in file.election().options] == [(), ("category:Parks", "category:Play"), ()]
    assert file.selected == ("a",)
    assert file.selected_otherwise == {"10": 2}


def test_no_outcome_is_not_an_empty_outcome() -> None:
    projects = ("project_id;cost", "a;60", "10;30", "9;50")
    assert read(text(projects=projects).encode()).selected is None


def test_decimal_amounts_are_exact() -> None:
    projects = ("project_id;cost", "a;4000.0", "10;0.1", "9;0.25")
    election = read(text(meta={"budget": "2458488.22"}, projects=projects).encode()).election()
    assert election.unit == 100
    assert election.budget == 245848822
    assert election.costs == (400000, 10, 25)
    assert election.money(election.budget) == "2,458,488.22"


def test_the_sentinel_cost_is_an_ordinary_number() -> None:
    projects = ("project_id;cost", "a;999999999", "10;30", "9;50")
    assert read(text(projects=projects).encode()).election().costs == (999999999, 30, 50)


def test_a_project_named_twice_counts_once_and_is_reported() -> None:
    votes = ("voter_id;vote", "v1;a,9,a", "v2;9,10", "v3;a")
    file = read(text(votes=votes).encode())
    assert file.profile().votes == (2, 1, 2)
    assert [(repeat.line, repeat.voter_id) for repeat in file.repeats] == [(21, "v1")]
    assert any("line 21" in warning for warning in file.warnings)
    assert file.profile().remarks


def test_a_votes_column_may_count_a_repeated_project_each_time() -> None:
    projects = ("project_id;cost;votes", "a;60;3", "10;30;1", "9;50;2")
    votes = ("voter_id;vote", "v1;a,9,a", "v2;9,10", "v3;a")
    assert read(text(projects=projects, votes=votes).encode()).profile().votes == (2, 1, 2)


def test_points_for_a_project_named_twice_are_added_up(pabulib: Path) -> None:
    file = read(pabulib / "Poland_Czestochowa_2020.pb")
    [repeat] = file.repeats
    ballot = next(ballot for ballot in file.ballots() if ballot.line == repeat.line)
    assert ballot.payload == {"points": {"579": 4}}


def test_points_on_a_ranking_are_not_needed() -> None:
    votes = ("voter_id;vote;points", "v1;9,a;2,1", "v2;10,9,a;3,2,1", "v3;a;None")
    projects = ("project_id;cost", "a;60", "10;30", "9;50")
    file = read(text(meta={"vote_type": "ordinal", "max_length": "3"}, projects=projects, votes=votes).encode())
    assert file.ballot_type == "ranking"
    assert [ballot.payload for ballot in file.ballots()] == [
        {"rank": ["9", "a"]},
        {"rank": ["10", "9", "a"]},
        {"rank": ["a"]},
    ]
    assert file.election().top_points == 3


def test_scoring_ballots_give_the_default_score_to_the_rest() -> None:
    votes = ("voter_id;vote;points", "v1;9,a;5,-2", "v2;;")
    projects = ("project_id;cost", "a;60", "10;30", "9;50")
    meta = {"vote_type": "scoring", "default_score": "1"}
    file = read(text(meta=meta, projects=projects, votes=votes).encode())
    assert [ballot.payload["points"] for ballot in file.ballots()] == [
        {"a": -2, "10": 1, "9": 5},
        {"a": 1, "10": 1, "9": 1},
    ]
    assert [list(zip(options, values, strict=True)) for _, options, values in file.profile().rows()] == [
        [(0, -2), (1, 1), (2, 5)],
        [(0, 1), (1, 1), (2, 1)],
    ]


def test_empty_ballots_are_ballots() -> None:
    file = read(
        text(votes=("voter_id;vote", "v1;", "v2;9"))
        .encode()
        .replace(b"a;60;2", b"a;60;0")
        .replace(b"10;30;1", b"10;30;0")
        .replace(b"9;50;2", b"9;50;1")
    )
    assert file.profile().ballots == 2
    assert file.profile().votes == (0, 0, 1)


def test_wards_and_categories_become_tags() -> None:
    projects = ("project_id;cost;category;district", "a;60;Parks,Play;Bede", "10;30;Streets;Cleadon", "9;50;;Bede")
    options = read(text(projects=projects).encode()).election().options
    assert [option.tagged("ward") for option in options] == [("Bede",), ("Cleadon",), ("Bede",)]
    assert options[0].tagged("category") == ("Parks", "Play")


def test_limits_of_the_file() -> None:
    meta = {"min_length": "2", "max_length": "5", "max_sum_cost": "80.5", "min_project_score_threshold": "12"}
    file = read(text(meta=meta).encode())
    limits = file.limits()
    assert (limits.min_choices, limits.max_choices, limits.max_total) == (2, 5, 80)
    assert file.election().threshold == 12


def test_an_outcome_and_an_entry_can_be_replaced_and_the_rest_stays() -> None:
    content = text().replace("\n", "\r\n").encode()
    file = read(content)
    changed = bytes_of(with_meta(with_selected(file, ["9"]), rule="equalshares", comment="#1: Counted again"))
    expected = content.replace(b"rule;greedy\r\n", b"rule;equalshares\r\n")
    expected = expected.replace(b"PROJECTS\r\n", b"comment;#1: Counted again\r\nPROJECTS\r\n")
    expected = expected.replace(b"Bus shelter;1", b"Bus shelter;0").replace(b"Bench;0", b"Bench;1")
    assert changed == expected
    assert with_selected(file, ["9"]).selected == ("9",)


def test_missing_entries_that_a_count_does_not_need_are_warnings() -> None:
    file = read(text(meta={"date_end": "-", "num_votes": "-"}).encode())
    assert file.warnings == ("META does not state num_votes", "META does not state date_end")


cell_text = st.text(st.characters(exclude_characters="\r\n", exclude_categories=("Cs",)), max_size=8) | st.text(
    st.sampled_from('";, a'), max_size=8
)


@given(st.lists(cell_text, min_size=1, max_size=5))
def test_cells_survive_writing(cells: list[str]) -> None:
    assert split_cells(join_cells(cells)) == cells


@given(st.text(st.sampled_from('";a '), max_size=12))
def test_cells_are_split_as_the_csv_module_splits_them(line: str) -> None:
    try:
        cells = split_cells(line)
    except OpenQuote:
        with pytest.raises(csv.Error):
            next(csv.reader([line], delimiter=";", strict=True))
        return
    if line:
        assert cells == next(csv.reader([line], delimiter=";"))


@given(st.decimals(min_value=0, max_value=10**9, places=4), st.decimals(min_value=0, max_value=10**9, places=2))
def test_amounts_survive_writing(budget: object, cost: object) -> None:
    amounts = [number for text in (str(budget), str(cost)) if (number := read_number(text)) is not None]
    scale = common_scale(amounts)
    for amount in amounts:
        assert read_number(written(in_units(amount, scale), scale)) == amount


plain_cell = st.text(st.sampled_from("a109,"), max_size=6)
odd_cell = st.text(st.sampled_from('a109,; "\r\n\tłM.-x\u00a0'), max_size=8)


@given(st.lists(st.lists(plain_cell | odd_cell, min_size=1, max_size=4), max_size=8), st.sampled_from(["\n", "\r\n"]))
def test_both_paths_agree_on_any_text(rows: list[list[str]], newline: str) -> None:
    """Whatever stands in VOTES: the same columns, or the same error."""
    lines = [f"v{number};" + ";".join(cells) for number, cells in enumerate(rows)]
    meta = {"vote_type": "cumulative", "max_sum_points": "9", "num_votes": "-"}
    projects = ("project_id;cost", "a;60", "10;30", "9;50")
    content = text(meta=meta, projects=projects, votes=("voter_id;vote;points", *lines)).replace("\n", newline).encode()
    results = []
    for compiled in (False, True):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(reader_module, "WORTH_COMPILED", 0)
            try:
                columns = read(content, compiled=compiled).columns
            except PabulibError as refusal:
                results.append((refusal.message,))
                continue
            assert columns.points is not None
            arrays = (columns.starts.tolist(), columns.projects.tolist(), columns.points.tolist(), columns.repeats)
            results.append(arrays)  # type: ignore[arg-type]  # two kinds of result, compared and nothing else
    assert results[0] == results[1]


def test_blocks_end_anywhere(monkeypatch: pytest.MonkeyPatch) -> None:
    votes = ("voter_id;vote;note", *(f'v{n};a,9;"many\n\nlines;"' if n % 7 == 0 else f"v{n};9,10;é" for n in range(60)))
    content = text(projects=("project_id;cost", "a;60", "10;30", "9;50"), votes=votes).encode()
    monkeypatch.setattr(reader_module, "WORTH_COMPILED", 0)
    whole = read(content)
    lines = [ballot.line for ballot in whole.ballots()]
    assert whole.voters == 60
    assert lines[:3] == [21, 24, 25]
    assert lines[8] - lines[7] == 3
    for size in (1, 5, 64, 700):
        monkeypatch.setattr(reader_module, "BLOCK", size)
        for compiled in (False, True):
            part = read(content, compiled=compiled)
            assert np.array_equal(part.columns.starts, whole.columns.starts)
            assert np.array_equal(part.columns.projects, whole.columns.projects)
    with pytest.raises(PabulibError, match="line 29, field vote: the ballot names the project 'x'"):
        read(content.replace(b"v6;9", b"v6;x"))


def test_without_the_compiler_the_reference_path_reads(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader_module, "WORTH_COMPILED", 0)
    expected = read(text().encode()).columns

    def absent(name: str) -> None:
        raise ImportError(name)

    monkeypatch.setattr(reader_module.importlib, "import_module", absent)
    reader_module._tokeniser.cache_clear()
    try:
        columns = read(text().encode()).columns
    finally:
        reader_module._tokeniser.cache_clear()
    assert np.array_equal(columns.starts, expected.starts)
    assert np.array_equal(columns.projects, expected.projects)
