"""What happens with the money equal shares leaves over.

Equal shares alone often spends about half the budget. `add1` runs it again and again from the start, each time with one
currency unit more for every ballot, and keeps the last result within the budget; it is not monotone, so every step is
tried and the first that overspends ends it even where a later one would fit. `greedy` goes on with the most supported
option that fits.

Definitions: equalshares.net/explanation (completion), and Pabulib's checker for what cities did. Two flags change real
results and are therefore part of the published rule: `stop` (one election in ten) and `endowment` (one in a hundred).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Protocol

from participation.counting.case import Case
from participation.counting.rules.equal_shares.purchases import Demand, Run


class Runner(Protocol):
    """Either implementation of the method without completion. `rivals` asks for the runner-up of every round."""

    def run(self, endowment: Fraction, *, rivals: bool = False) -> Run: ...


@dataclass(frozen=True, slots=True)
class Completed:
    """The run that counts, after how many were tried, and why no more were: "once", "exhaustive" or "overspend".

    `with_ties` counts those of the runs in which options stood exactly level in some round.
    """

    run: Run
    tried: int
    ended: str
    with_ties: int


def equal_share(case: Case) -> Fraction:
    """The budget divided by the counted ballots, empty ones included; nothing when there are none."""
    ballots = case.profile.ballots
    return Fraction(case.election.budget, ballots) if ballots else Fraction(0)


def starting_endowment(case: Case) -> Fraction:
    """The equal share; for add1 with `endowment` integral, whole currency units of it."""
    share, unit = equal_share(case), case.election.unit
    integral = str(case.settings["completion"]).startswith("add1") and case.settings["endowment"] == "integral"
    return Fraction(share // unit * unit) if integral else share


def complete(case: Case, demand: Demand, runner: Runner) -> Completed:
    """Run once, or with add1 as often as it takes; the run that counts is made again where it is to be explained."""
    start = starting_endowment(case)
    if not str(case.settings["completion"]).startswith("add1") or not case.profile.ballots:
        run = runner.run(start, rivals=case.explain)
        return Completed(run, 1, "once", int(run.has_tie))
    completed = add_one(
        runner.run(start),
        next_run=lambda previous: runner.run(previous.endowment + case.election.unit),
        finished=lambda result: _finished(case, demand, result, exhaustive=case.settings["stop"] == "exhaustive"),
        budget=case.election.budget,
    )
    return replace(completed, run=runner.run(completed.run.endowment, rivals=True)) if case.explain else completed


def add_one(run: Run, *, next_run: Callable[[Run], Run], finished: Callable[[Run], bool], budget: int) -> Completed:
    """The add1 loop: the last run within the budget before one overspends, or the first that is finished."""
    tried, with_ties = 1, int(run.has_tie)
    while not finished(run):
        raised = next_run(run)
        tried, with_ties = tried + 1, with_ties + raised.has_tie
        if raised.cost > budget:
            return Completed(run, tried, "overspend", with_ties)
        run = raised
    return Completed(run, tried, "exhaustive", with_ties)


def _finished(case: Case, demand: Demand, run: Run, *, exhaustive: bool) -> bool:
    """Whether nothing more could be bought: nothing that has supporters fits, or at least nothing is left at all.

    Options without supporters never count as "would still fit": no endowment would ever buy them.
    """
    waiting = set(demand.options) - set(run.selected)
    left = case.election.budget - run.cost
    return not waiting or (exhaustive and all(demand.costs[option] > left for option in waiting))
