"""Equal shares: every ballot gets the same share of the budget, and supporters buy together.

The budget is split equally among the ballots. An option is affordable when its supporters together have its cost; they
pay as equally as their purses allow. In each round the option is bought that gives its supporters most for what they
pay: the one with the least payment for each unit of satisfaction. So 30 per cent of the voters can decide about 30 per
cent of the money.

Peters, Pierczyński & Skowron, "Proportional Participatory Budgeting with Additive Utilities" (NeurIPS 2021,
arXiv 2008.13276); cost utilities and completions as on equalshares.net. Worked example: docs/rules/equal-shares.md.
"""

from __future__ import annotations

from fractions import Fraction

from participation.counting.case import Case, Verdict
from participation.counting.outcome import Fact, Round
from participation.counting.rule import Rule, Setting
from participation.counting.rules import greedy
from participation.counting.rules.equal_shares.comparison import Preferred, compare
from participation.counting.rules.equal_shares.completion import Completed, complete, starting_endowment
from participation.counting.rules.equal_shares.purchases import Demand, Purchase, demand
from participation.counting.rules.equal_shares.reasons import reasons
from participation.counting.rules.equal_shares.runner import runner_for
from participation.counting.ties import TieMet
from participation.counting.words import about, counted, number

SATISFACTION = Setting(
    "satisfaction",
    "What a funded option is worth to a voter",
    "choice",
    "cost",
    (
        ("cost", "what it costs"),
        ("cardinality", "one, whatever it costs"),
        ("points", "the points the voter gave it"),
        ("points-cost", "the points the voter gave it, times its cost"),
    ),
)
SETTINGS = (
    SATISFACTION,
    Setting(
        "completion",
        "What happens with money that is left",
        "choice",
        "none",
        (
            ("none", "it is left"),
            ("greedy", "it goes to the options with most votes that fit"),
            ("add1", "the count is repeated with larger shares"),
            ("add1-greedy", "larger shares, then most votes"),
        ),
    ),
    Setting(
        "stop",
        "When larger shares end",
        "choice",
        "exhaustive",
        (("exhaustive", "as soon as nothing more fits"), ("overspend", "only before overspending")),
    ),
    Setting(
        "endowment",
        "The first share",
        "choice",
        "exact",
        (("exact", "budget divided by ballots"), ("integral", "whole currency units of it")),
    ),
    Setting("compare", "Hand over to most votes first if more ballots gain by it", "flag", False),
    greedy.THRESHOLD,
)


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
    rounds = _rounds(case, free, wanted, completed)
    left = case.election.budget - sum(case.election.costs[option] for option in selected)
    return Verdict(
        selected=selected,
        scores=[str(score) for score in case.scores],
        rounds=[*rounds, *greedy.rounds(case, steps, case.scores, start=len(rounds) + 1)],
        ties_met=[
            *_ties_met(case, len(free), completed),
            *greedy.ties_met(case, steps, start=len(rounds) + 1),
        ],
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


def _rounds(case: Case, free: list[int], wanted: Demand, completed: Completed) -> list[Round]:
    left = case.election.budget
    rounds = [_free_round(case, place, option) for place, option in enumerate(free, start=1)]
    for purchase in completed.run.purchases:
        left -= case.election.costs[purchase.option]
        rounds.append(_round(case, wanted, purchase, len(rounds) + 1, left))
    return rounds


def _free_round(case: Case, place: int, option: int) -> Round:
    code, budget = case.election.options[option].code, case.election.budget
    return Round(place, "funded", code, (), 0, budget, f"{case.name(option)} costs nothing and has support.")


def _round(case: Case, wanted: Demand, purchase: Purchase, place: int, left: int) -> Round:
    """A purchase as a round: what was compared is the satisfaction a supporter gets for each unit paid."""
    cost = case.election.costs[purchase.option]
    value = Fraction(wanted.per[purchase.option]) / purchase.rate
    level = purchase.tied or (purchase.option,)
    payment = about(case, purchase.rate * wanted.unit)
    a_point = " for each point" if wanted.worth is not None else ""
    note = f"{case.name(purchase.option)} is bought for {case.money(cost)}: {_payers(purchase, payment + a_point)}."
    return Round(
        number=place,
        action="funded",
        option=case.election.options[purchase.option].code,
        compared=tuple((case.election.options[option].code, str(value)) for option in level),
        spent=cost,
        left=left,
        note=note,
        facts={
            "rate": str(purchase.rate * wanted.unit),
            "in_full": purchase.in_full,
            "all_they_had": purchase.all_they_had,
        },
    )


def _payers(purchase: Purchase, payment: str) -> str:
    pays = "pays" if purchase.in_full == 1 else "pay"
    paid = f"{counted(purchase.in_full, 'supporter')} {pays} {payment}"
    rest = purchase.all_they_had
    return paid if not rest else f"{paid} and {number(rest)} {'pays' if rest == 1 else 'pay'} all they had left"


def _ties_met(case: Case, free: int, completed: Completed) -> list[TieMet]:
    return [
        case.order.met(case.election, number, purchase.tied)
        for number, purchase in enumerate(completed.run.purchases, start=free + 1)
        if purchase.tied
    ]


RULE = Rule(
    name="equal-shares",
    title="Equal shares",
    description=(
        "The budget is shared equally among the ballots. Options are bought by their supporters together, the one that "
        "gives most for what each pays first, so that every group of residents decides about its part of the money."
    ),
    ballot_types=greedy.BALLOTS,
    settings=SETTINGS,
    count=count,
)
