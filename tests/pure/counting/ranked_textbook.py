"""Ranked rules as the textbooks tell them: one ballot at a time, everything recounted, no thought for speed.

A ballot is a list of groups of codes, best first. `order` is the tie rule: the code that wins every tie comes first.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise, permutations

Ballot = list[list[str]]


def best(ballot: Ballot, standing: Sequence[str]) -> list[str]:
    """The best options still standing on a ballot; several where they are level, none where it is exhausted."""
    for group in ballot:
        here = [code for code in group if code in standing]
        if here:
            return here
    return []


def irv(ballots: list[Ballot], order: Sequence[str]) -> str | None:
    """Recount, take out one with fewest, until one has more than half."""
    standing = list(order)
    while standing:
        votes = {code: Fraction(0) for code in standing}
        for ballot in ballots:
            here = best(ballot, standing)
            for code in here:
                votes[code] += Fraction(1, len(here))
        if not sum(votes.values()):
            return None
        for code in standing:
            if votes[code] * 2 > sum(votes.values()) or len(standing) == 1:
                return code
        fewest = [code for code in standing if votes[code] == min(votes.values())]
        standing.remove(fewest[-1])
    return None


def borda(ballots: list[Ballot], order: Sequence[str]) -> dict[str, Fraction]:
    """The mean over all strict rankings that agree with a ballot, options left out coming last."""
    points = {code: Fraction(0) for code in order}
    for ballot in ballots:
        left_out = [code for code in order if not any(code in group for group in ballot)]
        groups = [*ballot, left_out]
        for code in order:
            group = next(group for group in groups if code in group)
            above = sum(len(other) for other in groups[: groups.index(group)])
            places = range(above, above + len(group))
            points[code] += Fraction(sum(len(order) - 1 - place for place in places), len(group))
    return points


def preferred(ballots: list[Ballot], one: str, other: str) -> int:
    """Ballots that prefer one option to another."""
    total = 0
    for ballot in ballots:
        places = {code: place for place, group in enumerate(ballot) for code in group}
        total += places.get(one, len(ballot)) < places.get(other, len(ballot))
    return total


def schulze(ballots: list[Ballot], order: Sequence[str], *, margins: bool) -> set[str]:
    """Every chain between two options is tried, the strongest kept; the winners are those nobody stands before."""

    def link(one: str, other: str) -> int:
        ahead, behind = preferred(ballots, one, other), preferred(ballots, other, one)
        return 0 if ahead <= behind else ahead - behind if margins else ahead

    links = {(one, other): link(one, other) for one in order for other in order if one != other}

    def strongest(one: str, other: str) -> int:
        between = [code for code in order if code not in (one, other)]
        chains = [[one, *middle, other] for size in range(len(between) + 1) for middle in permutations(between, size)]
        return max(min(links[pair] for pair in pairwise(chain)) for chain in chains)

    return {
        one for one in order if all(strongest(one, other) >= strongest(other, one) for other in order if other != one)
    }


def stv(ballots: list[Ballot], order: Sequence[str], seats: int) -> list[str]:
    """Weighted inclusive Gregory with exact values; every ballot is its own piece of paper."""
    elected: list[str] = []
    moved: set[str] = set()  # elected, surplus dealt with
    standing = list(order)
    papers = [(ballot, Fraction(1)) for ballot in ballots if ballot and any(group for group in ballot)]
    quota = len(papers) // (seats + 1) + 1
    piles: dict[str, list[tuple[Ballot, Fraction]]] = {code: [] for code in order}

    def deal(bundle: list[tuple[Ballot, Fraction]]) -> None:
        for ballot, value in bundle:
            here = best(ballot, standing)
            for code in here:
                piles[code].append((ballot, value / len(here)))

    def held(code: str) -> Fraction:
        return sum((value for _, value in piles[code]), Fraction(0))

    if not papers:
        return []
    deal(papers)
    while len(elected) < seats and standing:
        by_votes = sorted(standing, key=lambda code: (-held(code), order.index(code)))
        reached = [code for code in by_votes if held(code) >= quota]
        if len(standing) <= seats - len(elected):
            elected += by_votes
            break
        if reached:
            for code in reached[: seats - len(elected)]:
                elected.append(code)
                standing.remove(code)
            continue
        waiting = [code for code in elected if code not in moved]
        if waiting:
            code = max(waiting, key=lambda code: (held(code), -order.index(code)))
            moved.add(code)
            part = (held(code) - quota) / held(code)
            bundle, piles[code] = piles[code], []
            if part:
                deal([(ballot, value * part) for ballot, value in bundle])
            continue
        out = max(standing, key=lambda code: (-held(code), order.index(code)))
        standing.remove(out)
        bundle, piles[out] = piles[out], []
        deal(bundle)
    return elected
