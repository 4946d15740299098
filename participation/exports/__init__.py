"""A document of titled tables and notes in, the bytes of a file out: one writer a format."""

from participation.exports.document import Across, Column, Document, Missing, Note, Table, Value
from participation.exports.formats import FORMATS, Format, UnknownFormat, file_name, write

__all__ = [
    "FORMATS",
    "Across",
    "Column",
    "Document",
    "Format",
    "Missing",
    "Note",
    "Table",
    "UnknownFormat",
    "Value",
    "file_name",
    "write",
]
