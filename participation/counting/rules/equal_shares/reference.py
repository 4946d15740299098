"""Equal shares in plain Python: the path everything else is held against.

Money is a whole number over one common denominator. A purchase at the rate a/b multiplies every purse and the
denominator by b, so there are no fractions to reduce, nothing is rounded, and comparing two purses is comparing two
whole numbers. Voters with the same ballot share a purse.

Once an option's supporters cannot afford it they never will, and rates only rise; so a rate worked out in an earlier
round is a lower bound, and an option is looked at again only when its bound comes first.
"""

from __future__ import annotations

import heapq
from collections import Counter
from dataclasses import dataclass
from fractions import Fraction
from math import gcd, lcm

from participation.counting.rules.equal_shares.purchases import Demand, Purchase, Run
from participation.counting.ties import TieOrder

# A supporter: the number of a purse and what the option is worth to its owners.
Supporter = tuple[int, int]


@dataclass(frozen=True)
class Electorate:
    """Ballots merged into purses: how many voters share each, and who supports what."""

    owners: list[int]
    supporters: dict[int, list[Supporter]]

    @classmethod
    def of(cls, demand: Demand) -> Electorate:
        rows: Counter[tuple[tuple[int, int], ...]] = Counter()
        wanted = set(demand.options)
        worth = None if demand.worth is None else demand.worth.tolist()
        starts = demand.profile.starts.tolist()
        for row, (weight, options, _) in enumerate(demand.profile.rows()):
            worths = [1] * len(options) if worth is None else worth[starts[row] : starts[row + 1]]
            marks = zip(options, worths, strict=True)
            rows[tuple(sorted((option, value) for option, value in marks if value > 0 and option in wanted))] += weight
        supporters: dict[int, list[Supporter]] = {option: [] for option in demand.options}
        for purse, row_marks in enumerate(rows):
            for option, value in row_marks:
                supporters[option].append((purse, value))
        return cls(list(rows.values()), supporters)


@dataclass
class Purses:
    """The money of all voters: `money[purse] / denominator` each."""

    owners: list[int]
    money: list[int]
    denominator: int

    def rate(self, cost: int, supporters: list[Supporter]) -> Fraction | None:
        """The least rate at which the supporters pay exactly `cost`; None when they cannot.

        Going from the poorest for what the option is worth to them: those who cannot pay the rate give all they have,
        the rest share what is missing.
        """
        owners, money = self.owners, self.money
        missing = cost * self.denominator
        if sum(owners[purse] * money[purse] for purse, _ in supporters) < missing:
            return None
        multiple = lcm(*{worth for _, worth in supporters})
        poorest_first = sorted(supporters, key=lambda supporter: money[supporter[0]] * (multiple // supporter[1]))
        sharing = sum(owners[purse] * worth for purse, worth in supporters)
        for purse, worth in poorest_first:
            if missing * worth <= money[purse] * sharing:
                break
            missing -= owners[purse] * money[purse]
            sharing -= owners[purse] * worth
        return Fraction(missing, sharing * self.denominator)

    def charge(self, rate: Fraction, supporters: list[Supporter]) -> tuple[int, int]:
        """Take the payments for a purchase. How many voters paid in full, and how many gave all they had."""
        finer = rate.denominator // gcd(rate.denominator, self.denominator)
        self.denominator *= finer
        if finer > 1:
            self.money = [amount * finer for amount in self.money]
        price = rate.numerator * (self.denominator // rate.denominator)
        in_full = all_they_had = 0
        for purse, worth in supporters:
            if self.money[purse] >= price * worth:
                in_full += self.owners[purse]
                self.money[purse] -= price * worth
            else:
                all_they_had += self.owners[purse]
                self.money[purse] = 0
        return in_full, all_they_had


class ReferenceRunner:
    """Runs of one demand from any endowment."""

    def __init__(self, demand: Demand, order: TieOrder) -> None:
        self.demand = demand
        self.order = order
        self.electorate = Electorate.of(demand)

    def run(self, endowment: Fraction, *, rivals: bool = False) -> Run:
        """Equal shares without completion, every voter starting with `endowment`."""
        owners, supporters = self.electorate.owners, self.electorate.supporters
        purses = Purses(owners, [endowment.numerator] * len(owners), endowment.denominator)
        waiting = [(Fraction(0), option) for option in self.demand.options]
        purchases: list[Purchase] = []
        while True:
            level, comparable = self._cheapest(waiting, purses)
            if not level:
                break
            option = self.order.first(level)
            rival = self._rival(waiting, purses) if rivals and len(level) == 1 else None
            rate = comparable * self.demand.per[option]
            paid = purses.charge(rate, supporters[option])
            purchases.append(Purchase(option, rate, *paid, tuple(sorted(level)) if len(level) > 1 else (), rival))
            for other in level:
                if other != option:
                    heapq.heappush(waiting, (comparable, other))
        return Run(endowment, tuple(purchases), sum(self.demand.costs[purchase.option] for purchase in purchases))

    def _rival(self, waiting: list[tuple[Fraction, int]], purses: Purses) -> tuple[int, Fraction] | None:
        """Who comes next as things stand, and goes back to waiting."""
        level, comparable = self._cheapest(waiting, purses)
        for option in level:
            heapq.heappush(waiting, (comparable, option))
        if not level:
            return None
        option = self.order.first(level)
        return option, comparable * self.demand.per[option]

    def _cheapest(self, waiting: list[tuple[Fraction, int]], purses: Purses) -> tuple[list[int], Fraction]:
        """Take the options with the least comparable rate off the heap; those that cannot be afforded are dropped."""
        looked_at: list[tuple[Fraction, int]] = []
        best: Fraction | None = None
        while waiting and (best is None or waiting[0][0] <= best):
            _, option = heapq.heappop(waiting)
            rate = purses.rate(self.demand.costs[option], self.electorate.supporters[option])
            if rate is not None:
                comparable = rate / self.demand.per[option]
                looked_at.append((comparable, option))
                best = comparable if best is None else min(best, comparable)
        level = [option for comparable, option in looked_at if comparable == best]
        for entry in looked_at:
            if entry[0] != best:
                heapq.heappush(waiting, entry)
        return level, Fraction(0) if best is None else best
