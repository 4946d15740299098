"""Which implementation runs: compiled loops where they pay and are there, plain Python otherwise."""

from __future__ import annotations

from importlib import import_module

from participation.counting.case import Case
from participation.counting.compiled import kernels, wanted
from participation.counting.rules.equal_shares.completion import Runner
from participation.counting.rules.equal_shares.purchases import Demand
from participation.counting.rules.equal_shares.reference import ReferenceRunner

# Runs add1 took on the middle one of 1,320 real elections.
USUAL_STEPS = 183
# The compiled path keeps a counter for every class and worth; no ballot gives more points than this.
LARGEST_WORTH = 1000


def runner_for(case: Case, demand: Demand) -> Runner:
    """The runner of a case, by its `path`. Both give equal runs."""
    steps = USUAL_STEPS if str(case.settings["completion"]).startswith("add1") else 1
    largest = 1 if demand.worth is None else int(demand.worth.max(initial=1))
    if largest > LARGEST_WORTH or not wanted(case.path, len(case.profile.choices) * steps):
        return ReferenceRunner(demand, case.order)
    compiled = import_module("participation.counting.rules.equal_shares.compiled")
    runner: Runner = compiled.CompiledRunner(demand, case.order, kernels())
    return runner
