"""Best-worst scaling: residents see a few options at a time and say which matters most and which least.

The score of an option is the number of times it was best, less the number of times it was worst, divided by how often it
was shown: from -1 to 1. Because a resident who answers several sets says related things, the uncertainty is worked out
by ballots and not by answers (a ratio estimate over clusters): with x the score sum of one ballot and n how often it saw
the option, the variance is B/(B-1) * sum of (x - score * n)^2 / (sum of n)^2 over B ballots. The range is the score plus
and minus 1.96 standard errors, rounded outwards to thousandths, in whole numbers.

Louviere, Flynn & Marley, "Best-Worst Scaling" (Cambridge 2015), chapter 2; Cochran, "Sampling Techniques" (1977),
section 6.3 and 3.12 for ratio estimates over clusters. Worked example: docs/rules/best-worst.md.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor, isqrt

from participation.counting.case import Case, Reason, Verdict
from participation.counting.outcome import Round
from participation.counting.rule import Rule
from participation.counting.standing import SEATS, stand
from participation.counting.words import ordinal

# 1.96 squared, the square of the 97.5 per cent point of the normal distribution, to four places.
SQUARED_POINT = Fraction(38416, 10000)


@dataclass(frozen=True, slots=True)
class Tally:
    """How often an option was shown, best and worst, and its score with the range it may lie in, in thousandths.

    `half_width` is None where the ballots are too few to say: nobody or only one resident saw it.
    """

    shown: int
    best: int
    worst: int
    score: Fraction
    half_width: int | None

    @property
    def low(self) -> int:
        return max(-1000, floor(self.score * 1000) - (self.half_width or 0))

    @property
    def high(self) -> int:
        return min(1000, ceil(self.score * 1000) + (self.half_width or 0))


def count(case: Case) -> Verdict:
    tallies = _tallies(case)
    seen = {option: tally.score for option, tally in enumerate(tallies) if tally.shown}
    standing = stand(case, seen, support_needed=False)
    options = case.election.options
    return Verdict(
        selected=standing.elected,
        scores=[str(tally.score) for tally in tallies],
        rounds=[
            Round(
                number=number,
                action="elected",
                option=options[option].code,
                compared=tuple((options[one].code, str(seen[one])) for one in standing.order[number - 1 : number + 1]),
                spent=0,
                left=case.election.budget,
                note=f"{case.name(option)} has the highest score of those left, {_thousandths(seen[option])}.",
            )
            for number, option in enumerate(standing.elected, start=1)
        ],
        ties_met=standing.ties_met,
        reasons=[_reason(case, tallies, standing.order, option) for option in range(len(options))],
    )


def _tallies(case: Case) -> list[Tally]:
    """One pass over the ballots; of each option the ballots are kept only as counts of (score sum, times shown)."""
    size = len(case.election.options)
    pairs: list[Counter[tuple[int, int]]] = [Counter() for _ in range(size)]
    best, worst = [0] * size, [0] * size
    for weight, options, values in case.profile.rows():
        sums: dict[int, tuple[int, int]] = {}
        for option, value in zip(options, values, strict=True):
            total, shown = sums.get(option, (0, 0))
            sums[option] = (total + value, shown + 1)
            best[option] += weight * (value > 0)
            worst[option] += weight * (value < 0)
        for option, pair in sums.items():
            pairs[option][pair] += weight
    return [_tally(pairs[option], best[option], worst[option]) for option in range(size)]


def _tally(pairs: Counter[tuple[int, int]], best: int, worst: int) -> Tally:
    shown = sum(seen * ballots for (_, seen), ballots in pairs.items())
    if not shown:
        return Tally(0, 0, 0, Fraction(0), None)
    score = Fraction(best - worst, shown)
    ballots = sum(pairs.values())
    if ballots < 2:
        return Tally(shown, best, worst, score, None)
    squares = sum((total - score * seen) ** 2 * number for (total, seen), number in pairs.items())
    variance = Fraction(ballots, ballots - 1) * squares / shown**2
    return Tally(shown, best, worst, score, _root_up(variance * SQUARED_POINT * 1000**2))


def _root_up(square: Fraction) -> int:
    """The smallest whole number whose square is at least this."""
    least = ceil(square)
    root = isqrt(least)
    return root if root * root >= least else root + 1


def _thousandths(score: Fraction | int) -> str:
    """ "0.417", "−0.250"; cut off, not rounded."""
    thousandths = int(score * 1000) if isinstance(score, Fraction) else score
    sign = "−" if thousandths < 0 else ""
    return f"{sign}{abs(thousandths) // 1000}.{abs(thousandths) % 1000:03d}"


def _reason(case: Case, tallies: list[Tally], order: tuple[int, ...], option: int) -> Reason:
    tally = tallies[option]
    if not tally.shown:
        return Reason("Nobody was shown it.", {"shown": 0})
    rank = 1 + sum(tallies[other].score > tally.score for other in order)
    facts: dict[str, int | str] = {"rank": rank, "shown": tally.shown, "best": tally.best, "worst": tally.worst}
    sentence = (
        f"It came {ordinal(rank)}: shown {tally.shown:,} times, best {tally.best:,} times and worst {tally.worst:,} times, "
        f"a score of {_thousandths(tally.score)}."
    )
    if tally.half_width is None:
        return Reason(f"{sentence} Too few ballots saw it to say how certain that is.", facts)
    facts |= {"low": tally.low, "high": tally.high}
    level = [case.name(other) for other in order if other != option and _overlap(tally, tallies[other])]
    facts["not_told_apart"] = len(level)
    apart = f" It cannot be told apart from {', '.join(level)}." if level else " It is told apart from all others."
    return Reason(f"{sentence} It lies between {_thousandths(tally.low)} and {_thousandths(tally.high)}.{apart}", facts)


def _overlap(one: Tally, other: Tally) -> bool:
    if other.half_width is None:
        return True
    return one.low <= other.high and other.low <= one.high


RULE = Rule(
    name="best-worst",
    title="Best and worst",
    description=(
        "Residents compare a few options at a time. Each option gets a score from -1 to 1 for how often it was chosen as "
        "most important less how often as least, with the range in which the score lies."
    ),
    ballot_types=("best_worst",),
    settings=(SEATS,),
    count=count,
    promises=(),
)
