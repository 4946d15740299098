"""Values and tables as people read them on paper: the PDF and the print page are both made from this.

A wide table does not fit a page. It is shown in parts, each of which starts with the names of its rows again, and each of
which has a heading that says which columns it holds.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from participation.exports.document import Across, Column, Document, Missing, Table, Value
from participation.exports.sheets import cell_number, cell_text

# Columns beside the name of the row that a page of landscape A4 holds at a size people can read.
COLUMNS_A_PART = 6
APPENDIX = "What stands behind the pages before, with every column. The workbooks and the data files hold every number."
HIDDEN = "[c]"
IN_A_CELL = "A cell is the number of people, and in brackets their share of the group."


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
    """All tables of a document as they are set for people: what is read first, then all of it as an appendix."""
    whole = tuple(_whole(table) for table in document.tables)
    first = tuple(_short(table) for table in document.tables if table.short)
    if not first:
        return whole
    return (*first, SetTable("appendix", "Appendix: all tables in full", (APPENDIX,), ()), *whole)


def _whole(table: Table) -> SetTable:
    if table.on_paper is None:
        return SetTable(table.name, table.heading, sentences_of(table), parts_of(table))
    name, value = table.on_paper
    place = [column.name for column in table.columns].index(name)
    kept = replace(table, rows=tuple(row for row in table.rows if row[place] == value))
    said = f"Set here: the {len(kept.rows):,} of {len(table.rows):,} rows that say “{value}”. The data files hold all of them."
    return SetTable(table.name, table.heading, (*sentences_of(table), said), parts_of(kept))


def _short(table: Table) -> SetTable:
    rows = table.rows[: table.short_rows] if table.short_rows else table.rows
    names = [column.name for column in table.columns]
    part = _part(replace(table, rows=rows), "", tuple(names.index(name) for name in table.short))
    cut = len(rows) < len(table.rows)
    more = f"The first {len(rows)} of {len(table.rows):,}; all of them are in the appendix." if cut else ""
    return SetTable(
        f"first_{table.name}", table.title, tuple(text for text in (table.description, more) if text), (part,)
    )


def parts_of(table: Table) -> tuple[Part, ...]:
    """The table in parts that fit a page. Columns that only repeat the name of the row as a code are kept: all are there."""
    if table.across:
        return _grid(table, table.across)
    first = next(i for i, column in enumerate(table.columns) if column.name == (table.label or table.key[0]))
    others = [i for i in range(len(table.columns)) if i != first]
    chunks = [others[start : start + COLUMNS_A_PART] for start in range(0, len(others), COLUMNS_A_PART)] or [[]]
    titles = [
        f"{table.title}, part {number} of {len(chunks)}" if len(chunks) > 1 else ""
        for number in range(1, len(chunks) + 1)
    ]
    return tuple(_part(table, title, (first, *chunk)) for title, chunk in zip(titles, chunks, strict=True))


def _grid(table: Table, across: Across) -> tuple[Part, ...]:
    """One row for each key, one column for each group, in parts that fit a page; rows and groups without a number are not set."""
    columns = {column.name: (place, column) for place, column in enumerate(table.columns)}
    key, row_name, group_name = (columns[name][0] for name in (across.key, across.row, across.column))
    names: dict[str, str] = {}
    cells: dict[tuple[str, str], str] = {}
    for row in table.rows:
        names.setdefault(str(row[key]), str(row[row_name]))
        values = [(columns[name][1], row[columns[name][0]]) for name in across.shown]
        if not isinstance(values[0][1], Missing):
            number, share = (as_read(column, value) for column, value in values)
            told = not isinstance(values[1][1], Missing)
            cells[str(row[key]), str(row[group_name])] = f"{number} ({share})" if told else number
    groups = [
        name for name in dict.fromkeys(str(row[group_name]) for row in table.rows) if any(g == name for _, g in cells)
    ]
    rows = [code for code in names if any(one == code for one, _ in cells)]
    chunks = [groups[start : start + COLUMNS_A_PART] for start in range(0, len(groups), COLUMNS_A_PART)]
    return tuple(
        Part(
            title=f"{table.title}: {chunk[0]} to {chunk[-1]}" if len(chunks) > 1 else "",
            headings=(columns[across.row][1].heading, *chunk),
            numeric=(False, *(True for _ in chunk)),
            rows=tuple((names[code], *(cells.get((code, group), HIDDEN) for group in chunk)) for code in rows),
        )
        for chunk in chunks
    )


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
        *(_of_grid(table, table.across) if table.across and table.rows else ()),
    )
    return tuple(text for text in said if text)


def _of_grid(table: Table, across: Across) -> tuple[str, ...]:
    """What a cell holds, and which rows and groups are not set because nothing of them can be shown."""
    parts = _grid(table, across)
    names = [column.name for column in table.columns]
    groups = dict.fromkeys(str(row[names.index(across.column)]) for row in table.rows)
    keys = {str(row[names.index(across.key)]) for row in table.rows}
    shown = {heading for part in parts for heading in part.headings[1:]}
    left = [group for group in groups if group not in shown]
    untold = len(keys) - (len(parts[0].rows) if parts else 0)
    return (
        IN_A_CELL if parts else "",
        f"No number can be shown for: {', '.join(left)}." if left else "",
        f"No number can be shown for {untold:,} of the {len(keys):,} rows." if untold else "",
    )
