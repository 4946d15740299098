"""Values and tables as people read them on paper: the PDF and the print page are both made from this.

A wide table does not fit a page. It is shown in parts, each of which starts with the names of its rows again, and each of
which has a heading that says which columns it holds.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from participation.exports.document import Column, Document, Missing, Table, Value
from participation.exports.sheets import cell_number, cell_text

# Columns beside the name of the row that a page of landscape A4 holds at a size people can read.
COLUMNS_A_PART = 6


@dataclass(frozen=True, slots=True)
class Part:
    """Some columns of a table, the first naming the row. `title` is empty where the table has one part only."""

    title: str
    headings: tuple[str, ...]
    numeric: tuple[bool, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class SetTable:
    """A table as it is set: its heading, what is said before it, and its parts."""

    name: str
    heading: str
    sentences: tuple[str, ...]
    parts: tuple[Part, ...]


def set_for_print(document: Document) -> tuple[SetTable, ...]:
    """All tables of a document as they are set for people."""
    return tuple(SetTable(table.name, table.heading, sentences_of(table), parts_of(table)) for table in document.tables)


def parts_of(table: Table) -> tuple[Part, ...]:
    """The table in parts that fit a page. Columns that only repeat the name of the row as a code are kept: all are there."""
    first = next(i for i, column in enumerate(table.columns) if column.name == (table.label or table.key[0]))
    others = [i for i in range(len(table.columns)) if i != first]
    chunks = [others[start : start + COLUMNS_A_PART] for start in range(0, len(others), COLUMNS_A_PART)] or [[]]
    titles = [
        f"{table.title}, part {number} of {len(chunks)}" if len(chunks) > 1 else ""
        for number in range(1, len(chunks) + 1)
    ]
    return tuple(_part(table, title, (first, *chunk)) for title, chunk in zip(titles, chunks, strict=True))


def _part(table: Table, title: str, places: tuple[int, ...]) -> Part:
    columns = [table.columns[place] for place in places]
    return Part(
        title=title,
        headings=tuple(column.heading for column in columns),
        numeric=tuple(column.kind not in ("text", "date") for column in columns),
        rows=tuple(
            tuple(as_read(column, row[place]) for column, place in zip(columns, places, strict=True))
            for row in table.rows
        ),
    )


def as_read(column: Column, value: Value) -> str:
    """ "1,234", "£12.50", "12.3%", "3 May 2026", "[c]": as the workbooks show it."""
    if isinstance(value, str | Missing):
        return cell_text(value)
    if isinstance(value, date):
        return f"{value.day} {value:%B %Y}"
    exact = cell_number(column, value)
    if column.kind == "pence":
        return f"-£{-exact:,.2f}" if exact < 0 else f"£{exact:,.2f}"
    if column.kind == "share":
        return f"{exact * 100:.{column.places}f}%"
    whole = column.places == 0 and exact != exact.to_integral_value()
    return f"{exact:,}" if whole else f"{exact:,.{column.places}f}"


def sentences_of(table: Table) -> tuple[str, ...]:
    """What stands between a table's title and the table."""
    said = (
        table.description,
        table.source and f"Source: {table.source}",
        "" if table.rows else "There is nothing to show in this table.",
    )
    return tuple(text for text in said if text)
