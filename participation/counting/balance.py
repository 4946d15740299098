"""Balancing a budget: lines that are raised, kept or cut in steps, money coming in, and what is left. One sum for all who ask.

The page says it, the server decides by it, the count adds up by it. All amounts are whole units (pence).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from participation.counting.elections import Election

# More different sums than this are not looked at one by one; then nothing is said about exact balance.
MOST_SUMS = 200_000


@dataclass(frozen=True, slots=True)
class Balance:
    """What a budget spends and takes in. `available` is money that comes in whatever is chosen."""

    spending: int
    income: int
    available: int

    @property
    def left(self) -> int:
        """Below zero: what is missing."""
        return self.available + self.income - self.spending


def balance_of(election: Election, amounts: Mapping[str, int]) -> Balance:
    """The balance of these amounts; a line that is not named stays as it is today (its cost)."""
    spending = income = 0
    for option in election.options:
        amount = amounts.get(option.code, option.cost)
        if option.income:
            income += amount
        else:
            spending += amount
    return Balance(spending, income, election.budget)


def most_left(election: Election) -> int:
    """What is left where every line is cut, and every income raised, as far as its steps go."""
    best = {
        option.code: (max if option.income else min)((step.amount for step in option.steps), default=option.cost)
        for option in election.options
    }
    return balance_of(election, best).left


def can_balance_exactly(election: Election) -> bool | None:
    """Whether some choice of steps leaves nothing; None where there are too many sums to look at."""
    lefts = {election.budget}
    for option in election.options:
        sign = 1 if option.income else -1
        steps = {step.amount for step in option.steps} or {option.cost}
        lefts = {left + sign * amount for left in lefts for amount in steps}
        if len(lefts) > MOST_SUMS:
            return None
    return 0 in lefts
