"""PDF: the document as a tagged report (PDF/UA-1), made by typst from a small template that gets everything as data.

The compiler refuses a document without a title, a figure without its text and headings that skip a level, so a file that
comes out is tagged. Fonts come with the package, never from the machine, and the only date in the file is `made_on`: equal
documents give equal bytes. Tables that are wider than a page are set in parts (`reading`).
"""

from __future__ import annotations

import json
from datetime import UTC, datetime, time
from functools import cache
from importlib.resources import files

import typst

from participation.exports.document import Document
from participation.exports.reading import Part, SetTable, set_for_print
from participation.exports.sheets import cell_text
from participation.exports.typeface import FOLDER, LOZENGE, showable

# A wide column of words beside narrow ones of numbers.
TEXT_WIDTH, NUMBER_WIDTH = 3, 2
NOT_SHOWN = "a character this file cannot show; the other formats have it"


def write(document: Document) -> bytes:
    """The document as a PDF with tags, title, language and bookmarks."""
    made = datetime.combine(document.made_on, time(), tzinfo=UTC)
    compiled = typst.compile(
        _template(),
        format="pdf",
        font_paths=_fonts(),
        ignore_system_fonts=True,
        sys_inputs={"document": json.dumps(_data(document), ensure_ascii=False)},
        pdf_standards="ua-1",
        timestamp=made,
    )
    if not isinstance(compiled, bytes):
        raise TypeError("the compiler did not answer with one file")
    return compiled


@cache
def _template() -> bytes:
    return files("participation.exports").joinpath("report.typ").read_bytes()


@cache
def _fonts() -> typst.Fonts:
    """Read once: looking through the font files takes longer than setting a short report."""
    return typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=False,
        font_paths=[FOLDER],
    )


def _data(document: Document) -> dict[str, object]:
    language, _, region = document.language.partition("-")
    data: dict[str, object] = {
        "title": _text(document.title),
        "publisher": _text(document.publisher),
        "language": language,
        "region": region or None,
        "made_on": [document.made_on.year, document.made_on.month, document.made_on.day],
        "footer": _text(" · ".join(text for text in (document.publisher, document.version_id) if text)),
        "words": {"summary": "Summary", "notes": "Notes", "shorthand": "Shorthand"},
        "facts": [{"label": _text(label), "value": _text(value)} for label, value in document.facts],
        "paragraphs": [
            _text(text) for text in (*(() if document.sections else document.paragraphs), *_licence(document))
        ],
        "tables": [*_sections(document), *(_table(table) for table in set_for_print(document))],
        "notes": [{"label": f"Note {note.number}", "text": _text(note.text)} for note in document.notes],
    }
    said = json.dumps(data, ensure_ascii=False)
    data["symbols"] = [{"label": label, "text": f"means {words}."} for label, words in _shorthand(document, said)]
    return data


def _shorthand(document: Document, said: str) -> list[tuple[str, str]]:
    codes = [(f"[{code}]", words) for code, words in document.symbols()]
    return [*codes, (LOZENGE, NOT_SHOWN)] if LOZENGE in said else codes


def _licence(document: Document) -> tuple[str, ...]:
    words = " ".join(text for text in (document.licence, document.licence_url) if text)
    return (f"Licence: {words}",) if words else ()


def _sections(document: Document) -> list[dict[str, object]]:
    return [
        {"heading": _text(heading), "sentences": [_text(text) for text in texts], "parts": []}
        for heading, texts in document.sections
        if texts
    ]


def _table(table: SetTable) -> dict[str, object]:
    return {
        "heading": _text(table.heading),
        "sentences": [_text(text) for text in table.sentences],
        "parts": [_part(part) for part in table.parts],
    }


def _part(part: Part) -> dict[str, object]:
    return {
        "title": _text(part.title),
        "headings": [_text(heading) for heading in part.headings],
        "numeric": list(part.numeric),
        "widths": [NUMBER_WIDTH if numeric else TEXT_WIDTH for numeric in part.numeric],
        "rows": [[_text(cell) for cell in row] for row in part.rows],
    }


def _text(words: str) -> str:
    return showable(cell_text(words))
