"""Phragmén's rounds and reasons in words."""

from __future__ import annotations

from participation.counting.case import Case, Reason
from participation.counting.outcome import Fact, Round
from participation.counting.rules.phragmen_savings import Closest, Moment, Savings
from participation.counting.words import about, counted, ordinal


def rounds(case: Case, free: list[int], moments: list[Moment]) -> list[Round]:
    """Free options first, then the moments in order."""
    return [
        *(_free_round(case, at, option) for at, option in enumerate(free, start=1)),
        *(_round(case, at, moment) for at, moment in enumerate(moments, start=len(free) + 1)),
    ]


def _free_round(case: Case, at: int, option: int) -> Round:
    code, note = case.election.options[option].code, f"{case.name(option)} costs nothing and has support."
    return Round(at, "funded", code, (), 0, case.election.budget, note)


def _round(case: Case, at: int, moment: Moment) -> Round:
    option = (moment.unfit(case) or [moment.option])[0]
    cost, left, ends = case.election.costs[option], moment.left, bool(moment.unfit(case))
    when = "that nobody chose" if moment.time is None else f"when each voter has been given {about(case, moment.time)}"
    if ends:
        note = (
            f"{case.name(option)} comes next, {when}. It costs {case.money(cost)} and {case.money(left)} is left, so "
            "the count ends here."
        )
    else:
        note = f"{case.name(option)} is bought for {case.money(cost)}, {when}.{_next(case, moment)}"
    compared = [(code, str(moment.time or "")) for code in case.election.codes(moment.level)]
    if moment.rival:
        compared.append((case.election.options[moment.rival[0]].code, str(moment.rival[1])))
    spent, action = (0, "stopped") if ends else (cost, "funded")
    return Round(at, action, case.election.options[option].code, tuple(compared), spent, left - spent, note)


def _next(case: Case, moment: Moment) -> str:
    if moment.rival is None:
        return ""
    option, time = moment.rival
    return f" {case.name(option)} would have come next, at {about(case, time)}."


def won(case: Case, option: int, place: int, moment: Moment | None) -> Reason:
    cost, votes = case.money(case.election.costs[option]), case.profile.votes[option]
    if moment is None:
        return Reason("Funded. It costs nothing and has support.")
    if moment.time is None:
        return Reason("Funded. Nobody chose it, but everything somebody chose is funded and the rest fits the budget.")
    return Reason(
        f"Funded, {ordinal(place)} in the order. Its {counted(votes, 'supporter')} had saved its cost of {cost} by the "
        f"time each voter had been given {about(case, moment.time)}.",
        {"time": str(moment.time)},
    )


def lost(case: Case, option: int, ended: Moment, savings: Savings, closest: Closest | None) -> Reason:
    cost, votes, unfit = case.election.costs[option], case.profile.votes[option], ended.unfit(case)[0]
    assert ended.time is not None
    saved = int(votes * ended.time - savings.spent_time(option))
    facts: dict[str, Fact] = {"saved": saved, "short": cost - saved, "left": ended.left}
    if option == unfit:
        sentence = (
            f"Not funded. It came next, but it costs {case.money(cost)} and only {case.money(ended.left)} of the budget "
            "was left, so the count ended."
        )
    else:
        sentence = (
            f"Not funded. The count ended at {case.name(unfit)}, which did not fit what was left of the budget. By then "
            f"the {counted(votes, 'supporter')} of this option had saved {case.money(saved)} of its cost of "
            f"{case.money(cost)}."
        )
    return Reason(sentence + _ways(case, option, closest, facts), facts)


def _ways(case: Case, option: int, closest: Closest | None, facts: dict[str, Fact]) -> str:
    """What would have been enough, with the numbers added to `facts`."""
    ways = []
    if closest is not None and closest.cost > 0:
        facts["surely_funded_at"] = closest.cost
        ways.append(f"a cost of {case.money(closest.cost)} or less")
    others = case.profile.ballots - case.profile.votes[option]
    if closest is not None and closest.more is not None and closest.more <= others:
        facts["more_supporters"] = closest.more
        ways.append(f"at least {counted(closest.more, 'more supporter')}")
    return f" It needed {' or '.join(ways)}." if ways else ""
