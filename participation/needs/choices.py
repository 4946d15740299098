"""Priorities and options in order of the plain count, each with its share, its range and the ranks it might have."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from participation.needs.bootstrap import rank_ranges
from participation.needs.evidence import OptionEvidence, PriorityEvidence, Together, VoteEvidence
from participation.needs.figures import (
    NOT_AVAILABLE,
    Figure,
    count,
    hidden,
    not_applicable,
    not_available,
    ratio,
    rounded,
    share_status,
)
from participation.needs.ranges import wilson
from participation.needs.summary import OptionRow, PriorityRow

Adjusted = Mapping[str, Figure]


@dataclass(frozen=True)
class Rank:
    """A place in the order, shared by ties, and the range it has in resamples (None where none could be drawn)."""

    place: int
    low: int | None = None
    high: int | None = None


Ranks = Mapping[str, Rank]


def ranks(counts: Mapping[str, int], together: Sequence[Together], people: int, *, seed: int, draws: int) -> Ranks:
    """The rank of each code, with its range where the patterns of choices are known."""
    first: dict[int, int] = {}
    last: dict[int, int] = {}
    for place, value in enumerate(sorted(counts.values(), reverse=True), 1):
        first.setdefault(value, place)
        last[value] = place
    if not together:
        return {code: Rank(first[value]) for code, value in counts.items()}
    kept = [Together(tuple(c for c in pattern.codes if c in counts), pattern.people) for pattern in together]
    drawn = rank_ranges(list(counts), kept, people, seed=seed, draws=draws)
    return {
        code: Rank(first[value], min(drawn[code][0], first[value]), max(drawn[code][1], last[value]))
        for code, value in counts.items()
    }


def described_share(part: int, base: int) -> Figure:
    """A share of people with its Wilson range; none on fewer than 30 people."""
    status = share_status(base)
    if status == NOT_AVAILABLE:
        return not_available()
    low, high = wilson(part / base, base)
    return Figure(ratio(part, base), status, base, rounded(low), rounded(high))


def score(part: int, base: int) -> Figure:
    """100 x the lower end of the range of the share: small bases sink by themselves. 120 of 200: 53.08."""
    if share_status(base) == NOT_AVAILABLE:
        return not_available()
    return Figure(round(100 * wilson(part / base, base)[0], 2), share_status(base), base)


def confidence(base: int, rank: int, weighted_rank: int | None, efficiency: float | None) -> str:
    """High, medium or low (UK notes, section 2).

    High: 100 people or more, weighting efficiency 70% or more, same rank weighted and unweighted. Medium: 50 people or
    more, efficiency 40% or more, rank moves by one at most. Low: anything else, so also whatever cannot be adjusted.
    """
    if efficiency is None or weighted_rank is None:
        return "low"
    moved = abs(rank - weighted_rank)
    if base >= 100 and efficiency >= 0.7 and moved == 0:
        return "high"
    return "medium" if base >= 50 and efficiency >= 0.4 and moved <= 1 else "low"


def weighted_ranks(adjusted: Adjusted) -> Mapping[str, int]:
    """Ranks by the adjusted share; ties share the better one. Empty where nothing was adjusted."""
    values = {code: figure.value for code, figure in adjusted.items() if figure.value is not None}
    first: dict[float, int] = {}
    for place, value in enumerate(sorted(values.values(), reverse=True), 1):
        first.setdefault(value, place)
    return {code: first[value] for code, value in values.items()}


def shown_priorities(priorities: Sequence[PriorityEvidence], threshold: int) -> dict[str, int]:
    """Supporters of the needs whose number may be published: the threshold or more."""
    return {p.code: p.supporters for p in priorities if p.supporters >= threshold}


def priority_rows(
    priorities: Sequence[PriorityEvidence], people: int, ranked: Ranks, adjusted: Adjusted, efficiency: float | None
) -> tuple[PriorityRow, ...]:
    """Needs that have a rank in order of supporters, then the others by code, without figures."""
    moved = weighted_ranks(adjusted)
    rows = [
        _priority_row(
            priority,
            rank=ranked[priority.code],
            supporters=count(priority.supporters),
            share=described_share(priority.supporters, people),
            score=score(priority.supporters, people),
            weighted=adjusted.get(priority.code, not_available()),
            sure=confidence(people, ranked[priority.code].place, moved.get(priority.code), efficiency),
        )
        for priority in sorted(priorities, key=lambda p: (-p.supporters, p.code))
        if priority.code in ranked
    ]
    secret = hidden()
    rows += [
        _priority_row(priority, rank=None, supporters=secret, share=secret, score=secret, weighted=secret, sure="")
        for priority in sorted(priorities, key=lambda p: p.code)
        if priority.code not in ranked
    ]
    return tuple(rows)


def _priority_row(
    priority: PriorityEvidence,
    *,
    rank: Rank | None,
    supporters: Figure,
    share: Figure,
    score: Figure,
    weighted: Figure,
    sure: str,
) -> PriorityRow:
    place, low, high = _rank_figures(rank)
    return PriorityRow(
        code=priority.code,
        title=priority.title,
        service_code=priority.service_code,
        service=priority.service,
        area_code=priority.area_code,
        area=priority.area,
        rank=place,
        rank_low=low,
        rank_high=high,
        supporters=supporters,
        share=share,
        score=score,
        weighted_share=weighted,
        confidence=sure,
    )


def _rank_figures(rank: Rank | None) -> tuple[Figure, Figure, Figure]:
    if rank is None:
        return hidden(), hidden(), hidden()
    if rank.low is None or rank.high is None:
        return count(rank.place), not_available(), not_available()
    return count(rank.place), count(rank.low), count(rank.high)


def option_counts(vote: VoteEvidence) -> dict[str, int]:
    """What options are ordered by: points where ballots give points, otherwise the ballots that choose them."""
    return {o.code: o.votes if o.points is None else o.points for o in vote.options}


def option_rows(vote: VoteEvidence, ranked: Ranks, adjusted: Adjusted) -> tuple[OptionRow, ...]:
    """Options in order of their count. Counts of a whole vote are public with its ballots, so none is hidden."""
    ordered = sorted(vote.options, key=lambda option: (ranked[option.code].place, option.code))
    return tuple(
        _option_row(option, vote.ballots, ranked[option.code], adjusted.get(option.code, not_available()))
        for option in ordered
    )


def _option_row(option: OptionEvidence, ballots: int, rank: Rank, weighted: Figure) -> OptionRow:
    place, low, high = _rank_figures(rank)
    return OptionRow(
        code=option.code,
        title=option.title,
        service=option.service,
        area=option.area,
        cost_pence=option.cost_pence,
        votes=count(option.votes),
        points=not_applicable() if option.points is None else count(option.points),
        share=described_share(option.votes, ballots),
        rank=place,
        rank_low=low,
        rank_high=high,
        weighted_share=weighted,
        funded={None: "", True: "yes", False: "no"}[option.funded],
    )
