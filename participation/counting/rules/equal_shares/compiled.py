"""Equal shares for large elections: voters in classes, doubles to order the work, whole numbers to decide.

An option is looked at by counting its supporters per class and bounding its rate in doubles, with the error written
out. Where the bounds of two options overlap, or it is open whether one is affordable, exact numbers decide. The rate of
a purchase is always exact: what poor supporters hold is a sum over a few dozen purchases, however many voters there are.

The idea, and what it is measured against, is in docs/rules/equal-shares.md, "How it is counted".
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from participation.counting.profile import Column
from participation.counting.rules.equal_shares.ledger import EMPTY, Ledger
from participation.counting.rules.equal_shares.purchases import Demand, Purchase, Run
from participation.counting.ties import TieOrder

# Widens a bound by more than the rounding of two divisions.
MARGIN = 2.0**-50


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
    """The exact rate missing / (sharing * denominator), which keys can pay it in full, and which have exactly that."""

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
        self.costs = np.array(demand.costs, dtype=np.float64)
        self.per = np.array(demand.per, dtype=np.float64)
        self.first_bounds = self._first_bounds()
        self._make_room(64)

    def _first_bounds(self) -> Column:
        """Before anybody has paid, no rate is below the cost shared by all the worth there is."""
        worth = self.worths[self.slots] if len(self.slots) else None
        if len(self.weights):
            owners = self.weights[self.rows]
            worth = owners if worth is None else worth * owners
        sums = np.diff(self.starts) if worth is None else np.diff(np.concatenate(([0], np.cumsum(worth)))[self.starts])
        bounds = np.full(len(self.costs), np.inf)
        wanted = list(self.demand.options)
        bounds[wanted] = self.costs[wanted] / sums[wanted] / self.per[wanted] * (1.0 - MARGIN)
        return bounds

    def _make_room(self, classes: int) -> None:
        """Counters and labels for each class and worth."""
        self.tally = np.zeros(classes * len(self.worths), dtype=np.int64)
        self.target = np.zeros(classes * len(self.worths), dtype=np.int32)

    def run(self, endowment: Fraction, *, rivals: bool = False) -> Run:
        """Equal shares without completion, every voter starting with `endowment`."""
        ledger = Ledger(endowment)
        self.classes[:] = 0
        bounds = self.first_bounds.copy()
        purchases: list[Purchase] = []
        while level := self._cheapest(bounds, ledger):
            option = self.order.first(level)
            bounds[option] = np.inf
            rival = self._rival(bounds, ledger) if rivals and len(level) == 1 else None
            tied = tuple(sorted(level)) if len(level) > 1 else ()
            purchases.append(self._buy(*level[option], ledger, tied=tied, rival=rival))
        return Run(endowment, tuple(purchases), sum(self.demand.costs[purchase.option] for purchase in purchases))

    def _rival(self, bounds: Column, ledger: Ledger) -> tuple[int, Fraction] | None:
        """Who comes next as things stand."""
        level = self._cheapest(bounds, ledger)
        if not level:
            return None
        option = self.order.first(level)
        price = level[option][1]
        return option, Fraction(price.missing, price.sharing * ledger.denominator)

    def _cheapest(self, bounds: Column, ledger: Ledger) -> dict[int, tuple[Sight, Price]]:
        """The options with exactly the least comparable rate, priced; none when nothing can be afforded."""
        if len(self.tally) < len(ledger.money) * len(self.worths):
            self._make_room(len(ledger.money))
        while True:
            least, option, *seen = self.kernels.search(
                self.starts,
                self.rows,
                self.slots,
                self.weights,
                self.classes,
                ledger.money[: ledger.size],
                self.worths,
                self.tally,
                self.costs,
                self.per,
                bounds,
                ledger.slack,
                MARGIN,
            )
            close = np.flatnonzero((bounds <= least) & (bounds < np.inf)).tolist()
            sights = [Sight(option, *seen) if other == option else self._look(other, ledger) for other in close]
            priced = [(sight, self._price(sight, ledger)) for sight in sights]
            affordable = [(sight, price) for sight, price in priced if price is not None]
            if affordable or not close:
                return self._level(affordable)
            # Everything close turned out to be just too dear.
            bounds[close] = np.inf

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
        low, high, keys, owners = self.kernels.look(
            self._of(self.rows, option),
            self._of(self.slots, option),
            self.weights,
            self.classes,
            ledger.money[: ledger.size],
            self.worths,
            self.tally,
            self.costs[option],
            ledger.slack,
        )
        return Sight(option, low, high, keys, owners)

    def _of(self, column: Column, option: int) -> Column:
        """The part of `rows` or `slots` that belongs to an option; there may be no slots."""
        part: Column = column[self.starts[option] : self.starts[option + 1]] if len(column) else column
        return part

    def _held(self, keys: Column, owners: Column, ledger: Ledger) -> int:
        """The exact money, times the denominator, of the owners of keys."""
        voters, paid = self.kernels.paid_before(
            keys, owners, len(self.worths), ledger.parent, ledger.born, ledger.units, len(ledger.rates), EMPTY
        )
        return ledger.held(voters, paid.tolist())

    def _price(self, sight: Sight, ledger: Ledger) -> Price | None:
        """The exact rate of an option in sight; None where it cannot be afforded after all.

        Keys surely below the bounds are poor, keys surely above can pay; the few between are put in order exactly.
        """
        span, keys, owners = len(self.worths), sight.keys, sight.owners
        cost = self.demand.costs[sight.option] * ledger.denominator
        if sight.high == np.inf and self._held(keys, owners, ledger) < cost:
            return None
        poor, rich, sharing = self.kernels.divide(
            keys, owners, ledger.money, self.worths, sight.low, sight.high, ledger.slack
        )
        missing = cost - self._held(keys[:poor], owners[:poor], ledger)
        in_full, exactly = np.ones(len(keys), dtype=bool), np.zeros(len(keys), dtype=bool)
        in_full[:poor] = False
        worth = {at: int(self.worths[keys[at] % span]) for at in range(poor, rich)}
        exact = {at: ledger.amount(int(keys[at]) // span) for at in range(poor, rich)}
        for at in sorted(exact, key=lambda at: Fraction(exact[at], worth[at])):
            if missing * worth[at] <= exact[at] * sharing:
                break
            missing -= int(owners[at]) * exact[at]
            sharing -= int(owners[at]) * worth[at]
        for at, amount in exact.items():
            in_full[at] = amount * sharing >= missing * worth[at]
            exactly[at] = amount * sharing == missing * worth[at]
        return Price(missing, sharing, in_full, exactly)

    def _buy(
        self,
        sight: Sight,
        price: Price,
        ledger: Ledger,
        *,
        tied: tuple[int, ...],
        rival: tuple[int, Fraction] | None,
    ) -> Purchase:
        """Charge the supporters: those who can pay move to classes of their own, the others have nothing left."""
        span, keys = len(self.worths), sight.keys
        rate = ledger.record(price.missing, price.sharing)
        self.target[keys] = EMPTY
        moving = keys[price.in_full & ~price.exactly]
        first = ledger.part(moving // span, self.worths[moving % span])
        self.target[moving] = np.arange(first, first + len(moving), dtype=np.int32)
        self.kernels.relabel(
            self._of(self.rows, sight.option), self._of(self.slots, sight.option), self.classes, span, self.target
        )
        in_full = int(sight.owners[price.in_full].sum())
        return Purchase(sight.option, rate, in_full, int(sight.owners.sum()) - in_full, tied, rival)


def _slots(worth: Column | None) -> tuple[Column, Column]:
    """The distinct worths, and for each mark which one it has (-1 for none); a single worth needs no slots."""
    if worth is None:
        return np.ones(1, dtype=np.int64), np.zeros(0, dtype=np.int32)
    worths, slots = np.unique(worth, return_inverse=True)
    support = int(np.searchsorted(worths, 0, side="right"))
    kept = worths[support:] if support < len(worths) else np.ones(1, dtype=np.int64)
    return kept.astype(np.int64), np.maximum(slots - support, -1).astype(np.int32)
