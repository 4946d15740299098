"""Greedy: the best scored option first, as long as there is money.

The rule of most councils. In order of votes or points (`greedy`), or of votes or points for the money they cost
(`greedy-per-cost`), each option is funded if its cost still fits. One that does not fit is skipped, or ends the count
where the council says so (`skip` off). With points or rankings the score is what `scores.scores` adds up.

Greedy by votes maximises what voters approved, by cost; per cost it is the usual knapsack heuristic: see Rey & Maly,
"The (Computational) Social Choice Take on Indivisible Participatory Budgeting" (arXiv 2303.00621), section 3.
Worked example: docs/rules/greedy.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import takewhile

from participation.counting.case import Case, Verdict
from participation.counting.elections import Election
from participation.counting.outcome import Facts, Round
from participation.counting.rule import Rule, Setting
from participation.counting.rules.greedy_reasons import reasons
from participation.counting.ties import TieMet
from participation.counting.words import counted, score_noun

SKIP = Setting("skip", "Skip what does not fit and go on", "flag", True)
THRESHOLD = Setting("threshold", "Score needed to be considered", "threshold", "none")
BALLOTS = ("approval", "knapsack", "points", "ranking")


@dataclass(frozen=True, slots=True)
class Step:
    """One option's turn: the money left before it, and whether it was "funded", "skipped" or "stopped" the count.

    It is "left_out" where an option it needs was not funded, or one was that it cannot join: `because` of that option.
    """

    option: int
    left: int
    action: str
    tied: tuple[int, ...]
    because: int = -1


def take(case: Case, options: Iterable[int], keys: Sequence[Fraction], left: int, *, skip: bool) -> list[Step]:
    """Go through `options` by falling key, ties by the declared policy, with `left` money.

    A free option always comes when its key says. Also completes other rules. `tied` holds the options that stood level
    with the one whose turn it was and could still be paid for; a tie with what is out of reach decides nothing. An option
    that needs others has its turn after theirs.
    """
    costs, place = case.election.costs, case.order.position
    waiting = sorted(options, key=lambda option: (-keys[option], place[option]))
    steps: list[Step] = []
    links = _Links(case.election) if case.election.linked else None
    while waiting:
        option = waiting.pop(links.next(waiting) if links else 0)
        if links and (because := links.against(option)) is not None:
            steps.append(Step(option, left, "left_out", (), because))
            continue
        fits = costs[option] <= left
        # Options with the same key stand together.
        near = takewhile(lambda rival: keys[rival] == keys[option], waiting)  # noqa: B023  # used up in this round
        level = [rival for rival in near if costs[rival] <= left or not skip]
        tied = (option, *level) if level and (fits or not skip) else ()
        steps.append(Step(option, left, "funded" if fits else "skipped" if skip else "stopped", tied))
        if fits:
            left -= costs[option]
            if links:
                links.funded.append(case.election.options[option].code)
        elif not skip:
            break
    return steps


class _Links:
    """What options need and exclude, while some are being funded."""

    def __init__(self, election: Election) -> None:
        self.election = election
        self.funded: list[str] = []

    def next(self, waiting: Sequence[int]) -> int:
        """The place of the first option that waits for none of the others."""
        codes = {self.election.options[option].code for option in waiting}
        free = (place for place, option in enumerate(waiting) if codes.isdisjoint(self.election.options[option].needs))
        return next(free, 0)

    def against(self, option: int) -> int | None:
        """The option because of which this one cannot be had."""
        one = self.election.options[option]
        code = self.election.missing(one, self.funded) or self.election.rival(one, self.funded)
        return self.election.index[code] if code else None


def by_score(case: Case) -> Sequence[Fraction]:
    return case.scores


def per_cost(case: Case) -> Sequence[Fraction]:
    """Score for each unit of money. Free options stand before all others, among themselves by score."""
    costs = case.election.costs
    above = 1 + max((score for score in case.scores), default=Fraction(0))
    return [score / cost if cost else above + score for score, cost in zip(case.scores, costs, strict=True)]


def count_by_score(case: Case) -> Verdict:
    return verdict(case, by_score(case), _all(case, by_score(case)), per_cost=False)


def count_per_cost(case: Case) -> Verdict:
    return verdict(case, per_cost(case), _all(case, per_cost(case)), per_cost=True)


def _all(case: Case, keys: Sequence[Fraction]) -> list[Step]:
    return take(case, case.entrants, keys, case.election.budget, skip=bool(case.settings["skip"]))


def verdict(
    case: Case,
    keys: Sequence[Fraction],
    steps: Sequence[Step],
    *,
    per_cost: bool,
    before: Sequence[Round] = (),
    facts: Facts | None = None,
) -> Verdict:
    """What the steps decide. `before` are rounds of another rule that handed over to this one, with its facts."""
    first = len(before) + 1
    return Verdict(
        selected=[step.option for step in steps if step.action == "funded"],
        scores=[str(key) for key in (keys if per_cost else case.scores)],
        rounds=[*before, *rounds(case, steps, keys, start=first)],
        ties_met=ties_met(case, steps, start=first),
        reasons=reasons(
            case, [(step.option, step.left, step.action, step.because) for step in steps], keys, per_cost=per_cost
        ),
        facts={**(facts or {}), "left": case.election.budget - sum(_spent(case, step) for step in steps)},
    )


def _spent(case: Case, step: Step) -> int:
    return case.election.costs[step.option] if step.action == "funded" else 0


def ties_met(case: Case, steps: Sequence[Step], start: int = 1) -> list[TieMet]:
    return [case.order.met(case.election, number, step.tied) for number, step in enumerate(steps, start) if step.tied]


def rounds(case: Case, steps: Sequence[Step], keys: Sequence[Fraction], start: int = 1) -> list[Round]:
    """The steps as rounds of an outcome; what was compared are the option whose turn it was and the next one."""
    told = []
    for place, step in enumerate(steps):
        spent = _spent(case, step)
        told.append(
            Round(
                number=start + place,
                action=step.action,
                option=case.election.options[step.option].code,
                compared=tuple(
                    (case.election.options[near.option].code, str(keys[near.option]))
                    for near in steps[place : place + 2]
                ),
                spent=spent,
                left=step.left - spent,
                note=_note(case, step),
            )
        )
    return told


def _note(case: Case, step: Step) -> str:
    cost = case.money(case.election.costs[step.option])
    score = counted(case.scores[step.option], score_noun(case))
    name, left = case.name(step.option), case.money(step.left)
    if step.action == "left_out":
        why = case.name(step.because)
        if case.election.options[step.because].code in case.election.options[step.option].needs:
            return f"{name} has {score}, but it needs {why}, which is not funded."
        return f"{name} has {score}, but it cannot join {why}, which is funded."
    if step.action == "funded":
        return f"{name} has {score} and costs {cost}; {left} was left, so it is funded."
    ending = "so it is passed over" if step.action == "skipped" else "so the count ends here"
    return f"{name} has {score} and costs {cost}; only {left} was left, {ending}."


RULES = (
    Rule(
        name="greedy",
        title="Most votes first",
        description=(
            "Options are funded in order of votes, or of points, for as long as there is money. One that costs more "
            "than is left is passed over."
        ),
        ballot_types=BALLOTS,
        settings=(SKIP, THRESHOLD),
        count=count_by_score,
        promises=("within-budget", "monotone"),
    ),
    Rule(
        name="greedy-per-cost",
        title="Most votes for the money first",
        description=(
            "Options are funded in order of votes, or of points, for each pound they cost, for as long as there is money."
        ),
        ballot_types=BALLOTS,
        settings=(SKIP, THRESHOLD),
        count=count_per_cost,
        promises=("within-budget", "monotone"),
    ),
)
