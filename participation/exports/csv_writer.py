"""CSV: the whole document as one tidy file, one figure a row.

`table, row, row_name, column, value, unit, status`: several tables in one rectangular file, so that any tool reads it
without guessing where a table starts. `row` holds the table's key and `row_name` its label; each other column is a line
of its own, blank with a status where its value is missing. UTF-8 with a byte order mark (Excel needs it), commas, CRLF,
quotes as in RFC 4180.
"""

from __future__ import annotations

import csv
import io

from participation.exports.document import Column, Document, Table, Value
from participation.exports.inert import inert
from participation.exports.values import UNITS, as_text, status_of

HEADER = ("table", "row", "row_name", "column", "value", "unit", "status")


def write(document: Document) -> bytes:
    """The document's tables as one long CSV file."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(HEADER)
    for table in document.tables:
        writer.writerows(_lines(table))
    return out.getvalue().encode("utf-8-sig")


def _lines(table: Table) -> list[list[str]]:
    lines = []
    names = (table.label,) if table.label else table.key
    for row in table.rows:
        start = [table.name, inert(table.text_of(row, table.key)), inert(table.text_of(row, names))]
        for column, value in zip(table.columns, row, strict=True):
            if column.name not in (*table.key, table.label):
                lines.append([*start, column.name, cell(column, value), UNITS[column.kind], status_of(value)])
    return lines


def cell(column: Column, value: Value) -> str:
    """One value as CSV text: text made inert, figures never touched (a minus sign is theirs)."""
    text = as_text(column, value)
    return inert(text) if column.kind == "text" else text
