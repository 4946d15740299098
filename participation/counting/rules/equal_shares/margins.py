"""What a losing option lacked, worked out from the one run that was counted.

Definitions (checked against published figures and pabumeasures' cost reduction):

* effective support: the largest part of its cost its supporters could have paid at the terms of the option bought in
  some round, before that purchase, or with all they had at the end. 100 per cent would have meant being bought.
* largest winning cost: the largest cost at which it would have come first, or level, in some round, or been affordable
  at the end, everything else equal.
* more supporters: the least number of further approvals, from voters who had not spent anything, with which that could
  have happened; fewer can never be enough.

All three are questions of the kind "in which round is a sum of payments at least so much?". Sums are first made in
doubles, with a bound on their error; where that does not answer the question, whole numbers do.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import ceil

import numpy as np

from participation.counting.profile import Column
from participation.counting.rules.equal_shares.histories import Histories
from participation.counting.rules.equal_shares.purchases import Demand, Run
from participation.counting.supporters import Supporters


@dataclass(frozen=True, slots=True)
class Margins:
    """`left` is what the supporters have at the end, `spent` what they paid for each purchase, both exact.

    `largest_cost` is rounded down to whole money; up to `sure_cost` it would have come strictly first, or been affordable
    at the end, so that no tie is involved; `more_supporters` is None where the number of voters or the kind of
    satisfaction gives no answer.
    """

    left: Fraction
    spent: tuple[Fraction, ...]
    support_percent: int
    largest_cost: int
    sure_cost: int
    more_supporters: int | None


class Backing:
    """The supporters of one option as groups: their history, what the option is worth to them, how many they are."""

    def __init__(self, option: int, run: Run, demand: Demand, supporters: Supporters, histories: Histories) -> None:
        mine = supporters.of(option)
        rows = supporters.rows[mine]
        worth = np.ones(len(rows), dtype=np.int64) if supporters.worth is None else supporters.worth[mine]
        weights = np.ones(len(rows), dtype=np.int64) if supporters.weights is None else supporters.weights[rows]
        span = int(worth.max()) + 1
        keys, which = np.unique(histories.of_row[rows] * span + worth, return_inverse=True)
        self.run, self.histories = run, histories
        self.cost, self.per_cost = demand.costs[option], demand.per[option] == demand.costs[option]
        self.worth = keys % span
        # Sums of whole numbers in doubles are exact below 2**53.
        self.owners = np.bincount(which, weights=weights).astype(np.int64)
        self.last = keys // span
        self.rounds = len(run.purchases)
        # The history of each group before each purchase, and at the end.
        self.at = np.stack([histories.before(number, self.last) for number in range(self.rounds + 1)])
        self.money = histories.in_doubles[self.at]
        # The terms of each purchase: payment for a unit of worth, for each unit of what options are compared by.
        self.terms = [purchase.rate / demand.per[purchase.option] for purchase in run.purchases]
        self.terms_in_doubles = np.array([float(term) for term in self.terms])
        self.error = 4.0 * (len(keys) + 16) * 2.0**-53

    def cap(self, number: int, cost: int) -> Fraction:
        """The most a supporter would pay for a unit of worth at the terms of a purchase, were this the option's cost."""
        return self.terms[number] * cost if self.per_cost else self.terms[number]

    def sums(self, cost: int, rounds: Column) -> Column:
        """What supporters could pay at the terms of these rounds, in doubles (relative `error`)."""
        caps = self.terms_in_doubles[rounds] * (cost if self.per_cost else 1)
        payments = np.minimum(self.money[rounds], caps[:, None] * self.worth[None, :])
        total: Column = payments @ self.owners.astype(np.float64)
        return total

    def exact_sum(self, number: int, cost: int) -> Fraction:
        """The same sum for one round, exactly."""
        money, scale = self.histories.money, self.histories.denominator
        cap = self.cap(number, cost) * scale
        over, top = cap.denominator, cap.numerator
        groups = zip(self.at[number].tolist(), self.worth.tolist(), self.owners.tolist(), strict=True)
        return Fraction(sum(owners * min(money[at] * over, top * worth) for at, worth, owners in groups), scale * over)

    @cached_property
    def left(self) -> Fraction:
        """All the money the supporters have at the end."""
        money = self.histories.money
        amounts = (owners * money[last] for last, owners in zip(self.last.tolist(), self.owners.tolist(), strict=True))
        return Fraction(sum(amounts), self.histories.denominator)

    def spent(self) -> tuple[Fraction, ...]:
        """What the supporters paid for each purchase; only groups that changed their history paid for it."""
        money, owners = self.histories.money, self.owners
        paid = []
        for before, after in zip(self.at, self.at[1:], strict=False):
            paying = np.flatnonzero(before != after)
            groups = zip(owners[paying].tolist(), before[paying].tolist(), after[paying].tolist(), strict=True)
            paid.append(
                Fraction(sum(size * (money[b] - money[a]) for size, b, a in groups), self.histories.denominator)
            )
        return tuple(paid)


