"""The ministry's own layouts as plain tables: one council a row, one figure a column, several rows of headings.

Revenue Account Budget (RA): an asset code a column (eduerl), the section above its first column, the title in the header row.
Revenue Outturn (RSX): a code such as RSX-edu-tot-exp a column; where there are none, as from 2024-25 on, titles such as "Public
Health - Total Income (C6 = C4 + C5)", or, as in 2018-19, the service in a merged cell above its measures. All say "£ thousand"
above. The ODS originals and sheets saved as CSV are read alike. What comes out has the columns of our own files, in pounds, each
row remembering the cell it came from.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence

from participation.budgets.amounts import pence_of
from participation.budgets.figures import MONEY_COLUMNS, is_total_title
from participation.budgets.plans import COLUMNS as BUDGET_COLUMNS
from participation.budgets.taxonomy import TOTAL_CODE, line_types, service_groups
from participation.councils.tables import Row, Table, sheets_of
from participation.errors import ImportRefused

Sheet = Sequence[Sequence[str]]
_HEADER = {"ons code", "local authority"}
_HEADER_WITHIN = 30
_FEWEST_CODES = 3
_OUTTURN_CODE = re.compile(r"RSX-([a-z]+)-(empl|run-exp|tot-exp|sfc|oth-inc|tot-inc|net-cur-exp)")
# The measure of a column by its number on the form, and what stands before it: a service, or nothing where that is above.
_TITLED = re.compile(r"(?:(?P<service>.*?)\s*[-–]\s*)?[^-–]*\(\s*C(?P<column>[1-7])\b[^)]*\)")
_BY_COLUMN = ("empl", "run-exp", "tot-exp", "sfc", "oth-inc", "tot-inc", "net-cur-exp")
_FOOTNOTE = re.compile(r"\[(?:note\s*)?[0-9a-z]{1,3}\]|\((?:note|footnote)\s*[0-9]+\)|[*†‡]+", re.IGNORECASE)
_BUDGET_CODE = re.compile(r"[a-z]{3,20}")
_YEAR = re.compile(r"\b(20[0-9]{2})(?:-|–|/| to )(?:20)?([0-9]{2})\b")
_UNITS = (
    (1_000_000, re.compile(r"£\s?(?:millions?|m)\b", re.IGNORECASE)),
    (1_000, re.compile(r"£\s?(?:thousands?|000s?|k)\b|thousands of pounds", re.IGNORECASE)),
    (1, re.compile(r"\bin (?:whole )?(?:pounds|£)(?![\s0]*(?:thousand|000|million|k\b|m\b))", re.IGNORECASE)),
)
_MEASURES = {
    "empl": "employees",
    "run-exp": "running",
    "tot-exp": "gross",
    "sfc": "fees",
    "oth-inc": "other_income",
    "tot-inc": "income",
    "net-cur-exp": "net",
}


def header_place(sheet: Sheet) -> int | None:
    """The row of a ministry sheet that heads the councils; None for any other sheet."""
    for place, row in enumerate(sheet[:_HEADER_WITHIN]):
        if {_plain(cell) for cell in row} >= _HEADER:
            return place
    return None


def _plain(words: str) -> str:
    """A heading without its footnote marks: "ONS Code [note 2]" is "ons code"."""
    return " ".join(_FOOTNOTE.sub(" ", words).split()).lower()


def is_ministry_layout(file: str, data: bytes) -> bool:
    return any(header_place(sheet) is not None for sheet in sheets_of(file, data))


def tidied(file: str, data: bytes, gss_code: str) -> Table:
    """The figures of one council out of a ministry file: the first sheet that has codes above its header. Raises ImportRefused.

    A workbook has a cover, notes and tables of classes of councils beside the sheet of the councils.
    """
    sheets = [(sheet, head) for sheet in sheets_of(file, data) if (head := header_place(sheet)) is not None]
    if not sheets:
        raise ImportRefused(file=file, problem="is not in the ministry's layout")
    found = next(((sheet, head) for sheet, head in sheets if _has_codes(sheet[:head]) or _titled(sheet, head)), None)
    if found is None:
        raise ImportRefused(
            file=file,
            problem="has no row of codes such as RSX-edu-empl or eduerl above its header, and no titles such as “Education "
            "services - Employees (C1)” in it",
        )
    sheet, head = found
    source = _Source(file, sheet, head, _council_row(file, sheet, head, gss_code))
    rows = source.outturn() or source.budget()
    return Table(file, tuple(rows[0].cells), tuple(rows), hashlib.sha256(data).hexdigest(), source.origin())


def _has_codes(above: Sheet) -> bool:
    """Words of a note look like codes one by one; a row of codes has several."""
    codes = (_OUTTURN_CODE, _BUDGET_CODE)
    return any(
        sum(bool(code.fullmatch(cell.strip())) for cell in row[1:]) >= _FEWEST_CODES for row in above for code in codes
    )


def _titled(sheet: Sheet, head: int) -> dict[int, str]:
    """Column -> code such as RSX-edu-empl, out of titles; the service may stand in a merged cell above its measures."""
    known = {_plain(name): group.code for group in service_groups() for name in (group.official_name, group.plain_name)}
    known |= {
        "children social care": "csc",
        "housing services (gfra only)": "hous",
        "total service expenditure": TOTAL_CODE,
    }
    width = max((len(row) for row in sheet[: head + 1]), default=0)
    above = [""] * width
    for row in sheet[:head]:
        current = ""
        for column in range(width):
            cell = _plain(row[column]) if column < len(row) else ""
            current = known.get(cell, "" if cell else current)
            above[column] = current or above[column]
    found = {}
    for column, cell in enumerate(sheet[head]):
        title = _TITLED.fullmatch(" ".join(_FOOTNOTE.sub(" ", cell).split()))
        if title is not None:
            service = known.get(_plain(title["service"] or ""), "") or above[column]
            if service:
                found[column] = f"RSX-{service}-{_BY_COLUMN[int(title['column']) - 1]}"
    return found if len(found) >= _FEWEST_CODES else {}


def _council_row(file: str, sheet: Sheet, head: int, gss_code: str) -> int:
    column = [_plain(cell) for cell in sheet[head]].index("ons code")
    places = [
        place
        for place, row in enumerate(sheet[head + 1 :], start=head + 1)
        if column < len(row) and _FOOTNOTE.sub("", row[column]).strip() == gss_code
    ]
    if len(places) != 1:
        raise ImportRefused(file=file, problem=f"has {len(places)} rows for the council {gss_code}, one is needed")
    return places[0]


class _Source:
    """One council's row of a ministry sheet, with the headings above it."""

    def __init__(self, file: str, sheet: Sheet, head: int, place: int) -> None:
        width = max(len(row) for row in sheet)
        self.file, self.head, self.place = file, head, place
        self.sheet = [[*row, *([""] * (width - len(row)))] for row in sheet]
        # The words above the table: the first cell of each row that says something, wherever a merged cell begins.
        self.above = " ".join(next((cell.strip() for cell in row if cell.strip()), "") for row in sheet[:head])
        self.unit = self._unit()

    def _unit(self) -> int:
        """Pounds in one unit of the sheet. What it does not say is never guessed: a thousand times too little looks right."""
        found = {unit for unit, words in _UNITS if words.search(self.above)}
        if len(found) != 1:
            raise ImportRefused(
                file=self.file,
                problem="does not say above the header whether its figures are in £ thousand, £ million or £",
            )
        return found.pop()

    def year(self) -> str:
        found = _YEAR.search(self.above)
        if found is None:
            raise ImportRefused(
                file=self.file, problem="does not say its financial year, such as 2023-24, above the header"
            )
        return f"{found[1]}-{found[2]}"

    def origin(self) -> str:
        """What the sheet says about its source, and when it was last changed."""
        said = [
            row[0].strip() for row in self.sheet[: self.head] if row and row[0].startswith(("Source:", "Last updated:"))
        ]
        return ". ".join(line.removeprefix("Source:").strip().rstrip(".") for line in said)

    def coded(self, code: re.Pattern[str]) -> dict[int, str]:
        """Column -> code, of the heading row with the most codes."""
        rows = [
            {place: cell.strip() for place, cell in enumerate(row) if place and code.fullmatch(cell.strip())}
            for row in self.sheet[: self.head]
        ]
        return max(rows, key=len, default={})

    def titled(self) -> dict[int, str]:
        """The same out of titles, where nothing is a code of the budget either."""
        return {} if len(self.coded(_BUDGET_CODE)) >= _FEWEST_CODES else _titled(self.sheet, self.head)

    def cell(self, column: int) -> Row:
        """The council's cell of a column as a row that names its place when it is refused."""
        amount = self.sheet[self.place][column].strip()
        return Row(f"{self.file}, column {_letters(column)}", self.place + 1, {"amount": amount})

    def pounds(self, column: int) -> str:
        cell = self.cell(column)
        try:
            pence = pence_of(cell["amount"], unit_pounds=self.unit)
        except ValueError as error:
            raise cell.refuse(str(error)) from None
        if pence is None:
            return ""
        return f"{'-' if pence < 0 else ''}{abs(pence) // 100}.{abs(pence) % 100:02d}"

    def outturn(self) -> list[Row]:
        groups: dict[str, dict[str, str]] = {}
        first: dict[str, int] = {}
        for column, code in (self.coded(_OUTTURN_CODE) or self.titled()).items():
            _, group, measure = code.split("-", 2)
            amounts, name = groups.setdefault(group, {}), MONEY_COLUMNS[_MEASURES[measure]]
            if name in amounts:
                raise self.cell(column).refuse(f"the code {code} appears twice")
            amounts[name] = self.pounds(column)
            first.setdefault(group, column)
        empty = dict.fromkeys(MONEY_COLUMNS.values(), "")
        return [
            Row(
                self.cell(first[group]).file,
                self.place + 1,
                {"financial_year": self.year(), "group_code": group, **empty, **amounts},
            )
            for group, amounts in groups.items()
        ]

    def budget(self) -> list[Row]:
        codes = self.coded(_BUDGET_CODE)
        if not codes:
            return []
        types, titles = line_types(), self.sheet[self.head]
        sections = self.sections(codes)
        rows = []
        for column, code in codes.items():
            title = " ".join(_FOOTNOTE.sub(" ", titles[column]).split())
            kind = types.get(code, "total" if code.endswith("tot") or is_total_title(title) else "line")
            values = (self.year(), code, sections[column], title, kind, self.pounds(column))
            rows.append(Row(self.cell(column).file, self.place + 1, dict(zip(BUDGET_COLUMNS, values, strict=True))))
        return rows

    def sections(self, codes: dict[int, str]) -> dict[int, str]:
        """Column -> section: written above the first column of each, in the row below the codes."""
        below = next(
            place + 1
            for place, row in enumerate(self.sheet[: self.head])
            if all(row[c].strip() == codes[c] for c in codes)
        )
        found, current = {}, ""
        for column in sorted(codes):
            current = " ".join(_FOOTNOTE.sub(" ", self.sheet[below][column]).split()) or current
            found[column] = current
        return found


def _letters(column: int) -> str:
    """0 -> A, 26 -> AA, as spreadsheets name columns."""
    name, rest = "", column + 1
    while rest:
        rest, letter = divmod(rest - 1, 26)
        name = chr(ord("A") + letter) + name
    return name
