"""Cells of one line: `;` between them, `"` around those that need it, `"` doubled inside.

The same reading as the usual CSV readers: a quote opens a quoted cell only as the first character of the cell, so
`playground "Orlik"` is a plain cell. Unlike them an open quote at the end is noticed and not swallowed.
"""

from __future__ import annotations

from collections.abc import Iterable

SEPARATOR = ";"
QUOTE = '"'


class OpenQuote(Exception):
    """The line ends inside a quoted cell: the cell goes on on the next line."""


def split_cells(text: str) -> list[str]:
    """Split a line, without its line end. Raises OpenQuote where a quoted cell is not closed."""
    if QUOTE not in text:
        return text.split(SEPARATOR)
    cells: list[str] = []
    start = 0
    while True:
        opening, end = _quoted(text, start) if text.startswith(QUOTE, start) else ("", start)
        after = text.find(SEPARATOR, end)
        cells.append(opening + (text[end:] if after < 0 else text[end:after]))
        if after < 0:
            return cells
        start = after + 1


def _quoted(text: str, start: int) -> tuple[str, int]:
    """The value of the quoted cell that opens at `start`, and where the text after its closing quote begins."""
    close = text.find(QUOTE, start + 1)
    while close >= 0 and text.startswith(QUOTE, close + 1):
        close = text.find(QUOTE, close + 2)
    if close < 0:
        raise OpenQuote
    return text[start + 1 : close].replace(QUOTE * 2, QUOTE), close + 1


def join_cells(cells: Iterable[str]) -> str:
    """Join cells into a line without a line end, with quotes only where reading it back needs them."""
    return SEPARATOR.join(_written(cell) for cell in cells)


def _written(cell: str) -> str:
    if SEPARATOR in cell or QUOTE in cell or "\n" in cell or "\r" in cell:
        return QUOTE + cell.replace(QUOTE, QUOTE * 2) + QUOTE
    return cell
