"""Equal shares for large elections: voters in classes, doubles to order the work, whole numbers to decide.

An option is looked at by counting its supporters per class and bounding its rate in doubles, with the error written
out. Where the bounds of two options overlap, or it is open whether one is affordable, exact numbers decide. The rate of
a purchase is always exact: what poor supporters hold is a sum over a few dozen purchases, however many voters there are.

The idea, and what it is measured against, is in docs/rules/equal-shares.md, "How it is counted".
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from participation.counting.profile import Column
from participation.counting.rules.equal_shares.ledger import EMPTY, Ledger
from participation.counting.rules.equal_shares.purchases import Demand, Purchase, Run
from participation.counting.ties import TieOrder

# Widens a bound by more than the rounding of one division.
DOWN, UP = 1.0 - 2.0**-50, 1.0 + 2.0**-50


@dataclass(frozen=True, slots=True)
class Sight:
    """An option as last looked at: bounds of its rate, and its supporters by key, poorest first."""

    option: int
    low: float
    high: float
    keys: Column
    owners: Column


@dataclass(frozen=True, slots=True)
class Price:
    """The exact rate missing / (sharing * denominator), and which keys can pay it in full or have exactly that."""

    missing: int
    sharing: int
    in_full: Column
    exactly: Column


class CompiledRunner:
    """Runs of one demand from any endowment; the columns are made once."""

    def __init__(self, demand: Demand, order: TieOrder, kernels: Any) -> None:
        self.demand, self.order, self.kernels = demand, order, kernels
        profile = demand.profile
        self.worths, slots = _slots(demand.worth)
        self.starts, self.rows, self.slots = kernels.turn(
            profile.starts, profile.choices, slots, len(profile.election.options)
        )
        self.weights = np.zeros(0, dtype=np.int64) if profile.weights is None else profile.weights
        self.classes = np.zeros(profile.size, dtype=np.int32)
        self.tally = np.zeros(0, dtype=np.int64)
        self.first_bounds = self._first_bounds()

    def _first_bounds(self) -> list[tuple[float, int]]:
        """Before anybody has paid, no rate is below the cost shared by all the worth there is."""
        worth = self.worths[self.slots] if len(self.slots) else None
        if len(self.weights):
            owners = self.weights[self.rows]
            worth = owners if worth is None else worth * owners
        sums = np.diff(self.starts) if worth is None else np.diff(np.concatenate(([0], np.cumsum(worth)))[self.starts])
        costs, per, together = self.demand.costs, self.demand.per, sums.tolist()
        return sorted((costs[option] / together[option] / per[option] * DOWN, option) for option in self.demand.options)

    def run(self, endowment: Fraction) -> Run:
        """Equal shares without completion, every voter starting with `endowment`."""
        ledger = Ledger(endowment)
        self.classes[:] = 0
        waiting = list(self.first_bounds)
        purchases: list[Purchase] = []
        while True:
            level = self._cheapest(waiting, ledger)
            if not level:
                break
            option = self.order.first(level)
            purchases.append(
                self._buy(*level.pop(option), ledger, tied=tuple(sorted((*level, option))) if level else ())
            )
            for sight, _ in level.values():
                heapq.heappush(waiting, (self._comparable(sight.low, sight.option) * DOWN, sight.option))
        return Run(endowment, tuple(purchases), sum(self.demand.costs[purchase.option] for purchase in purchases))

    def _comparable(self, rate: float, option: int) -> float:
        return rate / self.demand.per[option]

    def _cheapest(self, waiting: list[tuple[float, int]], ledger: Ledger) -> dict[int, tuple[Sight, Price]]:
        """Take the options with the least comparable rate off the heap, priced; the unaffordable are dropped."""
        seen: list[Sight] = []
        least = np.inf
        while waiting and waiting[0][0] <= least:
            _, option = heapq.heappop(waiting)
            sight = self._look(option, ledger)
            if sight.low < np.inf:
                seen.append(sight)
                least = min(least, self._comparable(sight.high, option) * UP)
        close = [sight for sight in seen if self._comparable(sight.low, sight.option) * DOWN <= least]
        priced = [(sight, self._price(sight, ledger)) for sight in close]
        level = self._level([(sight, price) for sight, price in priced if price is not None])
        dropped = {sight.option for sight, price in priced if price is None}
        for sight in seen:
            if sight.option not in level and sight.option not in dropped:
                heapq.heappush(waiting, (self._comparable(sight.low, sight.option) * DOWN, sight.option))
        if not level and waiting:
            # Everything close turned out unaffordable.
            return self._cheapest(waiting, ledger)
        return level

    def _level(self, priced: list[tuple[Sight, Price]]) -> dict[int, tuple[Sight, Price]]:
        """Those with exactly the least comparable rate: missing / (sharing * per), the denominator being common."""
        per = self.demand.per
        best: list[tuple[Sight, Price]] = []
        for sight, price in priced:
            if best:
                held, holder = best[0][1], best[0][0].option
                mine = price.missing * held.sharing * per[holder]
                theirs = held.missing * price.sharing * per[sight.option]
                if mine > theirs:
                    continue
                if mine < theirs:
                    best = []
            best.append((sight, price))
        return {sight.option: (sight, price) for sight, price in best}

    def _look(self, option: int, ledger: Ledger) -> Sight:
        span = len(self.worths)
        if len(self.tally) < len(ledger.money) * span:
            self.tally = np.zeros(len(ledger.money) * span, dtype=np.int64)
        low, high, keys, owners = self.kernels.look(
            self.rows[self.starts[option] : self.starts[option + 1]],
            self._slots_of(option),
            self.weights,
            self.classes,
            ledger.money[: ledger.size],
            self.worths,
            self.tally,
            float(self.demand.costs[option]),
            ledger.slack,
        )
        return Sight(option, low, high, keys, owners)

    def _slots_of(self, option: int) -> Column:
        slots: Column = self.slots[self.starts[option] : self.starts[option + 1]] if len(self.slots) else self.slots
        return slots

    def _held(self, keys: Column, owners: Column, ledger: Ledger) -> int:
        """The exact money, times the denominator, of the owners of keys."""
        span = len(self.worths)
        kept = keys // span != EMPTY
        paid = self.kernels.paid_before(
            keys[kept], owners[kept], span, ledger.parent, ledger.born, ledger.units, len(ledger.rates)
        )
        return ledger.held(int(owners[kept].sum()), paid.tolist())

    def _price(self, sight: Sight, ledger: Ledger) -> Price | None:
        """The exact rate of an option in sight; None where it cannot be afforded after all.

        Keys surely below the bounds are poor, keys surely above can pay; the few between are put in order exactly.
        """
        span, keys, owners = len(self.worths), sight.keys, sight.owners
        cost = self.demand.costs[sight.option] * ledger.denominator
        if sight.high == np.inf and self._held(keys, owners, ledger) < cost:
            return None
        worth = self.worths[keys % span]
        money, slack = ledger.money[keys // span], ledger.slack
        poor = money + slack < sight.low * worth * DOWN
        open_keys = np.flatnonzero(~poor & (money - slack <= sight.high * worth * UP))
        missing = cost - self._held(keys[poor], owners[poor], ledger)
        sharing = int((owners * worth)[~poor].sum())
        exact = {at: ledger.amount(int(keys[at]) // span) for at in open_keys.tolist()}
        for at in sorted(exact, key=lambda at: Fraction(exact[at], int(worth[at]))):
            if missing * int(worth[at]) <= exact[at] * sharing:
                break
            missing -= int(owners[at]) * exact[at]
            sharing -= int(owners[at]) * int(worth[at])
        in_full, exactly = ~poor, np.zeros(len(keys), dtype=bool)
        for at, amount in exact.items():
            in_full[at] = amount * sharing >= missing * int(worth[at])
            exactly[at] = amount * sharing == missing * int(worth[at])
        return Price(missing, sharing, in_full, exactly)

    def _buy(self, sight: Sight, price: Price, ledger: Ledger, *, tied: tuple[int, ...]) -> Purchase:
        """Charge the supporters: those who can pay move to classes of their own, the others have nothing left."""
        span, keys = len(self.worths), sight.keys
        rate = ledger.record(price.missing, price.sharing)
        target = np.full(len(ledger.money) * span, EMPTY, dtype=np.int32)
        moving = keys[price.in_full & ~price.exactly]
        first = ledger.part(moving // span, self.worths[moving % span])
        target[moving] = np.arange(first, first + len(moving), dtype=np.int32)
        rows = self.rows[self.starts[sight.option] : self.starts[sight.option + 1]]
        self.kernels.relabel(rows, self._slots_of(sight.option), self.classes, span, target)
        in_full = int(sight.owners[price.in_full].sum())
        return Purchase(sight.option, rate, in_full, int(sight.owners.sum()) - in_full, tied)


def _slots(worth: Column | None) -> tuple[Column, Column]:
    """The distinct worths, and for each mark which one it has (-1 for none); a single worth needs no slots."""
    if worth is None:
        return np.ones(1, dtype=np.int64), np.zeros(0, dtype=np.int32)
    worths, slots = np.unique(worth, return_inverse=True)
    support = int(np.searchsorted(worths, 0, side="right"))
    kept = worths[support:] if support < len(worths) else np.ones(1, dtype=np.int64)
    return kept.astype(np.int64), np.maximum(slots - support, -1).astype(np.int32)
