"""Hiding small numbers so that nobody can work them out: first the small cells, then as many more as that needs.

Rules (trust notes 5.6, UK notes section 8, needs notes 4.13): a count of 1 to threshold - 1 is hidden, and a 0, or
everybody, in a group of fewer than 100 (it would tell something about each of them). Then further cells are hidden
until, from all the totals that are shown, every hidden cell could still be anything in a range at least `threshold`
wide that reaches the threshold. Cells that were small and cells hidden to protect them look the same.
"""

from __future__ import annotations

from collections.abc import Sequence

from participation.needs.interval_audit import interval, table_edges

# A 0, or everybody, is hidden in a group smaller than this.
TELLING_GROUP = 100
Cell = tuple[int, int]


def is_small(value: int, threshold: int) -> bool:
    return 0 < value < threshold


def hide_in_list(
    values: Sequence[int], threshold: int, sizes: Sequence[int | None], last_choice: int | None = None
) -> set[int]:
    """Which entries of a list with a visible total to hide. `sizes` are the groups' populations, None = not known.

    The next smallest entries above 0 are hidden along with the small ones; `last_choice` only if nothing else is left.
    A total below the threshold hides everything (the caller hides the total too).
    """
    everything = set(range(len(values)))
    if sum(values) < threshold:
        return everything
    mask = {
        position
        for position, (value, size) in enumerate(zip(values, sizes, strict=True))
        if is_small(value, threshold) or (size is not None and size < TELLING_GROUP and value in (0, size))
    }
    spare = sorted(everything - mask, key=lambda i: (i == last_choice, values[i] == 0, values[i], i))
    while mask and (len(mask) < 2 or sum(values[i] for i in mask) < threshold) and spare:
        mask.add(spare.pop(0))
    return mask


def hide_in_choice(
    chose: Sequence[int], people: Sequence[int], threshold: int, unknown: frozenset[int] = frozenset()
) -> set[int]:
    """Which groups to hide in "how many of each group chose this", when the choice's total and groups' sizes are shown.

    `unknown` groups are those whose number of people is itself hidden. Every group stands for two cells, chose and did
    not choose, since one follows from the other. A choice made by fewer than `threshold` people, or by all but fewer,
    is hidden in every group. That everybody of a group chose something is hidden however large the group: whoever chose this
    by other groupings would be this group by other groupings, and who chose anything else could be worked out in it.
    """
    everything = set(range(len(people)))
    rest = [size - yes for yes, size in zip(chose, people, strict=True)]
    if sum(chose) < threshold or sum(rest) < threshold:
        return everything
    mask = set(unknown) | {
        i
        for i, size in enumerate(people)
        if any(is_small(v, threshold) or (v == 0 and 0 < size < TELLING_GROUP) for v in (chose[i], rest[i]))
        or (size and not rest[i])
    }
    if not mask or _choice_is_safe(mask, chose, people, threshold, unknown):
        return mask
    spare = sorted(everything - mask, key=lambda i: (chose[i] == 0 or rest[i] == 0, people[i], i))
    added: list[int] = []
    while spare and not _choice_is_safe(mask, chose, people, threshold, unknown):
        added.append(spare.pop(0))
        mask.add(added[-1])
    for candidate in sorted(added, key=lambda i: (-people[i], i)):
        if _choice_is_safe(mask - {candidate}, chose, people, threshold, unknown):
            mask.discard(candidate)
    return mask


def choice_intervals(
    mask: set[int], chose: Sequence[int], people: Sequence[int], unknown: frozenset[int]
) -> dict[int, tuple[int, int, int, int]]:
    """For each hidden group: smallest and largest number that may have chosen, then that may not have.

    Exact: with two columns the flow of `interval_audit` comes down to the sums of what is hidden.
    """
    yes = sum(chose[i] for i in mask)
    no = sum(people[i] for i in mask) - yes
    pool = sum(people[i] for i in unknown)
    ranges = {}
    for i in mask:
        if i in unknown:
            # Its size may be anything from 0 to the pool, unless it is the only unknown one.
            low_size = 0 if len(unknown) > 1 else people[i]
            ranges[i] = (max(0, low_size - no), min(pool, yes), max(0, low_size - yes), min(pool, no))
        else:
            size = people[i]
            ranges[i] = (max(0, size - no), min(size, yes), max(0, size - yes), min(size, no))
    return ranges


def _choice_is_safe(
    mask: set[int], chose: Sequence[int], people: Sequence[int], threshold: int, unknown: frozenset[int]
) -> bool:
    if len(mask) < 2:
        return False
    return all(
        wide_enough(low, high, threshold) and wide_enough(low_rest, high_rest, threshold)
        for low, high, low_rest, high_rest in choice_intervals(mask, chose, people, unknown).values()
    )


def wide_enough(low: int, high: int, threshold: int) -> bool:
    """Whether a reader who knows only low..high has learnt nothing that the threshold protects."""
    return high - low >= threshold and high >= threshold


def hide_in_table(
    values: Sequence[Sequence[int]], threshold: int, already: frozenset[Cell] = frozenset()
) -> tuple[set[Cell], set[Cell]]:
    """Small cells, and the further cells to hide, of a two-way table whose row, column and grand totals are shown.

    For each cell that could still be worked out, the rectangle with the smallest total of cells not yet hidden is
    hidden, if one alone protects it; otherwise the one that widens its range most. Worked example: 12 3 / 20 14 / 31 11
    hides the 3, then 12, 14 and 20 (46) rather than 12, 11 and 31 (54). `already` are cells that are hidden for another reason.
    """
    primary = set(already) | {
        (i, j) for i, row in enumerate(values) for j, value in enumerate(row) if is_small(value, threshold)
    }
    mask = set(primary)
    while (cell := _weakest(values, mask, threshold)) is not None:
        more = _best_rectangle(values, mask, cell, threshold)
        if not more:
            # No rectangle is left: the totals alone give it away, so the whole table goes.
            mask = {(i, j) for i, row in enumerate(values) for j in range(len(row))}
            break
        mask |= more
    return primary, mask - primary


def table_intervals(values: Sequence[Sequence[int]], mask: set[Cell]) -> dict[Cell, tuple[int, int]]:
    """What a reader of the totals and the visible cells can say of each hidden cell."""
    edges = table_edges(values, mask)
    width = len(values[0])
    return {(i, j): interval(edges, i * width + j) for i, j in sorted(mask)}


def _weakest(values: Sequence[Sequence[int]], mask: set[Cell], threshold: int) -> Cell | None:
    ranges = table_intervals(values, mask) if mask else {}
    unsafe = [(high - low, cell) for cell, (low, high) in ranges.items() if not wide_enough(low, high, threshold)]
    return min(unsafe)[1] if unsafe else None


def _best_rectangle(values: Sequence[Sequence[int]], mask: set[Cell], cell: Cell, threshold: int) -> set[Cell]:
    i, j = cell
    best: tuple[bool, int, int, Cell] | None = None
    for k in range(len(values)):
        for m in range(len(values[0])):
            corners = {(i, m), (k, j), (k, m)}
            if k == i or m == j or corners <= mask:
                continue
            gives = min(values[i][j], values[k][m]) + min(values[i][m], values[k][j])
            cost = sum(values[a][b] for a, b in corners - mask)
            rank = (gives < threshold, cost if gives >= threshold else -gives, cost, (k, m))
            best = rank if best is None or rank < best else best
    if best is None:
        return set()
    k, m = best[3]
    return {(i, m), (k, j), (k, m)} - mask
