"""The report: tagged, titled, in the right language, with every value of the document in it."""

from __future__ import annotations

import dataclasses
import io
import itertools
from collections.abc import Iterator
from datetime import date

import pikepdf
import pytest

from participation.exports import Across, Column, Document, Missing, Table, write
from participation.exports.reading import COLUMNS_A_PART, parts_of, sentences_of, set_for_print
from participation.exports.typeface import LOZENGE, covered, showable
from tests.pure.exports.documents import document


def opened(value: Document) -> pikepdf.Pdf:
    return pikepdf.open(io.BytesIO(write(value, "pdf")))


@pytest.fixture(scope="module")
def report() -> pikepdf.Pdf:
    return opened(document())


def elements(node: pikepdf.Object) -> Iterator[pikepdf.Object]:
    """Every structure element below a node, in reading order."""
    if isinstance(node, pikepdf.Array):
        for child in node:
            yield from elements(child)
    elif isinstance(node, pikepdf.Dictionary) and ("/S" in node or node.get("/Type") == "/StructTreeRoot"):
        if "/S" in node:
            yield node
        if "/K" in node:
            yield from elements(node.K)


def tags(pdf: pikepdf.Pdf) -> list[str]:
    return [str(element.S).removeprefix("/") for element in elements(pdf.Root.StructTreeRoot)]


def test_it_says_that_it_is_tagged_and_follows_pdf_ua(report: pikepdf.Pdf) -> None:
    assert report.Root.MarkInfo.Marked
    with report.open_metadata() as meta:
        assert meta["pdfuaid:part"] == "1"
        assert meta["dc:title"] == "Resident needs summary: Parks & roads"


def test_title_and_language_are_what_a_reader_announces(report: pikepdf.Pdf) -> None:
    assert report.Root.ViewerPreferences.DisplayDocTitle
    assert str(report.Root.Lang) == "en-GB"
    welsh = opened(dataclasses.replace(document(), language="cy"))
    assert str(welsh.Root.Lang) == "cy"


def test_headings_go_down_one_level_at_a_time(report: pikepdf.Pdf) -> None:
    levels = [int(tag[1]) for tag in tags(report) if tag[0] == "H" and tag[1:].isdigit()]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(below - above <= 1 for above, below in itertools.pairwise(levels))


def test_tables_are_tables_with_headings_of_columns(report: pikepdf.Pdf) -> None:
    found = tags(report)
    assert found.count("Table") == len([table for table in document().tables if table.rows])
    headings = [element for element in elements(report.Root.StructTreeRoot) if element.S == "/TH"]
    assert len(headings) == sum(len(table.columns) for table in document().tables if table.rows)
    scopes = {str(attributes.get("/Scope")) for heading in headings for attributes in _attributes(heading)}
    assert "/Column" in scopes
    cells = sum(len(table.rows) * len(table.columns) for table in document().tables)
    assert found.count("TD") == cells


def _attributes(element: pikepdf.Object) -> list[pikepdf.Object]:
    given = element.A
    return list(given) if isinstance(given, pikepdf.Array) else [given]


def test_fonts_travel_with_the_file(report: pikepdf.Pdf) -> None:
    fonts = [
        one for one in report.objects if isinstance(one, pikepdf.Dictionary) and one.get("/Type") == "/FontDescriptor"
    ]
    assert fonts
    assert all("/FontFile3" in font or "/FontFile2" in font for font in fonts)


def test_a_wide_table_is_set_in_parts_that_name_their_rows_again() -> None:
    columns = (Column("code", "Code"), *(Column(f"n{i}", f"Number {i}", "number") for i in range(14)))
    wide = Table("wide", "Wide", columns, (("A", *range(14)), ("B", *range(14))), ("code",))
    parts = parts_of(wide)
    assert [len(part.headings) for part in parts] == [1 + COLUMNS_A_PART, 1 + COLUMNS_A_PART, 3]
    assert all(part.rows[0][0] == "A" for part in parts)
    assert [heading for part in parts for heading in part.headings[1:]] == [column.title for column in columns[1:]]
    assert parts[1].title == "Wide, part 2 of 3"
    found = tags(opened(Document("Wide", date(2026, 1, 1), (wide,))))
    assert found.count("Table") == 3
    assert found.count("H3") == 3


