"""What a run of equal shares is about, and what it leaves behind.

A run is given a `Demand`, an endowment and the tie order, and returns `Purchase`s. Two implementations exist, one in
plain Python and one in compiled loops; they return equal values.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from participation.counting.case import Case
from participation.counting.profile import Column, Profile
from participation.counting.scores import points


@dataclass(frozen=True, eq=False)
class Demand:
    """Who supports what, and how much it is worth to them.

    `options`   listed positions of the options that can be bought: they have a cost and at least one supporter.
    `worth`     what each mark of the profile is worth to its voter, parallel to `profile.choices`; None when one unit.
                Marks worth nothing, or less, are no support.
    `per`       what a rate is divided by before options are compared, in listed order: the cost where a pound funded is
                worth the same wherever it goes, 1 where an option is.
    `unit`      how many units of `worth` make one point (2 where options share places on a ranking).
    """

    profile: Profile
    options: tuple[int, ...]
    worth: Column | None
    per: tuple[int, ...]
    unit: int = 1

    @property
    def costs(self) -> tuple[int, ...]:
        return self.profile.election.costs


@dataclass(frozen=True, slots=True)
class Purchase:
    """One option bought.

    Every supporter pays `rate` for each unit the option is worth to them, or all they have left where that is less.
    `in_full` ballots paid the whole of it, `all_they_had` the others. `tied` are the options that stood exactly level,
    this one among them; empty when there was no tie. `rival` is the option that would have come next in this round, with
    its rate, where that was asked for and there was one.
    """

    option: int
    rate: Fraction
    in_full: int
    all_they_had: int
    tied: tuple[int, ...] = ()
    rival: tuple[int, Fraction] | None = None


@dataclass(frozen=True, slots=True)
class Run:
    """The purchases from one endowment, in order, and what they cost together."""

    endowment: Fraction
    purchases: tuple[Purchase, ...]
    cost: int

    @property
    def selected(self) -> tuple[int, ...]:
        return tuple(purchase.option for purchase in self.purchases)

    @property
    def has_tie(self) -> bool:
        """Whether options stood exactly level in some round."""
        return any(purchase.tied for purchase in self.purchases)


def demand(case: Case) -> Demand:
    """The demand of a case under its `satisfaction` setting: cost, cardinality, points or points-cost.

    Options dearer than the budget stay in: no run from an equal share can buy them, and under add1 the step that does
    overspends and so ends the count, as in the other tools.
    """
    satisfaction = str(case.settings["satisfaction"])
    costs = case.election.costs
    worth, unit = points(case.profile) if satisfaction.startswith("points") else (None, 1)
    if case.profile.values is None:
        worth = None
    if worth is None and case.profile.ballot_type == "points":
        assert case.profile.values is not None
        worth = (case.profile.values > 0).astype("int64")
    marks = case.profile.votes
    if worth is not None:
        marks = tuple(np.bincount(case.profile.choices[worth > 0], minlength=len(costs)).tolist())
    return Demand(
        profile=case.profile,
        options=tuple(
            option
            for option, cost in enumerate(costs)
            if cost > 0 and marks[option] and not case.below_threshold(option)
        ),
        worth=worth,
        per=costs if satisfaction.endswith("cost") else tuple(1 for _ in costs),
        unit=unit,
    )
