"""The middle step of each budget line: where half of the ballots would spend as much or less, half as much or more.

Steps are those that finance signed off, so the middle is one of them: with an even number of ballots the lower of the two in
the middle, which for spending is the careful one and for income the lower bill. The median bends to nobody's exaggeration
(Black, "On the Rationale of Group Decision-making", 1948). Middle steps of lines need not balance together; the outcome says
what they would leave or lack and changes nothing. Worked example: docs/rules/middle-step.md.
"""

from __future__ import annotations

from collections import Counter

from participation.counting.balance import balance_of
from participation.counting.case import Case, Reason, Verdict
from participation.counting.elections import Option
from participation.counting.rule import Rule
from participation.counting.words import counted


def count(case: Case) -> Verdict:
    chosen: list[Counter[int]] = [Counter() for _ in case.election.options]
    for weight, options, amounts in case.profile.rows():
        for option, amount in zip(options, amounts, strict=True):
            chosen[option][amount] += weight
    middles = [_middle(found, option.cost) for found, option in zip(chosen, case.election.options, strict=True)]
    codes = [option.code for option in case.election.options]
    balance = balance_of(case.election, dict(zip(codes, middles, strict=True)))
    return Verdict(
        selected=(),
        scores=[str(amount) for amount in middles],
        rounds=(),
        ties_met=(),
        reasons=[
            _reason(case, option, found, middle)
            for option, found, middle in zip(case.election.options, chosen, middles, strict=True)
        ],
        facts={"spending": balance.spending, "income": balance.income, "left": balance.left},
    )


def _middle(chosen: Counter[int], today: int) -> int:
    """The lower median; as it is today where no ballot names the line."""
    half = (chosen.total() + 1) // 2
    for amount in sorted(chosen):
        half -= chosen[amount]
        if half <= 0:
            return amount
    return today


def _reason(case: Case, option: Option, chosen: Counter[int], middle: int) -> Reason:
    more = sum(number for amount, number in chosen.items() if amount > option.cost)
    less = sum(number for amount, number in chosen.items() if amount < option.cost)
    same = chosen[option.cost]
    facts: dict[str, int | str] = {"today": option.cost, "middle": middle, "more": more, "same": same, "less": less}
    facts |= {f"step_{amount}": number for amount, number in sorted(chosen.items())}
    if not chosen:
        return Reason("No ballots were cast, so it stays as it is.", facts)
    return Reason(
        f"{counted(more, 'ballot')} {'raises' if more == 1 else 'raise'} it, {same:,} {'keeps' if same == 1 else 'keep'} it and "
        f"{less:,} {'cuts' if less == 1 else 'cut'} it. The middle ballot has {case.money(middle)}; today it is "
        f"{case.money(option.cost)}.",
        facts,
    )


RULE = Rule(
    name="middle-step",
    title="The middle of each line",
    description=(
        "For each line of the budget, the step in the middle of all ballots, how many would raise, keep or cut it, and what "
        "the middle steps together leave."
    ),
    ballot_types=("balance",),
    settings=(),
    count=count,
    promises=(),
    elects=False,
)
