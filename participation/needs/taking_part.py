"""Who took part against who lives here: one table for each activity and dimension (needs notes, 4.9)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from participation.needs.evidence import Activity, Cell, Dimension, Evidence, Group
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
from participation.needs.nested_suppression import hide_in_tree
from participation.needs.ranges import wilson
from participation.needs.summary import ParticipationRow, ParticipationTable
from participation.needs.suppression import hide_in_list, is_small

NOT_STATED = "not_stated"
NOT_STATED_NAME = "Not stated"
TOGETHER = "hidden_groups"
UNDER, IN_LINE, OVER = "under", "in line", "over"
# A group is under when its whole range is below four fifths of its population share, over above five quarters.
UNDER_RATIO = Fraction(4, 5)
OVER_RATIO = Fraction(5, 4)


@dataclass(frozen=True)
class Margin:
    """The people of one activity by one dimension: a count for each group, then those who did not say.

    `mask` holds the positions that may not be published (the last position is "Not stated"). Every figure about these
    groups, in any table, goes through it.
    """

    dimension: Dimension
    people: tuple[int, ...]
    mask: frozenset[int]
    threshold: int
    # Where the dimension has a parent: its place among the dimensions, and the parent's position of each position.
    parent_place: int | None = None
    parents: tuple[int, ...] = ()
    # Published elsewhere, and only quoted: what is hidden there is one number, put at one of the hidden groups.
    quoted: bool = False

    @property
    def stated(self) -> int:
        return sum(self.people[:-1])

    @property
    def total(self) -> int:
        return sum(self.people)

    @property
    def base(self) -> int:
        """What shares are of: the people who gave an answer, or everybody where the number who did not is hidden."""
        return self.total if len(self.people) - 1 in self.mask else self.stated


def margin_counts(cells: Sequence[Cell], dimensions: Sequence[Dimension], place: int) -> tuple[int, ...]:
    """People by the groups of dimension number `place`, then not stated."""
    codes = [group.code for group in dimensions[place].groups]
    counts: dict[str | None, int] = dict.fromkeys([*codes, None], 0)
    for cell in cells:
        counts[cell.groups[place]] += cell.people
    return tuple(counts.values())


def margins(evidence: Evidence, activity: Activity, threshold: int) -> list[Margin]:
    """Every margin of an activity; none where the gatherer gave no cells."""
    made: list[Margin] = []
    for place in range(len(evidence.dimensions) if activity.cells else 0):
        made.append(margin(activity, evidence.dimensions, place, threshold, made))
    return made


def margin(
    activity: Activity, dimensions: Sequence[Dimension], place: int, threshold: int, earlier: Sequence[Margin] = ()
) -> Margin:
    """The margin of an activity with its mask, which depends on nothing but these counts and the threshold.

    A dimension with a parent takes the parent's mask, from the `earlier` margins, into account.
    """
    dimension = dimensions[place]
    if activity.quoted:
        kept = _quoted_margin(activity, dimensions, place, threshold)
        if kept is not None:
            return kept
    people = margin_counts(activity.cells, dimensions, place)
    sizes = [*(group.population for group in dimension.groups), None]
    if not dimension.parent:
        mask = hide_in_list(people, threshold, sizes, last_choice=len(people) - 1)
        return Margin(dimension, people, frozenset(mask), threshold)
    parent_place = next(number for number, each in enumerate(dimensions) if each.code == dimension.parent)
    above = [group.code for group in dimensions[parent_place].groups]
    parents = (*(above.index(group.parent) for group in dimension.groups), len(above))
    mask = hide_in_tree(people, threshold, sizes, parents, earlier[parent_place].mask)
    return Margin(dimension, people, frozenset(mask), threshold, parent_place, parents)


def _quoted_margin(activity: Activity, dimensions: Sequence[Dimension], place: int, threshold: int) -> Margin | None:
    """What is published of a dimension elsewhere; nothing at all of one whose parts are; None for any other.

    A second table of the same people, hidden in its own way, would be subtracted from the first.
    """
    dimension = dimensions[place]
    positions = len(dimension.groups) + 1
    quotes = {quoted.dimension: quoted for quoted in activity.quoted}
    if dimension.code not in quotes:
        if not any(each.parent == dimension.code and each.code in quotes for each in dimensions):
            return None
        return _nothing_of(dimension, positions, activity.people, threshold)
    quoted = quotes[dimension.code]
    codes = [*(group.code for group in dimension.groups), NOT_STATED]
    said = dict(quoted.people)
    shown = [said.get(code, 0) for code in codes]
    mask = frozenset(position for position, number in enumerate(shown) if number is None)
    numbers = [number or 0 for number in shown]
    rest = quoted.total - sum(numbers)
    if (
        set(said) - set(codes)
        or rest < 0
        or bool(rest) > bool(mask)
        or any(is_small(one, threshold) for one in numbers)
    ):
        return _nothing_of(dimension, positions, quoted.total, threshold)
    if mask:
        numbers[max(mask)] = rest
    return Margin(dimension, tuple(numbers), mask, threshold, quoted=True)


def _nothing_of(dimension: Dimension, positions: int, people: int, threshold: int) -> Margin:
    numbers = (*(0 for _ in range(positions - 1)), people)
    return Margin(dimension, numbers, frozenset(range(positions)), threshold, quoted=True)


def participation_table(activity: Activity, margin: Margin) -> ParticipationTable:
    """The published table of one margin."""
    dimension = margin.dimension
    shortfall, chance = _representativeness(margin)
    everything_hidden = len(margin.mask) == len(margin.people)
    return ParticipationTable(
        activity=activity.code,
        activity_name=activity.name,
        dimension=dimension.code,
        dimension_name=dimension.name,
        people=hidden() if is_small(margin.total, margin.threshold) else count(margin.total),
        population=not_available() if dimension.population is None else count(dimension.population),
        population_source=dimension.population_source,
        population_date=dimension.population_date,
        rows=_rows(margin),
        representativeness=shortfall,
        chance_shortfall=chance,
        together=None if everything_hidden or not margin.mask else _together_row(margin),
        parent=dimension.parent,
    )


def _rows(margin: Margin) -> tuple[ParticipationRow, ...]:
    rows = [
        _hidden_row(margin, group) if position in margin.mask else _row(margin, group, margin.people[position])
        for position, group in enumerate(margin.dimension.groups)
    ]
    if margin.people[-1]:
        rows.append(_not_stated_row(margin))
    return tuple(rows)


def _row(margin: Margin, group: Group, people: int) -> ParticipationRow:
    population, whole, base = group.population, margin.dimension.population, margin.base
    described = _described(people, base, population or 0, whole or 0)
    return ParticipationRow(
        code=group.code,
        name=group.name,
        people=count(people),
        population=_residents(group),
        rate=Figure(ratio(people, population))
        if population
        else not_applicable()
        if population == 0
        else not_available(),
        share=_share(people, base),
        population_share=_resident_share(group, whole),
        gap=described[0],
        ratio=described[1],
        standing=described[2],
        more_needed=described[3],
        parent=group.parent,
    )


def _described(people: int, base: int, population: int, whole: int) -> tuple[Figure, Figure, str, Figure]:
    """Gap, ratio, standing and how many more are needed, where there is a population and a base to compare with."""
    if not whole or share_status(base) == NOT_AVAILABLE:
        return not_available(), not_available(), "", not_available()
    needed = count(more_needed(people, base, population, whole))
    if not population:
        return _gap(people, base, population, whole), not_applicable(), "", needed
    return (
        _gap(people, base, population, whole),
        _ratio(people, base, population, whole),
        standing(people, base, population, whole),
        needed,
    )


def _hidden_row(margin: Margin, group: Group) -> ParticipationRow:
    secret = hidden()
    return ParticipationRow(
        code=group.code,
        name=group.name,
        people=secret,
        population=_residents(group),
        rate=secret,
        share=secret,
        population_share=_resident_share(group, margin.dimension.population),
        gap=secret,
        ratio=secret,
        standing="",
        more_needed=secret,
        parent=group.parent,
    )


def _together_row(margin: Margin) -> ParticipationRow | None:
    """All hidden groups as one; it tells no more than the total less what is shown."""
    groups = [group for position, group in enumerate(margin.dimension.groups) if position in margin.mask]
    people = sum(margin.people[position] for position in margin.mask)
    if any(group.population is None for group in groups) or len(groups) < len(margin.mask):
        return None
    name = ", ".join(group.name for group in groups)
    return _row(margin, Group(TOGETHER, name, sum(group.population or 0 for group in groups)), people)


def _residents(group: Group) -> Figure:
    return not_available() if group.population is None else count(group.population)


def _resident_share(group: Group, whole: int | None) -> Figure:
    return Figure(ratio(group.population, whole)) if group.population is not None and whole else not_available()


def _not_stated_row(margin: Margin) -> ParticipationRow:
    none = not_applicable()
    people = hidden() if len(margin.people) - 1 in margin.mask else count(margin.people[-1])
    return ParticipationRow(NOT_STATED, NOT_STATED_NAME, people, none, none, none, none, none, none, "", none)


def _share(people: int, base: int) -> Figure:
    status = share_status(base)
    return not_available() if status == NOT_AVAILABLE else Figure(ratio(people, base), status, base)


def _gap(people: int, base: int, population: int, whole: int) -> Figure:
    difference = Fraction(people, base) - Fraction(population, whole)
    return Figure(ratio(difference, 1), share_status(base), base)


def _ratio(people: int, base: int, population: int, whole: int) -> Figure:
    part = Fraction(population, whole)
    low, high = wilson(people / base, base)
    return Figure(
        ratio(Fraction(people, base), part),
        share_status(base),
        base,
        rounded(low / float(part)),
        rounded(high / float(part)),
    )


def standing(people: int, base: int, population: int, whole: int) -> str:
    """Under, in line or over: whether the whole 95% range of the ratio is below 0.8 or above 1.25."""
    low, high = wilson(people / base, base)
    part = population / whole
    if high / part < UNDER_RATIO:
        return UNDER
    return OVER if low / part > OVER_RATIO else IN_LINE


def more_needed(people: int, base: int, population: int, whole: int) -> int:
    """The smallest number of further people of a group that brings it to four fifths of its population share.

    40 of 400 where 30% of the population belong: 74.
    """
    part = UNDER_RATIO * Fraction(population, whole)
    return max(0, math.ceil((part * base - people) / (1 - part)))


def _representativeness(margin: Margin) -> tuple[Figure, Figure]:
    """1 - half the sum of |share - population share|, hidden groups taken as one, and what luck alone would cost."""
    whole, base = margin.dimension.population, margin.base
    if not whole or share_status(base) == NOT_AVAILABLE or len(margin.mask) == len(margin.people):
        return not_available(), not_available()
    pairs = _pooled_pairs(margin)
    shortfall = sum((abs(Fraction(people, base) - Fraction(size, whole)) for people, size in pairs), Fraction(0)) / 2
    luck = 0.0
    for _, size in pairs:
        part = size / whole
        luck += math.sqrt(2 * part * (1 - part) / (math.pi * base))
    return Figure(ratio(1 - shortfall, 1), share_status(base), base), Figure(rounded(luck / 2))


def _pooled_pairs(margin: Margin) -> list[tuple[int, int]]:
    groups = margin.dimension.groups
    pairs = [(margin.people[i], groups[i].population or 0) for i in range(len(groups)) if i not in margin.mask]
    if margin.mask:
        pool = sum(margin.people[i] for i in margin.mask)
        pairs.append((pool, sum(groups[i].population or 0 for i in margin.mask if i < len(groups))))
    return pairs
