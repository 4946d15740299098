"""Maximum welfare: of all sets of options that fit the budget, one that is worth most to all voters together.

Worth is what the `satisfaction` setting says: for each vote the money spent on the option (cost), one (cardinality),
the points given, or the points times the cost. Finding the best set is a knapsack problem; it is solved exactly by
keeping, option by option, only the sets that no cheaper set is worth as much as. That list can double with every
option, so the rule refuses an election whose list grows past a fixed length, instead of guessing.

Equal worth: the cheaper set; if level still, the set with the first option in the order of ties that only one of them
has. Worked example: docs/rules/max-welfare.md.
"""

from __future__ import annotations

from fractions import Fraction
from heapq import merge
from math import lcm
from typing import NamedTuple

from participation.counting.case import Case, Reason, Verdict
from participation.counting.outcome import Round
from participation.counting.rule import Rule
from participation.counting.rules import equal_shares
from participation.counting.rules.greedy import BALLOTS, THRESHOLD
from participation.counting.ties import TieMet
from participation.counting.words import barred_reason, counted, score_noun
from participation.errors import InvalidInput

LONGEST_LIST = 50_000


class TooManySets(InvalidInput):
    title = "This vote is too large for this rule"
    public = "Maximum welfare compares sets of options, and this vote has too many of them. Choose another rule."


class Bundle(NamedTuple):
    """A set of options as a bit mask over the order of ties, with what it costs and is worth (in whole parts of a point).

    `rival` is another set with the same cost and worth that was put behind it, or 0.
    """

    cost: int
    worth: int
    mask: int
    rival: int = 0


def worths(case: Case) -> list[Fraction]:
    """What each option is worth to all voters together."""
    satisfaction, costs = str(case.settings["satisfaction"]), case.election.costs
    base = case.scores if satisfaction.startswith("points") else tuple(Fraction(votes) for votes in case.profile.votes)
    by_cost = satisfaction.endswith("cost")
    return [worth * cost if by_cost else worth for worth, cost in zip(base, costs, strict=True)]


def best_bundle(case: Case, worth: list[int]) -> tuple[Bundle, list[int]]:
    """The best set, and the options its mask speaks of, the most significant bit first. Raises TooManySets."""
    options = [option for option in case.order.order if not case.barred(option) and worth[option] > 0]
    kept = [Bundle(0, 0, 0)]
    for option in options:
        cost, gain = case.election.costs[option], worth[option]
        without = [Bundle(b.cost, b.worth, b.mask << 1, b.rival << 1) for b in kept]
        including = [
            Bundle(b.cost + cost, b.worth + gain, b.mask << 1 | 1, b.rival and b.rival << 1 | 1)
            for b in kept
            if b.cost + cost <= case.election.budget
        ]
        kept = _undominated(without, including)
        if len(kept) > LONGEST_LIST:
            raise TooManySets()
    return kept[-1], options


def _undominated(without: list[Bundle], including: list[Bundle]) -> list[Bundle]:
    """Merge two lists with rising cost and worth into one: a set stays if it is worth more than every cheaper one."""
    kept: list[Bundle] = []
    for bundle in merge(without, including, key=lambda bundle: (bundle.cost, -bundle.worth, -bundle.mask)):
        if not kept or bundle.worth > kept[-1].worth:
            kept.append(bundle)
        elif bundle[:2] == kept[-1][:2] and not kept[-1].rival:
            kept[-1] = kept[-1]._replace(rival=bundle.mask)
    return kept


def _members(mask: int, options: list[int]) -> list[int]:
    return [option for place, option in enumerate(reversed(options)) if mask >> place & 1]


def count(case: Case) -> Verdict:
    worth = worths(case)
    scale = lcm(*(value.denominator for value in worth))
    bundle, options = best_bundle(case, [int(value * scale) for value in worth])
    # What costs nothing may be worth nothing by its cost; with support it is funded all the same.
    free = {option for option in case.entrants if not case.election.costs[option]}
    chosen = free | set(_members(bundle.mask, options))
    selected = sorted(chosen, key=lambda option: (-worth[option], case.order.position[option]))
    left = case.election.budget - bundle.cost
    codes, total = case.election.codes(selected), str(Fraction(bundle.worth, scale))
    note = (
        f"Together these options are worth more to voters than any other set within {case.money(case.election.budget)}."
    )
    return Verdict(
        selected=selected,
        scores=[str(value) for value in worth],
        rounds=[Round(1, "funded", " ".join(codes), ((" ".join(codes), total),), bundle.cost, left, note)],
        ties_met=_ties_met(case, bundle, options),
        reasons=[_reason(case, option, chosen, left) for option in range(len(case.election.options))],
        facts={"left": left, "worth": total},
    )


def _ties_met(case: Case, bundle: Bundle, options: list[int]) -> list[TieMet]:
    """A tie between two sets is told as one between the options that only one of them has."""
    if not bundle.rival:
        return []
    return [case.order.met(case.election, 1, _members(bundle.mask ^ bundle.rival, options))]


def _reason(case: Case, option: int, chosen: set[int], left: int) -> Reason:
    if case.barred(option):
        return barred_reason(case, option)
    score, cost = counted(case.scores[option], score_noun(case)), case.money(case.election.costs[option])
    if option in chosen:
        return Reason(f"Funded. With {score} and a cost of {cost} it is part of the best set of options.")
    if not case.scores[option]:
        return Reason("Not funded. Nobody chose it.")
    return Reason(
        f"Not funded. It has {score} and costs {cost}; {case.money(left)} was left, and every set of options with it "
        "that fits the budget is worth less to voters, or no more."
    )


RULE = Rule(
    name="max-welfare",
    title="Best set for all voters together",
    description=(
        "All sets of options that fit the budget are compared, and the one worth most to all voters together is funded. "
        "Only for small votes."
    ),
    ballot_types=BALLOTS,
    settings=(equal_shares.SATISFACTION, THRESHOLD),
    count=count,
    promises=("within-budget", "monotone"),
)
