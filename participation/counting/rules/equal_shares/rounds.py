"""The purchases of a run as rounds of an outcome: who paid, what was compared, what is left."""

from __future__ import annotations

from fractions import Fraction

from participation.counting.case import Case
from participation.counting.outcome import Round
from participation.counting.rules.equal_shares.completion import Completed
from participation.counting.rules.equal_shares.purchases import Demand, Purchase
from participation.counting.ties import TieMet
from participation.counting.words import about, counted, number


def rounds(case: Case, free: list[int], wanted: Demand, completed: Completed) -> list[Round]:
    left = case.election.budget
    told = [_free_round(case, place, option) for place, option in enumerate(free, start=1)]
    for purchase in completed.run.purchases:
        left -= case.election.costs[purchase.option]
        told.append(_round(case, wanted, purchase, len(told) + 1, left))
    return told


def _free_round(case: Case, place: int, option: int) -> Round:
    code, budget = case.election.options[option].code, case.election.budget
    return Round(place, "funded", code, (), 0, budget, f"{case.name(option)} costs nothing and has support.")


def _round(case: Case, wanted: Demand, purchase: Purchase, place: int, left: int) -> Round:
    """A purchase as a round. What is compared is what supporters get for each unit they pay: with cost satisfaction the
    effective votes. Level options are shown, or else the one that came next."""
    cost, codes = case.election.costs[purchase.option], case.election.codes
    value = _value(wanted, purchase.option, purchase.rate)
    compared = [(code, str(value)) for code in codes(purchase.tied or (purchase.option,))]
    if purchase.rival:
        compared += [(codes([purchase.rival[0]])[0], str(_value(wanted, *purchase.rival)))]
    payment = about(case, purchase.rate * wanted.unit) + (" for each point" if wanted.worth is not None else "")
    return Round(
        number=place,
        action="funded",
        option=codes([purchase.option])[0],
        compared=tuple(compared),
        spent=cost,
        left=left,
        note=f"{case.name(purchase.option)} is bought for {case.money(cost)}: {_payers(purchase, payment)}."
        + _next(case, wanted, purchase),
        facts={
            "rate": str(purchase.rate * wanted.unit),
            "in_full": purchase.in_full,
            "all_they_had": purchase.all_they_had,
        },
    )


def _value(wanted: Demand, option: int, rate: Fraction) -> Fraction:
    return wanted.per[option] / (rate * wanted.unit)


def _next(case: Case, wanted: Demand, purchase: Purchase) -> str:
    """Who would have come next; how far behind only where the comparison is one of effective votes."""
    if purchase.rival is None:
        return ""
    name = case.name(purchase.rival[0])
    if case.settings["satisfaction"] != "cost":
        return f" {name} would have come next."
    mine = counted(_value(wanted, purchase.option, purchase.rate), "vote")
    return f" It had the effect of {mine}; {name} came next with {number(_value(wanted, *purchase.rival))}."


def _payers(purchase: Purchase, payment: str) -> str:
    pays = "pays" if purchase.in_full == 1 else "pay"
    paid = f"{counted(purchase.in_full, 'supporter')} {pays} {payment}"
    rest = purchase.all_they_had
    return paid if not rest else f"{paid} and {number(rest)} {'pays' if rest == 1 else 'pay'} all they had left"


def ties_met(case: Case, free: int, completed: Completed) -> list[TieMet]:
    return [
        case.order.met(case.election, number, purchase.tied)
        for number, purchase in enumerate(completed.run.purchases, start=free + 1)
        if purchase.tied
    ]
