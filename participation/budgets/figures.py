"""Figures out of a council's folder: actual spending by group, planned lines, detail lines, checked against their totals.

A total row checks its parts and is never added to them. A figure that is not published stays None and is named in a note;
a total that cannot be checked for that reason is named too.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from participation.budgets.amounts import adds_up, pence_of
from participation.budgets.taxonomy import TOTAL_CODE, service_groups
from participation.councils.tables import Row, Table

OUTTURN_COLUMNS = ("financial_year", "group_code")
DETAIL_COLUMNS = ("financial_year", "section", "service_line", "row_type")
MEASURES = ("employees", "running", "gross", "fees", "other_income", "income", "net")
# What a council's own file may leave out: what the sums are made of.
PARTS = ("employees_gbp", "running_expenses_gbp", "sales_fees_charges_gbp", "other_income_gbp")
# How a total is called. Such a row that says it is a line would be counted twice.
_TOTAL_TITLE = re.compile(r"(?:grand |overall |sub-?)?totals?\b", re.IGNORECASE)
MONEY_COLUMNS = {
    "employees": "employees_gbp",
    "running": "running_expenses_gbp",
    "gross": "gross_expenditure_gbp",
    "fees": "sales_fees_charges_gbp",
    "other_income": "other_income_gbp",
    "income": "total_income_gbp",
    "net": "net_current_expenditure_gbp",
}
# (parts, total, sign of the second part): gross = employees + running, income = fees + other, net = gross - income.
_SUMS = (("employees", "running", "gross", 1), ("fees", "other_income", "income", 1), ("gross", "income", "net", -1))


@dataclass(frozen=True, slots=True)
class Spending:
    """The seven measures of one row, in pence. `name` is the group code, or the title of a detail line."""

    row: Row
    year: str
    name: str
    pence: dict[str, int | None]

    @property
    def published(self) -> bool:
        """Whether spending, income and cost are there: less cannot be shown or added up."""
        return all(self.pence[measure] is not None for measure in ("gross", "income", "net"))


def financial_year(row: Row) -> str:
    """ "2024-25", "2024/25" or "2024 to 2025" as "2024-25". Raises ImportRefused."""
    found = re.fullmatch(r"([0-9]{2})([0-9]{2})(?:[-–/]| to )(?:[0-9]{2})?([0-9]{2})", row["financial_year"])
    if found is None or (int(found[2]) + 1) % 100 != int(found[3]):
        raise row.refuse(f"financial_year must be written like 2024-25, not {row['financial_year']!r}")
    return f"{found[1]}{found[2]}-{found[3]}"


def money(row: Row, column: str) -> int | None:
    """The amount of a cell in pence, None where it is not published. Raises ImportRefused."""
    try:
        return pence_of(row[column])
    except ValueError as error:
        raise row.refuse(f"{column}: {error}") from None


def spending(row: Row, name: str) -> Spending:
    """The measures of a row, which must add up among themselves. Raises ImportRefused."""
    pence = {measure: money(row, column) if column in row.cells else None for measure, column in MONEY_COLUMNS.items()}
    for first, second, total, sign in _SUMS:
        one, other, result = pence[first], pence[second], pence[total]
        if one is None or other is None or result is None:
            continue
        if not adds_up([one, sign * other], result):
            words = "and" if sign > 0 else "less"
            raise row.refuse(f"{MONEY_COLUMNS[first]} {words} {MONEY_COLUMNS[second]} is not {MONEY_COLUMNS[total]}")
    return Spending(row, financial_year(row), name, pence)


def read_outturn(table: Table) -> tuple[list[Spending], list[str]]:
    """Actual spending by group, without the totals, and notes. Raises ImportRefused."""
    known = _codes_by_name()
    rows: dict[tuple[str, str], Spending] = {}
    for row in table.rows:
        code = known.get(same_name(row["group_code"]))
        if code is None:
            codes = ", ".join(group.code for group in service_groups())
            raise row.refuse(f"the group {row['group_code']!r} is not in the list of services ({codes})")
        one = spending(row, code)
        if (one.year, one.name) in rows:
            raise row.refuse(f"{one.name} of {one.year} appears twice")
        rows[one.year, one.name] = one
    notes = _check_years(table, list(rows.values()))
    parts = [one for one in rows.values() if one.name != TOTAL_CODE]
    return [one for one in parts if one.published], notes + _unpublished(table, parts)


def _codes_by_name() -> dict[str, str]:
    """Group codes by code, official and plain name; "total" in a council's own file is the total of all."""
    names = {
        same_name(name): group.code for group in service_groups() for name in (group.plain_name, group.official_name)
    }
    codes = {same_name(group.code): group.code for group in service_groups()}
    totals = dict.fromkeys(
        map(
            same_name,
            (
                TOTAL_CODE,
                "Total",
                "Totals",
                "Grand total",
                "All services",
                "Total service expenditure",
                "Net cost of services",
            ),
        ),
        TOTAL_CODE,
    )
    return {**names, **codes, **totals}


