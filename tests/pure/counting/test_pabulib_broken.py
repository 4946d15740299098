"""Broken files: each gives one named error with its place, in constant memory, on both reading paths."""

from __future__ import annotations

import gzip
import tracemalloc
from pathlib import Path

import pytest

from participation.counting.pabulib import PabulibError, read
from participation.counting.pabulib import reader as reader_module
from participation.counting.pabulib.lines import LONGEST_LINE
from tests.pure.counting.pabulib_files import PROJECTS, VOTES, text

SOUND = text()
POINTS = {"vote_type": "cumulative", "max_sum_points": "10"}
POINTS_PROJECTS = ("project_id;cost", "a;60", "10;30", "9;50")

# what is wrong, the file, the line, the field, words of the message
BROKEN = (
    ("empty", "", None, None, "cut off"),
    ("cut off in META", SOUND[:40], None, None, "cut off"),
    ("cut off before VOTES", SOUND.partition("VOTES")[0], None, None, "before the section VOTES"),
    ("cut off after the marker", SOUND.partition("voter_id")[0], None, None, "has no header"),
    ("cut off in a row", SOUND.partition("v3;a")[0] + "v3", 23, "vote", "cut off before this cell"),
    ("cut off between rows", SOUND.partition("v3;a")[0], 8, "num_votes", "META states 3, the file has 2"),
    ("cut off in a project", text(projects=(*PROJECTS[:3], "9;50;2")), 18, "name", "cut off"),
    ("not an election", "hello;world\n", 1, None, "section META should begin here"),
    (
        "sections in another order",
        SOUND.replace("PROJECTS", "VOTES", 1),
        14,
        None,
        "section PROJECTS should begin here",
    ),
    ("fewer ballots than stated", text(meta={"num_votes": "4"}), 8, "num_votes", "META states 4, the file has 3"),
    ("more ballots than stated", text(meta={"num_votes": "2"}), 8, "num_votes", "META states 2"),
    ("wrong number of projects", text(meta={"num_projects": "4"}), 7, "num_projects", "META states 4, the file has 3"),
    ("number of ballots is a word", text(meta={"num_votes": "many"}), 8, "num_votes", "'many' is not a whole number"),
    ("votes column does not fit", SOUND.replace("a;60;2", "a;60;3"), 16, "votes", "states 3 votes, its ballots are 2"),
    ("negative cost", SOUND.replace("10;30;", "10;-30;"), 17, "cost", "-30 is below zero"),
    ("no cost", SOUND.replace("10;30;", "10;;"), 17, "cost", "there is no amount"),
    ("cost is a word", SOUND.replace("10;30;", "10;cheap;"), 17, "cost", "'cheap' is not a number"),
    ("cost with a decimal comma", SOUND.replace("10;30;", "10;30,5;"), 17, "cost", "'30,5' is not a number"),
    ("endless number", SOUND.replace("10;30;", "10;1e999999999;"), 17, "cost", "is not a number"),
    ("enormous number", SOUND.replace("10;30;", "10;1e80;"), 17, "cost", "too large"),
    ("negative budget", text(meta={"budget": "-1"}), 9, "budget", "below zero"),
    ("no budget", text(meta={"budget": "-"}), None, "budget", "META does not state it"),
    ("unknown vote type", text(meta={"vote_type": "lottery"}), 10, "vote_type", "'lottery' is not one of"),
    ("no vote type", text(meta={"vote_type": "-"}), None, "vote_type", "META does not state it"),
    ("project twice", SOUND.replace("9;50;2", "a;50;2"), 18, "project_id", "'a' is already on line 16"),
    ("voter twice", SOUND.replace("v3;", "v1;"), 23, "voter_id", "'v1' is already on line 21"),
    ("META key twice", SOUND.replace("rule;", "budget;"), 11, "budget", "twice"),
    ("column twice", SOUND.replace("votes;name", "cost;name"), 15, "cost", "this column twice"),
    ("no id", SOUND.replace("10;30;", ";30;"), 17, "project_id", "no id"),
    ("no voter id", SOUND.replace("v2;", ";"), 22, "voter_id", "no voter_id"),
    ("no cost column", SOUND.replace("project_id;cost;", "project_id;price;"), 15, "cost", "no such column"),
    ("no vote column", SOUND.replace("voter_id;vote", "voter_id;choice"), 20, "vote", "no such column"),
    ("no points column", text(meta=POINTS), 21, "points", "need this column"),
    ("unknown project in a ballot", SOUND.replace("v2;9,10", "v2;9,11"), 22, "vote", "'11', which is not in PROJECTS"),
    ("id with a nought more", SOUND.replace("v2;9,10", "v2;09,10"), 22, "vote", "'09'"),
    ("NUL byte in a ballot", SOUND.replace("v2;9", "v2;9\0"), 22, None, "NUL byte"),
    ("NUL byte in META", SOUND.replace("Wear", "Wear\0"), 5, None, "NUL byte"),
    ("quote never closed", SOUND.replace("v2;9,10", 'v2;"9,10'), 22, None, "never closed"),
    ("selected is a word", SOUND.replace("Hedge;0", "Hedge;no"), 17, "selected", "'no' is not a whole number"),
    (
        "points missing",
        text(meta=POINTS, projects=POINTS_PROJECTS, votes=("voter_id;vote;points", "v1;a,9;3")),
        22,
        "points",
        "2 projects but 1 numbers of points",
    ),
    (
        "points are a word",
        text(meta=POINTS, projects=POINTS_PROJECTS, votes=("voter_id;vote;points", "v1;a,9;3,x")),
        22,
        "points",
        "'x' is not a whole number of points",
    ),
    (
        "negative points",
        text(meta=POINTS, projects=POINTS_PROJECTS, votes=("voter_id;vote;points", "v1;a,9;3,-1")),
        22,
        "points",
        "-1 is below zero",
    ),
    (
        "score does not fit",
        text(
            meta=POINTS,
            projects=("project_id;cost;score", "a;60;4", "9;50;0"),
            votes=("voter_id;vote;points", "v1;a;3"),
        ),
        17,
        "score",
        "states a score of 4, its points are 3",
    ),
)


