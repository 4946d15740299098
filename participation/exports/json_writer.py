"""JSON: the document as data. Money stays whole pence, shares stay proportions, a missing value is an object.

`{"missing": "c"}` and never null or 0, so that no reader takes a hidden figure for a number. The shape is published as
`schema.py`; `schema_version` rises when it changes.
"""

from __future__ import annotations

import json
from datetime import date

from participation.exports.document import Column, Document, Missing, Table, Value

SCHEMA_VERSION = "1"
UNITS = {"text": None, "number": None, "pence": "pence", "share": "proportion", "date": "date"}


def write(document: Document) -> bytes:
    """The document as JSON: UTF-8, keys in a fixed order, two spaces of indent, so that versions can be compared."""
    return (json.dumps(plain(document), indent=2, ensure_ascii=False, allow_nan=False) + "\n").encode()


def plain(document: Document) -> dict[str, object]:
    """The document as plain values, ready for JSON."""
    return {
        "schema_version": SCHEMA_VERSION,
        "title": document.title,
        "publisher": document.publisher,
        "language": document.language,
        "made_on": document.made_on.isoformat(),
        "version_id": document.version_id,
        "licence": document.licence,
        "licence_url": document.licence_url,
        "facts": [{"label": label, "value": value} for label, value in document.facts],
        "paragraphs": list(document.paragraphs),
        "notes": [{"number": note.number, "text": note.text} for note in document.notes],
        "symbols": dict(document.symbols()),
        "tables": [_table(table) for table in document.tables],
    }


def _table(table: Table) -> dict[str, object]:
    return {
        "name": table.name,
        "title": table.title,
        "description": table.description,
        "source": table.source,
        "notes": list(table.notes),
        "key": list(table.key),
        "columns": [_column(column) for column in table.columns],
        "rows": [
            {column.name: _value(value) for column, value in zip(table.columns, row, strict=True)} for row in table.rows
        ],
    }


def _column(column: Column) -> dict[str, object]:
    return {
        "name": column.name,
        "title": column.title,
        "kind": column.kind,
        "unit": UNITS[column.kind],
        "description": column.description,
        "notes": list(column.notes),
    }


def _value(value: Value) -> object:
    if isinstance(value, Missing):
        return {"missing": value.code}
    return value.isoformat() if isinstance(value, date) else value