def _check_years(table: Table, rows: Sequence[Spending]) -> list[str]:
    notes = []
    for year in sorted({one.year for one in rows}):
        total = next((one for one in rows if one.year == year and one.name == TOTAL_CODE), None)
        parts = [one for one in rows if one.year == year and one.name != TOTAL_CODE]
        notes.extend(
            check_total(total, parts) if total else [f"{table.file} has no total for {year} to check against."]
        )
    return notes


def check_total(total: Spending, parts: Sequence[Spending]) -> list[str]:
    """Compare a total row with its parts, measure by measure. Raises ImportRefused; returns notes on what is not known."""
    notes = []
    for measure in MEASURES:
        expected = total.pence[measure]
        values = [one.pence[measure] for one in parts]
        known = [value for value in values if value is not None]
        if expected is None:
            continue
        if len(known) < len(values):
            notes.append(
                f"{total.row.file}, row {total.row.number}: {MONEY_COLUMNS[measure]} cannot be checked, a part is missing."
            )
        elif not adds_up(known, expected):
            raise total.row.refuse(
                f"{MONEY_COLUMNS[measure]} is {expected / 100:,.0f}, its parts add up to {sum(known) / 100:,.0f}"
            )
    return notes


def _unpublished(table: Table, rows: Sequence[Spending]) -> list[str]:
    return [
        f"{table.file}, row {one.row.number}: {one.name} of {one.year} is not published in full and is left out."
        for one in rows
        if not one.published
    ]


@dataclass(frozen=True, slots=True)
class DetailLine:
    """A line below a group. `kind` is line, subcategory (part of the line above) or total."""

    spending: Spending
    section: str
    kind: str


def read_detail(table: Table) -> tuple[list[DetailLine], list[str]]:
    """Actual spending below the group, in file order, and notes. Raises ImportRefused."""
    lines = []
    for row in table.rows:
        if row["row_type"] not in ("line", "subcategory", "total"):
            raise row.refuse(f"row_type must be line, subcategory or total, not {row['row_type']!r}")
        # Some rows repeat in the title what row_type says.
        one = spending(row, row.words("service_line", at_most=250).removeprefix("Subcategory: "))
        lines.append(DetailLine(one, row.words("section", at_most=120), row["row_type"]))
        if lines[-1].kind == "line":
            refuse_hidden_total(row, one.name)
    _refuse_twice(lines)
    sections: dict[tuple[str, str], list[DetailLine]] = defaultdict(list)
    for line in lines:
        sections[line.section, line.spending.year].append(line)
    notes = []
    for members in sections.values():
        parts = [one.spending for one in members if one.kind == "line"]
        for total in (one.spending for one in members if one.kind == "total"):
            notes.extend(check_total(total, parts))
    left_out = _unpublished(table, [line.spending for line in lines])
    return [line for line in lines if line.spending.published], notes + left_out


def _refuse_twice(lines: Sequence[DetailLine]) -> None:
    """A line or total stands once in its section; parts of lines may share a name."""
    seen: dict[tuple[str, ...], Row] = {}
    for line in lines:
        row = line.spending.row
        key = (line.spending.year, same_name(line.section), line.kind, same_name(line.spending.name))
        if line.kind != "subcategory" and seen.setdefault(key, row) is not row:
            raise row.refuse(f"“{line.spending.name}” of {line.spending.year} is in row {seen[key].number} already")


def is_total_title(title: str) -> bool:
    return _TOTAL_TITLE.match(title) is not None


def refuse_hidden_total(row: Row, title: str) -> None:
    """Raises ImportRefused for a line that calls itself a total."""
    if is_total_title(title):
        raise row.refuse(f"“{title}” is written as a line; its row_type must be total, or it would be counted twice")


def same_name(text: str) -> str:
    """Names of sections without case, apostrophes and marks, because the forms write them differently."""
    return re.sub(r"[^a-z0-9]", "", text.lower().replace("&", "and"))
