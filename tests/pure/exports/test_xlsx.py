"""The workbook against the accessible-spreadsheet checklist (UK notes, section 9), read back by another library."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from datetime import date, datetime

import openpyxl
import pytest
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from participation.exports import Column, Document, Table, write
from participation.exports.sheets import CUT, TEXT_LIMIT
from tests.pure.exports.documents import NASTY, document


@pytest.fixture(scope="module")
def raw() -> bytes:
    return write(document(), "xlsx")


@pytest.fixture(scope="module")
def book(raw: bytes) -> Workbook:
    return openpyxl.load_workbook(io.BytesIO(raw))


def table_sheets(book: Workbook) -> Iterator[Worksheet]:
    yield from (book[name] for name in book.sheetnames if name != "Cover")


def test_sheets_are_cover_contents_notes_then_tables(book: Workbook) -> None:
    assert book.sheetnames == ["Cover", "Contents", "Notes", "1_Who_took_part", "2_Words", "3_Empty"]


def test_document_title_and_language(book: Workbook) -> None:
    assert book.properties.title == "Resident needs summary: Parks & roads"
    assert book.custom_doc_props["Language"].value == "en-GB"


def test_titles_in_a1_and_what_is_on_the_sheet_in_a2(book: Workbook) -> None:
    for sheet in book:
        assert sheet["A1"].value
        assert sheet["A1"].font.b
        assert sheet["A1"].font.sz > 12
        assert re.search(r"\btables?\b", sheet["A2"].value)


def test_one_named_table_a_sheet_that_starts_in_column_a_with_nothing_below(book: Workbook) -> None:
    for sheet in table_sheets(book):
        if sheet.title == "3_Empty":
            assert not sheet.tables
            continue
        (table,) = sheet.tables.values()
        assert " " not in table.displayName
        first, last = table.ref.split(":")
        assert first.startswith("A")
        assert sheet[last].row == sheet.max_row
        assert sheet[last].column == sheet.max_column


def test_headers_are_unique_and_every_cell_is_filled(book: Workbook) -> None:
    for sheet in table_sheets(book):
        for table in sheet.tables.values():
            header, *body = sheet[table.ref]
            names = [cell.value for cell in header]
            assert all(names)
            assert len(set(names)) == len(names)
            assert all(cell.value not in (None, "") for row in body for cell in row)


def test_nothing_merged_frozen_filtered_hidden_or_coloured(book: Workbook) -> None:
    for sheet in book:
        assert not sheet.merged_cells.ranges
        assert sheet.freeze_panes is None
        assert sheet.auto_filter.ref is None
        assert all(table.autoFilter is None for table in sheet.tables.values())
        assert all(not dimension.hidden for dimension in sheet.row_dimensions.values())
        assert all(not dimension.hidden for dimension in sheet.column_dimensions.values())
        assert all(cell.fill.fill_type is None for row in sheet for cell in row)


def test_text_wraps_in_a_plain_font_of_twelve_points_or_more(book: Workbook) -> None:
    for sheet in book:
        for row in sheet:
            for cell in row:
                if cell.value is not None:
                    assert cell.alignment.wrap_text, (sheet.title, cell.coordinate)
                    assert cell.font.name == "Arial"
                    assert cell.font.sz >= 12


def test_note_marks_are_in_headings_and_on_the_notes_sheet(book: Workbook) -> None:
    headings = [
        cell.value for cell in book["1_Who_took_part"][next(iter(book["1_Who_took_part"].tables.values())).ref][0]
    ]
    assert "People [note 1]" in headings
    assert [cell.value for cell in book["Notes"]["A"]][-2:] == ["note 1", "note 2"]


def test_shorthand_is_explained_on_the_cover(book: Workbook) -> None:
    cover = [cell.value for cell in book["Cover"]["A"]]
    assert "[c] means hidden, so that nobody can be identified." in cover
    assert any("[c], [x]" in str(cell.value) for cell in book["1_Who_took_part"]["A"])


def test_contents_lead_to_the_sheets(book: Workbook) -> None:
    links = [cell.hyperlink.location for cell in book["Contents"]["A"] if cell.hyperlink]
    assert links == ["'Notes'!A1", "'1_Who_took_part'!A1", "'2_Words'!A1", "'3_Empty'!A1"]


def test_values_are_typed(book: Workbook) -> None:
    sheet = book["1_Who_took_part"]
    (table,) = sheet.tables.values()
    rows = [[cell.value for cell in row] for row in sheet[table.ref]][1:]
    assert rows[0] == ["E1", "Abbey", 1234, 0.1234, 1234.56, datetime.fromisoformat("2026-03-01")]
    assert rows[1][2:5] == ["[c]", "[c]", -0.05]
    assert rows[2][2:] == [0, 0, 0, "[x]"]


def test_no_cell_is_a_formula_and_text_that_looks_like_one_is_quoted(book: Workbook, raw: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(raw)) as parts:
        for name in parts.namelist():
            if name.startswith("xl/worksheets/sheet"):
                assert b"<f>" not in parts.read(name)
    sheet = book["2_Words"]
    (table,) = sheet.tables.values()
    cells = [row[1] for row in sheet[table.ref]][1:]
    assert [cell.value.strip() for cell in cells] == [text.strip() for text in NASTY]
    assert all(cell.data_type == "s" and cell.quotePrefix for cell in cells)


def test_text_too_long_for_excel_is_cut_and_says_so() -> None:
    table = Table("long", "Long", (Column("code", "Code"),), (("x" * 40_000,),), ("code",))
    book = openpyxl.load_workbook(io.BytesIO(write(Document("Long", date(2026, 1, 1), (table,)), "xlsx")))
    text = book["1_Long"].cell(book["1_Long"].max_row, 1).value
    assert len(text) == TEXT_LIMIT
    assert text.endswith(CUT)


def test_long_table_names_give_short_unique_sheet_names() -> None:
    tables = tuple(
        Table(f"who_took_part_in_the_longest_exercise_{n}", "T", (Column("code", "Code"),), (), ("code",))
        for n in range(12)
    )
    book = openpyxl.load_workbook(io.BytesIO(write(Document("Long", date(2026, 1, 1), tables), "xlsx")))
    assert len(set(book.sheetnames)) == len(book.sheetnames) == 14
    assert all(len(name) <= 31 for name in book.sheetnames)


def test_empty_cells_are_explained() -> None:
    table = Table("gaps", "Gaps", (Column("code", "Code"), Column("text", "Text")), (("a", ""),), ("code",))
    book = openpyxl.load_workbook(io.BytesIO(write(Document("Gaps", date(2026, 1, 1), (table,)), "xlsx")))
    assert "An empty cell means that there is nothing to say there." in [cell.value for cell in book["1_Gaps"]["A"]]
