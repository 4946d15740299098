"""The ministry's ODS originals say the same as the sheets saved as CSV; other workbooks are explained."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from flask import Flask

from participation.budgets.ministry import tidied
from participation.councils import spreadsheets
from participation.councils.spreadsheets import text_of_cell
from participation.councils.tables import table_of
from participation.errors import ImportRefused
from tests.features.budgets.test_import import RA, RSX, imported, lambeth
from tests.features.budgets.workbooks import COVER, NOTES, ods, rows_of

LAMBETH = "E09000022"


@pytest.mark.parametrize("path", [RA, RSX])
def test_the_original_says_what_the_saved_sheet_says(path: Path) -> None:
    book = ods(Cover=COVER, Notes=NOTES, Data=rows_of(path))
    saved = tidied(path.name, path.read_bytes(), LAMBETH)
    original = tidied(path.name, book, LAMBETH)
    assert [row.cells for row in original.rows] == [row.cells for row in saved.rows]
    assert original.source == saved.source
    assert [row.number for row in original.rows] == [row.number for row in saved.rows]


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
