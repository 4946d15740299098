"""Slow versions of the rules, straight from their definitions: one voter at a time, fractions, no shortcuts.

`support[voter]` maps options to what they are worth to that voter. Ties go to the smallest `place`.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import combinations

Support = Sequence[dict[int, int]]


def greedy(
    costs: Sequence[int], budget: int, scores: Sequence[Fraction], place: Sequence[int], *, skip: bool = True
) -> list[int]:
    chosen: list[int] = []
    for option in sorted(range(len(costs)), key=lambda option: (-scores[option], place[option])):
        if costs[option] > budget:
            continue
        if sum(costs[winner] for winner in chosen) + costs[option] <= budget:
            chosen.append(option)
        elif not skip:
            break
    return chosen


def rate(cost: int, purses: list[tuple[Fraction, int]]) -> Fraction | None:
    """The payment for each unit of worth, by moving voters who cannot pay it from rich to poor until none are left."""
    if sum((money for money, _ in purses), Fraction(0)) < cost:
        return None
    rich, poor = list(purses), Fraction(0)
    while True:
        asked = (cost - poor) / sum(worth for _, worth in rich)
        unable = [purse for purse in rich if purse[0] < asked * purse[1]]
        if not unable:
            return asked
        poor += sum(money for money, _ in unable)
        rich = [purse for purse in rich if purse[0] >= asked * purse[1]]


def equal_shares(
    costs: Sequence[int], support: Support, endowment: Fraction, place: Sequence[int], per: Sequence[int]
) -> list[int]:
    money = [endowment] * len(support)
    chosen: list[int] = []
    while True:
        rates: dict[int, Fraction] = {}
        for option, cost in enumerate(costs):
            backers = [voter for voter in range(len(support)) if option in support[voter]]
            if option not in chosen and cost > 0 and backers:
                asked = rate(cost, [(money[voter], support[voter][option]) for voter in backers])
                if asked is not None:
                    rates[option] = asked
        if not rates:
            return chosen
        winner = min(rates, key=lambda option: (rates[option] / per[option], place[option]))
        for voter, marks in enumerate(support):
            if winner in marks:
                money[voter] -= min(money[voter], rates[winner] * marks[winner])
        chosen.append(winner)


def add_one(
    costs: Sequence[int],
    support: Support,
    budget: int,
    place: Sequence[int],
    per: Sequence[int],
    *,
    start: Fraction,
    exhaustive: bool,
) -> list[int]:
    wanted = {option for marks in support for option in marks if costs[option] > 0}
    share = start
    chosen = equal_shares(costs, support, share, place, per)
    while wanted - set(chosen):
        left = budget - sum(costs[option] for option in chosen)
        if exhaustive and all(costs[option] > left for option in wanted - set(chosen)):
            break
        share += 1
        larger = equal_shares(costs, support, share, place, per)
        if sum(costs[option] for option in larger) > budget:
            break
        chosen = larger
    return chosen


def phragmen(costs: Sequence[int], support: Support, budget: int, place: Sequence[int]) -> list[int]:
    loads = [Fraction(0)] * len(support)
    waiting = {option for option in range(len(costs)) if 0 < costs[option] <= budget}
    chosen: list[int] = []
    while waiting:
        loaded: dict[int, tuple[bool, Fraction]] = {}
        for option in waiting:
            backers = [voter for voter in range(len(support)) if option in support[voter]]
            total = sum((loads[voter] for voter in backers), Fraction(costs[option]))
            loaded[option] = (False, total / len(backers)) if backers else (True, Fraction(0))
        least = min(loaded.values())
        level = [option for option in waiting if loaded[option] == least]
        left = budget - sum(costs[option] for option in chosen)
        if any(costs[option] > left for option in level):
            break
        winner = min(level, key=place.__getitem__)
        for voter, marks in enumerate(support):
            if winner in marks:
                loads[voter] = least[1]
        chosen.append(winner)
        waiting.remove(winner)
    return chosen


def best_worth(costs: Sequence[int], budget: int, worths: Sequence[Fraction]) -> Fraction:
    """The most that any set within the budget is worth."""
    options = range(len(costs))
    return max(
        sum((worths[option] for option in chosen), Fraction(0))
        for size in range(len(costs) + 1)
        for chosen in combinations(options, size)
        if sum(costs[option] for option in chosen) <= budget
    )
