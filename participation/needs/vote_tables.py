"""Votes by group: which figures of "how many of each group chose each option" can be shown. PURE.

All totals are public: the votes of each option, and the people of each group that is not small. On some ballots the votes of
a group add up to its people (everybody chooses one option), so that a figure hidden in one row could be worked out from
the other rows; there the whole table is checked, by row and by column. Rules: trust notes 5.6.
"""

from __future__ import annotations

from collections.abc import Sequence

from participation.needs.suppression import hide_in_choice, hide_in_list, hide_in_table, is_small


def hidden_votes(
    votes: Sequence[Sequence[int]], people: Sequence[int], threshold: int, *, each: int = 0
) -> tuple[frozenset[int], list[frozenset[int]]]:
    """(groups whose number of people is hidden, for each option the groups whose votes are hidden).

    `votes` has a row for each option and a column for each group. `each`: everybody of a group is for exactly so many
    options, or, where that is 1, for at most one; 0 when the votes of a group do not add up to anything.
    """
    small = any(is_small(number, threshold) for number in people)
    unknown = frozenset(hide_in_list(people, threshold, [None] * len(people)) if small else ())
    masks = [frozenset(hide_in_choice(row, people, threshold, unknown)) for row in votes]
    return unknown, _closed(votes, [each * n for n in people], threshold, unknown, masks) if each else masks


def _closed(
    votes: Sequence[Sequence[int]], totals: Sequence[int], threshold: int, unknown: frozenset[int],
    masks: list[frozenset[int]],
) -> list[frozenset[int]]:  # fmt: skip
    """Hide more until no hidden figure follows from its row and its column together.

    `totals` are the votes of each group in all. Groups of unknown size are one column. Options with so few votes that none
    of theirs can be shown, those who chose nothing, and as many more of the smallest options as it takes to hide them among,
    are one row.
    """
    everything = frozenset(range(len(totals)))
    known = [group for group in range(len(totals)) if group not in unknown]
    rows = sorted((place for place, mask in enumerate(masks) if mask != everything), key=lambda i: -sum(votes[i]))
    while rows and is_small(_rest(votes, totals, rows), threshold):
        rows.pop()
    if not rows:
        return [everything] * len(masks)
    table = [[*(votes[i][group] for group in known), sum(votes[i][group] for group in unknown)] for i in rows]
    sizes = [*(totals[group] for group in known), sum(totals[group] for group in unknown)]
    table.append([size - sum(row[j] for row in table) for j, size in enumerate(sizes)])
    masked = {(i, known.index(group)) for i, place in enumerate(rows) for group in masks[place] if group not in unknown}
    if unknown:
        masked |= {(i, len(known)) for i in range(len(rows))}
    first, more = hide_in_table(table, threshold, frozenset(masked))
    closed = list(masks)
    for place in set(range(len(masks))) - set(rows):
        closed[place] = everything
    for i, place in enumerate(rows):
        closed[place] = masks[place] | {known[j] for row, j in first | more if row == i and j < len(known)}
    return closed


def _rest(votes: Sequence[Sequence[int]], totals: Sequence[int], rows: Sequence[int]) -> int:
    return sum(totals) - sum(sum(votes[i]) for i in rows)
