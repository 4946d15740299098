"""Planned lines of the net budget (form RA), checked: lines against their section, sections against the total of services.

The form has total rows of three kinds: of a section, of all services (servicetot), and of further steps down to the council tax
requirement, which mix in "of which" lines and are kept as published.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from participation.budgets.amounts import adds_up
from participation.budgets.figures import financial_year, money, refuse_hidden_total, same_name
from participation.budgets.taxonomy import form_sections, service_groups
from participation.councils.tables import Row, Table

COLUMNS = ("financial_year", "asset_id", "section", "line_title", "row_type", "net_budget_gbp")
ALL_SERVICES = "servicetot"


@dataclass(frozen=True, slots=True)
class PlannedLine:
    """One line of the form. `group` is the code of its service group, None below the services."""

    row: Row
    year: str
    asset_id: str
    section: str
    title: str
    kind: str
    group: str | None
    net_pence: int | None


def read_budget(table: Table) -> tuple[list[PlannedLine], list[str]]:
    """The planned lines in file order, and notes on what could not be checked. Raises ImportRefused."""
    groups = {same_name(group.budget_section): group.code for group in service_groups()}
    lines: dict[tuple[str, str], PlannedLine] = {}
    for row in table.rows:
        line = _line(row, groups)
        if (line.year, line.asset_id) in lines:
            raise row.refuse(f"{line.asset_id} of {line.year} appears twice")
        lines[line.year, line.asset_id] = line
    notes = []
    for year in sorted({line.year for line in lines.values()}):
        notes.extend(_check_year([line for line in lines.values() if line.year == year]))
    return list(lines.values()), notes + _elsewhere(table, list(lines.values()))


def _elsewhere(table: Table, lines: Sequence[PlannedLine]) -> list[str]:
    """Notes on sections that are neither a service nor a step of the form below the services."""
    known = {same_name(section) for section in form_sections()}
    unknown: dict[str, int] = defaultdict(int)
    for line in lines:
        if line.group is None and same_name(line.section) not in known:
            unknown[line.section] += 1
    return [
        f"{table.file}: the section {section!r} is not in the list of services. Its {number} "
        f"{'line is' if number == 1 else 'lines are'} on no service's page."
        for section, number in unknown.items()
    ]


def _line(row: Row, groups: dict[str, str]) -> PlannedLine:
    if row["row_type"] not in ("line", "total"):
        raise row.refuse(f"row_type must be line or total, not {row['row_type']!r}")
    section = row.words("section", at_most=120)
    if row["row_type"] == "line":
        refuse_hidden_total(row, row["line_title"])
    return PlannedLine(
        row=row,
        year=financial_year(row),
        asset_id=row.words("asset_id", at_most=40),
        section=section,
        title=row.words("line_title", at_most=250),
        kind=row["row_type"],
        group=groups.get(same_name(section)),
        net_pence=money(row, "net_budget_gbp"),
    )


def _check_year(lines: Sequence[PlannedLine]) -> list[str]:
    sections: dict[str, list[PlannedLine]] = defaultdict(list)
    for line in lines:
        if line.group:
            sections[line.group].append(line)
    notes, totals = [], []
    for members in sections.values():
        parts = [line for line in members if line.kind == "line"]
        own = [line for line in members if line.kind == "total"]
        if len(own) > 1:
            raise own[1].row.refuse(
                f"“{own[1].title}” is a second total of {own[1].section}; the first is in row {own[0].row.number}"
            )
        totals.extend(own)
        for total in own:
            # Police, fire and "other" are one total row without lines.
            notes.extend(_check(total, parts) if parts else [])
    for total in (line for line in lines if line.asset_id == ALL_SERVICES):
        notes.extend(_check(total, totals))
    return notes


def _check(total: PlannedLine, parts: Sequence[PlannedLine]) -> list[str]:
    """A blank line is either discontinued or unknown: if the rest adds up it was nothing, if not the total cannot be checked."""
    if total.net_pence is None:
        return []
    known = [line.net_pence for line in parts if line.net_pence is not None]
    if adds_up(known, total.net_pence):
        return []
    if len(known) < len(parts):
        return [f"{total.row.file}, row {total.row.number}: the total cannot be checked, a line is missing."]
    raise total.row.refuse(
        f"{total.title} is {total.net_pence / 100:,.0f}, its lines add up to {sum(known) / 100:,.0f}"
    )
