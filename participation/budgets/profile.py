"""What the page of one service shows: what it cost, where the money came from, how that changed, and the plan beside it.

Plans are net only and are compared with the net of what was spent, in a table of their own: the two are never mixed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from participation.budgets.delivery import staff_of_hundred
from participation.budgets.models import (
    BudgetLine,
    EarlierNet,
    FigureCorrection,
    FinanceDataset,
    Outturn,
    ServiceDetail,
    ServiceGroup,
)
from participation.budgets.overview import YearRow, earlier_sentences, year_bars, year_rows
from participation.budgets.wording import change, correction, cost_sentence, plan_difference
from participation.web.charts import Bar, Entry, bars
from participation.web.words import pounds_short


@dataclass(frozen=True, slots=True)
class PlanRow:
    """A year with a plan. `actual_pence` is None where the spending is not published; `difference` says it in words."""

    year: str
    plan_pence: int
    actual_pence: int | None
    difference: str


@dataclass(frozen=True, slots=True)
class LineRow:
    """A planned line: its net amount by year, None where the line is not published for that year."""

    title: str
    pence: tuple[int | None, ...]


@dataclass(frozen=True, slots=True)
class ServiceProfile:
    """Everything the page says about a service for its newest year of figures."""

    group: ServiceGroup
    newest: Outturn
    sentence: str
    change: str
    years: tuple[YearRow, ...]
    year_bars: tuple[Bar, ...]
    earlier: tuple[str, ...]
    money_bars: tuple[Bar, ...]
    staff_of_hundred: int | None
    plans: tuple[PlanRow, ...]
    line_years: tuple[str, ...]
    lines: tuple[LineRow, ...]
    empty_lines: tuple[str, ...]
    line_totals: tuple[int | None, ...]
    details: tuple[ServiceDetail, ...]
    detail_year: str
    datasets: tuple[FinanceDataset, ...]


def profile(
    *,
    group: ServiceGroup,
    outturns: Sequence[Outturn],
    lines: Sequence[BudgetLine],
    details: Sequence[ServiceDetail],
    population: int,
    earlier: Sequence[EarlierNet] = (),
) -> ServiceProfile | None:
    """The page of a service out of its rows; None when nothing was published about its spending."""
    spent = sorted(outturns, key=lambda row: row.financial_year)
    if not spent:
        return None
    oldest, newest = spent[0], spent[-1]
    years = year_rows(spent, population)
    line_years = tuple(sorted({line.financial_year for line in lines}))
    rows = _lines(lines, line_years)
    detail_year = max((detail.financial_year for detail in details), default="")
    return ServiceProfile(
        group=group,
        newest=newest,
        sentence=cost_sentence(newest.gross_pence, newest.net_pence, newest.financial_year),
        change=change(oldest.net_pence, newest.net_pence, oldest.financial_year) if oldest is not newest else "",
        years=years,
        year_bars=tuple(year_bars(years, earlier)),
        earlier=earlier_sentences(earlier),
        money_bars=tuple(_money_bars(newest)),
        staff_of_hundred=staff_of_hundred(newest),
        plans=tuple(_plans(lines, spent)),
        line_years=line_years,
        lines=tuple(row for row in rows if any(row.pence)),
        empty_lines=tuple(row.title for row in rows if not any(row.pence)),
        line_totals=tuple(_plan_of(lines, year) for year in line_years),
        details=tuple(detail for detail in details if detail.financial_year == detail_year),
        detail_year=detail_year,
        datasets=_datasets(spent, lines, details, earlier),
    )


def _money_bars(row: Outturn) -> list[Bar]:
    """Who paid for what was spent: users, others, and the council for the rest. A surplus is said in words below."""
    parts = []
    if row.fees_pence is not None and row.other_income_pence is not None:
        parts.append(Entry("Charges, fees and fines", row.fees_pence, pounds_short(row.fees_pence)))
        parts.append(
            Entry(
                "Payments from others, such as the NHS or other services",
                row.other_income_pence,
                pounds_short(row.other_income_pence),
            )
        )
    else:
        parts.append(Entry("Income from charges and others", row.income_pence, pounds_short(row.income_pence)))
    if row.net_pence > 0:
        label = "The council, from council tax, business rates and grants"
        parts.append(Entry(label, row.net_pence, pounds_short(row.net_pence)))
    return bars((part for part in parts if part.amount), longest=max(row.gross_pence, row.income_pence, 1))


def _plan_of(lines: Sequence[BudgetLine], year: str) -> int | None:
    """The plan of a year: its total row; the sum of its lines only where the form has no total."""
    of_year = [line for line in lines if line.financial_year == year]
    totals = [line.net_pence for line in of_year if line.row_type == "total"]
    if totals:
        return totals[0]
    known = [line.net_pence for line in of_year if line.net_pence is not None]
    return sum(known) if known else None


def _plans(lines: Sequence[BudgetLine], spent: Sequence[Outturn]) -> list[PlanRow]:
    actual = {row.financial_year: row.net_pence for row in spent}
    rows = []
    for year in sorted({line.financial_year for line in lines}):
        plan = _plan_of(lines, year)
        if plan is None:
            continue
        came_to = actual.get(year)
        words = plan_difference(plan, came_to) if came_to is not None else "what was spent is not published"
        rows.append(PlanRow(year, plan, came_to, words))
    return rows


def _lines(lines: Sequence[BudgetLine], years: Sequence[str]) -> list[LineRow]:
    """One row a line with its amounts by year. Lines are joined by the form's code; the newest title is shown."""
    by_code: dict[str, dict[str, BudgetLine]] = {}
    for line in sorted(lines, key=lambda one: (one.financial_year, one.position)):
        if line.row_type == "line":
            by_code.setdefault(line.asset_id, {})[line.financial_year] = line
    rows = []
    for found in by_code.values():
        newest = found[max(found)]
        rows.append(LineRow(newest.title, tuple(found[year].net_pence if year in found else None for year in years)))
    return rows


def _datasets(
    spent: Sequence[Outturn],
    lines: Sequence[BudgetLine],
    details: Sequence[ServiceDetail],
    earlier: Sequence[EarlierNet],
) -> tuple[FinanceDataset, ...]:
    """Every file a figure of the page came from, oldest first."""
    found: dict[int, FinanceDataset] = {}
    for rows in (spent, lines, details, earlier):
        found |= {row.dataset_id: row.dataset for row in rows}
    return tuple(found[key] for key in sorted(found))


def corrected(rows: Sequence[FigureCorrection]) -> list[tuple[str, datetime]]:
    """Corrections in words, each with its moment."""
    return [
        (correction(row.label, row.financial_year, row.measure, row.before_pence, row.after_pence), row.corrected_at)
        for row in rows
    ]
