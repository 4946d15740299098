"""Equal shares, its completion and the comparison step, put together into a verdict."""

from __future__ import annotations

from participation.counting.case import Case, Verdict
from participation.counting.outcome import Fact, Round
from participation.counting.rules import greedy
from participation.counting.rules.equal_shares.comparison import Preferred, compare
from participation.counting.rules.equal_shares.completion import Completed, complete, starting_endowment
from participation.counting.rules.equal_shares.purchases import demand
from participation.counting.rules.equal_shares.reasons import reasons
from participation.counting.rules.equal_shares.rounds import rounds, ties_met
from participation.counting.rules.equal_shares.runner import runner_for
from participation.counting.words import counted


def count(case: Case) -> Verdict:
    """Equal shares, its completion, and the comparison where it is asked for."""
    wanted = demand(case)
    runner = runner_for(case, wanted)
    free = [option for option in case.order.order if case.election.costs[option] == 0 and not case.barred(option)]
    completed = complete(case, wanted, runner)
    steps = _completion(case, [*free, *completed.run.selected], completed.run.cost)
    selected = [*free, *completed.run.selected, *(step.option for step in steps if step.action == "funded")]
    facts = _facts(case, completed)
    if case.settings["compare"]:
        rival = greedy.take(case, case.entrants, case.scores, case.election.budget, skip=True)
        preferred = compare(case.profile, selected, [step.option for step in rival if step.action == "funded"])
        facts |= _comparison_facts(case, preferred, selected, rival)
        if preferred.second > preferred.first:
            return _handed_over(case, preferred, facts)
    purchases = rounds(case, free, wanted, completed)
    left = case.election.budget - sum(case.election.costs[option] for option in selected)
    return Verdict(
        selected=selected,
        scores=[str(score) for score in case.scores],
        rounds=[*purchases, *greedy.rounds(case, steps, case.scores, start=len(purchases) + 1)],
        ties_met=[*ties_met(case, len(free), completed), *greedy.ties_met(case, steps, start=len(purchases) + 1)],
        reasons=reasons(case, wanted, completed, free, steps),
        facts=facts | {"left": left},
    )


def _completion(case: Case, selected: list[int], spent: int) -> list[greedy.Step]:
    """The greedy part: options by score with what is left, those without any support last."""
    if not str(case.settings["completion"]).endswith("greedy"):
        return []
    waiting = [option for option in case.entrants if option not in set(selected)]
    return greedy.take(case, waiting, case.scores, case.election.budget - spent, skip=True)


def _facts(case: Case, completed: Completed) -> dict[str, Fact]:
    return {
        "share": str(starting_endowment(case)),
        "final_share": str(completed.run.endowment),
        "shares_tried": completed.tried,
        "ended": completed.ended,
        "shares_with_ties": completed.with_ties,
    }


def _comparison_facts(
    case: Case, preferred: Preferred, selected: list[int], rival: list[greedy.Step]
) -> dict[str, Fact]:
    """Both sides of the comparison, so that anybody can see what was weighed."""
    codes = case.election.codes
    return {
        "prefer_equal_shares": preferred.first,
        "prefer_greedy": preferred.second,
        "prefer_neither": preferred.level,
        "equal_shares_would_select": " ".join(codes(selected)),
        "greedy_would_select": " ".join(codes(step.option for step in rival if step.action == "funded")),
        "result_of": "greedy" if preferred.second > preferred.first else "equal-shares",
    }


def _handed_over(case: Case, preferred: Preferred, facts: dict[str, Fact]) -> Verdict:
    """The greedy result, with one round before it that says why."""
    note = (
        f"{counted(preferred.second, 'ballot')} would have more funded if the most votes went first and "
        f"{counted(preferred.first, 'ballot')} under equal shares, so the most votes go first."
    )
    why = Round(1, "handed over", "", (), 0, case.election.budget, note)
    steps = greedy.take(case, case.entrants, case.scores, case.election.budget, skip=True)
    return greedy.verdict(case, case.scores, steps, per_cost=False, before=(why,), facts=facts)