@pytest.mark.parametrize("compiled", [False, True], ids=["reference", "compiled"])
@pytest.mark.parametrize(
    ("content", "line", "field", "words"), [case[1:] for case in BROKEN], ids=[c[0] for c in BROKEN]
)
def test_a_broken_file_names_its_place(
    monkeypatch: pytest.MonkeyPatch, compiled: bool, content: str, line: int | None, field: str | None, words: str
) -> None:
    monkeypatch.setattr(reader_module, "WORTH_COMPILED", 0)
    with pytest.raises(PabulibError) as refusal:
        read(content.encode(), name="small.pb", compiled=compiled)
    assert words in refusal.value.message
    assert refusal.value.message.startswith("small.pb: ")
    assert "\n" not in refusal.value.message
    if line is not None:
        assert refusal.value.line == line
    assert refusal.value.field == field
    assert refusal.value.status == 422


@pytest.mark.parametrize("compiled", [False, True], ids=["reference", "compiled"])
def test_text_in_another_encoding(monkeypatch: pytest.MonkeyPatch, compiled: bool) -> None:
    monkeypatch.setattr(reader_module, "WORTH_COMPILED", 0)
    votes = ("voter_id;vote;district", "v1;a,9;Łódź", "v2;9,10;Kraków", "v3;a;x")
    content = text(votes=votes).encode()
    assert read(content, compiled=compiled).voters == 3
    with pytest.raises(PabulibError, match=r"line 22: the text is not UTF-8"):
        read(content.replace("Kraków".encode(), "Kraków".encode("cp1250")), compiled=compiled)


def test_a_compressed_file_that_is_cut_off_or_damaged(tmp_path: Path) -> None:
    packed = gzip.compress(text(votes=(VOTES[0], *(f"v{n};a" for n in range(5000))), meta={"num_votes": "-"}).encode())
    with pytest.raises(PabulibError, match="cut off"):
        read(packed[:-20], name="cut.pb.gz")
    with pytest.raises(PabulibError, match=r"damaged|cut off|UTF-8"):
        read(packed[:400] + b"\xff" * 40 + packed[440:], name="damaged.pb.gz")
    with pytest.raises(PabulibError, match="damaged"):
        read(packed[:-8] + b"\0" * 8, name="checksum.pb.gz")


def test_a_path_that_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(PabulibError, match=r"absent\.pb: the file cannot be opened \(No such file or directory\)"):
        read(tmp_path / "absent.pb")
    with pytest.raises(PabulibError, match="Is a directory"):
        read(tmp_path)


@pytest.mark.parametrize("place", ["META", "VOTES"])
@pytest.mark.parametrize("packed", [False, True], ids=["plain", "gzip"])
def test_a_line_of_a_gigabyte_costs_a_few_megabytes(tmp_path: Path, place: str, packed: bool) -> None:
    """The line is not written out: a sparse file of NUL bytes, or a gzip stream that unpacks to letters."""
    head = text().partition("v2;")[0] if place == "VOTES" else "META\nkey;value\ndescription;"
    path = tmp_path / "endless.pb"
    if packed:
        with gzip.open(path, "wb", compresslevel=1) as target:
            target.write(head.encode())
            for _ in range(64):
                target.write(b"a" * (1 << 20))
    else:
        path.write_bytes(head.encode())
        with path.open("r+b") as target:
            target.truncate(1 << 30)
    tracemalloc.start()
    try:
        with pytest.raises(PabulibError, match=r"NUL byte|longer than"):
            read(path)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 24 * LONGEST_LINE


def test_the_longest_line_is_the_same_on_both_paths(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader_module, "WORTH_COMPILED", 0)
    for length, fits in ((LONGEST_LINE - 1, True), (LONGEST_LINE, False)):
        row = "v2;a;" + "x" * (length - 5)
        content = text(votes=("voter_id;vote;note", "v1;9;", row), meta={"num_votes": "-"})
        content = content.replace(";60;2", ";60;1").replace(";30;1", ";30;0").replace(";50;2", ";50;1")
        for compiled in (False, True):
            if fits:
                assert read(content.encode(), compiled=compiled).voters == 2
                continue
            with pytest.raises(PabulibError, match=r"line 2[12]: the line is longer than"):
                read(content.encode(), compiled=compiled)


def test_endless_sections_stop(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("participation.counting.pabulib.head.MOST_ROWS", 2)
    with pytest.raises(PabulibError, match="more than 2 rows"):
        read(text().encode())
