"""Styles, properties and view settings of an OpenDocument workbook."""

from __future__ import annotations

from collections.abc import Iterator

from participation.exports.document import Column, Document
from participation.exports.ods_xml import part, tag, words
from participation.exports.sheets import Sheet, width

COVER_WIDTH = 100
MEDIA_TYPE = "application/vnd.oasis.opendocument.spreadsheet"
PARTS = ("content.xml", "styles.xml", "meta.xml", "settings.xml")
_MILLIMETRES = 2.5


def format_name(column: Column) -> str:
    """The name of a column's number format: its kind and decimals."""
    return f"{column.kind}{2 if column.kind == 'pence' else column.places}"


def automatic(document: Document, sheets: tuple[Sheet, ...]) -> Iterator[str]:
    """Column widths, number formats, and a cell style for each format."""
    widths = {COVER_WIDTH} | {
        width(heading, column)
        for sheet in sheets
        if sheet.grid
        for heading, column in zip(sheet.grid.headings, sheet.grid.columns, strict=True)
    }
    for characters in sorted(widths):
        size = tag("style:table-column-properties", {"style:column-width": f"{characters * _MILLIMETRES:.1f}mm"})
        yield tag("style:style", {"style:name": f"w{characters}", "style:family": "table-column"}, size)
    for column in _formatted_columns(document):
        name = format_name(column)
        yield _number_format(column, f"n-{name}")
        yield tag(
            "style:style",
            {
                "style:name": f"c-{name}",
                "style:family": "table-cell",
                "style:parent-style-name": "Default",
                "style:data-style-name": f"n-{name}",
            },
        )


def _formatted_columns(document: Document) -> list[Column]:
    """One column for each number format in use, in the order of the formats' names."""
    found = {format_name(c): c for table in document.tables for c in table.columns if c.kind != "text"}
    return [found[name] for name in sorted(found)]


def _number_format(column: Column, name: str) -> str:
    places = format_name(column)[-1]
    number = tag(
        "number:number",
        {
            "number:decimal-places": places,
            "number:min-decimal-places": places,
            "number:min-integer-digits": "1",
            "number:grouping": "true",
        },
    )
    named = {"style:name": name}
    if column.kind == "date":
        space = "<number:text> </number:text>"
        month = tag("number:month", {"number:style": "long", "number:textual": "true"})
        year = tag("number:year", {"number:style": "long"})
        return tag("number:date-style", named, [tag("number:day"), space, month, space, year])
    if column.kind == "share":
        return tag("number:percentage-style", named, [number, tag("number:text", None, "%")])
    sign = [tag("number:text", None, "£")] if column.kind == "pence" else []
    return tag("number:number-style", named, [*sign, number])


def styles(document: Document) -> bytes:
    """styles.xml: the named cell styles, in a plain font of 12 points that wraps."""
    language, _, country = document.language.partition("-")
    plain = {
        "fo:font-family": "Arial",
        "style:font-family-generic": "swiss",
        "fo:font-size": "12pt",
        "fo:language": language,
        "fo:country": country or "GB",
    }
    wraps = tag("style:table-cell-properties", {"fo:wrap-option": "wrap", "style:vertical-align": "top"})
    line = tag("style:table-cell-properties", {"fo:border-bottom": "0.5pt solid #0b0c0c"})
    right = tag("style:paragraph-properties", {"fo:text-align": "end"})
    named = [
        tag(
            "style:style",
            {"style:name": "Default", "style:family": "table-cell"},
            [wraps, tag("style:text-properties", plain)],
        ),
        _style("Title", {"fo:font-weight": "bold", "fo:font-size": "16pt"}, shown="Heading 1"),
        _style("Heading", {"fo:font-weight": "bold", "fo:font-size": "14pt"}, shown="Heading 2"),
        _style("Header", {"fo:font-weight": "bold"}, line),
        _style("Text", {"fo:font-size": "12pt"}),
        _style("Missing", {"fo:font-size": "12pt"}, right),
        _style("Link", {"fo:color": "#1d70b8", "style:text-underline-style": "solid"}),
    ]
    return part("document-styles", tag("office:styles", None, named))


def _style(name: str, text: dict[str, str], before: str = "", shown: str = "") -> str:
    attributes = {"style:name": name, "style:family": "table-cell", "style:parent-style-name": "Default"}
    if shown:
        attributes["style:display-name"] = shown
    return tag("style:style", attributes, [before, tag("style:text-properties", text)])


def properties(document: Document) -> bytes:
    """meta.xml: title, language, publisher, and the one date of the document."""
    moment = f"{document.made_on.isoformat()}T00:00:00"
    inside = [
        tag("dc:title", None, words(document.title)),
        tag("dc:creator", None, words(document.publisher)),
        tag("dc:language", None, words(document.language)),
        tag("meta:creation-date", None, moment),
        tag("dc:date", None, moment),
    ]
    return part("document-meta", tag("office:meta", None, inside))


def settings(sheets: tuple[Sheet, ...]) -> bytes:
    """settings.xml: opens on the first sheet, the cursor of every sheet in A1."""
    home = _item("CursorPositionX", "int", "0") + _item("CursorPositionY", "int", "0")
    entries = [tag("config:config-item-map-entry", {"config:name": sheet.name}, home) for sheet in sheets]
    tables = tag("config:config-item-map-named", {"config:name": "Tables"}, entries)
    view = tag("config:config-item-map-entry", None, [_item("ActiveTable", "string", sheets[0].name), tables])
    views = tag("config:config-item-map-indexed", {"config:name": "Views"}, view)
    chosen = tag("config:config-item-set", {"config:name": "ooo:view-settings"}, views)
    return part("document-settings", tag("office:settings", None, chosen))


def _item(name: str, kind: str, value: str) -> str:
    return tag("config:config-item", {"config:name": name, "config:type": kind}, words(value))


def manifest() -> bytes:
    """META-INF/manifest.xml: what is in the package."""
    files = [("/", MEDIA_TYPE), *((name, "text/xml") for name in PARTS)]
    entries = [
        tag("manifest:file-entry", {"manifest:full-path": path, "manifest:media-type": kind}) for path, kind in files
    ]
    root = {"xmlns:manifest": "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0", "manifest:version": "1.3"}
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{tag("manifest:manifest", root, entries)}\n'.encode()
