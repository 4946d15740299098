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
from participation.counting.words import about, barred_reason, counted, ordinal


@dataclass(frozen=True, slots=True)
class Moment:
    """A purchase, or the end: when (money given to each voter so far; None for options without supporters, which no
    amount would buy), what came, what stood level, what was left."""

    time: Fraction | None
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
    """The largest cost at which a losing option would have come first, and the fewest further supporters that could do."""

    cost: int = 0
    more: int | None = None

    def look(self, case: Case, option: int, savings: Savings, time: Fraction, left: int) -> None:
        """Compare the option, just before a purchase at `time`, with what was bought."""
        votes, cost = case.profile.votes[option], case.election.costs[option]
        behind = savings.spent_time(option)
        # Exactly this much would stand level; a little less comes first.
        self.cost = max(self.cost, min(left, ceil(votes * time - behind) - 1))
        if cost <= left:
            more = max(1, ceil((cost + behind) / time) - votes)
            self.more = more if self.more is None else min(self.more, more)


def count(case: Case) -> Verdict:
    costs, votes = case.election.costs, case.profile.votes
    savings = Savings(case, supporters(case.profile, _positive(case)))
    waiting = [(Fraction(0), option) for option in case.entrants if votes[option] and costs[option]]
    closest = {option: Closest() for _, option in waiting} if case.explain else {}
    moments: list[Moment] = []
    left = case.election.budget
    while waiting and not _over(case, moments):
        time, level = _next(waiting, savings)
        moment = Moment(time, case.order.first(level), tuple(sorted(level)), left)
        waiting.extend((time, option) for option in level)
        heapq.heapify(waiting)
        over = any(costs[option] > left for option in level)
        for _, option in waiting:
            if option in closest and (over or option != moment.option):
                closest[option].look(case, option, savings, time, left)
        moments.append(moment)
        if not over:
            waiting.remove((time, moment.option))
            heapq.heapify(waiting)
            savings.buy(moment.option, time)
            left -= costs[moment.option]
    unchosen = [option for option in case.order.order if option in case.entrants and not votes[option]]
    while unchosen and not _over(case, moments):
        moments.append(Moment(None, unchosen[0], tuple(sorted(unchosen)), left))
        left -= costs[unchosen.pop(0)]
    return _verdict(case, moments, savings, closest)


def _over(case: Case, moments: list[Moment]) -> bool:
    """Whether the last moment ended the count: one of the options that stood level did not fit."""
    return bool(moments) and any(case.election.costs[option] > moments[-1].left for option in moments[-1].level)


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


def _verdict(case: Case, moments: list[Moment], savings: Savings, closest: dict[int, Closest]) -> Verdict:
    ended = moments[-1] if _over(case, moments) else None
    free = [o for o in case.order.order if o in case.entrants and not case.election.costs[o]]
    bought = {moment.option: moment for moment in moments if moment is not ended}
    selected = [*free, *bought]
    place = {option: at for at, option in enumerate(selected, start=1)}
    told = []
    for option in range(len(case.election.options)):
        if option in place:
            told.append(_won(case, option, place[option], bought.get(option)))
        elif case.barred(option):
            told.append(barred_reason(case, option))
        elif ended is None or not case.profile.votes[option]:
            told.append(Reason("Not funded. Nobody chose it."))
        else:
            told.append(_lost(case, option, ended, savings, closest.get(option)))
    first = len(free) + 1
    return Verdict(
        selected=selected,
        scores=[str(votes) for votes in case.profile.votes],
        rounds=[
            *(_free_round(case, at, option) for at, option in enumerate(free, start=1)),
            *(_round(case, at, moment, moment is ended) for at, moment in enumerate(moments, start=first)),
        ],
        ties_met=[
            case.order.met(case.election, at, moment.level)
            for at, moment in enumerate(moments, start=first)
            if len(moment.level) > 1
        ],
        reasons=told,
        facts={"left": case.election.budget - sum(case.election.costs[option] for option in selected)},
    )


def _free_round(case: Case, at: int, option: int) -> Round:
    code, note = case.election.options[option].code, f"{case.name(option)} costs nothing and has support."
    return Round(at, "funded", code, (), 0, case.election.budget, note)


def _round(case: Case, at: int, moment: Moment, ended: bool) -> Round:
    option = _unfit(case, moment) if ended else moment.option
    cost, left = case.election.costs[option], moment.left
    when = "that nobody chose" if moment.time is None else f"when each voter has been given {about(case, moment.time)}"
    if ended:
        note = (
            f"{case.name(option)} comes next, {when}. It costs {case.money(cost)} and {case.money(left)} is left, so "
            "the count ends here."
        )
    else:
        note = f"{case.name(option)} is bought for {case.money(cost)}, {when}."
    compared = tuple((code, str(moment.time or "")) for code in case.election.codes(moment.level))
    spent = 0 if ended else cost
    code = case.election.options[option].code
    return Round(at, "stopped" if ended else "funded", code, compared, spent, left - spent, note)


def _unfit(case: Case, moment: Moment) -> int:
    """The first of the level options that does not fit."""
    return next(option for option in moment.level if case.election.costs[option] > moment.left)


def _won(case: Case, option: int, place: int, moment: Moment | None) -> Reason:
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


def _lost(case: Case, option: int, ended: Moment, savings: Savings, closest: Closest | None) -> Reason:
    cost, votes, unfit = case.election.costs[option], case.profile.votes[option], _unfit(case, ended)
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
