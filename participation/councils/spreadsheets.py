"""Workbooks as plain tables: ODS and Excel sheets read cell by cell into text, as a CSV file of the same sheet would have it.

The ministry publishes its returns as ODS. Reading is left to calamine, which is kept up and needs no office program.
"""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime

from python_calamine import CalamineError, CalamineWorkbook, SheetVisibleEnum

from participation.errors import ImportRefused

Cell = int | float | str | bool | date | object
# A zip file says "PK" first: ODS and XLSX are such files, a CSV file never is.
_ZIP = b"PK\x03\x04"
# Unpacked, the ministry's largest workbook has 60 million bytes. A file made to fill the memory has more.
MOST_BYTES = 400_000_000
# A workbook has a few files for each sheet.
MOST_FILES = 2_000


def is_workbook(data: bytes) -> bool:
    return data.startswith(_ZIP)


def sheets_in(file: str, data: bytes) -> list[list[list[str]]]:
    """The cells of every sheet of a workbook, from its first row and column on. Raises ImportRefused.

    Sheets that a reader sees come first: a hidden one is often an older copy, or what a formula works with.
    """
    _check_size(file, data)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        hidden = [sheet.visible != SheetVisibleEnum.Visible for sheet in book.sheets_metadata]
        order = sorted(range(len(hidden)), key=lambda place: hidden[place])
        sheets = [book.get_sheet_by_index(place) for place in order]
        return [
            [[text_of_cell(cell) for cell in row] for row in sheet.to_python(skip_empty_area=False)] for sheet in sheets
        ]
    except CalamineError:
        raise ImportRefused(
            file=file, problem="is not a spreadsheet that can be read; save it as ODS, XLSX or CSV"
        ) from None


def _check_size(file: str, data: bytes) -> None:
    try:
        entries = zipfile.ZipFile(io.BytesIO(data)).infolist()
    except zipfile.BadZipFile:
        raise ImportRefused(file=file, problem="is not a whole file; download it again") from None
    if len(entries) > MOST_FILES or sum(entry.file_size for entry in entries) > MOST_BYTES:
        raise ImportRefused(file=file, problem="is too large when it is unpacked")


def text_of_cell(cell: Cell) -> str:
    """A cell as text. Numbers have the 15 digits a spreadsheet keeps, so that 0.1 + 0.2 is 0.3 and 5.0 is 5."""
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        return f"{cell:.15g}"
    if isinstance(cell, datetime) and cell.time() == datetime.min.time():
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    return str(cell)
