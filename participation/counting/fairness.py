"""How fairly a result treats the voters: checks anybody can repeat, in plain words.

Four statements: how many ballots have something funded; how the money was spread; whether a group of supporters was
short-changed (EJR+ up to one option, cost utilities); and whether the result can be explained as voters buying with equal
purses (priceability). Definitions: Brill & Peters, "Robust and Verifiable Proportionality Axioms for Multiwinner
Voting" (EC 2023) for EJR+; Peters & Skowron, "Proportionality and the Limits of Welfarism" (EC 2020) for priceability.
Checks that would take exponential time (the core, full EJR) are not promised and not made.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from participation.counting.elections import Election
from participation.counting.outcome import Facts, Outcome
from participation.counting.prices import Prices, prices
from participation.counting.profile import Column, Profile
from participation.counting.rules.equal_shares.comparison import winners_per_row
from participation.counting.rules.greedy import BALLOTS
from participation.counting.supporters import Supporters, supporters
from participation.counting.words import number

THOUSAND = 1_000


@dataclass(frozen=True, slots=True)
class Statement:
    """One check. `holds` is None where there is nothing to pass or fail."""

    name: str
    title: str
    holds: bool | None
    text: str
    facts: Facts = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ShortChanged:
    """A group that shows a failure: so many ballots naming `option` have at most `funded` of what they chose, although
    their shares come to `claim`, enough for the option (which costs `cost`) besides."""

    option: str
    ballots: int
    funded: int
    cost: int
    claim: int
    text: str


@dataclass(frozen=True, slots=True)
class GroupShare:
    """What became of the options of one ward, category or other tag."""

    kind: str
    name: str
    listed: int
    selected: int
    cost: int
    votes: int


@dataclass(frozen=True, slots=True)
class FairnessReport:
    """All checks of one outcome; empty where the ballots are not about spending a budget."""

    statements: tuple[Statement, ...]
    short_changed: tuple[ShortChanged, ...]
    groups: tuple[GroupShare, ...]


def report(election: Election, profile: Profile, outcome: Outcome) -> FairnessReport:
    """Check an outcome of any rule that spends a budget."""
    groups = group_shares(election, outcome)
    if profile.ballot_type not in BALLOTS or not election.budget or not profile.ballots:
        return FairnessReport((), (), groups)
    selected = [election.index[code] for code in outcome.selected]
    positive = profile.values if profile.ballot_type == "points" else None
    backers = supporters(profile, positive)
    short = short_changed(election, profile, selected, backers)
    statements = (
        _something_funded(profile, selected),
        _spread(election, profile, selected, backers),
        _short_changed_statement(short),
        _priceable(prices(election, profile, outcome)),
    )
    return FairnessReport(statements, short, groups)


def _something_funded(profile: Profile, selected: Sequence[int]) -> Statement:
    has = winners_per_row(profile, selected) > 0
    served = int(has.sum() if profile.weights is None else profile.weights[has].sum())
    percent = served * 100 // profile.ballots
    return Statement(
        "something-funded",
        "Ballots with something funded",
        None,
        f"{number(served)} of {number(profile.ballots)} ballots ({percent}%) chose at least one option that is funded.",
        {"ballots": served, "of": profile.ballots, "percent": percent},
    )


def _spread(election: Election, profile: Profile, selected: Sequence[int], backers: Supporters) -> Statement:
    """Each option's cost parted among the ballots that chose it, in thousandths of a money unit: whole numbers."""
    part = np.zeros(profile.size, dtype=np.int64)
    for option in selected:
        if profile.votes[option]:
            part[backers.rows[backers.of(option)]] += election.costs[option] * THOUSAND // profile.votes[option]
    share = election.budget * THOUSAND // profile.ballots
    weights = np.ones(profile.size, dtype=np.int64) if profile.weights is None else profile.weights
    order = np.argsort(part, kind="stable")
    middle = int(part[order[int(np.searchsorted(np.cumsum(weights[order]), (profile.ballots + 1) // 2))]])
    half = int(weights[2 * part >= share].sum())
    percent = half * 100 // profile.ballots
    text = (
        f"If the cost of every funded option is parted among the ballots that chose it, half of the ballots have "
        f"{election.money(middle // THOUSAND)} or more, and {percent}% have at least half of an equal share, which is "
        f"{election.money(share // THOUSAND)}."
    )
    facts = {"median": middle // THOUSAND, "share": share // THOUSAND, "half_share": half, "percent": percent}
    return Statement("spread", "How the money is spread over the ballots", None, text, facts)


def short_changed(
    election: Election, profile: Profile, selected: Sequence[int], backers: Supporters | None = None
) -> tuple[ShortChanged, ...]:
    """Every option outside the result whose supporters show that EJR+ up to one option fails, in listed order.

    The s supporters with least funded so far fail if the most any of them has, plus the cost, is within s equal shares.
    """
    backers = backers or supporters(profile, profile.values if profile.ballot_type == "points" else None)
    funded = funded_per_row(election, profile, selected, backers)
    found = (
        _claim(election, profile, option, funded, backers)
        for option in range(len(election.options))
        if option not in set(selected) and profile.votes[option] and 0 < election.costs[option] <= election.budget
    )
    return tuple(claim for claim in found if claim)


def funded_per_row(election: Election, profile: Profile, selected: Sequence[int], backers: Supporters) -> Column:
    """The cost of the funded options each row names."""
    funded = np.zeros(profile.size, dtype=np.int64)
    for option in selected:
        funded[backers.rows[backers.of(option)]] += election.costs[option]
    return funded


def _claim(
    election: Election, profile: Profile, option: int, funded: Column, backers: Supporters
) -> ShortChanged | None:
    """The largest group of the option's supporters that is short-changed, if there is one."""
    rows = backers.rows[backers.of(option)]
    weights = np.ones(len(rows), dtype=np.int64) if profile.weights is None else profile.weights[rows]
    levels, which = np.unique(funded[rows], return_inverse=True)
    sizes = np.cumsum(np.bincount(which, weights=weights).astype(np.int64))
    cost, budget, ballots = election.costs[option], election.budget, profile.ballots
    for level, size in reversed(list(zip(levels.tolist(), sizes.tolist(), strict=True))):
        if (level + cost) * ballots <= size * budget:
            claim = size * budget // ballots
            text = (
                f"{number(size)} of the ballots that chose {election.options[option].label} have at most "
                f"{election.money(level)} of what they chose funded. Their equal shares come to "
                f"{election.money(claim)}, enough to fund it as well for {election.money(cost)}."
            )
            return ShortChanged(election.options[option].code, size, level, cost, claim, text)
    return None


def _short_changed_statement(short: tuple[ShortChanged, ...]) -> Statement:
    title = "No group of supporters is short-changed"
    if not short:
        text = (
            "Every group of ballots that agree on an option that was not funded has its fair part of the money in other "
            "options, to within one option (the test is called EJR+ up to one project)."
        )
        return Statement("ejr-plus", title, True, text, {"options": 0})
    worst = max(short, key=lambda claim: (claim.ballots, claim.option))
    text = (
        f"The supporters of {number(len(short))} option{'s' if len(short) > 1 else ''} have less than their fair part "
        f"(the test is called EJR+ up to one project). The largest such group: {worst.text}"
    )
    return Statement("ejr-plus", title, False, text, {"options": len(short), "largest": worst.option})


def _priceable(found: Prices | None) -> Statement:
    title = "Equal purses explain the result"
    if found is None:
        text = "This rule does not say who paid for what, so there is nothing to check."
        return Statement("priceable", title, None, text)
    return Statement("priceable", title, found.holds, found.text, {"purse": str(found.purse)})


def group_shares(election: Election, outcome: Outcome) -> tuple[GroupShare, ...]:
    """For every tag (ward, category, ...) how many of its options were listed and selected, and their cost."""
    results = {result.code: result for result in outcome.options}
    shares = []
    for tag in sorted({tag for option in election.options for tag in option.tags}):
        members = [results[option.code] for option in election.options if tag in option.tags]
        kind, _, name = tag.partition(":")
        won = [result for result in members if result.selected]
        cost, votes = sum(result.cost for result in won), sum(result.votes for result in members)
        shares.append(GroupShare(kind, name, len(members), len(won), cost, votes))
    return tuple(shares)
