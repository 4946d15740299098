"""A table of a council's folder: CSV with one header row, read strictly, so that each refusal names its file and row.

Rows are numbered as a spreadsheet shows them: the header is row 1.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from participation.errors import ImportRefused

LARGEST_COUNT = 100_000_000


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
    """The rows of one file, and the SHA-256 of its bytes."""

    file: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    sha256: str

    def refuse(self, problem: str) -> ImportRefused:
        return ImportRefused(file=self.file, problem=problem)

    def column_like(self, pattern: str) -> str:
        """The one column whose name matches. Raises ImportRefused when there is none or more than one."""
        found = [column for column in self.columns if re.fullmatch(pattern, column)]
        if len(found) != 1:
            raise self.refuse(f"needs exactly one column named like {pattern}; it has {', '.join(found) or 'none'}")
        return found[0]


def text_of(path: Path) -> str:
    """The text of a file of the folder, without a byte order mark. Raises ImportRefused."""
    try:
        return path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        raise ImportRefused(file=path.name, problem="the file is missing") from None
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        raise ImportRefused(file=f"{path.name}, line {line}", problem="is not UTF-8 text; save it as UTF-8") from None
    except OSError as error:
        raise ImportRefused(file=path.name, problem=f"cannot be read ({error.strerror})") from None


def read_table(path: Path, *, needed: Iterable[str]) -> Table:
    """Read a CSV file that must have the `needed` columns; other columns are allowed. Raises ImportRefused."""
    text = text_of(path)
    sheet = _sheet(path.name, text)
    if not sheet:
        raise ImportRefused(file=path.name, problem="the file is empty")
    columns = tuple(cell.strip() for cell in sheet[0])
    _check_columns(path.name, columns, needed)
    rows = tuple(
        _row(path.name, number, columns, cells)
        for number, cells in enumerate(sheet[1:], start=2)
        if any(cell.strip() for cell in cells)
    )
    if not rows:
        raise ImportRefused(file=path.name, problem="has a header but no rows")
    return Table(path.name, columns, rows, hashlib.sha256(path.read_bytes()).hexdigest())


def _sheet(file: str, text: str) -> list[list[str]]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        return list(reader)
    except csv.Error as error:
        raise ImportRefused(file=f"{file}, line {reader.line_num}", problem=f"is not valid CSV ({error})") from None


def _check_columns(file: str, columns: Sequence[str], needed: Iterable[str]) -> None:
    missing = [column for column in needed if column not in columns]
    if missing:
        raise ImportRefused(file=f"{file}, row 1", problem=f"has no column {', '.join(missing)}")
    twice = sorted({column for column in columns if column and columns.count(column) > 1})
    if twice:
        raise ImportRefused(file=f"{file}, row 1", problem=f"has the column {', '.join(twice)} twice")


def _row(file: str, number: int, columns: Sequence[str], cells: Sequence[str]) -> Row:
    if len(cells) < len(columns) or any(cell.strip() for cell in cells[len(columns) :]):
        raise ImportRefused(
            file=f"{file}, row {number}", problem=f"has {len(cells)} cells where the header has {len(columns)}"
        )
    if any("\x00" in cell for cell in cells):
        raise ImportRefused(file=f"{file}, row {number}", problem="holds a character that is not text")
    return Row(file, number, {column: cell.strip() for column, cell in zip(columns, cells, strict=False)})
