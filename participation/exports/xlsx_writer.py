"""XLSX: the workbook of `sheets`, written so that equal documents give equal bytes and no cell can run."""

from __future__ import annotations

import io
from datetime import date, datetime

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from participation.exports.document import Column, Document, Missing, Value
from participation.exports.inert import starts_formula
from participation.exports.sheets import Grid, Sheet, cell_number, cell_text, number_format, width, workbook

_FONT = {"font_name": "Arial", "font_size": 12, "text_wrap": True, "valign": "top"}


class _Styles:
    """The few cell formats of a workbook, each made once."""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        self._book = book
        self._numbers: dict[str, Format] = {}
        self.text = book.add_format({**_FONT, "num_format": "@"})
        # As an apostrophe does when typed: the text stays text even after somebody edits the cell.
        self.quoted = book.add_format({**_FONT, "num_format": "@", "quote_prefix": True})
        self.missing = book.add_format({**_FONT, "align": "right"})
        self.link = book.add_format({**_FONT, "font_color": "#1d70b8", "underline": 1})
        self.header = book.add_format({**_FONT, "bold": True, "bottom": 1})
        self.lines = {
            "title": book.add_format({**_FONT, "bold": True, "font_size": 16}),
            "heading": book.add_format({**_FONT, "bold": True, "font_size": 14}),
            "text": book.add_format(_FONT),
        }

    def number(self, column: Column) -> Format:
        wanted = number_format(column)
        if wanted not in self._numbers:
            self._numbers[wanted] = self._book.add_format({**_FONT, "num_format": wanted})
        return self._numbers[wanted]


def write(document: Document) -> bytes:
    """The document as an Excel workbook."""
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(out, options)
    made = datetime(document.made_on.year, document.made_on.month, document.made_on.day)  # noqa: DTZ001  # a file property without a zone
    named = {"title": cell_text(document.title), "author": cell_text(document.publisher)}
    book.set_properties({**named, "created": made})
    book.set_custom_property("Language", document.language, "text")
    styles = _Styles(book)
    for sheet in workbook(document):
        _write_sheet(book.add_worksheet(sheet.name), sheet, styles)
    book.close()
    return out.getvalue()


def _write_sheet(page: Worksheet, sheet: Sheet, styles: _Styles) -> None:
    if sheet.grid is None:
        page.set_column(0, 0, 100)
    for row, line in enumerate(sheet.lines):
        page.write_string(row, 0, line.text, styles.lines[line.style])
    if sheet.grid:
        _write_grid(page, sheet.grid, len(sheet.lines), styles)


def _write_grid(page: Worksheet, grid: Grid, top: int, styles: _Styles) -> None:
    for index, (heading, column) in enumerate(zip(grid.headings, grid.columns, strict=True)):
        page.set_column(index, index, width(heading, column))
    for offset, row in enumerate(grid.rows, 1):
        for index, (column, value) in enumerate(zip(grid.columns, row, strict=True)):
            link = grid.links[offset - 1] if grid.links and index == 0 else ""
            _write_value(page, top + offset, index, column, value, styles, link)
    if grid.rows:
        columns = [{"header": heading, "header_format": styles.header} for heading in grid.headings]
        look = {"name": grid.name, "columns": columns, "autofilter": False, "style": None}
        page.add_table(top, 0, top + len(grid.rows), len(grid.columns) - 1, look)
    else:
        for index, heading in enumerate(grid.headings):
            page.write_string(top, index, heading, styles.header)


def _write_value(
    page: Worksheet, row: int, index: int, column: Column, value: Value, styles: _Styles, link: str
) -> None:
    if link:
        page.write_url(row, index, f"internal:'{link}'!A1", styles.link, str(value))
    elif isinstance(value, Missing):
        page.write_string(row, index, cell_text(value), styles.missing)
    elif isinstance(value, str):
        page.write_string(row, index, cell_text(value), styles.quoted if starts_formula(value) else styles.text)
    elif isinstance(value, date):
        page.write_datetime(row, index, value, styles.number(column))
    else:
        page.write_number(row, index, float(cell_number(column, value)), styles.number(column))
