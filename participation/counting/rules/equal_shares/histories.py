"""What every voter paid in a run, without a list of voters.

Voters who support the same winners, for the same worth, have the same money at every moment. A history is one such
group: the history it grew out of, the purchase that set it apart, and the money it has since. There are a few thousand
of them in the largest real elections, so all money is kept exactly: whole numbers over one common denominator.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from math import lcm

import numpy as np

from participation.counting.profile import Column
from participation.counting.rules.equal_shares.purchases import Run
from participation.counting.supporters import Supporters


@dataclass(frozen=True, eq=False)
class Histories:
    """The histories of one run. The first is that of voters who have paid for nothing.

    `parent`, `born`   the history before, and the purchase (from 0) that made this one; -1 for the first.
    `worth`            what that purchase was worth to these voters.
    `money`            what each has after it, times `denominator`.
    `of_row`           the last history of each row of the profile.
    """

    parent: Column
    born: Column
    worth: Column
    money: tuple[int, ...]
    denominator: int
    of_row: Column

    @classmethod
    def of(cls, run: Run, supporters: Supporters, rows: int) -> Histories:
        of_row = np.zeros(rows, dtype=np.int64)
        parents, borns, worths = [np.array([-1])], [np.array([-1])], [np.array([0])]
        known = 1
        for number, purchase in enumerate(run.purchases):
            mine = supporters.of(purchase.option)
            paying = supporters.rows[mine]
            worth = np.ones(len(paying), dtype=np.int64) if supporters.worth is None else supporters.worth[mine]
            # One key for the history so far and the worth; both are small whole numbers.
            span = int(worth.max()) + 1
            keys, which = np.unique(of_row[paying] * span + worth, return_inverse=True)
            parents.append(keys // span)
            worths.append(keys % span)
            borns.append(np.full(len(keys), number))
            of_row[paying] = known + which
            known += len(keys)
        parent, worth = np.concatenate(parents), np.concatenate(worths)
        born = np.concatenate(borns)
        denominator = lcm(run.endowment.denominator, *(purchase.rate.denominator for purchase in run.purchases))
        return cls(parent, born, worth, _money(run, parent, born, worth, denominator), denominator, of_row)

    @cached_property
    def in_doubles(self) -> Column:
        """The money of each history, rounded once: for ordering work, never for deciding."""
        return np.array([amount / self.denominator for amount in self.money])

    def before(self, purchase: int, histories: Column) -> Column:
        """The history each of `histories` was in just before a purchase; the number of purchases asks for the end."""
        current = histories.copy()
        while True:
            later = self.born[current] >= purchase
            if not later.any():
                return current
            current[later] = self.parent[current[later]]


def _money(run: Run, parent: Column, born: Column, worth: Column, denominator: int) -> tuple[int, ...]:
    money = [run.endowment.numerator * (denominator // run.endowment.denominator)]
    prices = [p.rate.numerator * (denominator // p.rate.denominator) for p in run.purchases]
    nodes = zip(parent.tolist()[1:], born.tolist()[1:], worth.tolist()[1:], strict=True)
    for before, purchase, units in nodes:
        money.append(max(0, money[before] - units * prices[purchase]))
    return tuple(money)
