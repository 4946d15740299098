"""A table of a council's folder: CSV (or the first sheet of a workbook) with one header row, read strictly, so that each
refusal names its file and row.

Rows are numbered as a spreadsheet shows them: the header is row 1, or further down where a title stands above the table.
"""

from __future__ import annotations

import codecs
import contextlib
import csv
import hashlib
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from participation.councils.spreadsheets import is_workbook, sheets_in
from participation.errors import ImportRefused

LARGEST_COUNT = 100_000_000
_HEADER_WITHIN = 30
# What separates cells where it is no comma: spreadsheets write these in some settings, or as "Unicode text".
_OTHER_SEPARATORS = (";", "\t")
# What a file begins with that is no text at all, and what to do.
_NO_TEXT = {
    b"%PDF-": "is a PDF; ask for the table behind it as ODS, XLSX or CSV",
    b"\xd0\xcf\x11\xe0": "is an old Excel workbook; save it as XLSX, ODS or CSV",
}
# A letter of UTF-8 outside ASCII: two letters that hardly ever stand beside each other in Windows-1252.
_UTF8_LETTER = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}")


@dataclass(frozen=True, slots=True)
class Row:
    """One row. `number` is its place in the sheet, cells are stripped of blanks."""

    file: str
    number: int
    cells: dict[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells[column]

    def refuse(self, problem: str) -> ImportRefused:
        """The refusal of this row, to be raised."""
        return ImportRefused(file=f"{self.file}, row {self.number}", problem=problem)

    def words(self, column: str, *, at_most: int) -> str:
        """Text that must be there. Raises ImportRefused."""
        text = self.cells[column]
        if not text:
            raise self.refuse(f"{column} is empty")
        if len(text) > at_most:
            raise self.refuse(f"{column} is longer than {at_most} characters")
        return text

    def count(self, column: str) -> int:
        """A whole number of people or things, commas allowed. Raises ImportRefused."""
        text = self.cells[column].replace(",", "")
        if not (text.isascii() and text.isdigit()) or int(text) > LARGEST_COUNT:
            raise self.refuse(f"{column} must be a whole number, not {self.cells[column]!r}")
        return int(text)


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of one file, the SHA-256 of its bytes, what the file itself says about its source, and the row of its header."""

    file: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    sha256: str
    source: str = ""
    header: int = 1

    def refuse(self, problem: str) -> ImportRefused:
        return ImportRefused(file=self.file, problem=problem)

    def column_like(self, pattern: str) -> str:
        """The one column whose name matches. Raises ImportRefused when there is none or more than one."""
        found = [column for column in self.columns if re.fullmatch(pattern, column)]
        if len(found) != 1:
            raise self.refuse(f"needs exactly one column named like {pattern}; it has {', '.join(found) or 'none'}")
        return found[0]


def bytes_of(path: Path) -> bytes:
    """The bytes of a file of the folder. Raises ImportRefused."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise ImportRefused(file=path.name, problem="the file is missing") from None
    except OSError as error:
        raise ImportRefused(file=path.name, problem=f"cannot be read ({error.strerror})") from None


def decoded(file: str, data: bytes) -> str:
    """The text of a file, without a byte order mark. Raises ImportRefused.

    UTF-8, or what spreadsheets on Windows save as "CSV" (Windows-1252) and as "Unicode text" (UTF-16). UTF-8 with a damaged place
    in it is not taken for that.
    """
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        with contextlib.suppress(UnicodeDecodeError):
            return data.decode("utf-16")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if not _UTF8_LETTER.search(data):
            with contextlib.suppress(UnicodeDecodeError):
                return data.decode("cp1252")
        line = data[: error.start].count(b"\n") + 1
        raise ImportRefused(file=f"{file}, line {line}", problem="is not UTF-8 text; save it as UTF-8") from None


def text_of(path: Path) -> str:
    return decoded(path.name, bytes_of(path))


def read_table(path: Path, *, needed: Iterable[str]) -> Table:
    """Read a CSV file that must have the `needed` columns; other columns are allowed. Raises ImportRefused."""
    table = table_of(path.name, bytes_of(path))
    check_columns(table, needed)
    return table


def table_of(file: str, data: bytes, *, renamed: Mapping[str, str] | None = None) -> Table:
    """The table of a CSV file, or of a sheet of a workbook. Raises ImportRefused.

    `renamed` maps the file's own column names to ours; the sheet is the first that has them all, else the first.
    """
    sheets, names = sheets_of(file, data), renamed or {}
    sheet = next((one for one in sheets if names and _header_place(one, names) is not None), sheets[0])
    return _table(file, data, sheet, names)


def tables_of(file: str, data: bytes) -> list[Table]:
    """The tables of all sheets of a file; an empty sheet is none. Raises ImportRefused when there is no table at all."""
    found, problem = [], None
    for sheet in sheets_of(file, data):
        try:
            found.append(_table(file, data, sheet, {}))
        except ImportRefused as refused:
            problem = problem or refused
    if not found and problem is not None:
        raise problem
    return found


def _table(file: str, data: bytes, sheet: Sequence[Sequence[str]], renamed: Mapping[str, str]) -> Table:
    if not sheet:
        raise ImportRefused(file=file, problem="the file is empty")
    head = _header_place(sheet, renamed) or 0
    columns = _header(file, head + 1, sheet[head], renamed)
    rows = tuple(
        _row(file, number, columns, cells)
        for number, cells in enumerate(sheet[head + 1 :], start=head + 2)
        if any(cell.strip() for cell in cells)
    )
    if not rows:
        raise ImportRefused(file=file, problem="has a header but no rows")
    return Table(file, columns, rows, hashlib.sha256(data).hexdigest(), header=head + 1)


def _header_place(sheet: Sequence[Sequence[str]], renamed: Mapping[str, str]) -> int | None:
    """The row that heads the table: the first with all the `renamed` names, without them the first with words in several cells.

    None where there is no such row. A title or a note above a table stands in one cell.
    """
    for place, cells in enumerate(sheet[:_HEADER_WITHIN]):
        words = {cell.strip() for cell in cells} - {""}
        if words >= set(renamed) if renamed else len(words) > 1:
            return place
    return None


def as_csv(table: Table, columns: Sequence[str]) -> str:
    """The named columns of a table as the text of a CSV file that `table_of` reads again, each row under its own number.

    The rows of a ministry sheet are cells of one row there: they follow one another.
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    out.write("\n" * (table.header - 1))
    writer.writerow(columns)
    written = table.header
    for row in table.rows:
        gap = row.number - written - 1 if row.file == table.file else 0
        out.write("\n" * gap)
        writer.writerow([row[column] for column in columns])
        written += gap + 1
    return out.getvalue()


def check_columns(table: Table, needed: Iterable[str]) -> None:
    """Raises ImportRefused naming the columns that are not there."""
    missing = [column for column in needed if column not in table.columns]
    if missing:
        raise ImportRefused(file=f"{table.file}, row {table.header}", problem=f"has no column {', '.join(missing)}")


def sheets_of(file: str, data: bytes) -> list[list[list[str]]]:
    """The cells of every sheet of a file, row by row; a CSV file is one sheet. Raises ImportRefused."""
    for beginning, problem in _NO_TEXT.items():
        if data.startswith(beginning):
            raise ImportRefused(file=file, problem=problem)
    sheets = sheets_in(file, data) if is_workbook(data) else [sheet_of(file, data)]
    if not any(sheets):
        raise ImportRefused(file=file, problem="the file is empty")
    return sheets


def sheet_of(file: str, data: bytes) -> list[list[str]]:
    """The cells of a CSV file, row by row; semicolons or tabs where nothing stands between commas. Raises ImportRefused."""
    text = decoded(file, data)
    sheet = _cells(file, text, ",")
    if not sheet:
        raise ImportRefused(file=file, problem="the file is empty")
    if all(len(row) < 2 for row in sheet):
        other = max(_OTHER_SEPARATORS, key=text.count)
        sheet = _cells(file, text, other) if other in text else sheet
    return sheet


def _cells(file: str, text: str, separator: str) -> list[list[str]]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True, delimiter=separator)
    try:
        return list(reader)
    except csv.Error as error:
        raise ImportRefused(file=f"{file}, line {reader.line_num}", problem=f"is not valid CSV ({error})") from None


def _header(file: str, number: int, cells: Sequence[str], renamed: Mapping[str, str]) -> tuple[str, ...]:
    unknown = [name for name in renamed if name not in [cell.strip() for cell in cells]]
    if unknown:
        raise ImportRefused(file=f"{file}, row {number}", problem=f"has no column {', '.join(unknown)}")
    columns = tuple(renamed.get(cell.strip(), cell.strip()) for cell in cells)
    twice = sorted({column for column in columns if column and columns.count(column) > 1})
    if twice:
        raise ImportRefused(file=f"{file}, row {number}", problem=f"has the column {', '.join(twice)} twice")
    return columns


def _row(file: str, number: int, columns: Sequence[str], cells: Sequence[str]) -> Row:
    if len(cells) < len(columns) or any(cell.strip() for cell in cells[len(columns) :]):
        raise ImportRefused(
            file=f"{file}, row {number}", problem=f"has {len(cells)} cells where the header has {len(columns)}"
        )
    if any("\x00" in cell for cell in cells):
        raise ImportRefused(file=f"{file}, row {number}", problem="holds a character that is not text")
    return Row(file, number, {column: cell.strip() for column, cell in zip(columns, cells, strict=False)})
