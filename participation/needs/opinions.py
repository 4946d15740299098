"""Votes of yes or no on several options: which way each leans, and opinion groups where they hold still (needs notes, 4.7, 5).

Ballots of such a vote are public one by one, without anything about who cast them; nothing here knows more.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from participation.needs.agreement import Tally, describe, leaning
from participation.needs.evidence import Ballots, VoteEvidence
from participation.needs.figures import NOT_AVAILABLE, Figure, count, not_available, ratio, rounded, share_status
from participation.needs.opinion_groups import FEWEST_VOTES, find_groups
from participation.needs.ranges import wilson
from participation.needs.summary import OpinionGroup, StatementRow

LABELS = "ABCDE"
Groups = dict[str, list[Ballots]]


def opinions(vote: VoteEvidence, seed: int) -> tuple[tuple[OpinionGroup, ...], tuple[StatementRow, ...]]:
    """The opinion groups, the largest first (none where they are not stable), and every option with what they say of it."""
    if not vote.views:
        return (), ()
    groups = _groups(vote.views, seed)
    grouped = sum(one.ballots for found in groups.values() for one in found)
    return (
        tuple(
            OpinionGroup(label, count(_size(found)), _share(_size(found), grouped)) for label, found in groups.items()
        ),
        _statements(vote, groups),
    )


def could_have_groups(vote: VoteEvidence) -> bool:
    """Whether there were enough options for opinion groups to be looked for."""
    return bool(vote.views) and len(vote.options) >= FEWEST_VOTES


@lru_cache(maxsize=4)
def _groups(views: tuple[Ballots, ...], seed: int) -> Groups:
    """The ballots of each group. Published ballots never change, and the search takes seconds."""
    codes = sorted({code for one in views for code, _ in one.marks})
    places = {code: place for place, code in enumerate(codes)}
    rows = [one for one in sorted(views, key=lambda one: one.marks) for _ in range(one.ballots)]
    table = np.full((len(rows), len(codes)), np.nan)
    for number, one in enumerate(rows):
        for code, view in one.marks:
            table[number, places[code]] = view
    found = find_groups(table, seed=seed)
    groups: Groups = {}
    for person, label in sorted(zip(found.people, found.labels, strict=False), key=lambda pair: (pair[1], pair[0])):
        groups.setdefault(LABELS[label], []).append(Ballots(rows[person].marks, 1))
    return groups


def _statements(vote: VoteEvidence, groups: Groups) -> tuple[StatementRow, ...]:
    order = sorted(vote.options, key=lambda option: (-option.votes, option.code))
    tallies = [_tallies(option.code, vote.views, groups) for option in order]
    kinds = [each.kind for each in describe([by_group for _, by_group in tallies])] if groups else None
    return tuple(
        StatementRow(
            code=option.code,
            title=option.title,
            agree=count(everybody.agree),
            disagree=count(everybody.disagree),
            no_view=count(everybody.passed),
            support=_share(everybody.agree, everybody.people),
            by_group=tuple(_share(tally.agree, tally.agree + tally.disagree) for tally in by_group.values()),
            verdict=kinds[place] if kinds else leaning(everybody.agree, everybody.disagree),
        )
        for place, (option, (everybody, by_group)) in enumerate(zip(order, tallies, strict=True))
    )


def _tallies(code: str, views: Sequence[Ballots], groups: Groups) -> tuple[Tally, dict[str, Tally]]:
    return _tally(code, views), {label: _tally(code, found) for label, found in groups.items()}


def _tally(code: str, views: Sequence[Ballots]) -> Tally:
    agree = sum(one.ballots for one in views if (code, 1) in one.marks)
    disagree = sum(one.ballots for one in views if (code, -1) in one.marks)
    return Tally(agree, disagree, _size(views) - agree - disagree)


def _size(found: Sequence[Ballots]) -> int:
    return sum(one.ballots for one in found)


def _share(part: int, base: int) -> Figure:
    status = share_status(base)
    if status == NOT_AVAILABLE:
        return not_available()
    low, high = wilson(part / base, base)
    return Figure(ratio(part, base), status, base, rounded(low), rounded(high))
