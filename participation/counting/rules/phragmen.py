"""Sequential Phragmén: everybody earns at the same speed, and supporters buy as soon as they have saved enough.

Voters start with nothing and are given money evenly over time. The first group of supporters who have saved the cost of
an option together buy it and start again from nothing. The count stops when the next option to be bought does not fit
the rest of the budget, so no money is passed on to options that would have come later. Options dearer than the whole
budget are left out before, or the count would stop at once.

Phragmén (1894); Brill, Freeman, Janson & Lackner, "Phragmén's Voting Methods and Justified Representation" (AAAI 2017);
with costs: Los, Christoff & Grossi (IJCAI 2022). Two conventions follow pabutools: where options stand level and one of
them does not fit, the count stops; and options nobody chose come after all others, level with each other, so they are
funded only while every one of them fits (a threshold of one vote keeps them out). Worked example: docs/rules/phragmen.md.
"""

from __future__ import annotations

import heapq
from fractions import Fraction

from participation.counting.case import Case, Reason, Verdict
from participation.counting.profile import Column
from participation.counting.rule import Rule
from participation.counting.rules.greedy import BALLOTS, THRESHOLD
from participation.counting.rules.phragmen_reasons import lost, rounds, won
from participation.counting.rules.phragmen_savings import Closest, Moment, Savings
from participation.counting.supporters import supporters
from participation.counting.words import barred_reason


def count(case: Case) -> Verdict:
    savings = Savings(case, supporters(case.profile, _positive(case)))
    closest = {option: Closest() for option in case.entrants} if case.explain else {}
    moments = _purchases(case, savings, closest)
    moments += _unchosen(case, moments)
    return _verdict(case, moments, savings, closest)


def _purchases(case: Case, savings: Savings, closest: dict[int, Closest]) -> list[Moment]:
    """The options with supporters, as their supporters have saved enough, to the first that does not fit."""
    costs, left = case.election.costs, case.election.budget
    waiting = [(Fraction(0), option) for option in case.entrants if case.profile.votes[option] and costs[option]]
    moments: list[Moment] = []
    while waiting and not _over(case, moments):
        time, level = _next(waiting, savings)
        option = case.order.first(level)
        rival = _rival(case, waiting, savings) if case.explain and len(level) == 1 else None
        moments.append(Moment(time, option, tuple(sorted(level)), left, rival))
        for other in level:
            if other != option:
                heapq.heappush(waiting, (time, other))
        over = _over(case, moments)
        for other in (*(other for _, other in waiting), *([option] if over else [])):
            if other in closest:
                closest[other].look(case, other, savings, time, left)
        if not over:
            savings.buy(option, time)
            left -= costs[option]
    return moments


def _unchosen(case: Case, moments: list[Moment]) -> list[Moment]:
    """The options nobody chose, level with each other, while every one of them fits."""
    unchosen = [option for option in case.order.order if option in case.entrants and not case.profile.votes[option]]
    left = case.election.budget - sum(case.election.costs[moment.option] for moment in moments)
    added: list[Moment] = []
    while unchosen and not _over(case, added or moments):
        added.append(Moment(None, unchosen[0], tuple(sorted(unchosen)), left))
        left -= case.election.costs[unchosen.pop(0)]
    return added


def _over(case: Case, moments: list[Moment]) -> bool:
    """Whether the last moment ended the count."""
    return bool(moments) and bool(moments[-1].unfit(case))


def _positive(case: Case) -> Column | None:
    """On points ballots giving nothing is no support."""
    return case.profile.values if case.profile.ballot_type == "points" else None


def _next(waiting: list[tuple[Fraction, int]], savings: Savings) -> tuple[Fraction, list[int]]:
    """The options that come next and when. A time once worked out never falls, so most need no second look."""
    looked_at: list[tuple[Fraction, int]] = []
    while waiting and (not looked_at or waiting[0][0] <= min(looked_at)[0]):
        _, option = heapq.heappop(waiting)
        looked_at.append((savings.due(option), option))
    time = min(looked_at)[0]
    for entry in looked_at:
        if entry[0] != time:
            heapq.heappush(waiting, entry)
    return time, [option for due, option in looked_at if due == time]


def _rival(case: Case, waiting: list[tuple[Fraction, int]], savings: Savings) -> tuple[int, Fraction] | None:
    """Who would come next as things stand, and goes back to waiting."""
    if not waiting:
        return None
    time, level = _next(waiting, savings)
    for option in level:
        heapq.heappush(waiting, (time, option))
    return case.order.first(level), time


def _verdict(case: Case, moments: list[Moment], savings: Savings, closest: dict[int, Closest]) -> Verdict:
    ended = moments[-1] if _over(case, moments) else None
    free = [option for option in case.order.order if option in case.entrants and not case.election.costs[option]]
    bought = {moment.option: moment for moment in moments if moment is not ended}
    selected = [*free, *bought]
    place = {option: at for at, option in enumerate(selected, start=1)}
    told = []
    for option in range(len(case.election.options)):
        if option in place:
            told.append(won(case, option, place[option], bought.get(option)))
        elif case.barred(option):
            told.append(barred_reason(case, option))
        elif ended is None or not case.profile.votes[option]:
            told.append(Reason("Not funded. Nobody chose it."))
        else:
            told.append(lost(case, option, ended, savings, closest.get(option)))
    return Verdict(
        selected=selected,
        scores=[str(votes) for votes in case.profile.votes],
        rounds=rounds(case, free, moments),
        ties_met=[
            case.order.met(case.election, at, moment.level)
            for at, moment in enumerate(moments, start=len(free) + 1)
            if len(moment.level) > 1
        ],
        reasons=told,
        facts={"left": case.election.budget - sum(case.election.costs[option] for option in selected)},
    )


RULE = Rule(
    name="phragmen",
    title="Phragmén’s rule",
    description=(
        "Every voter is given money at the same speed. Supporters buy an option as soon as they have saved its cost "
        "together. The count ends when the next one does not fit the budget."
    ),
    ballot_types=BALLOTS,
    settings=(THRESHOLD,),
    count=count,
)
