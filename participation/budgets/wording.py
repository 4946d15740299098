"""What figures mean, in words: a cost below zero is money brought in, and is never left to a minus sign."""

from __future__ import annotations

from collections.abc import Iterable

from participation.budgets.storing import Change
from participation.web.words import percent, pounds, pounds_short, year_words


def cost(net_pence: int) -> str:
    """For a chart or a list: "£145.5 million", or "brings in £20.0 million more than it costs"."""
    if net_pence < 0:
        return f"brings in {pounds_short(-net_pence)} more than it costs"
    return pounds_short(net_pence)


def cost_sentence(gross_pence: int, net_pence: int, year: str) -> str:
    """For running text: "In 2024 to 2025 it cost the council £145.5 million." """
    when = f"In {year_words(year)}"
    if gross_pence == net_pence == 0:
        return f"{when} nothing was spent on it."
    if net_pence < 0:
        return f"{when} it brought in {pounds_short(-net_pence)} more than it cost."
    if net_pence == 0:
        return f"{when} it cost the council nothing after income."
    return f"{when} it cost the council {pounds_short(net_pence)}."


def change(before_pence: int, after_pence: int, before_year: str) -> str:
    """How the cost moved since an earlier year. Crossing zero has no percentage, so it has none here."""
    difference = after_pence - before_pence
    since = f"in {year_words(before_year)}"
    if difference == 0:
        return f"The cost is the same as {since}."
    amount = pounds_short(abs(difference))
    if before_pence > 0 and after_pence >= 0:
        share = percent(abs(difference), before_pence)
        return f"That is {amount} ({share}) {'more' if difference > 0 else 'less'} than {since}. Prices rose in that time too."
    if before_pence < 0 and after_pence < 0:
        return f"It brings in {amount} {'less' if difference > 0 else 'more'} than {since}, after its costs."
    return f"The cost to the council is {amount} {'higher' if difference > 0 else 'lower'} than {since}."


def plan_difference(plan_pence: int, actual_pence: int) -> str:
    """What the year came to, against its plan: as a cost, or as money brought in where both are."""
    difference = actual_pence - plan_pence
    if difference == 0:
        return "as planned"
    amount = pounds(abs(difference))
    if plan_pence < 0 and actual_pence < 0:
        return f"brought in {amount} {'less' if difference > 0 else 'more'} than planned"
    return f"cost {amount} {'more' if difference > 0 else 'less'} than planned"


MEASURE_WORDS = {
    "employees": "spending on employees",
    "running": "running expenses",
    "gross": "spending before income",
    "fees": "income from fees and charges",
    "other_income": "other income",
    "income": "total income",
    "net": "cost after income",
}


def correction(label: str, year: str, measure: str, before_pence: int | None, after_pence: int | None) -> str:
    """ "Adult social care, 2023 to 2024: cost after income was £1, is now £2." """
    return (
        f"{label}, {year_words(year)}: {MEASURE_WORDS.get(measure, measure)} was {pounds(before_pence)}, "
        f"is now {pounds(after_pence)}."
    )


def changes_in_words(changes: Iterable[Change]) -> list[str]:
    """What a file would correct, figure by figure."""
    return [
        correction(one.wanted.label, one.wanted.year, one.measure, one.before_pence, one.after_pence) for one in changes
    ]


def per_resident(amount_pence: int, population: int) -> int:
    """Pence a resident, rounded half away from zero."""
    whole = (abs(amount_pence) * 2 + population) // (2 * population)
    return -whole if amount_pence < 0 else whole


def hundred(amounts: list[int]) -> list[int]:
    """Amounts as whole parts of 100 that add up to exactly 100 (largest remainder); below zero counts as nothing."""
    positive = [max(0, amount) for amount in amounts]
    total = sum(positive)
    if not total:
        return [0 for _ in amounts]
    parts = [amount * 100 // total for amount in positive]
    by_remainder = sorted(range(len(amounts)), key=lambda place: (-(positive[place] * 100 % total), place))
    for place in by_remainder[: 100 - sum(parts)]:
        parts[place] += 1
    return parts
