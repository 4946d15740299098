"""Ballots in piles: each lies with the best option still standing on it, and moves on when that option goes.

Level options share a ballot equally. All shares are whole numbers of `1 / whole`, so that nothing is ever rounded and no
fraction is made for each ballot. A ballot is looked at again only when an option it lies with goes.
"""

from __future__ import annotations

from math import lcm

from participation.counting.rankings import Ranking


class Piles:
    """The piles of all `standing` options, and the ballots on which none of them is named."""

    def __init__(self, ballots: list[Ranking], standing: tuple[int, ...]) -> None:
        widest = max((len(group) for ballot in ballots for group in ballot.groups), default=1)
        self.whole = lcm(*range(1, widest + 1))
        self.standing = set(standing)
        self.votes = dict.fromkeys(standing, 0)
        self.exhausted = 0
        self._ballots = ballots
        self._lies_with: list[tuple[int, ...]] = [()] * len(ballots)
        self._next_group = [0] * len(ballots)
        self._holds: dict[int, list[int]] = {option: [] for option in standing}
        for number in range(len(ballots)):
            self._place(number)

    def remove(self, gone: set[int]) -> None:
        """Take options out; their ballots move to the next option standing."""
        self.standing -= gone
        moving = sorted({number for option in gone for number in self._holds.pop(option)})
        for number in moving:
            if not gone.isdisjoint(self._lies_with[number]):
                self._take_up(number)
                self._place(number)
        for option in gone:
            del self.votes[option]

    def _take_up(self, number: int) -> None:
        share = self._ballots[number].weight * self.whole // len(self._lies_with[number])
        for option in self._lies_with[number]:
            self.votes[option] -= share

    def _place(self, number: int) -> None:
        """Lay a ballot with what is left of its group, or with the next group on which somebody still stands."""
        ballot = self._ballots[number]
        here = tuple(option for option in self._lies_with[number] if option in self.standing)
        while not here and self._next_group[number] < len(ballot.groups):
            here = tuple(option for option in ballot.groups[self._next_group[number]] if option in self.standing)
            self._next_group[number] += 1
        newcomers = set(here) - set(self._lies_with[number])
        self._lies_with[number] = here
        if not here:
            self.exhausted += ballot.weight * self.whole
            return
        share = ballot.weight * self.whole // len(here)
        for option in here:
            self.votes[option] += share
        for option in newcomers:
            self._holds[option].append(number)
