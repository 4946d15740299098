"""Amounts: what residents would spend on each line of a budget, in the middle and on average, and a budget that adds up.

For each line the median and the mean of all ballots; a line a ballot leaves out got nothing from it. Medians of lines do
not add up to the budget, so the balanced result scales them: each line gets its part of the budget, in whole units, and
the units lost in rounding go to the lines with the largest remainders (Hare, as in the method of largest remainders).
With `balance` set to `mean` the means are scaled instead; where every ballot spends the whole budget they add up already.
The median bends to nobody's exaggeration, the mean to everybody's: see Freeman, Pennock, Peters & Wortman Vaughan,
"Truthful Aggregation of Budget Proposals" (EC 2019). Worked example: docs/rules/amounts.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from participation.counting.case import Case, Reason, Verdict
from participation.counting.rule import Rule, Setting
from participation.counting.ties import TieMet
from participation.counting.words import counted

BALANCE = Setting(
    "balance",
    "What the balanced budget follows",
    "choice",
    "median",
    (("median", "the middle ballot on each line"), ("mean", "the average of each line")),
)


@dataclass(frozen=True, slots=True)
class Line:
    """Amounts for one line, exact: quartiles by position, mean, and how many ballots gave it anything."""

    lower: Fraction
    median: Fraction
    upper: Fraction
    mean: Fraction
    given_by: int


def count(case: Case) -> Verdict:
    lines = _lines(case)
    base = [line.median if case.settings["balance"] == "median" else line.mean for line in lines]
    balanced, ties = balance(case, base)
    return Verdict(
        selected=(),
        scores=[str(amount) for amount in base],
        rounds=(),
        ties_met=ties,
        reasons=[_reason(case, line, amount) for line, amount in zip(lines, balanced, strict=True)],
        facts={
            "sum_of_medians": str(sum((line.median for line in lines), Fraction(0))),
            "sum_of_means": str(sum((line.mean for line in lines), Fraction(0))),
            "balanced_total": sum(balanced),
        },
    )


def _lines(case: Case) -> list[Line]:
    given: list[list[tuple[int, int]]] = [[] for _ in case.election.options]
    for weight, options, amounts in case.profile.rows():
        for option, amount in zip(options, amounts, strict=True):
            given[option].append((amount, weight))
    return [_line(marks, case.profile.ballots) for marks in given]


def _line(marks: list[tuple[int, int]], ballots: int) -> Line:
    if not ballots:
        return Line(Fraction(0), Fraction(0), Fraction(0), Fraction(0), 0)
    left_out = ballots - sum(weight for _, weight in marks)
    ordered = sorted([*marks, (0, left_out)])
    return Line(
        lower=_quantile(ordered, ballots, 1),
        median=_quantile(ordered, ballots, 2),
        upper=_quantile(ordered, ballots, 3),
        mean=Fraction(sum(amount * weight for amount, weight in marks), ballots),
        given_by=sum(weight for amount, weight in marks if amount),
    )


def _quantile(ordered: Sequence[tuple[int, int]], ballots: int, quarter: int) -> Fraction:
    """The amount a quarter, half or three quarters of the way through the ballots; between two ballots their mean."""
    place, between = divmod(ballots * quarter, 4)
    return (_amount_at(ordered, place if between else place - 1) + _amount_at(ordered, place)) / 2


def _amount_at(ordered: Sequence[tuple[int, int]], place: int) -> Fraction:
    for amount, weight in ordered:
        if place < weight:
            return Fraction(amount)
        place -= weight
    raise IndexError(place)


def balance(case: Case, base: Sequence[Fraction]) -> tuple[list[int], list[TieMet]]:
    """Whole amounts in proportion to `base` that add up to the budget exactly; all nothing where `base` is.

    The ties met are those between lines whose remainders are level where the last unit is given.
    """
    total = sum(base)
    if not total:
        return [0] * len(base), []
    exact = [amount * case.election.budget / total for amount in base]
    whole = [amount.numerator // amount.denominator for amount in exact]
    rest = [amount - floor for amount, floor in zip(exact, whole, strict=True)]
    place = case.order.position
    ordered = sorted(range(len(base)), key=lambda option: (-rest[option], place[option]))
    units = case.election.budget - sum(whole)
    for option in ordered[:units]:
        whole[option] += 1
    if not units or len(ordered) == units or rest[ordered[units - 1]] != rest[ordered[units]]:
        return whole, []
    level = [option for option in ordered if rest[option] == rest[ordered[units]]]
    return whole, [case.order.met(case.election, 1, level)]


def _reason(case: Case, line: Line, amount: int) -> Reason:
    facts: dict[str, int | str] = {
        "balanced": amount,
        "median": str(line.median),
        "mean": str(line.mean),
        "lower_quartile": str(line.lower),
        "upper_quartile": str(line.upper),
        "given_by": line.given_by,
    }
    if not case.profile.ballots:
        return Reason("No ballots were cast.", facts)
    return Reason(
        f"Half of the ballots give it {case.money(line.median)} or more and half {case.money(line.median)} or less; the "
        f"average is {case.money(line.mean)}. {counted(line.given_by, 'ballot')} "
        f"{'gives' if line.given_by == 1 else 'give'} it anything. In a budget that adds up it gets {case.money(amount)}.",
        facts,
    )


RULE = Rule(
    name="amounts",
    title="Middle and average amounts",
    description=(
        "For each line of a budget, what the middle resident and the average resident would spend, and a budget in the "
        "same proportions that adds up exactly."
    ),
    ballot_types=("amounts",),
    settings=(BALANCE,),
    count=count,
    elects=False,
)
