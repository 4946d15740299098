"""What the page about all services shows for one year: each service's place in the whole, in figures and words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from participation.budgets.models import EarlierNet, FinanceDataset, Outturn, ServiceGroup
from participation.budgets.wording import cost, hundred, per_resident
from participation.errors import NotFound
from participation.web.charts import Bar, Entry, bars
from participation.web.words import pounds, pounds_short, year_words

Address = Callable[[ServiceGroup], str]


@dataclass(frozen=True, slots=True)
class Amounts:
    """Spending before income, income, cost to the council, and that cost for each resident, in pence."""

    gross: int
    income: int
    net: int
    resident: int


@dataclass(frozen=True, slots=True)
class YearRow:
    """A year of actual spending."""

    year: str
    pence: Amounts


@dataclass(frozen=True, slots=True)
class OverviewRow:
    """One service in one year. `of_hundred` is its whole-pound share of each £100 spent before income."""

    group: ServiceGroup
    pence: Amounts
    of_hundred: int


@dataclass(frozen=True, slots=True)
class Overview:
    """The whole page. `elsewhere` are services of other bodies, `unpublished` those without a figure for this year."""

    year: str
    years: tuple[str, ...]
    rows: tuple[OverviewRow, ...]
    total: Amounts
    spending_bars: tuple[Bar, ...]
    cost_bars: tuple[Bar, ...]
    year_rows: tuple[YearRow, ...]
    year_bars: tuple[Bar, ...]
    earlier: tuple[str, ...]
    elsewhere: tuple[ServiceGroup, ...]
    unpublished: tuple[ServiceGroup, ...]
    datasets: tuple[FinanceDataset, ...]


def is_ours(group: ServiceGroup, outturns: Sequence[Outturn]) -> bool:
    """Whether the service belongs to this council: by its tier, or because it spent money on it.

    A service provided "in part" on which no penny was spent in any published year belongs to somebody else.
    """
    own = [row for row in outturns if row.group_id == group.id]
    spent = any(row.gross_pence or row.net_pence for row in own)
    return spent or group.provided == "yes" or (group.provided == "part" and not own)


def overview(
    *,
    groups: Sequence[ServiceGroup],
    outturns: Sequence[Outturn],
    population: int,
    year: str | None,
    address: Address,
    earlier: Sequence[EarlierNet] = (),
) -> Overview | None:
    """The page of a year, by default the newest; None when nothing is published. Raises NotFound for another year."""
    years = tuple(sorted({row.financial_year for row in outturns}, reverse=True))
    if year is not None and year not in years:
        raise NotFound()
    if not years:
        return None
    year = year or years[0]
    ours = [group for group in groups if is_ours(group, outturns)]
    found = {row.group_id: row for row in outturns if row.financial_year == year}
    published = [group for group in ours if group.id in found]
    rows = _rows(published, found, population)
    by_year = year_rows(outturns, population)
    return Overview(
        year=year,
        years=years,
        rows=rows,
        total=amounts([found[group.id] for group in published], population),
        spending_bars=tuple(_spending(rows, address)),
        cost_bars=tuple(_costs(rows, address)),
        year_rows=by_year,
        year_bars=tuple(year_bars(by_year, earlier)),
        earlier=earlier_sentences(earlier),
        elsewhere=tuple(group for group in groups if group not in ours),
        unpublished=tuple(group for group in ours if group.id not in found),
        datasets=tuple(
            (
                {row.dataset_id: row.dataset for row in found.values()}
                | {row.dataset_id: row.dataset for row in earlier}
            ).values()
        ),
    )


def amounts(rows: Sequence[Outturn], population: int) -> Amounts:
    """The sums of actual spending rows."""
    net = sum(row.net_pence for row in rows)
    return Amounts(
        gross=sum(row.gross_pence for row in rows),
        income=sum(row.income_pence for row in rows),
        net=net,
        resident=per_resident(net, population),
    )


def year_rows(outturns: Sequence[Outturn], population: int) -> tuple[YearRow, ...]:
    """The sums of each year, oldest first."""
    years = sorted({row.financial_year for row in outturns})
    return tuple(
        YearRow(year, amounts([row for row in outturns if row.financial_year == year], population)) for year in years
    )


def year_bars(rows: Sequence[YearRow], earlier: Sequence[EarlierNet] = ()) -> list[Bar]:
    """The cost to the council of each year, those first of which nothing else is published."""
    older = [(year, net) for year, net in _earlier_sums(earlier) if year not in {row.year for row in rows}]
    costs = [*older, *((row.year, row.pence.net) for row in rows)]
    return bars(Entry(year_words(year), net, cost(net)) for year, net in costs)


def _earlier_sums(earlier: Sequence[EarlierNet]) -> list[tuple[str, int]]:
    years = sorted({row.financial_year for row in earlier})
    return [(year, sum(row.net_pence for row in earlier if row.financial_year == year)) for year in years]


def earlier_sentences(earlier: Sequence[EarlierNet]) -> tuple[str, ...]:
    """What the chart shows of earlier years, exactly, with what makes them hard to compare."""
    return tuple(
        f"{year_words(year)}: {pounds(net)}{' (brought in more than it cost)' if net < 0 else ''}. Only the cost after income "
        "is published here for that year, and services were grouped a little differently."
        for year, net in _earlier_sums(earlier)
    )


def _rows(groups: Sequence[ServiceGroup], found: dict[int, Outturn], population: int) -> tuple[OverviewRow, ...]:
    shares = hundred([found[group.id].gross_pence for group in groups])
    rows = [
        OverviewRow(group, amounts([found[group.id]], population), share)
        for group, share in zip(groups, shares, strict=True)
    ]
    return tuple(sorted(rows, key=lambda row: (-row.pence.gross, row.group.position)))


def _spending(rows: Sequence[OverviewRow], address: Address) -> list[Bar]:
    """Where each £100 goes. Less than 50p is said so, not "£0"."""
    return bars(
        Entry(row.group.plain_name, row.pence.gross, _of_hundred(row), address(row.group))
        for row in rows
        if row.pence.gross > 0
    )


def _of_hundred(row: OverviewRow) -> str:
    return f"£{row.of_hundred}" if row.of_hundred else "less than £1"


def _costs(rows: Sequence[OverviewRow], address: Address) -> list[Bar]:
    ordered = sorted(rows, key=lambda row: (-row.pence.net, row.group.position))
    return bars(
        Entry(row.group.plain_name, row.pence.net, cost(row.pence.net), address(row.group), _resident_note(row))
        for row in ordered
        if row.pence.gross or row.pence.net
    )


def _resident_note(row: OverviewRow) -> str:
    return f"{pounds_short(row.pence.resident)} for each resident" if row.pence.resident > 0 else ""