def margins(backing: Backing, *, others: int, uniform: bool) -> Margins:
    """The margins of one option that was not bought; `others` are the ballots that do not name it."""
    more = _more_supporters(backing, others) if uniform else None
    largest = _largest_cost(backing, backing.cost, strictly=False)
    return Margins(
        left=backing.left,
        spent=backing.spent(),
        support_percent=_support_percent(backing),
        largest_cost=largest,
        sure_cost=_largest_cost(backing, largest, strictly=True),
        more_supporters=more,
    )


def _reaching(backing: Backing, cost: int, wanted: list[Fraction], rounds: Column, *, strictly: bool = False) -> Column:
    """The rounds in which the sum is at least (or strictly more than) what is wanted of it; whole numbers decide the
    doubtful ones."""
    sums = backing.sums(cost, rounds)
    asked = np.array([float(amount) for amount in wanted])
    slack = backing.error * (sums + np.abs(asked))
    reached = sums - asked > slack
    for place in np.flatnonzero(~reached & (sums - asked >= -slack)).tolist():
        exact = backing.exact_sum(int(rounds[place]), cost)
        reached[place] = exact > wanted[place] or (exact == wanted[place] and not strictly)
    chosen: Column = rounds[reached]
    return chosen


def _support_percent(backing: Backing) -> int:
    """Start from what is left at the end, and go up while some round reaches more."""
    cost = backing.cost
    percent = int(backing.left * 100 // cost)
    rounds = np.arange(backing.rounds)
    while len(rounds):
        # The doubles say where to look; every step up is decided by `_reaching`.
        percent = max(percent, int(backing.sums(cost, rounds).max() * (100 - 1e-6) / cost))
        wanted = [Fraction(cost * (percent + 1), 100)] * len(rounds)
        rounds = _reaching(backing, cost, wanted, rounds)
        percent += 1 if len(rounds) else 0
    return percent


def _largest_cost(backing: Backing, most: int, *, strictly: bool) -> int:
    """Halve the gap between what is left at the end, for which it could be bought then, and a cost that is too much or
    just enough, dropping rounds that are out of the running."""
    least = int(backing.left)
    rounds = np.arange(backing.rounds)
    # Nearly always the strict answer is the other one, or one less.
    guesses = [most - 1, most] if strictly else []
    while least < most:
        middle = max(least + 1, guesses.pop()) if guesses else (least + most + 1) // 2
        reached = _reaching(backing, middle, [Fraction(middle)] * len(rounds), rounds, strictly=strictly)
        if len(reached):
            least, rounds = middle, reached
        else:
            most = middle - 1
    return least


def _more_supporters(backing: Backing, others: int) -> int | None:
    """The least number over all rounds, each from the exact sum where the doubles leave it open."""
    share, cost = backing.run.endowment, backing.cost
    if share <= 0:
        return None
    needed = ceil((cost - backing.left) / share)
    rounds = np.arange(backing.rounds)
    gifts = [min(share, backing.cap(number, cost)) for number in range(backing.rounds)]
    in_doubles = np.array([float(gift) for gift in gifts])
    while needed > 0 and len(rounds):
        # Does one fewer do in some round? Once it does not, no round does better.
        wanted = [cost - (needed - 1) * gifts[number] for number in rounds.tolist()]
        rounds = _reaching(backing, cost, wanted, rounds)
        if len(rounds):
            # The doubles say which round is likely to need fewest; its number is exact.
            best = int(rounds[np.argmin((cost - backing.sums(cost, rounds)) / in_doubles[rounds])])
            needed = min(needed - 1, ceil((cost - backing.exact_sum(best, cost)) / gifts[best]))
    # One that stood level and lost the tie needed nobody to draw level, but one more to come first.
    needed = max(1, needed)
    return needed if needed <= others else None
