"""ZIP: one tidy CSV file a table, each with its CSVW description, a code book, the notes and checksums.

CSV on the Web (W3C 2015): `<table>.csv-metadata.json` beside `<table>.csv` says what every column holds, in which unit,
what tells rows apart and under which licence. A value that is missing is a blank cell, and the column `<name>_status`
next to it says why.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Iterator

from participation.exports.csv_writer import cell
from participation.exports.document import SYMBOLS, Column, Document, Missing, Table
from participation.exports.values import as_text, status_of
from participation.exports.zipped import archive

CHECKSUMS = "SHA256SUMS"


def write(document: Document) -> bytes:
    """The document as a zip of tidy files. The checksums file lists all the others."""
    members = [("README.txt", _readme(document))]
    for table in document.tables:
        members.append((f"{table.name}.csv", _csv(table)))
        members.append((f"{table.name}.csv-metadata.json", _json(description(document, table))))
    members.append(("code_book.csv", _code_book(document)))
    sums = "".join(f"{hashlib.sha256(content).hexdigest()}  {name}\n" for name, content in members)
    return archive([*members, (CHECKSUMS, sums.encode())])


def column_name(column: Column) -> str:
    """The name of a column in a tidy file: money says that it is in pounds."""
    return f"{column.name}_gbp" if column.kind == "pence" else column.name


def _with_status(table: Table) -> set[int]:
    """Columns of which some value is missing."""
    return {i for row in table.rows for i, value in enumerate(row) if isinstance(value, Missing)}


def _csv(table: Table) -> bytes:
    gaps = _with_status(table)
    header: list[str] = []
    for index, column in enumerate(table.columns):
        header += [column_name(column), f"{column.name}_status"] if index in gaps else [column_name(column)]
    lines = [header]
    for row in table.rows:
        line: list[str] = []
        for index, (column, value) in enumerate(zip(table.columns, row, strict=True)):
            line += [cell(column, value), status_of(value)] if index in gaps else [cell(column, value)]
        lines.append(line)
    return _rows(lines)


def _rows(lines: list[list[str]]) -> bytes:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows(lines)
    return out.getvalue().encode()


def _json(value: object) -> bytes:
    return (json.dumps(value, indent=2, ensure_ascii=False) + "\n").encode()


def description(document: Document, table: Table) -> dict[str, object]:
    """The CSVW description of one table's file."""
    return {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": document.language.partition("-")[0]}],
        "url": f"{table.name}.csv",
        "dc:title": table.title,
        "dc:description": table.description or table.title,
        "dc:source": table.source or document.title,
        "dc:publisher": document.publisher,
        "dc:license": {"@id": document.licence_url} if document.licence_url else document.licence,
        "dc:modified": {"@value": document.made_on.isoformat(), "@type": "xsd:date"},
        "dc:identifier": document.version_id,
        "dialect": {"encoding": "utf-8", "delimiter": ",", "header": True, "doubleQuote": True},
        "tableSchema": {"columns": list(_columns(table)), "primaryKey": _key(table)},
    }


def _key(table: Table) -> list[str]:
    return [column_name(column) for column in table.columns if column.name in table.key]


def _columns(table: Table) -> Iterator[dict[str, object]]:
    gaps = _with_status(table)
    for index, column in enumerate(table.columns):
        yield {
            "name": column_name(column),
            "titles": {"en": column.title},
            "dc:description": column.description or column.title,
            "datatype": _datatype(table, index),
            "required": index not in gaps and all(row[index] != "" for row in table.rows),
            "null": "",
        }
        if index in gaps:
            yield {
                "name": f"{column.name}_status",
                "titles": {"en": f"Status of: {column.title}"},
                "dc:description": "Why the value is missing; blank where it is there",
                "datatype": {"base": "string", "format": f"({'|'.join(sorted(SYMBOLS))})?"},
                "required": False,
                "null": "",
            }


def _datatype(table: Table, index: int) -> str | dict[str, object]:
    column = table.columns[index]
    values = [value for row in table.rows if isinstance(value := row[index], int | float)]
    if column.kind == "text":
        return "string"
    if column.kind == "date":
        return {"base": "date", "format": "yyyy-MM-dd"}
    whole = column.kind == "number" and all(isinstance(value, int) for value in values)
    if column.kind == "share" and values:
        low, high = min(0, *values), max(1, *values)
        return {"base": "decimal", "minimum": as_text(column, low), "maximum": as_text(column, high)}
    return "integer" if whole else "decimal"


def _code_book(document: Document) -> bytes:
    """Every column of every table, then every code a status can have."""
    units = {"pence": "pounds", "share": "proportion", "date": "ISO 8601 date"}
    lines = [["table", "column", "title", "description", "unit", "notes"]]
    lines += [
        [
            table.name,
            column_name(column),
            column.title,
            column.description,
            units.get(column.kind, ""),
            "; ".join(document.notes[number - 1].text for number in column.notes),
        ]
        for table in document.tables
        for column in table.columns
    ]
    lines += [["", "status", code, words, "", ""] for code, words in document.symbols()]
    return _rows(lines)


def _readme(document: Document) -> bytes:
    lines = [document.title, "", *(f"{label}: {value}" for label, value in document.facts), ""]
    lines += [*document.paragraphs, ""]
    lines += [f"[note {note.number}] {note.text}" for note in document.notes]
    lines += ["", f"Version: {document.version_id}", f"Licence: {document.licence} {document.licence_url}".rstrip()]
    lines += ["", f"Each file is described in its -metadata.json (CSV on the Web). {CHECKSUMS} lists their checksums."]
    return ("\n".join(lines) + "\n").encode()
