"""Why each option won or lost under a greedy rule, and by how much: closed forms, no second count.

A loser whose turn came with too little left would have won at a cost of what was left. With more votes it would have
had its turn earlier: it needs to pass the lowest option before which there was still enough for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from participation.counting.case import Case, Reason
from participation.counting.words import barred_reason, counted, ordinal, score_noun

# (option, money left before its turn, "funded" | "skipped" | "stopped" | "left_out", the option because of which or -1)
Turn = tuple[int, int, str, int]


def reasons(case: Case, turns: Sequence[Turn], keys: Sequence[Fraction], *, per_cost: bool) -> list[Reason]:
    """One reason for each option, in listed order."""
    place = {turn[0]: number for number, turn in enumerate(turns)}
    told = []
    for option in range(len(case.election.options)):
        if case.barred(option):
            told.append(barred_reason(case, option))
        elif option not in place:
            told.append(_never_reached(case, turns, option, keys, per_cost=per_cost))
        elif turns[place[option]][2] == "funded":
            told.append(_funded(case, turns[place[option]], place[option] + 1))
        elif turns[place[option]][2] == "left_out":
            told.append(_left_out(case, turns[place[option]], place[option] + 1))
        else:
            told.append(_did_not_fit(case, turns, place[option], keys, per_cost=per_cost))
    return told


def _funded(case: Case, turn: Turn, place: int) -> Reason:
    option, left, _, _ = turn
    score = counted(case.scores[option], score_noun(case))
    cost = case.election.costs[option]
    return Reason(
        f"Funded. It came {ordinal(place)} with {score}, and its cost of {case.money(cost)} fitted the "
        f"{case.money(left)} that was left.",
        {"rank": place, "left_before": left, "left_after": left - cost},
    )


def _left_out(case: Case, turn: Turn, place: int) -> Reason:
    option, _, _, because = turn
    score, other = counted(case.scores[option], score_noun(case)), case.name(because)
    if case.election.options[because].code in case.election.options[option].needs:
        why = f"it needs {other}, which is not funded"
    else:
        why = f"it cannot join {other}, which is funded"
    return Reason(f"Not funded. It came {ordinal(place)} with {score}, but {why}.", {"rank": place})


def _did_not_fit(case: Case, turns: Sequence[Turn], place: int, keys: Sequence[Fraction], *, per_cost: bool) -> Reason:
    option, left, action, _ = turns[place]
    cost = case.election.costs[option]
    score = counted(case.scores[option], score_noun(case))
    ending = " The count ended there." if action == "stopped" else ""
    sentence = (
        f"Not funded. It came {ordinal(place + 1)} with {score}, but it costs {case.money(cost)} and only "
        f"{case.money(left)} was left, {case.money(cost - left)} short.{ending}"
    )
    facts: dict[str, int | str] = {"rank": place + 1, "left_before": left, "short": cost - left}
    return _with_margins(case, sentence, facts, turns[:place], option, keys, left, per_cost=per_cost)


def _never_reached(
    case: Case, turns: Sequence[Turn], option: int, keys: Sequence[Fraction], *, per_cost: bool
) -> Reason:
    """Only where the count stops at the first option that does not fit."""
    blocker = turns[-1][0]
    score = counted(case.scores[option], score_noun(case))
    sentence = (
        f"Not funded. It has {score}. The count ended before its turn, at {case.name(blocker)}, which costs more than "
        "was left."
    )
    return _with_margins(case, sentence, {}, turns, option, keys, 0, per_cost=per_cost)


def _with_margins(
    case: Case,
    sentence: str,
    facts: dict[str, int | str],
    before: Sequence[Turn],
    option: int,
    keys: Sequence[Fraction],
    own_turn: int,
    *,
    per_cost: bool,
) -> Reason:
    """Add what would have been enough: at most this cost, or at least so many more votes or points."""
    if case.election.linked:
        # With more votes it could have changed what others need or exclude: nothing sure can be said.
        return Reason(sentence, facts)
    cheaper = max((_cost_before(case, turn, option, keys) for turn in before), default=0) if per_cost else 0
    cheaper = max(cheaper, own_turn)
    more = min(
        (
            _score_before(case, turn, option, keys, per_cost)
            for turn in before
            if turn[1] >= case.election.costs[option]
        ),
        default=None,
    )
    ways = []
    if cheaper > 0:
        facts["funded_at_cost"] = cheaper
        ways.append(f"at a cost of {case.money(cheaper)} or less")
    if more is not None:
        facts["more_needed"] = more
        ways.append(f"with {counted(more, score_noun(case))} more")
    return Reason(f"{sentence} It would have been funded {', or '.join(ways)}." if ways else sentence, facts)


def _score_before(case: Case, turn: Turn, option: int, keys: Sequence[Fraction], per_cost: bool) -> int:
    """Votes or points missing to have the turn of `turn`'s option. Level is enough only where the tie is sure to be
    won: most-votes ties of points ballots depend on how the points came."""
    rival = turn[0]
    gap = (keys[rival] * case.election.costs[option] if per_cost else keys[rival]) - case.scores[option]
    sure = not per_cost and (
        case.profile.values is None or not any("most-votes" in name for name, _ in case.order.keys)
    )
    wins_tie = sure and case.order.position[option] < case.order.position[rival]
    whole = -(-gap.numerator // gap.denominator)
    return whole if wins_tie or whole != gap else whole + 1


def _cost_before(case: Case, turn: Turn, option: int, keys: Sequence[Fraction]) -> int:
    """The most it could cost, ranked by score for money, to have the turn of `turn`'s option and be paid for then."""
    rival, left, _, _ = turn
    if not keys[rival] or not case.election.costs[rival]:
        return 0
    limit = case.scores[option] / keys[rival]
    whole = limit.numerator // limit.denominator
    return min(left, whole - 1 if whole == limit else whole)
