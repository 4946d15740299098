"""Instant run-off (the alternative vote): the last is taken out and its ballots move on, until one has more than half.

In each round every ballot counts for the best option still standing on it. If none has more than half of those ballots,
the option with fewest is eliminated. Options that are nobody's best are eliminated together, since nothing moves with
them; otherwise one at a time, and where several have fewest, the one that comes last by the tie rule goes.
Ballots that name no standing option are exhausted: they stay counted, but no longer belong to the half that is needed.

As in the alternative vote of the United Kingdom (Parliamentary Voting System and Constituencies Act 2011, section 9).
Worked example: docs/rules/irv.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from participation.counting.case import Case, Reason, Verdict
from participation.counting.outcome import Round
from participation.counting.piles import Piles
from participation.counting.rankings import rankings, standing_options
from participation.counting.rule import Rule
from participation.counting.standing import NO_BALLOTS, NO_PART, anything_said
from participation.counting.ties import TieMet
from participation.counting.words import counted, number


@dataclass(frozen=True, slots=True)
class Step:
    """One round: votes of everybody standing, who was elected or eliminated in it, ballots exhausted before it."""

    number: int
    votes: dict[int, Fraction]
    elected: int | None
    eliminated: tuple[int, ...]
    tied: tuple[int, ...]
    exhausted: Fraction

    @property
    def counting(self) -> Fraction:
        """Ballots that still count for somebody."""
        return sum(self.votes.values(), Fraction(0))


def count(case: Case) -> Verdict:
    standing = standing_options(case)
    steps = _steps(case, standing) if anything_said(case) and standing else []
    winner = steps[-1].elected if steps else None
    votes = {option: held for step in steps for option, held in step.votes.items()}
    return Verdict(
        selected=[] if winner is None else [winner],
        scores=[str(votes.get(option, Fraction(0))) for option in range(len(case.election.options))],
        rounds=[_round(case, step) for step in steps],
        ties_met=_ties(case, steps),
        reasons=[_reason(case, standing, steps, option) for option in range(len(case.election.options))],
        facts={"rounds": len(steps), "exhausted": str(steps[-1].exhausted)} if steps else {},
    )


def _steps(case: Case, standing: tuple[int, ...]) -> list[Step]:
    piles = Piles(rankings(case, standing), standing)
    steps: list[Step] = []
    if not any(piles.votes.values()):
        return steps
    while not steps or steps[-1].elected is None:
        step = _step(case, len(steps) + 1, piles)
        steps.append(step)
        piles.remove(set(step.eliminated))
    return steps


def _step(case: Case, place: int, piles: Piles) -> Step:
    votes = {option: Fraction(held, piles.whole) for option, held in piles.votes.items()}
    exhausted = Fraction(piles.exhausted, piles.whole)
    most = case.order.first(option for option, held in votes.items() if held == max(votes.values()))
    if 2 * votes[most] > sum(votes.values()) or len(votes) == 1:
        return Step(place, votes, most, (), (), exhausted)
    nobody = tuple(option for option, held in votes.items() if not held)
    if nobody and len(nobody) < len(votes):
        return Step(place, votes, None, nobody, (), exhausted)
    fewest = [option for option, held in votes.items() if held == min(votes.values())]
    last = max(fewest, key=case.order.position.__getitem__)
    return Step(place, votes, None, (last,), tuple(fewest) if len(fewest) > 1 else (), exhausted)


def _ties(case: Case, steps: Sequence[Step]) -> list[TieMet]:
    return [case.order.met(case.election, step.number, step.tied) for step in steps if step.tied]


def _round(case: Case, step: Step) -> Round:
    options = case.election.options
    ordered = sorted(step.votes, key=lambda option: (-step.votes[option], case.order.position[option]))
    half = f"{number(step.counting)} ballots are counting"
    if step.elected is not None:
        action, option = "elected", options[step.elected].code
        have = number(step.votes[step.elected])
        note = f"{case.name(step.elected)} has {have}; {half}, and it is elected."
    else:
        action, option = "eliminated", " ".join(options[gone].code for gone in step.eliminated)
        names = ", ".join(case.name(gone) for gone in step.eliminated)
        have = counted(step.votes[step.eliminated[0]], "ballot")
        note = f"{half}, none has more than half. {names}, with {have}, {'is' if len(step.eliminated) == 1 else 'are'} taken out."
    return Round(
        number=step.number,
        action=action,
        option=option,
        compared=tuple((options[rival].code, str(step.votes[rival])) for rival in ordered),
        spent=0,
        left=case.election.budget,
        note=note,
        facts={"counting": str(step.counting), "exhausted": str(step.exhausted)},
    )


def _reason(case: Case, standing: tuple[int, ...], steps: Sequence[Step], option: int) -> Reason:
    if option not in standing:
        return Reason(NO_PART)
    if not steps:
        return Reason(NO_BALLOTS)
    last = next(step for step in reversed(steps) if option in step.votes)
    have = last.votes[option]
    if last.elected == option:
        return Reason(
            f"Elected in round {last.number} with {number(have)} of the {number(last.counting)} ballots still counting.",
            {"round": last.number, "votes": str(have), "counting": str(last.counting)},
        )
    facts: dict[str, int | str] = {"round": last.number, "votes": str(have)}
    if last.elected is not None:
        short = last.votes[last.elected] - have
        facts["short"] = str(short)
        return Reason(
            f"Not elected. It was in the last round with {counted(have, 'ballot')}, {counted(short, 'ballot')} fewer than "
            f"{case.name(last.elected)}.",
            facts,
        )
    return Reason(f"Not elected. {_gone(last, option, facts)}", facts)


def _gone(step: Step, option: int, facts: dict[str, int | str]) -> str:
    have = step.votes[option]
    if not have:
        return f"It was nobody's best option still standing and went in round {step.number}."
    above = min((held for rival, held in step.votes.items() if rival not in step.eliminated), default=have)
    facts["short"] = str(above - have)
    if above == have:
        return f"It went in round {step.number} with {counted(have, 'ballot')}, level with another, by the tie rule."
    return (
        f"It went in round {step.number} with the fewest, {counted(have, 'ballot')}; the next had {number(above)}, "
        f"{number(above - have)} more."
    )


RULE = Rule(
    name="irv",
    title="Instant run-off",
    description=(
        "Every ballot counts for its best option still standing. The option with fewest is taken out and its ballots move "
        "on to their next choice, until one has more than half."
    ),
    ballot_types=("ranking",),
    settings=(),
    count=count,
    promises=(),
)
