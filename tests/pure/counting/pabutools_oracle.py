"""pabutools as a second opinion. It is used by tests only, and ties go to the smaller code as text, its default."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable, Sequence
from typing import Any

with warnings.catch_warnings():
    # It loads solver packages whose warnings are none of ours.
    warnings.simplefilter("ignore")
    from pabutools.election import (
        Additive_Cardinal_Sat,
        ApprovalBallot,
        ApprovalProfile,
        Cardinality_Sat,
        Cost_Sat,
        CumulativeBallot,
        CumulativeProfile,
        Instance,
        Project,
    )
    from pabutools.rules import greedy_utilitarian_welfare, method_of_equal_shares, sequential_phragmen

from participation.counting import Election, Profile

SATISFACTION = {"cost": Cost_Sat, "cardinality": Cardinality_Sat, "points": Additive_Cardinal_Sat}
# It recurses once a round.
sys.setrecursionlimit(5000)


class Pabutools:
    """One election in its own terms; every method gives the codes of the winners, sorted."""

    def __init__(self, election: Election, profile: Profile) -> None:
        projects = [Project(option.code, option.cost) for option in election.options]
        self.instance = Instance(projects, budget_limit=election.budget)
        rows = [(weight, list(zip(options, values, strict=True))) for weight, options, values in profile.rows()]
        ballots: list[Any] = []
        for weight, marks in rows:
            if profile.ballot_type == "points":
                ballot = CumulativeBallot({projects[option]: value for option, value in marks})
            else:
                ballot = ApprovalBallot([projects[option] for option, _ in marks])
            ballots += [ballot] * weight
        kind = CumulativeProfile if profile.ballot_type == "points" else ApprovalProfile
        self.profile = kind(ballots, instance=self.instance)
        if profile.ballot_type != "points":
            self.profile = self.profile.as_multiprofile()

    def greedy(self, satisfaction: str = "cost") -> list[str]:
        return _codes(self._call(greedy_utilitarian_welfare, satisfaction))

    def equal_shares(self, satisfaction: str, *, add_one: bool = False, then_greedy: bool = False) -> list[str]:
        step = 1 if add_one else None
        bought = self._call(method_of_equal_shares, satisfaction, voter_budget_increment=step)
        if then_greedy:
            bought = self._call(greedy_utilitarian_welfare, "cost", initial_budget_allocation=bought)
        return _codes(bought)

    def phragmen(self) -> list[str]:
        return _codes(sequential_phragmen(self.instance, self.profile))

    def _call(self, rule: Callable[..., Any], satisfaction: str, **how: Any) -> Any:
        return rule(self.instance, self.profile, sat_class=SATISFACTION[satisfaction], **how)


def _codes(projects: Sequence[Any]) -> list[str]:
    return sorted(project.name for project in projects)
