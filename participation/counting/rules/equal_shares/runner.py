"""Which implementation runs: compiled loops where they pay and are there, plain Python otherwise."""

from __future__ import annotations

from participation.counting.case import Case
from participation.counting.rules.equal_shares.completion import Runner
from participation.counting.rules.equal_shares.purchases import Demand
from participation.counting.rules.equal_shares.reference import ReferenceRunner


def runner_for(case: Case, demand: Demand) -> Runner:
    return ReferenceRunner(demand, case.order)
