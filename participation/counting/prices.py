"""Whether a result can be explained by prices: every voter with the same purse, supporters paying for what they chose.

Equal shares and Phragmén hand out the payments themselves, so the check repeats them from the published rounds: nobody
pays for what they did not choose or more than the purse, every funded option is paid in full, and the supporters of an
option that was not funded have no more left than it costs. After a completion by votes there is nothing to check.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from participation.counting.elections import Election
from participation.counting.outcome import Outcome
from participation.counting.profile import Profile
from participation.counting.rules.equal_shares.histories import Histories
from participation.counting.rules.equal_shares.purchases import Purchase, Run
from participation.counting.scores import points
from participation.counting.supporters import Supporters, supporters


@dataclass(frozen=True, slots=True)
class Prices:
    """The check of one outcome: the purse each voter has, whether it holds, and the reason."""

    purse: Fraction
    holds: bool
    text: str


def prices(election: Election, profile: Profile, outcome: Outcome) -> Prices | None:
    """Check the payments of an outcome; None where its rule hands out none."""
    paying = [entry for entry in outcome.rounds if entry.spent and entry.action == "funded"]
    if outcome.rule == "phragmen":
        return _phragmen(election, profile, outcome)
    if outcome.rule != "equal-shares" or outcome.facts.get("result_of") == "greedy":
        return None
    if any("rate" not in entry.facts for entry in paying):
        return None
    worth, unit = None, 1
    if str(outcome.settings["satisfaction"]).startswith("points") and profile.values is not None:
        worth, unit = points(profile)
    elif profile.ballot_type == "points":
        assert profile.values is not None
        worth = (profile.values > 0).astype(np.int64)
    backers = supporters(profile, worth)
    purchases = tuple(
        Purchase(election.index[entry.option], Fraction(str(entry.facts["rate"])) / unit, 0, 0) for entry in paying
    )
    run = Run(Fraction(str(outcome.facts["final_share"])), purchases, 0)
    return _equal_purses(election, profile, run, backers)


def _equal_purses(election: Election, profile: Profile, run: Run, backers: Supporters) -> Prices:
    """Follow every purse through the purchases and add up what was paid for each."""
    histories = Histories.of(run, backers, profile.size)
    weights = np.ones(profile.size, dtype=np.int64) if profile.weights is None else profile.weights
    selected = set(run.selected)
    for number, purchase in enumerate(run.purchases):
        rows = backers.rows[backers.of(purchase.option)]
        before = histories.before(number, histories.of_row[rows])
        after = histories.before(number + 1, histories.of_row[rows])
        keys, owners = _sizes(before * len(histories.parent) + after, weights[rows])
        money = histories.money
        paid = sum(
            size * (money[key // len(histories.parent)] - money[key % len(histories.parent)])
            for key, size in zip(keys, owners, strict=True)
        )
        if paid != election.costs[purchase.option] * histories.denominator:
            return Prices(run.endowment, False, _unpaid(election, purchase.option))
    for option, cost in enumerate(election.costs):
        if option not in selected and cost > 0:
            rows = backers.rows[backers.of(option)]
            keys, owners = _sizes(histories.of_row[rows], weights[rows])
            left = sum(size * histories.money[key] for key, size in zip(keys, owners, strict=True))
            if left > cost * histories.denominator:
                return Prices(run.endowment, False, _affordable(election, option))
    return Prices(run.endowment, True, _holds(election, run.endowment))


def _phragmen(election: Election, profile: Profile, outcome: Outcome) -> Prices:
    """The purse is what each voter had been given when the count ended."""
    timed = [entry for entry in outcome.rounds if entry.compared and entry.compared[0][1]]
    times = [Fraction(0)] + [Fraction(entry.compared[0][1]) for entry in timed]
    purse = times[-1]
    backers = supporters(profile, profile.values if profile.ballot_type == "points" else None)
    weights = np.ones(profile.size, dtype=np.int64) if profile.weights is None else profile.weights
    last = np.zeros(profile.size, dtype=np.int64)

    def saved(option: int, now: Fraction) -> Fraction:
        rows = backers.rows[backers.of(option)]
        keys, owners = _sizes(last[rows], weights[rows])
        return sum((size * (now - times[key]) for key, size in zip(keys, owners, strict=True)), Fraction(0))

    for number, entry in enumerate(timed, start=1):
        option = election.index[entry.option]
        if entry.action == "funded":
            if saved(option, times[number]) != election.costs[option]:
                return Prices(purse, False, _unpaid(election, option))
            last[backers.rows[backers.of(option)]] = number
    for option, cost in enumerate(election.costs):
        if election.options[option].code not in outcome.selected and saved(option, purse) > cost <= election.budget:
            return Prices(purse, False, _affordable(election, option))
    return Prices(purse, True, _holds(election, purse))


def _sizes(keys: np.typing.NDArray[np.int64], weights: np.typing.NDArray[np.int64]) -> tuple[list[int], list[int]]:
    """Distinct keys and the ballots behind each."""
    distinct, which = np.unique(keys, return_inverse=True)
    return distinct.tolist(), np.bincount(which, weights=weights, minlength=len(distinct)).astype(np.int64).tolist()


def _unpaid(election: Election, option: int) -> str:
    return f"The payments published for {election.options[option].label} do not add up to its cost."


def _affordable(election: Election, option: int) -> str:
    return f"The supporters of {election.options[option].label} have more left than it costs, and it was not funded."


def _holds(election: Election, purse: Fraction) -> str:
    return (
        f"If every voter has a purse of {election.money(purse)}, supporters paid for every funded option in full, nobody "
        "paid for anything else, and no option that was not funded could be paid for with what its supporters have left."
    )
