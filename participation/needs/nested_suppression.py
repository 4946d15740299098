"""Hiding in groups that are parts of larger groups: wards inside areas, where both tables are shown.

A ward table with its area table beside it is one set of totals the more (differencing; UK notes, section 8). Inside an
area that is shown, its wards protect each other as in any list. Of an area that is hidden every ward is hidden, so the
areas' own pool protects them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet

from participation.needs.suppression import hide_in_choice, hide_in_list


def hide_in_tree(
    values: Sequence[int],
    threshold: int,
    sizes: Sequence[int | None],
    parents: Sequence[int],
    hidden_parents: AbstractSet[int],
) -> set[int]:
    """Which parts to hide; `parents` gives the larger group of each, `hidden_parents` those that are hidden."""
    mask: set[int] = set()
    for parent, children in _families(parents):
        if parent in hidden_parents:
            mask |= set(children)
        elif sum(values[i] for i in children):
            local = hide_in_list([values[i] for i in children], threshold, [sizes[i] for i in children])
            mask |= {children[i] for i in local}
    return mask


def hide_choice_in_tree(
    chose: Sequence[int],
    people: Sequence[int],
    threshold: int,
    unknown: AbstractSet[int],
    parents: Sequence[int],
    hidden_parents: AbstractSet[int],
) -> set[int]:
    """Which parts to hide in "how many of each chose this"; `hidden_parents` are those hidden for this choice.

    A part that is known to have nobody in it has nothing to hide, and hides nobody else.
    """
    if hidden_parents >= set(parents):
        return set(range(len(people)))
    mask: set[int] = set()
    for parent, children in _families(parents):
        if parent in hidden_parents:
            mask |= set(children)
        elif sum(people[i] for i in children):
            local = hide_in_choice(
                [chose[i] for i in children],
                [people[i] for i in children],
                threshold,
                frozenset(place for place, i in enumerate(children) if i in unknown),
            )
            mask |= {children[i] for i in local}
    return {place for place in mask if people[place] or place in unknown}


def _families(parents: Sequence[int]) -> Iterator[tuple[int, list[int]]]:
    for parent in sorted(set(parents)):
        yield parent, [i for i, each in enumerate(parents) if each == parent]