def test_values_read_as_in_the_workbooks() -> None:
    part = parts_of(document().tables[0])[0]
    assert part.headings == ("Ward", "Code", "People [note 1]", "Share [note 2]", "Cost", "Day")
    assert part.rows[0] == ("Abbey", "E1", "1,234", "12.3%", "£1,234.56", "1 March 2026")
    assert part.rows[1] == ("Bridge", "E2", "[c]", "[c]", "-£0.05", "2 March 2026")


@pytest.mark.parametrize(
    "words",
    [
        "#set page(width: 1cm)",
        '"; panic("x") //',
        "$x$ *bold* _it_ `raw` <label> @ref",
        "😀 日本語 عربى",
        "ŵ ŷ Ŵ Ŷ",
        "a\u200db\ufe0f",
    ],
)
def test_any_words_are_data_and_never_stop_the_report(words: str) -> None:
    table = Table("words", words, (Column("code", words or "Code"),), ((words,),), ("code",))
    value = Document(words, date(2026, 1, 1), (table,), facts=((words, words),), paragraphs=(words,), publisher=words)
    pdf = opened(value)
    assert len(pdf.pages) == 1
    assert pdf.pages[0].mediabox[2] > 800


def test_the_typeface_has_the_letters_of_welsh_and_a_lozenge_for_the_rest() -> None:
    assert all(ord(letter) in covered() for letter in "ŵŷŴŶâêîôûïëàèéòçñ£–—‘’“”…" + LOZENGE)
    assert showable("Tŷ 😀 ＝1 e\u0301 a\u200db") == f"Tŷ {LOZENGE} =1 é ab"


def long_list(rows: int = 12) -> Table:
    """Needs by ward, one line each: the first ward is hidden for every need, and the last need for every ward."""
    return Table(
        "needs_by_ward",
        "Needs by ward",
        (Column("code", "Code"), Column("need", "Need"), Column("ward_code", "Ward code"), Column("ward", "Ward"),
         Column("people", "People", "number"), Column("share", "Share", "share")),
        tuple(
            (f"N{n}", "The same title", f"W{w}", f"Ward {w}",
             Missing("c") if not w or n == rows - 1 else 10 * n + w, Missing("x") if w != 2 else 0.25)
            for n in range(rows) for w in range(9)
        ),
        ("code", "ward_code"),
        across=Across("code", "need", "ward", ("people", "share")),
    )  # fmt: skip


def test_a_long_list_of_groups_is_set_as_a_grid_that_leaves_out_what_is_hidden_everywhere() -> None:
    parts = parts_of(long_list())
    assert [part.headings for part in parts] == [
        ("Need", *(f"Ward {w}" for w in range(1, 7))), ("Need", "Ward 7", "Ward 8"),
    ]  # fmt: skip
    assert len(parts[0].rows) == 11
    assert parts[0].rows[3] == ("The same title", "31", "32 (25%)", "33", "34", "35", "36")
    said = sentences_of(long_list())
    assert "No number can be shown for: Ward 0." in said
    assert "No number can be shown for 1 of the 12 rows." in said
    assert tags(opened(Document("Grid", date(2026, 1, 1), (long_list(),)))).count("Table") == 2


def test_what_is_read_first_comes_before_the_appendix_and_nothing_is_lost() -> None:
    table = document().tables[0]
    short = dataclasses.replace(table, short=("ward", "people"), short_rows=1)
    told = dataclasses.replace(table, name="again", on_paper=("ward", "Abbey"))
    found = set_for_print(dataclasses.replace(document(), tables=(short, told)))
    assert [one.name for one in found] == [f"first_{table.name}", "appendix", table.name, "again"]
    assert found[0].parts[0].rows == (("Abbey", "1,234"),)
    assert found[0].sentences[-1].startswith(f"The first 1 of {len(table.rows)}")
    assert found[2].parts == parts_of(table)
    assert [row[0] for row in found[3].parts[0].rows] == ["Abbey"]
    assert "Set here: the 1 of" in found[3].sentences[-1]
