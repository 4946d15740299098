"""Workbooks as the ministry publishes them: ODS with a cover, notes, and the sheet of the councils, numbers as numbers."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from html import escape
from pathlib import Path

_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
    ' xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
    ' office:version="1.2"><office:body><office:spreadsheet>'
)
_MANIFEST = (
    '<?xml version="1.0"?><manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
    '<manifest:file-entry manifest:full-path="/" manifest:media-type="application/vnd.oasis.opendocument.spreadsheet"/>'
    '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>'
)
COVER = [
    ["Revenue Outturn"],
    ["Ministry of Housing, Communities and Local Government"],
    [],
    ["Published on 4 December"],
]
NOTES = [["Note", "Words"], ["1", "Figures are not adjusted for inflation."]]


def rows_of(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def ods(**sheets: list[list[str]]) -> bytes:
    """An ODS file of these sheets; what looks like a number is stored as one."""
    body = "".join(
        f'<table:table table:name="{name}">{"".join(_row(row) for row in rows)}</table:table>'
        for name, rows in sheets.items()
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        file.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        file.writestr("content.xml", f"{_HEAD}{body}</office:spreadsheet></office:body></office:document-content>")
        file.writestr("META-INF/manifest.xml", _MANIFEST)
    return out.getvalue()


def hidden(book: bytes, name: str) -> bytes:
    """The workbook with one sheet hidden, as a spreadsheet program hides it: by a style."""
    style = (
        '<office:automatic-styles xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0">'
        '<style:style style:name="gone" style:family="table"><style:table-properties table:display="false"/></style:style>'
        "</office:automatic-styles><office:body>"
    )
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book)) as old, zipfile.ZipFile(out, "w") as new:
        for entry in old.namelist():
            text = old.read(entry).decode()
            if entry == "content.xml":
                text = text.replace("<office:body>", style, 1)
                text = text.replace(f'table:name="{name}"', f'table:name="{name}" table:style-name="gone"')
            new.writestr(entry, text)
    return out.getvalue()


def _row(cells: list[str]) -> str:
    return f"<table:table-row>{''.join(_cell(cell) for cell in cells)}</table:table-row>"


def _cell(text: str) -> str:
    plain = text.replace(",", "")
    if not text:
        return "<table:table-cell/>"
    if re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", plain):
        value = f'office:value-type="float" office:value="{plain}"'
        return f"<table:table-cell {value}><text:p>{escape(text)}</text:p></table:table-cell>"
    if re.fullmatch(r"[0-9]+%", text):
        value = f'office:value-type="percentage" office:value="{int(text[:-1]) / 100}"'
        return f"<table:table-cell {value}><text:p>{text}</text:p></table:table-cell>"
    if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        value = f'office:value-type="date" office:date-value="{text}"'
        return f"<table:table-cell {value}><text:p>{text}</text:p></table:table-cell>"
    return f'<table:table-cell office:value-type="string"><text:p>{escape(text)}</text:p></table:table-cell>'
