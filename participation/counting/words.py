"""Small pieces of the sentences of a result: numbers, ordinals, and what a ballot's marks are called."""

from __future__ import annotations

from fractions import Fraction

from participation.counting.case import Case, Reason


def number(value: int | Fraction) -> str:
    """ "1,204", or "3.5" where an exact half is meant; longer fractions are rounded down to two places."""
    exact = Fraction(value)
    if exact.denominator == 1:
        return f"{exact.numerator:,}"
    hundredths = exact.numerator * 100 // exact.denominator
    return f"{hundredths // 100:,}.{hundredths % 100:02d}".rstrip("0").rstrip(".")


def counted(value: int | Fraction, noun: str) -> str:
    """ "1 vote", "1,204 votes"."""
    return f"{number(value)} {noun if value == 1 else noun + 's'}"


def about(case: Case, amount: int | Fraction) -> str:
    """An amount of money, with "about" before it where whole pence cannot say it."""
    exact = Fraction(amount)
    return case.money(exact) if exact.denominator == 1 else f"about {case.money(exact)}"


def ordinal(place: int) -> str:
    """ "1st", "22nd", "113th"."""
    ending = "th" if place % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(place % 10, "th")
    return f"{place}{ending}"


def score_noun(case: Case) -> str:
    """What scores are made of: votes on approval ballots, points on ballots that give points or places."""
    return "vote" if case.profile.values is None else "point"


def barred_reason(case: Case, option: int) -> Reason:
    """The reason of an option that took no part in the count (see `Case.barred`)."""
    cost = case.money(case.election.costs[option])
    why = case.barred(option)
    if why == "dear":
        return Reason(f"Not funded. It costs {cost}, more than the whole budget of {case.money(case.election.budget)}.")
    if why == "threshold":
        assert case.minimum is not None
        have, noun = case.scores[option], score_noun(case)
        return Reason(
            f"Not funded. It has {counted(have, noun)}; an option needed at least {number(case.minimum)} to be "
            f"considered, {number(case.minimum - have)} more.",
            {"needed": str(case.minimum), "short": str(case.minimum - have)},
        )
    return Reason("Not funded. Nobody chose it.")
