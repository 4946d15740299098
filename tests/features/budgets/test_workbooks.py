"""The ministry's ODS originals say the same as the sheets saved as CSV; other workbooks are explained."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from participation.budgets.ministry import tidied
from participation.councils import spreadsheets
from participation.councils.spreadsheets import sheets_in, text_of_cell
from participation.councils.tables import table_of
from participation.errors import ImportRefused
from tests.features.budgets.test_import import RA, RSX, imported, lambeth
from tests.features.budgets.workbooks import COVER, NOTES, hidden, ods, rows_of

LAMBETH = "E09000022"
Rows = list[list[str]]


@pytest.mark.parametrize("path", [RA, RSX])
def test_the_original_says_what_the_saved_sheet_says(path: Path) -> None:
    book = ods(Cover=COVER, Notes=NOTES, Data=rows_of(path))
    saved = tidied(path.name, path.read_bytes(), LAMBETH)
    original = tidied(path.name, book, LAMBETH)
    assert [row.cells for row in original.rows] == [row.cells for row in saved.rows]
    assert original.source == saved.source
    assert [row.number for row in original.rows] == [row.number for row in saved.rows]


def test_a_councils_own_workbook_may_begin_with_a_cover(app: Flask) -> None:
    """The sheet whose columns are known is the table, by our names or by the usual ones of a register."""
    lambeth()
    people = [["People of Exampleton"], [], ["date", "residents", "households"], ["2026-06-30", "12345", "5000"]]
    examined = imported("lambeth", Path("people.ods"), ods(Empty=[], Cover=COVER, Notes=NOTES, Data=people))
    assert (examined.kind.name, examined.table.header) == ("population", 3)
    register = [["Reference number", "Contract title", "Supplier name"], ["C1", "Home care", "Kind Hands"]]
    assert imported("lambeth", Path("c.ods"), ods(Cover=COVER, Notes=NOTES, Data=register)).kind.name == "contracts"
    with pytest.raises(ImportRefused, match="row 4: residents must be"):
        imported("lambeth", Path("people.ods"), ods(Cover=COVER, Data=[*people[:3], ["2026-06-30", "many", ""]]))
    with pytest.raises(ImportRefused, match="row 1: has no column supplier"):
        imported("lambeth", Path("c.ods"), ods(Cover=COVER, Notes=NOTES, Data=[["Ref", "Contract title"], ["1", "2"]]))


def test_an_original_is_imported_without_a_change(app: Flask) -> None:
    lambeth()
    difference = imported("lambeth", Path("rsx.ods"), ods(Cover=COVER, Data=rows_of(RSX))).difference
    assert (len(difference.kept), difference.changes, difference.gone) == (13, (), ())


def test_a_table_of_classes_of_councils_is_not_taken_for_the_councils() -> None:
    """Such a table has the header of the councils and no codes above it."""
    classes = [["Totals by class"], ["ONS Code", "Local authority", "Education"], ["E12000007", "London boroughs", "1"]]
    table = tidied("rsx.ods", ods(Classes=classes, Data=rows_of(RSX)), LAMBETH)
    assert len(table.rows) == 14


def test_a_wrong_cell_of_a_workbook_is_named() -> None:
    rows = rows_of(RA)
    place = next(number for number, row in enumerate(rows) if LAMBETH in row)
    rows[place] = ["ten" if cell == "-32,570" else cell for cell in rows[place]]
    with pytest.raises(ImportRefused, match=rf"column W, row {place + 1}: 'ten' is not an amount"):
        tidied("ra.ods", ods(Cover=COVER, Data=rows), LAMBETH)


def test_missing_marks_and_odd_numbers_of_a_workbook() -> None:
    table = table_of(
        "own.ods", ods(One=[["a", "b", "c"], ["[x]", "1234.5", "Category discontinued"], ["", "-7", "[x]"]])
    )
    assert [row.cells for row in table.rows] == [
        {"a": "[x]", "b": "1234.5", "c": "Category discontinued"},
        {"a": "", "b": "-7", "c": "[x]"},
    ]


@pytest.mark.parametrize(
    ("cell", "text"), [(0.1 + 0.2, "0.3"), (47179.869999999995, "47179.87"), (5.0, "5"), (True, "TRUE")]
)
def test_numbers_read_as_a_spreadsheet_shows_them(cell: float, text: str) -> None:
    assert text_of_cell(cell) == text


def test_files_that_are_no_workbooks_are_refused(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    lambeth()
    whole = ods(Data=rows_of(RSX))
    other = io.BytesIO()
    with zipfile.ZipFile(other, "w") as file:
        file.writestr("letter.txt", "no table")
    for data, problem in ((whole[: len(whole) // 2], "not a whole file"), (other.getvalue(), "not a spreadsheet")):
        with pytest.raises(ImportRefused, match=problem):
            imported("lambeth", Path("rsx.ods"), data)
    monkeypatch.setattr(spreadsheets, "MOST_BYTES", 1000)
    with pytest.raises(ImportRefused, match="too large"):
        imported("lambeth", Path("rsx.ods"), whole)


def _without_codes(rows: list[list[str]]) -> list[list[str]]:
    """As the ministry has published RSX since 2024-25: no codes, the header in row 7."""
    head = next(place for place, row in enumerate(rows) if "ONS Code" in row)
    return [*rows[:5], ["Some cells refer to notes."], *rows[head:]]


def _two_rows(rows: list[list[str]]) -> list[list[str]]:
    """As until 2020-21: the service in a merged cell over its seven measures, which say nothing of it."""
    head = next(place for place, row in enumerate(rows) if "ONS Code" in row)
    above, titles = [""] * len(rows[head]), list(rows[head])
    for column, title in enumerate(rows[head]):
        service, dash, measure = title.partition("-")
        if dash and "(C" in title:
            above[column] = f"{service.strip()}*" if "(C1)" in title else ""
            titles[column] = measure.strip()
    return [*rows[:5], above, [""] * len(above), titles, *rows[head + 1 :]]


@pytest.mark.parametrize("layout", [_without_codes, _two_rows])
def test_spending_is_read_by_its_titles_where_a_workbook_has_no_codes(layout: Callable[[Rows], Rows]) -> None:
    rows = rows_of(RSX)
    coded = tidied("rsx.ods", ods(Data=rows), LAMBETH)
    titled = tidied("rsx.ods", ods(Cover=COVER, Notes=NOTES, RSX_LA_Data=layout(rows)), LAMBETH)
    assert [row.cells for row in titled.rows] == [row.cells for row in coded.rows]
    assert len(titled.rows) == 14


def test_merged_titles_footnotes_dates_and_hidden_sheets_change_nothing() -> None:
    """A hidden older copy comes first, titles begin in column B, headings and a code have notes, a day is a date."""
    for path in (RSX, RA):
        rows = rows_of(path)
        head = next(place for place, row in enumerate(rows) if "ONS Code" in row)
        noted = [
            [
                cell.replace("ONS Code", "ONS Code [note 2]").replace("Local authority", "Local authority [note 1]")
                for cell in row
            ]
            for row in rows
        ]
        noted = [[cell if cell != LAMBETH else f"{cell} [r]" for cell in row] for row in noted]
        moved = [["", *row[:-1]] if place < 6 and not row[-1] else row for place, row in enumerate(noted)]
        old = [["1" if place > head and cell == "29,521" else cell for cell in row] for place, row in enumerate(rows)]
        old[head + 1 :] = [[cell.replace("Lambeth", "Old copy") for cell in row] for row in old[head + 1 :]]
        book = hidden(ods(Older=old, Notes=NOTES, Rate=[["Rate", "Day"], ["5%", "2024-12-12"]], Data=moved), "Older")
        assert [row.cells for row in tidied(path.name, book, LAMBETH).rows] == [
            row.cells for row in tidied(path.name, path.read_bytes(), LAMBETH).rows
        ]
        sheets = sheets_in("x.ods", book)
        assert sheets[1] == [["Rate", "Day"], ["0.05", "2024-12-12"]]
        assert any("Old copy" in cell for row in sheets[-1] for cell in row)


def test_a_sheet_with_neither_codes_nor_titles_is_refused() -> None:
    rows = [[cell.replace("RSX-", "NEW-").replace("(C", "(X") for cell in row] for row in rows_of(RSX)]
    with pytest.raises(ImportRefused, match=r"has no row of codes such as .* and no titles such as"):
        tidied("rsx.ods", ods(Data=rows), LAMBETH)
