"""From lines to rows of cells, each with the bytes it came from, so that an unchanged row is written back unchanged."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from participation.counting.pabulib.cells import OpenQuote, join_cells, split_cells
from participation.counting.pabulib.lines import BOM, LONGEST_LINE, Lines

SECTIONS = ("META", "PROJECTS", "VOTES")


@dataclass(frozen=True, slots=True)
class Row:
    """Cells of one row. `raw` are its bytes in the file, with blank lines before it and the line end; empty when the
    row was made or changed here. `line` is the number of the line where the row begins, 0 when it came from no file."""

    cells: tuple[str, ...]
    raw: bytes = b""
    line: int = 0

    def as_bytes(self, newline: bytes) -> bytes:
        """The row as it came, or in canonical form where it was made here."""
        return self.raw or join_cells(self.cells).encode() + newline

    @property
    def section(self) -> str | None:
        """The section this row opens, if it is a section marker."""
        name = self.cells[0].strip().upper()
        return name if name in SECTIONS and not any(cell.strip() for cell in self.cells[1:]) else None


def read_row(lines: Lines) -> Row | None:
    """The next row that is not blank, or None at the end of the file.

    Raises PabulibError for text that is not UTF-8 and for a quoted cell that never ends.
    """
    before = b""
    while raw := lines.read():
        if raw.strip() not in (b"", BOM):
            return _row(lines, before, raw)
        before += raw
        if len(before) > LONGEST_LINE:
            raise lines.refuse("there are too many blank lines")
    return None


def _row(lines: Lines, before: bytes, raw: bytes) -> Row:
    first = lines.number
    while True:
        try:
            cells = split_cells(_text(lines, raw))
            return Row(cells=tuple(cells), raw=before + raw, line=first)
        except OpenQuote:
            more = lines.read()
            if not more or len(raw) + len(more) > LONGEST_LINE:
                raise lines.refuse("a quoted cell is never closed", line=first) from None
            raw += more


def _text(lines: Lines, raw: bytes) -> str:
    try:
        text = raw.decode("utf-8-sig" if lines.number == 1 else "utf-8")
    except UnicodeDecodeError:
        raise lines.refuse("the text is not UTF-8") from None
    return text.removesuffix("\n").removesuffix("\r")


def rows_of(lines: Lines) -> Iterator[Row]:
    """Every row from here to the end of the file."""
    while (row := read_row(lines)) is not None:
        yield row


def skip_head(lines: Lines) -> None:
    """Go to the first ballot of a file whose head was read before."""
    for row in rows_of(lines):
        if row.section == SECTIONS[-1]:
            read_row(lines)
            return
