"""A document laid out as a workbook: cover, contents, notes, then one table a sheet. XLSX and ODS are both written from it.

The layout passes the Analysis Function's accessible-spreadsheet checklist (UK notes, section 9): a title in A1, what is
on the sheet in A2, tables from column A with one header row, nothing below a table, nothing merged or frozen, no blank
rows inside a table, missing values as shorthand that the cover explains.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Literal

from participation.exports.document import Column, Document, Kind, Missing, Table, Value
from participation.exports.values import cleaned

COVER, CONTENTS, NOTES = "Cover", "Contents", "Notes"
NAME_LIMIT = 31
# The longest text an Excel cell holds.
TEXT_LIMIT = 32_767
CUT = " (cut here: the JSON file has the whole text)"
Style = Literal["title", "heading", "text"]


@dataclass(frozen=True)
class Line:
    """Text above a table, or a line of the cover; `link` is the sheet it leads to."""

    text: str
    style: Style = "text"
    link: str = ""


@dataclass(frozen=True)
class Grid:
    """A table on a sheet: its object name, columns, rows."""

    name: str
    headings: tuple[str, ...]
    columns: tuple[Column, ...]
    rows: tuple[tuple[Value, ...], ...]
    links: tuple[str, ...] = ()


@dataclass(frozen=True)
class Sheet:
    name: str
    lines: tuple[Line, ...]
    grid: Grid | None = None


def workbook(document: Document) -> tuple[Sheet, ...]:
    """All sheets in order. Every sheet name is unique, short enough for Excel, and free of the characters it refuses."""
    names = sheet_names(document.tables)
    sheets = [_cover(document, names), _contents(document, names)]
    if document.notes:
        sheets.append(_notes(document))
    sheets += [_table_sheet(table, name) for table, name in zip(document.tables, names, strict=True)]
    return tuple(_holdable(sheet) for sheet in sheets)


def _holdable(sheet: Sheet) -> Sheet:
    """Every text of a sheet as a cell can hold it: a title is a resident's words as much as a value is."""
    lines = tuple(replace(line, text=cell_text(line.text)) for line in sheet.lines)
    grid = sheet.grid and replace(sheet.grid, headings=tuple(cell_text(one) for one in sheet.grid.headings))
    return replace(sheet, lines=lines, grid=grid)


def sheet_names(tables: tuple[Table, ...]) -> list[str]:
    """`1_Who_took_part`: the table's number and as much of its name as 31 characters hold."""
    names = []
    for number, table in enumerate(tables, 1):
        words = table.name[0].upper() + table.name[1:]
        names.append(f"{number}_{words}"[:NAME_LIMIT].rstrip("_"))
    return names


def _cover(document: Document, names: list[str]) -> Sheet:
    lines = [Line(document.title, "title")]
    tables = "1 table" if len(names) == 1 else f"{len(names)} tables"
    lines.append(Line(f"This workbook holds {tables}. The sheet “{CONTENTS}” lists them."))
    lines += [Line(f"{label}: {value}") for label, value in document.facts]
    if document.version_id:
        lines.append(Line(f"Version: {document.version_id}"))
    lines += [Line(paragraph) for paragraph in document.paragraphs]
    if document.symbols():
        lines.append(Line("Shorthand", "heading"))
        lines += [Line(f"[{code}] means {words}.") for code, words in document.symbols()]
    if document.licence:
        lines.append(Line("Licence", "heading"))
        lines.append(Line(document.licence))
    return Sheet(COVER, tuple(lines))


def _contents(document: Document, names: list[str]) -> Sheet:
    columns = (Column("sheet", "Sheet"), Column("title", "What it shows"))
    rows: list[tuple[Value, ...]] = []
    links = []
    if document.notes:
        rows.append((NOTES, "Notes that the tables refer to"))
        links.append(NOTES)
    for name, table in zip(names, document.tables, strict=True):
        rows.append((name, table.title))
        links.append(name)
    lines = (Line("Contents", "title"), Line("This sheet has 1 table: it lists the other sheets."))
    return Sheet(CONTENTS, lines, Grid("contents", ("Sheet", "What it shows"), columns, tuple(rows), tuple(links)))


def _notes(document: Document) -> Sheet:
    columns = (Column("note", "Note"), Column("text", "What it says"))
    rows = tuple((f"note {note.number}", note.text) for note in document.notes)
    lines = (Line("Notes", "title"), Line("This sheet has 1 table: the notes that tables refer to by number."))
    return Sheet(NOTES, lines, Grid("notes", ("Note", "What it says"), columns, rows))


def _table_sheet(table: Table, name: str) -> Sheet:
    lines = [Line(table.heading, "title"), Line("This sheet has 1 table.")]
    lines += [Line(text) for text in (table.description, table.source and f"Source: {table.source}") if text]
    symbols = sorted(table.symbols())
    if symbols:
        marks = ", ".join(f"[{code}]" for code in symbols)
        lines.append(Line(f"This table uses the shorthand {marks}. The sheet “{COVER}” says what it means."))
    if any(value == "" for row in table.rows for value in row):
        lines.append(Line("An empty cell means that there is nothing to say there."))
    if not table.rows:
        lines.append(Line("There is nothing to show in this table."))
    headings = tuple(column.heading for column in table.columns)
    return Sheet(name, tuple(lines), Grid(table.name, headings, table.columns, table.rows))


def number_format(column: Column) -> str:
    """The format of a column's numbers, as both spreadsheet formats know it."""
    decimals = f".{'0' * column.places}" if column.places else ""
    formats: dict[Kind, str] = {
        "text": "@",
        "number": f"#,##0{decimals}",
        "pence": "£#,##0.00",
        "share": f"0{decimals}%",
        "date": "d mmmm yyyy",
    }
    return formats[column.kind]


def cell_text(value: str | Missing) -> str:
    """Text as a cell holds it: shorthand in brackets, no control characters, no longer than Excel allows.

    A tab is a space: LibreOffice shows nothing for one in an ODS file, and the words beside it would be glued together.
    """
    if isinstance(value, Missing):
        return f"[{value.code}]"
    clean = cleaned(value.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " "))
    return clean if len(clean) <= TEXT_LIMIT else clean[: TEXT_LIMIT - len(CUT)] + CUT


def cell_number(column: Column, value: int | float) -> Decimal:
    """The number a cell holds: pounds for pence, else the number itself, both exactly."""
    return Decimal(str(value)).scaleb(-2) if column.kind == "pence" else Decimal(str(value))


def is_date(value: Value) -> bool:
    return isinstance(value, date)


def width(heading: str, column: Column) -> int:
    """Column width in characters: room to wrap a heading, more for text."""
    return 40 if column.kind == "text" else max(16, min(24, len(heading) + 2))
