"""ODS: the workbook of `sheets` in the government's own open standard for spreadsheets (OpenDocument 1.3).

Written directly, because libraries for it write bare sheets: no database ranges, no heading styles, no title. Text is
typed as text, so nothing in it can run.
"""

from __future__ import annotations

from datetime import date

from participation.exports.document import Column, Document, Missing, Value
from participation.exports.ods_styles import COVER_WIDTH, MEDIA_TYPE, automatic, format_name, manifest, properties
from participation.exports.ods_styles import settings as view_settings
from participation.exports.ods_styles import styles as named_styles
from participation.exports.ods_xml import paragraph, part, tag, words
from participation.exports.sheets import Grid, Sheet, cell_number, cell_text, width, workbook
from participation.exports.zipped import archive


def write(document: Document) -> bytes:
    """The document as an OpenDocument spreadsheet."""
    sheets = workbook(document)
    return archive(
        [
            ("mimetype", MEDIA_TYPE.encode()),
            ("content.xml", _content(document, sheets)),
            ("styles.xml", named_styles(document)),
            ("meta.xml", properties(document)),
            ("settings.xml", view_settings(sheets)),
            ("META-INF/manifest.xml", manifest()),
        ],
        stored=frozenset({"mimetype"}),
    )


def _content(document: Document, sheets: tuple[Sheet, ...]) -> bytes:
    ranges = [_range(sheet.name, len(sheet.lines) + 1, sheet.grid) for sheet in sheets if sheet.grid]
    inside = [*(_sheet(sheet) for sheet in sheets), tag("table:database-ranges", None, ranges)]
    body = tag("office:body", None, tag("office:spreadsheet", None, inside))
    return part("document-content", [tag("office:automatic-styles", None, automatic(document, sheets)), body])


def _sheet(sheet: Sheet) -> str:
    rows = [_row([_text(line.text, line.style.title())]) for line in sheet.lines]
    if sheet.grid is None:
        return tag("table:table", {"table:name": sheet.name}, [_column(COVER_WIDTH), *rows])
    grid = sheet.grid
    columns = [_column(width(heading, column)) for heading, column in zip(grid.headings, grid.columns, strict=True)]
    rows.append(_row([_text(heading, "Header") for heading in grid.headings]))
    rows += [_grid_row(grid, number) for number in range(len(grid.rows))]
    return tag("table:table", {"table:name": sheet.name}, [*columns, *rows])


def _column(characters: int) -> str:
    return tag("table:table-column", {"table:style-name": f"w{characters}", "table:default-cell-style-name": "Default"})


def _row(cells: list[str]) -> str:
    return tag("table:table-row", None, cells)


def _grid_row(grid: Grid, number: int) -> str:
    cells = [_cell(column, value) for column, value in zip(grid.columns, grid.rows[number], strict=True)]
    if grid.links:
        cells[0] = _link(str(grid.rows[number][0]), grid.links[number])
    return _row(cells)


def _link(text: str, sheet: str) -> str:
    anchor = tag("text:a", {"xlink:type": "simple", "xlink:href": f"#'{sheet}'.A1"}, words(text))
    return _typed("Link", {"office:value-type": "string"}, tag("text:p", None, anchor))


def _cell(column: Column, value: Value) -> str:
    if isinstance(value, Missing):
        return _text(cell_text(value), "Missing")
    if isinstance(value, str):
        return _text(cell_text(value), "Text")
    style = f"c-{format_name(column)}"
    if isinstance(value, date):
        iso = value.isoformat()
        return _typed(style, {"office:value-type": "date", "office:date-value": iso}, paragraph(iso))
    number = format(cell_number(column, value), "f")
    kind = "percentage" if column.kind == "share" else "float"
    return _typed(style, {"office:value-type": kind, "office:value": number}, paragraph(number))


def _text(text: str, style: str) -> str:
    lines = [paragraph(line) for line in text.split("\n")] if text else []
    return _typed(style, {"office:value-type": "string"}, "".join(lines))


def _typed(style: str, attributes: dict[str, str], inside: str) -> str:
    return tag("table:table-cell", {"table:style-name": style, **attributes}, inside)


def _range(sheet: str, top: int, grid: Grid) -> str:
    """The database range that names a table, as the checklist asks."""
    last = f"{letters(len(grid.columns))}{top + len(grid.rows)}"
    return tag(
        "table:database-range",
        {
            "table:name": grid.name,
            "table:target-range-address": f"'{sheet}'.A{top}:'{sheet}'.{last}",
            "table:display-filter-buttons": "false",
        },
    )


def letters(number: int) -> str:
    """The letters of a column: 1 -> A, 26 -> Z, 27 -> AA."""
    found = ""
    while number:
        number, rest = divmod(number - 1, 26)
        found = chr(65 + rest) + found
    return found
