"""The formats a document can be taken away in: one entry each; menus, commands and tests follow this list."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from participation.errors import InvalidInput
from participation.exports import csv_writer, csvw_writer, json_writer, ods_styles, ods_writer, pdf_writer, xlsx_writer
from participation.exports.document import Document


class UnknownFormat(InvalidInput):
    """Asked for a format that is not in `FORMATS`."""

    title = "We cannot make that kind of file"
    public = "“{name}” is not a format we can make. Choose one of: {known}."


@dataclass(frozen=True)
class Format:
    """A kind of file: `name` as commands and addresses say it, `title` as people read it."""

    name: str
    title: str
    extension: str
    media_type: str
    write: Callable[[Document], bytes]


FORMATS: dict[str, Format] = {
    entry.name: entry
    for entry in (
        Format(
            "xlsx",
            "Excel workbook (XLSX)",
            "xlsx",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            xlsx_writer.write,
        ),
        Format("ods", "OpenDocument spreadsheet (ODS)", "ods", ods_styles.MEDIA_TYPE, ods_writer.write),
        Format("csv", "One figure a row (CSV)", "csv", "text/csv; charset=utf-8", csv_writer.write),
        Format("zip", "Tidy CSV files with their description (ZIP)", "zip", "application/zip", csvw_writer.write),
        Format("pdf", "Report to read or print (PDF)", "pdf", "application/pdf", pdf_writer.write),
        Format("json", "Data for computers (JSON)", "json", "application/json", json_writer.write),
    )
}


def format_named(name: str) -> Format:
    """The format of that name. Raises `UnknownFormat`."""
    if name not in FORMATS:
        raise UnknownFormat(name=name, known=", ".join(FORMATS))
    return FORMATS[name]


def write(document: Document, name: str) -> bytes:
    """The document as a file of the named format. Raises `UnknownFormat`."""
    return format_named(name).write(document)


def file_name(document: Document, name: str) -> str:
    """The name to save it under: the document's stem and the format's extension."""
    return f"{document.file_stem}.{format_named(name).extension}"
