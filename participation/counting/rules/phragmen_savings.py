"""What voters have saved under Phragmén's rule, and how close each option came."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import ceil, lcm

import numpy as np

from participation.counting.case import Case
from participation.counting.supporters import Supporters


@dataclass(frozen=True, slots=True)
class Moment:
    """A purchase, or the end of the count.

    `time`   money given to each voter so far; None for options without supporters, which no amount would buy.
    `option` came then; `level` are all that came then. `left` of the budget before it.
    `rival`  the option that would have come next, and when; only in counts that are explained.
    """

    time: Fraction | None
    option: int
    level: tuple[int, ...]
    left: int
    rival: tuple[int, Fraction] | None = None

    def unfit(self, case: Case) -> list[int]:
        """Those of the level options that do not fit what is left: any of them ends the count."""
        return [option for option in self.level if case.election.costs[option] > self.left]


class Savings:
    """When each voter last bought something: a number in `times` for every row of the profile, 0 for never.

    A voter's savings at a time are that time less the time of their last purchase, so a sum over supporters needs only
    how many of them bought last at each moment: whole numbers, however many voters there are.
    """

    def __init__(self, case: Case, backers: Supporters) -> None:
        self.case, self.backers = case, backers
        self.last = np.zeros(case.profile.size, dtype=np.int32)
        self.times = [Fraction(0)]

    def spent_time(self, option: int) -> Fraction:
        """The sum over supporters of the time of their last purchase."""
        rows = self.backers.rows[self.backers.of(option)]
        weights = None if self.backers.weights is None else self.backers.weights[rows]
        counts = np.bincount(self.last[rows], weights=weights, minlength=len(self.times))
        scale = lcm(*(time.denominator for time in self.times))
        pairs = zip(counts.tolist(), self.times, strict=True)
        return Fraction(sum(int(n) * time.numerator * (scale // time.denominator) for n, time in pairs if n), scale)

    def due(self, option: int) -> Fraction:
        """When the supporters will have saved the cost."""
        return (self.case.election.costs[option] + self.spent_time(option)) / self.case.profile.votes[option]

    def buy(self, option: int, time: Fraction) -> None:
        self.last[self.backers.rows[self.backers.of(option)]] = len(self.times)
        self.times.append(time)


@dataclass
class Closest:
    """The largest cost at which a losing option would have come first, and the fewest further supporters that could do."""

    cost: int = 0
    more: int | None = None

    def look(self, case: Case, option: int, savings: Savings, time: Fraction, left: int) -> None:
        """Compare the option, just before a purchase at `time`, with what was bought."""
        votes, cost = case.profile.votes[option], case.election.costs[option]
        behind = savings.spent_time(option)
        # Exactly this much would stand level; a little less comes first.
        self.cost = max(self.cost, min(left, ceil(votes * time - behind) - 1))
        if cost <= left:
            more = max(1, ceil((cost + behind) / time) - votes)
            self.more = more if self.more is None else min(self.more, more)
