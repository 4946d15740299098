"""Sequential Phragmén: everybody earns at the same speed, and supporters buy as soon as they have saved enough.

Voters start with nothing and are given money evenly over time. The first group of supporters who have saved the cost of
an option together buy it and start again from nothing. The count stops when the next option to be bought does not fit
the rest of the budget, so no money is passed on to options that would have come later. Options dearer than the whole
budget are left out before, or the count would stop at once.

Phragmén (1894); Brill, Freeman, Janson & Lackner, "Phragmén's Voting Methods and Justified Representation" (AAAI 2017);
with costs: Los, Christoff & Grossi (IJCAI 2022). Where options stand level and one of them does not fit, the count
stops, as in pabutools. An option without supporters is never bought. Worked example: docs/rules/phragmen.md.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, lcm

import numpy as np

from participation.counting.case import Case, Reason, Verdict
from participation.counting.outcome import Fact, Round
from participation.counting.profile import Column
from participation.counting.rule import Rule
from participation.counting.rules.greedy import BALLOTS, THRESHOLD
from participation.counting.supporters import Supporters, supporters
from participation.counting.words import about, barred_reason, counted, number, ordinal


@dataclass(frozen=True, slots=True)
class Moment:
    """A purchase, or the end: when (money given to each voter so far), what came, what stood level, what was left."""

    time: Fraction
    option: int
    level: tuple[int, ...]
    left: int


class Savings:
    """When each voter last bought something: a row number of `moments` for every row of the profile, 0 for never.

    A voter's savings at a time are that time less the time of their last purchase, so a sum over supporters needs only
    how many of them bought last at each moment: whole numbers, however many voters there are.
    """

    def __init__(self, case: Case, backers: Supporters) -> None:
        self.case, self.backers = case, backers
        self.last = np.zeros(case.profile.size, dtype=np.int32)
        self.times = [Fraction(0)]

    def spent_time(self, option: int) -> Fraction:
        """The sum over supporters of the time of their last purchase."""
        rows = self.backers.rows[self.backers.of(option)]
        weights = None if self.backers.weights is None else self.backers.weights[rows]
        counts = np.bincount(self.last[rows], weights=weights, minlength=len(self.times))
        scale = lcm(*(time.denominator for time in self.times))
        pairs = zip(counts.tolist(), self.times, strict=True)
        return Fraction(sum(int(n) * time.numerator * (scale // time.denominator) for n, time in pairs if n), scale)

    def due(self, option: int) -> Fraction:
        """When the supporters will have saved the cost."""
        return (self.case.election.costs[option] + self.spent_time(option)) / self.case.profile.votes[option]

    def buy(self, option: int, time: Fraction) -> None:
        self.last[self.backers.rows[self.backers.of(option)]] = len(self.times)
        self.times.append(time)


@dataclass
class Closest:
    """The largest cost at which a losing option would have come first or level, and the fewest further supporters."""

    cost: int = 0
    more: int | None = None

    def look(self, case: Case, option: int, savings: Savings, moment: Moment) -> None:
        """Compare the option, just before a moment, with what that moment took."""
        votes, cost = case.profile.votes[option], case.election.costs[option]
        if moment.time <= 0:
            return
        behind = savings.spent_time(option)
        self.cost = max(self.cost, min(moment.left, int(votes * moment.time - behind)))
        if cost <= moment.left:
            more = max(1, ceil((cost + behind) / moment.time) - votes)
            self.more = more if self.more is None else min(self.more, more)


def count(case: Case) -> Verdict:
    backers = supporters(case.profile, _positive(case))
    savings = Savings(case, backers)
    voted = [option for option in case.entrants if case.profile.votes[option]]
    free = [option for option in case.order.order if option in set(voted) and not case.election.costs[option]]
    waiting = [(Fraction(0), option) for option in voted if case.election.costs[option]]
    closest = {option: Closest() for _, option in waiting} if case.explain else {}
    left = case.election.budget
    bought: list[Moment] = []
    ended: Moment | None = None
    while waiting and ended is None:
        time, level = _next(waiting, savings)
        moment = Moment(time, case.order.first(level), tuple(sorted(level)), left)
        waiting.extend((time, option) for option in level)
        heapq.heapify(waiting)
        for _, option in waiting:
            if option in closest and option != moment.option:
                closest[option].look(case, option, savings, moment)
        if any(case.election.costs[option] > left for option in level):
            ended = moment
        else:
            waiting.remove((time, moment.option))
            heapq.heapify(waiting)
            savings.buy(moment.option, time)
            left -= case.election.costs[moment.option]
            bought.append(moment)
    return _verdict(case, free, bought, ended, savings, closest)


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


def _verdict(
    case: Case,
    free: list[int],
    bought: list[Moment],
    ended: Moment | None,
    savings: Savings,
    closest: dict[int, Closest],
) -> Verdict:
    moments = [*bought, *([ended] if ended else [])]
    selected = [*free, *(moment.option for moment in bought)]
    place = {option: at for at, option in enumerate(selected, start=1)}
    told = []
    for option in range(len(case.election.options)):
        if option in place:
            when = next((moment.time for moment in bought if moment.option == option), Fraction(0))
            told.append(_won(case, option, place[option], when))
        elif case.barred(option):
            told.append(barred_reason(case, option))
        elif not case.profile.votes[option]:
            told.append(Reason("Not funded. Nobody chose it."))
        else:
            assert ended is not None
            told.append(_lost(case, option, ended, savings, closest.get(option)))
    return Verdict(
        selected=selected,
        scores=[str(votes) for votes in case.profile.votes],
        rounds=[
            *(
                Round(
                    at, "funded", case.election.options[o].code, (), 0, case.election.budget, f"{case.name(o)} is free."
                )
                for at, o in enumerate(free, start=1)
            ),
            *(_round(case, at, moment, moment is ended) for at, moment in enumerate(moments, start=len(free) + 1)),
        ],
        ties_met=[
            case.order.met(case.election, at, moment.level)
            for at, moment in enumerate(moments, start=len(free) + 1)
            if len(moment.level) > 1
        ],
        reasons=told,
        facts={"left": case.election.budget - sum(case.election.costs[option] for option in selected)},
    )


def _round(case: Case, at: int, moment: Moment, ended: bool) -> Round:
    cost = case.election.costs[moment.option]
    codes = case.election.codes(moment.level)
    given = about(case, moment.time)
    if ended:
        unfit = next(option for option in moment.level if case.election.costs[option] > moment.left)
        note = (
            f"{case.name(unfit)} comes next, when each voter has been given {given}. It costs "
            f"{case.money(case.election.costs[unfit])} and {case.money(moment.left)} is left, so the count ends here."
        )
        return Round(at, "stopped", case.election.options[unfit].code, _compared(codes, moment), 0, moment.left, note)
    note = f"{case.name(moment.option)} is bought for {case.money(cost)} when each voter has been given {given}."
    code = case.election.options[moment.option].code
    return Round(at, "funded", code, _compared(codes, moment), cost, moment.left - cost, note)


def _compared(codes: tuple[str, ...], moment: Moment) -> tuple[tuple[str, str], ...]:
    return tuple((code, str(moment.time)) for code in codes)


def _won(case: Case, option: int, place: int, time: Fraction) -> Reason:
    cost, votes = case.election.costs[option], case.profile.votes[option]
    if not cost:
        return Reason("Funded. It costs nothing and has support.")
    return Reason(
        f"Funded, {ordinal(place)} in the order. Its {counted(votes, 'supporter')} had saved its cost of "
        f"{case.money(cost)} by the time each voter had been given {about(case, time)}.",
        {"time": str(time)},
    )


def _lost(case: Case, option: int, ended: Moment, savings: Savings, closest: Closest | None) -> Reason:
    cost, votes = case.election.costs[option], case.profile.votes[option]
    saved = min(cost, int(votes * ended.time - savings.spent_time(option)))
    unfit = next(rival for rival in ended.level if case.election.costs[rival] > ended.left)
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
    ways = []
    if closest is not None and closest.cost > 0:
        facts["largest_winning_cost"] = closest.cost
        ways.append(f"a cost of {case.money(closest.cost)} or less")
    if closest is not None and closest.more is not None and closest.more <= case.profile.ballots - votes:
        facts["more_supporters"] = closest.more
        ways.append(f"at least {number(closest.more)} more supporter{'' if closest.more == 1 else 's'}")
    return Reason(sentence + (f" It needed {' or '.join(ways)}." if ways else ""), facts)


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
