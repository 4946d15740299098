"""Exact money of voters in classes, for the compiled path.

Voters who paid for the same purchases, for the same worth, are in one class and have the same money. A class knows its
parent, the purchase that parted it and how many units of the rate it paid then; class 0 has paid for nothing, class 1
is everybody with nothing left. Amounts are whole numbers over one denominator that grows with each purchase; the
doubles beside them are made from those numbers, so their error never adds up over rounds.
"""

from __future__ import annotations

from fractions import Fraction
from math import gcd

import numpy as np

from participation.counting.kernels import ROUNDOFF
from participation.counting.profile import Column

EMPTY = 1


class Ledger:
    """What has been paid in one run, and what each class has left."""

    def __init__(self, endowment: Fraction) -> None:
        self.denominator = endowment.denominator
        self.share = endowment.numerator
        self.rates: list[int] = []
        self.size = 2
        self.parent = np.full(64, -1, dtype=np.int32)
        self.born = np.zeros(64, dtype=np.int32)
        self.units = np.zeros(64, dtype=np.int64)
        self.money = np.zeros(64, dtype=np.float64)
        self.money[0] = self.share / self.denominator

    @property
    def slack(self) -> float:
        """How far `money` can be off: two roundings of at most the endowment for each purchase, and some to spare."""
        return float(4.0 * ROUNDOFF * self.money[0] * (len(self.rates) + 2))

    def held(self, owners: int, paid: list[int]) -> int:
        """The money, times the denominator, of so many voters who have paid these units of each rate."""
        return owners * self.share - sum(units * rate for units, rate in zip(paid, self.rates, strict=True) if units)

    def amount(self, number: int) -> int:
        """The money of one class, times the denominator."""
        if number == EMPTY:
            return 0
        left = self.share
        while self.parent[number] >= 0:
            left -= int(self.units[number]) * self.rates[self.born[number]]
            number = int(self.parent[number])
        return left

    def record(self, missing: int, sharing: int) -> Fraction:
        """A purchase at the rate missing / (sharing * denominator), in money. Makes the denominator fine enough."""
        finer = sharing // gcd(missing, sharing)
        self.denominator *= finer
        self.share *= finer
        self.rates = [rate * finer for rate in self.rates]
        self.rates.append(missing * finer // sharing)
        return Fraction(self.rates[-1], self.denominator)

    def part(self, parents: Column, units: Column) -> int:
        """Open a class for each parent that paid so many units of the last rate; the number of the first."""
        first, self.size = self.size, self.size + len(parents)
        while self.size > len(self.parent):
            self._grow()
        new = slice(first, self.size)
        self.parent[new] = parents
        self.born[new] = len(self.rates) - 1
        self.units[new] = units
        rate = self.rates[-1] / self.denominator
        self.money[new] = np.maximum(0.0, self.money[parents] - units * rate)
        return first

    def _grow(self) -> None:
        room = len(self.parent)
        self.parent = np.concatenate((self.parent, np.full(room, -1, dtype=np.int32)))
        self.born = np.concatenate((self.born, np.zeros(room, dtype=np.int32)))
        self.units = np.concatenate((self.units, np.zeros(room, dtype=np.int64)))
        self.money = np.concatenate((self.money, np.zeros(room, dtype=np.float64)))
