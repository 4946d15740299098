"""Council tax of a home in band D over the years: the council's own part, and what it collects for others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from participation.budgets.models import CouncilTax, FinanceDataset
from participation.web.charts import Bar, Entry, bars
from participation.web.words import pounds, year_words

# As many years as a chart can show on a phone.
TAX_YEARS = 10


@dataclass(frozen=True, slots=True)
class TaxRow:
    """One year: the whole of the bill, the council's own part and the rest, in pence; None where it is not published."""

    year: str
    area_pence: int
    own_pence: int | None
    others_pence: int | None


@dataclass(frozen=True, slots=True)
class Tax:
    rows: tuple[TaxRow, ...]
    picture: tuple[Bar, ...]
    sources: tuple[FinanceDataset, ...]


def council_tax(rows: Sequence[CouncilTax]) -> Tax | None:
    """The years in their order; None without any."""
    if not rows:
        return None
    return Tax(
        rows=tuple(
            TaxRow(
                row.financial_year,
                row.area_pence,
                row.own_pence,
                row.area_pence - row.own_pence if row.own_pence else None,
            )
            for row in rows
        ),
        picture=tuple(
            bars(Entry(year_words(row.financial_year), row.area_pence, pounds(row.area_pence)) for row in rows)
        ),
        sources=tuple({row.dataset_id: row.dataset for row in rows}.values()),
    )
