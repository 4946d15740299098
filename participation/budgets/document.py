"""The council's figures to take away: actual spending and plans as separate tables of one document."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from participation.budgets.models import BudgetLine, Outturn, ServiceGroup
from participation.councils.models import Council
from participation.exports import Column, Document, Missing, Note, Table, Value
from participation.web.words import day, number

_SPENT = (
    ("employees", "Employees"),
    ("running", "Running expenses"),
    ("gross", "Spending before income"),
    ("fees", "Fees, charges and sales"),
    ("other_income", "Other income"),
    ("income", "Total income"),
    ("net", "Cost to the council"),
)
_NOTES = (
    Note(
        1,
        "Actual spending as published, revenue only: council housing and building work are not in it. "
        "Parts may differ from totals by £1,000, because the source rounds.",
    ),
    Note(
        2,
        "A plan is net only: after expected income. Compare it with the cost to the council, not with spending before income.",
    ),
    Note(3, "A total adds up other rows. Never add it to them."),
)


def figures(
    *,
    council: Council,
    groups: Sequence[ServiceGroup],
    outturns: Sequence[Outturn],
    plans: Sequence[BudgetLine],
    made_on: date,
) -> Document:
    """Everything published about what services cost, for `exports.write`."""
    names = {group.id: group for group in groups}
    tables = [_spent(outturns, names)] if outturns else []
    if plans:
        tables.append(_planned(plans, names))
    return Document(
        title=f"What services of {council.full_name} cost",
        made_on=made_on,
        tables=tuple(tables),
        facts=(
            ("Council", council.full_name),
            (
                "Residents",
                f"{number(council.population)} on {day(council.population_date)} ({council.population_source})",
            ),
            ("Contact", council.contact_email),
        ),
        notes=_NOTES,
        publisher=council.full_name,
        licence=next((row.dataset.licence for row in outturns), ""),
        file_stem=f"{council.slug}-what-services-cost",
    )


def _pence(amount: int | None) -> Value:
    return Missing("x") if amount is None else amount


def _spent(outturns: Sequence[Outturn], names: dict[int, ServiceGroup]) -> Table:
    columns = (
        Column("year", "Financial year"),
        Column("service", "Service code"),
        Column("name", "Service"),
        *(Column(measure, title, "pence") for measure, title in _SPENT),
    )
    rows = tuple(
        (
            row.financial_year,
            names[row.group_id].code,
            names[row.group_id].plain_name,
            *(_pence(getattr(row, f"{measure}_pence")) for measure, _ in _SPENT),
        )
        for row in outturns
    )
    source = "; ".join(sorted({row.dataset.source for row in outturns}))
    return Table(
        "spending",
        "What was spent, by service and year",
        columns,
        rows,
        ("year", "service"),
        "name",
        source=source,
        notes=(1,),
    )


def _planned(plans: Sequence[BudgetLine], names: dict[int, ServiceGroup]) -> Table:
    columns = (
        Column("year", "Financial year"),
        Column("line", "Line code"),
        Column("service", "Service code"),
        Column("name", "Line"),
        Column("row_type", "Line or total", notes=(3,)),
        Column("net", "Planned cost after income", "pence"),
    )
    rows = tuple(
        (
            line.financial_year,
            line.asset_id,
            names[line.group_id].code if line.group_id else "",
            line.title,
            line.row_type,
            _pence(line.net_pence),
        )
        for line in plans
    )
    source = "; ".join(sorted({line.dataset.source for line in plans}))
    return Table(
        "plan", "What was planned, by line and year", columns, rows, ("year", "line"), "name", source=source, notes=(2,)
    )
