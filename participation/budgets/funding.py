"""Where a council's own money comes from, out of its newest plan (form RA): council tax, business rates, government grants."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from participation.budgets.models import BudgetLine
from participation.budgets.taxonomy import income_lines
from participation.web.charts import Bar, Entry, bars
from participation.web.words import pounds_short


@dataclass(frozen=True, slots=True)
class FundingRow:
    name: str
    pence: int


@dataclass(frozen=True, slots=True)
class Funding:
    """The sources of one planned year, the largest first."""

    year: str
    source: str
    rows: tuple[FundingRow, ...]
    bars: tuple[Bar, ...]


def funding(lines: Sequence[BudgetLine]) -> Funding | None:
    """The sources that the lines of one year name; None when nothing is planned to come in.

    The form writes income as a negative amount, except council tax. A line with the other sign (a year in which money was paid
    back) is no source and is left out.
    """
    known = {line.asset_id: line.net_pence for line in lines}
    rows = [FundingRow(line.name, line.sign * (known.get(line.asset_id) or 0)) for line in income_lines()]
    sources = sorted((row for row in rows if row.pence > 0), key=lambda row: -row.pence)
    if not sources:
        return None
    return Funding(
        year=lines[0].financial_year,
        source=lines[0].dataset.source,
        rows=tuple(sources),
        bars=tuple(bars(Entry(row.name, row.pence, pounds_short(row.pence)) for row in sources)),
    )
