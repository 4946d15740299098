"""What a service costs each household a week: only ever with a count of households and its date beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from participation.budgets.models import FinanceDataset, PeopleCount
from participation.budgets.wording import per_resident

WEEKS = 52


@dataclass(frozen=True, slots=True)
class PerHousehold:
    """Pence a household a week, and the count it was divided by."""

    pence: int
    households: int
    counted_on: date
    source: FinanceDataset


def a_week(net_pence: int, year: str, counts: Sequence[PeopleCount]) -> PerHousehold | None:
    """The cost of a year ("2024-25") by the households counted nearest to its middle; None without a count, or below zero."""
    known = [count for count in counts if count.households]
    if not known or net_pence <= 0:
        return None
    middle = date(int(year[:4]), 9, 30)
    count = min(known, key=lambda one: (abs(one.counted_on - middle), one.counted_on))
    households = count.households or 1
    return PerHousehold(per_resident(net_pence, households * WEEKS), households, count.counted_on, count.dataset)
