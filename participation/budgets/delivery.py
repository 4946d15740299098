"""Who delivers a service today, as far as published data says: contracts of the register, and how much of the spending is staff.

The share of staff is a proxy, said to be one: the published figures do not split the rest between contracts, rents and supplies.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from participation.budgets.models import Contract, FinanceDataset, Outturn, ServiceGroup
from participation.budgets.taxonomy import delivery_label
from participation.budgets.wording import hundred
from participation.web.charts import Bar, Entry, bars
from participation.web.words import day

NOT_SAID = "Not said"


@dataclass(frozen=True, slots=True)
class Agreement:
    """A contract as a row: `body` is what kind of body holds it, `ends` its end in words."""

    contract: Contract
    body: str
    ends: str


@dataclass(frozen=True, slots=True)
class Deliverers:
    """Who holds contracts for one service. `value_pence` adds up those with a value, `without_value` counts the others.

    `ended` were in the register and are over; they are not among `agreements`.
    """

    agreements: tuple[Agreement, ...]
    value_pence: int
    without_value: int
    ended: int
    sources: tuple[FinanceDataset, ...]


def deliverers(contracts: Sequence[Contract], today: date) -> Deliverers | None:
    """The contracts of a service that are not over; None where the register has none for it."""
    if not contracts:
        return None
    running = [contract for contract in contracts if contract.ends_on is None or contract.ends_on >= today]
    ordered = sorted(running, key=lambda one: (one.ends_on is None, one.ends_on or today, one.title, one.reference))
    return Deliverers(
        agreements=tuple(Agreement(one, _body(one), _ends(one)) for one in ordered),
        value_pence=sum(one.value_pence or 0 for one in ordered),
        without_value=sum(one.value_pence is None for one in ordered),
        ended=len(contracts) - len(running),
        sources=tuple({one.dataset_id: one.dataset for one in contracts}.values()),
    )


def _body(contract: Contract) -> str:
    return delivery_label(contract.delivery_model) if contract.delivery_model else NOT_SAID


def _ends(contract: Contract) -> str:
    if contract.ends_on is None:
        return NOT_SAID
    review = f", to be reviewed on {day(contract.review_on)}" if contract.review_on else ""
    return f"{day(contract.ends_on)}{review}"


def staff_of_hundred(row: Outturn) -> int | None:
    """Pounds of each £100 that paid the council's own staff; None where the source does not split the spending."""
    if row.employees_pence is None or row.running_pence is None or row.gross_pence <= 0:
        return None
    return hundred([row.employees_pence, row.running_pence])[0]


@dataclass(frozen=True, slots=True)
class MixRow:
    """One service: pounds of each £100 for own staff (None: not published), contracts that run, and how many with charities."""

    group: ServiceGroup
    staff: int | None
    contracts: int
    charities: int


@dataclass(frozen=True, slots=True)
class Mix:
    """How the council's services are delivered, service by service. `unplaced` contracts say no service."""

    year: str
    rows: tuple[MixRow, ...]
    picture: tuple[Bar, ...]
    unplaced: int
    sources: tuple[FinanceDataset, ...]


def delivery_mix(
    *,
    groups: Sequence[ServiceGroup],
    spent: Iterable[Outturn],
    contracts: Sequence[Contract],
    today: date,
    address: Callable[[ServiceGroup], str],
) -> Mix | None:
    """The mix of one year out of its rows of spending; None where the source splits nothing and there are no contracts."""
    found = {row.group_id: row for row in spent}
    running = [contract for contract in contracts if contract.ends_on is None or contract.ends_on >= today]
    rows = [_mix_row(group, found[group.id], running) for group in groups if group.id in found]
    rows = [row for row in rows if row.staff is not None or row.contracts]
    if not rows:
        return None
    split = sorted(
        (row for row in rows if row.staff is not None), key=lambda row: (-(row.staff or 0), row.group.position)
    )
    entries = [Entry(row.group.plain_name, row.staff or 0, f"£{row.staff}", address(row.group)) for row in split]
    return Mix(
        year=max(row.financial_year for row in found.values()),
        rows=tuple(sorted(rows, key=lambda row: row.group.position)),
        picture=tuple(bars(entries, longest=100)),
        unplaced=sum(contract.group_id is None for contract in running),
        sources=tuple({one.dataset_id: one.dataset for one in contracts}.values()),
    )


def _mix_row(group: ServiceGroup, row: Outturn, running: Sequence[Contract]) -> MixRow:
    own = [contract for contract in running if contract.group_id == group.id]
    return MixRow(group, staff_of_hundred(row), len(own), sum(one.delivery_model == "contract_vcse" for one in own))
