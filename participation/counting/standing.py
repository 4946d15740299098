"""Electing by a number: the option with the most is elected, then the next, for as many seats as there are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from participation.counting.case import Case, Reason, Verdict
from participation.counting.outcome import Facts, Round
from participation.counting.rule import Setting
from participation.counting.ties import TieMet
from participation.counting.words import counted, ordinal

SEATS = Setting("seats", "How many are elected", "number", 1, least=1)
NO_PART = "Not elected. It costs more than the whole budget, so it took no part."
NO_BALLOTS = "Not elected. No ballot names any option, so there is no result."


@dataclass(frozen=True, slots=True)
class Standing:
    """All options that stand, best first; `ranks` give level options the same rank."""

    order: tuple[int, ...]
    ranks: Mapping[int, int]
    elected: tuple[int, ...]
    ties_met: tuple[TieMet, ...]


def anything_said(case: Case) -> bool:
    """Whether any ballot names any option. Where none does nobody is elected: a policy for ties is not a result."""
    return len(case.profile.choices) > 0


def stand(case: Case, scores: Mapping[int, Fraction], *, support_needed: bool) -> Standing:
    """Order by falling score, ties by the declared policy. A tie is met where one of the level options is elected."""
    place = case.order.position
    order = tuple(sorted(scores, key=lambda option: (-scores[option], place[option])))
    seats = int(case.settings["seats"]) if anything_said(case) else 0
    if support_needed:
        seats = min(seats, sum(score > 0 for score in scores.values()))
    ties = []
    for number, option in enumerate(order[:seats], start=1):
        level = [rival for rival in order[number - 1 :] if scores[rival] == scores[option]]
        if len(level) > 1:
            ties.append(case.order.met(case.election, number, level))
    ranks = {option: 1 + sum(score > scores[option] for score in scores.values()) for option in order}
    return Standing(order, ranks, order[:seats], tuple(ties))


def verdict(
    case: Case, scores: Mapping[int, Fraction], noun: str, *, support_needed: bool = False, facts: Facts | None = None
) -> Verdict:
    """The verdict of a rule that elects by `scores`, counted in `noun`s; with `support_needed` nobody with none."""
    standing = stand(case, scores, support_needed=support_needed)
    return Verdict(
        selected=standing.elected,
        scores=[str(scores.get(option, Fraction(0))) for option in range(len(case.election.options))],
        rounds=_rounds(case, standing, scores, noun),
        ties_met=standing.ties_met,
        reasons=[_reason(case, standing, scores, noun, option) for option in range(len(case.election.options))],
        facts=facts or {},
    )


def _rounds(case: Case, standing: Standing, scores: Mapping[int, Fraction], noun: str) -> list[Round]:
    codes = case.election.options
    return [
        Round(
            number=number,
            action="elected",
            option=codes[option].code,
            compared=tuple((codes[near].code, str(scores[near])) for near in standing.order[number - 1 : number + 1]),
            spent=0,
            left=case.election.budget,
            note=f"{case.name(option)} has {counted(scores[option], noun)}, the most of those left, and is elected.",
        )
        for number, option in enumerate(standing.elected, start=1)
    ]


def _reason(case: Case, standing: Standing, scores: Mapping[int, Fraction], noun: str, option: int) -> Reason:
    if option not in scores:
        return Reason(NO_PART)
    if not standing.elected:
        return Reason(NO_BALLOTS, {"rank": standing.ranks[option]})
    have = counted(scores[option], noun)
    rank = standing.ranks[option]
    if option in standing.elected:
        return _elected(case, standing, scores, noun, option)
    last = standing.elected[-1]
    gap = scores[last] - scores[option]
    if not gap:
        return Reason(
            f"Not elected. It has {have}, level with {case.name(last)}, which came first by the tie rule.",
            {"rank": rank, "short": "0"},
        )
    return Reason(
        f"Not elected. It came {ordinal(rank)} with {have}, {counted(gap, noun)} fewer than {case.name(last)}.",
        {"rank": rank, "short": str(gap)},
    )


def _elected(case: Case, standing: Standing, scores: Mapping[int, Fraction], noun: str, option: int) -> Reason:
    facts: dict[str, int | str] = {"rank": standing.ranks[option]}
    sentence = f"Elected. It came {ordinal(standing.ranks[option])} with {counted(scores[option], noun)}"
    beaten = standing.order[len(standing.elected) :]
    if not beaten:
        return Reason(f"{sentence}.", facts)
    ahead = scores[option] - scores[beaten[0]]
    facts["ahead"] = str(ahead)
    if not ahead:
        return Reason(f"{sentence}, level with {case.name(beaten[0])}, and comes first by the tie rule.", facts)
    return Reason(f"{sentence}, {counted(ahead, noun)} more than {case.name(beaten[0])}.", facts)
