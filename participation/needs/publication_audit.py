"""What a reader of published summaries, this one and all earlier ones, can work out about hidden numbers.

Looks only at what is published, never at the evidence, so it is a second pair of eyes on `suppression` and the check
that stands between a new version and its publication (UK notes, section 8: differencing; needs notes, 4.13). Readers
may know that people only join: a later count of a group is not below an earlier one. A step of a live picture
(`subject.status` "live") shows numbers rounded down to the threshold, every other version to the nearest.

Across versions a group's counts are a flow: what it had, plus who joined, is what it has. With the totals of every
version that is one network, and `interval_audit` gives exact ranges. All versions count, however many: an old one still bounds
what a new one hides. Where groups are parts of larger ones, and both are shown, the parts of each are a network of their own,
whose totals are the larger group's numbers: one that fits all versions where it is shown, and all it can be where it is hidden.

Several groupings at once tell no more than each for itself: whatever their numbers, there is a crowd that has them all, as
long as they have the same total. That holds for everybody, and for those who chose one thing beside those who did not. Of several
things that were chosen by the same people it does not hold always: where everybody of a group chose something, and nobody else,
what is told of it by age is that group by age. So that everybody chose is never shown (`suppression`); what is left is tried by
an attacker who reads everything at once (`test_joint_groupings`), not proved.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from participation.needs.figures import Figure
from participation.needs.interval_audit import UNBOUNDED, Edge, Network, Node, feasible
from participation.needs.refusals import RepublicationRefused
from participation.needs.summary import Summary
from participation.needs.suppression import wide_enough

# The status of a step of the live picture.
LIVE = "live"


@dataclass(frozen=True)
class Weakness:
    """A number that can be worked out too closely: where, and the range a reader gets.

    `choice` is the need or option, where it is about those who chose one; "" where it is about everybody.
    """

    place: str
    low: int
    high: int
    dimension: str = ""
    choice: str = ""


@dataclass(frozen=True)
class AtRisk:
    """What has to go out of the last version: groupings, and needs or options of which nothing is told by group."""

    dimensions: frozenset[str] = frozenset()
    choices: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.dimensions or self.choices)


Span = tuple[int, int]
# Hidden: nothing is known but that it is a number.
ANYTHING: Span = (0, UNBOUNDED)


@dataclass(frozen=True)
class Listed:
    """One list of groups in one version, the `number`-th of all versions.

    `slack` says how much less, and how much more, a number stands for than it shows; nothing under the threshold stands behind
    any, for that would be hidden. `total` is everybody in the list; `most` is what each group cannot exceed, where that is shown.
    """

    number: int
    people: Mapping[str, Figure]
    total: Span
    slack: Span
    most: Mapping[str, int] = field(default_factory=dict)

    def shown(self, group: str) -> int | None:
        """The number as it is shown; None = hidden. A group that is not listed has nobody."""
        figure = self.people.get(group, Figure(0))
        return None if figure.value is None else int(figure.value)

    def span(self, group: str, threshold: int) -> Span:
        """What the number may be. A 0 is a 0: one to nine people would be hidden."""
        value = self.shown(group)
        if value is None:
            return ANYTHING
        below, above = self.slack if value else (0, 0)
        return max(value - below, min(value, threshold)), value + above

    @property
    def is_exact(self) -> bool:
        return self.slack == (0, 0)


@dataclass(frozen=True)
class Series:
    """One list of groups as published version after version, oldest first; `parts` are the same by the parts of each group."""

    place: str
    dimension: str
    groups: tuple[str, ...]
    versions: tuple[Listed, ...]
    threshold: int
    parts: tuple[tuple[str, Series], ...] = ()
    choice: str = ""

    def weakness(self, what: str, low: int, high: int) -> Weakness:
        return Weakness(f"{self.place}: {what}", low, high, self.dimension, self.choice)

    def alone(self) -> Iterator[Series]:
        """Every version for itself, with what is shown of the parts in it."""
        for version in self.versions:
            parts = tuple(
                (group, replace(part, versions=kept))
                for group, part in self.parts
                if (kept := tuple(one for one in part.versions if one.number == version.number))
            )
            yield replace(self, versions=(version,), parts=parts)


def check(summary: Summary, earlier: Sequence[Summary] = ()) -> None:
    """Raise `RepublicationRefused` when the summary, next to the earlier ones, would give a small number away."""
    found = weaknesses([*earlier, summary])
    if found:
        raise RepublicationRefused(place=found[0].place, number=len(found))


def weaknesses(versions: Sequence[Summary], *, newcomers: bool = True) -> list[Weakness]:
    """Everything in these versions, oldest first, that a reader can work out to within the threshold.

    `newcomers`: also how few people joined a group that is shown in two versions one after the other.
    """
    found: list[Weakness] = []
    for series in all_series(versions):
        if newcomers:
            found += _steps(series)
        found += _ranges(series)
    return found


def all_series(versions: Sequence[Summary]) -> Iterator[Series]:
    """Every list of groups that is in any of the versions, those of parts inside those of the groups they are parts of."""
    listed: dict[tuple[str, str, str], list[Listed]] = {}
    for number, version in enumerate(versions):
        for key, one in _lists(version, number):
            listed.setdefault(key, []).append(one)
    families = _families(versions)
    threshold = versions[-1].method.threshold
    for (kind, what, dimension), lists in listed.items():
        # Parts of a list that is never shown itself stand for themselves.
        above = families.get(dimension)
        if above is None or (kind, what, above[0]) not in listed:
            yield _series(kind, what, dimension, lists, listed, families, threshold)


def _lists(version: Summary, number: int) -> Iterator[tuple[tuple[str, str, str], Listed]]:
    """By (people or choice, of what, dimension): the lists of one version whose total is shown."""
    slack = _slack(version)
    for table in version.participation:
        if table.people.value is not None:
            total = int(table.people.value)
            people = {row.code: row.people for row in table.rows}
            yield ("people", table.activity, table.dimension), Listed(number, people, (total, total), slack)
    for made in version.breakdowns:
        most = {head.code: int(head.people.value) + slack[1] for head in made.heads if head.people.value is not None}
        for row in made.rows:
            if any(figure.value is not None for figure in row.people):
                total = int(row.total.value or 0)
                chose = {head.code: figure for head, figure in zip(made.heads, row.people, strict=True)}
                yield ("choice", row.code, made.dimension), Listed(number, chose, (total, total), slack, most)


def _families(versions: Sequence[Summary]) -> dict[str, tuple[str, dict[str, str]]]:
    """By dimension of parts: the dimension they are parts of, and the group of each part."""
    found: dict[str, tuple[str, dict[str, str]]] = {}
    for version in versions:
        for table in version.participation:
            if table.parent:
                _, parents = found.setdefault(table.dimension, (table.parent, {}))
                parents.update({row.code: row.parent or row.code for row in table.rows})
    return found


def _series(
    kind: str,
    what: str,
    dimension: str,
    lists: Sequence[Listed],
    listed: Mapping[tuple[str, str, str], Sequence[Listed]],
    families: Mapping[str, tuple[str, dict[str, str]]],
    threshold: int,
) -> Series:
    groups = tuple(dict.fromkeys(code for each in lists for code in each.people))
    place, choice = f"{what} by {dimension}", what if kind == "choice" else ""
    parts = []
    for inner, (outer, parents) in families.items():
        if outer == dimension and (kind, what, inner) in listed:
            for group in groups:
                inside = tuple(part for part, whole in parents.items() if whole == group)
                kept = tuple(
                    replace(one, people={code: figure for code, figure in one.people.items() if code in inside})
                    for one in listed[kind, what, inner]
                )
                if inside:
                    parts.append((group, Series(f"{what} by {inner}", inner, inside, kept, threshold, (), choice)))
    return Series(place, dimension, groups, tuple(lists), threshold, tuple(parts), choice)


def _slack(version: Summary) -> Span:
    """How much less and more than it shows a number of this version may stand for."""
    if version.subject.status == LIVE:
        return 0, version.method.threshold - 1
    return version.method.rounding // 2, version.method.rounding // 2


def _steps(series: Series) -> Iterator[Weakness]:
    """A group, or everybody, shown twice with a few people more: those few are shown.

    Not where one of the two is rounded down to the threshold: the difference then stands for anything up to twice that.
    """
    kept = [version for version in series.versions if version.slack[0] == version.slack[1]]
    for group in series.groups:
        shown = [value for version in kept if (value := version.shown(group)) is not None]
        for old, new in pairwise(shown):
            if 0 < abs(new - old) < series.threshold:
                yield series.weakness(f"{group} changed by {abs(new - old)}", abs(new - old), abs(new - old))
    for old, new in pairwise(version.total[0] for version in kept if version.total[0] == version.total[1]):
        if 0 < abs(new - old) < series.threshold:
            yield series.weakness(f"the total changed by {abs(new - old)}", abs(new - old), abs(new - old))
    for _, part in series.parts:
        yield from _steps(part)


def _ranges(series: Series) -> Iterator[Weakness]:
    known = _known(series)
    if known is None:
        # Somebody left: readers cannot use that people only join, so every version stands for itself.
        if len(series.versions) > 1:
            for one in series.alone():
                yield from _ranges(one)
        return
    yield from known.weaknesses()
    for group, part in series.parts:
        yield from _ranges_of_parts(known, group, part)


def _ranges_of_parts(known: _Known, group: str, part: Series) -> Iterator[Weakness]:
    """Parts of a group that is shown are read as if its number were known, which tells a reader more than there is to know."""
    fitting, loose = [], []
    for version in part.versions:
        span = known.span(version.number, group)
        shown = known.is_shown(version.number, group)
        fitting.append(replace(version, total=known.fitting(version.number, group) if shown else span))
        loose.append(replace(version, total=span))
    for versions in (fitting, loose):
        tried = replace(part, versions=tuple(versions))
        if (inside := _known(tried)) is not None:
            yield from inside.weaknesses()
            return
    for one in replace(part, versions=tuple(loose)).alone():
        if (inside := _known(one)) is not None:
            yield from inside.weaknesses()


class _Known:
    """What is known of one series, as a network of which every version's numbers are edges."""

    def __init__(self, series: Series, filled: Sequence[Edge]) -> None:
        self.series = series
        self._edges = filled
        self._network = Network(filled)
        self._hidden: dict[tuple[int, str], int] = {}
        self._least: dict[tuple[int, str], int] = {}
        for position, edge in enumerate(filled):
            if isinstance(edge.tail, tuple) and edge.tail[0] == "group":
                key = edge.tail[1], edge.tail[2]
                if edge.hidden:
                    self._hidden[key] = position
                else:
                    self._least[key] = edge.value

    def weaknesses(self) -> Iterator[Weakness]:
        """The hidden numbers that are known too closely, and those of who is left of a group."""
        threshold = self.series.threshold
        if all(version.shown(group) is None for version in self.series.versions for group in self.series.groups):
            # Everything is hidden: the ranges come from the totals alone, and no table added to them.
            return
        for version in self.series.versions:
            for group in self.series.groups:
                if version.shown(group) is None:
                    most = version.most.get(group, UNBOUNDED)

                    def enough(low: int, high: int, most: int = most) -> bool:
                        return wide_enough(low, high, threshold) and most - low >= threshold

                    low, high = self._network.reach(self._hidden[version.number, group], enough)
                    if not enough(low, high):
                        yield self.series.weakness(group, low, high)

    def is_shown(self, number: int, group: str) -> bool:
        return any(one.number == number and one.shown(group) is not None for one in self.series.versions)

    def fitting(self, number: int, group: str) -> Span:
        """One value that fits everything else."""
        position = self._hidden.get((number, group))
        value = self._least.get((number, group), 0) + (self._edges[position].value if position is not None else 0)
        return value, value

    def span(self, number: int, group: str) -> Span:
        """Between which numbers it must be; anything where the version has no such list."""
        if not any(one.number == number for one in self.series.versions):
            return ANYTHING
        least, position = self._least.get((number, group), 0), self._hidden.get((number, group))
        if position is None:
            return least, least
        low, high = self._network.reach(position, lambda _low, _high: False)
        return least + low, least + high


def _known(series: Series) -> _Known | None:
    """None where no numbers fit all versions."""
    filled = feasible(_edges(series))
    return None if filled is None else _Known(series, filled)


def _edges(series: Series) -> list[Edge]:
    """People wait in a pool, join a group in one version, go on from version to version, and leave at the end.

    Who waits still is everybody who will ever come less the total of a version, so that a total known only roughly is an edge
    known only roughly.
    """
    edges: list[Edge] = []
    versions = series.versions
    ever = max((version.total[1] for version in versions if version.total[1] < UNBOUNDED), default=UNBOUNDED // 2)
    edges.append(Edge("end", ("pool", 0), ever, False))
    for place, version in enumerate(versions):
        before = versions[place - 1] if place else None
        last = place == len(versions) - 1
        low, high = version.total
        edges += _between(("pool", place), "end" if last else ("pool", place + 1), (max(0, ever - high), ever - low))
        for group in series.groups:
            old, new = before.shown(group) if before else 0, version.shown(group)
            exact = version.is_exact and (before is None or before.is_exact)
            joined = new - old if exact and old is not None and new is not None else None
            here: Node = ("group", version.number, group)
            edges.append(Edge(("pool", place), here, joined or 0, joined is None))
            onward: Node = "end" if last else ("group", versions[place + 1].number, group)
            low, high = version.span(group, series.threshold)
            edges += _between(here, onward, (low, min(high, version.most.get(group, UNBOUNDED))))
    return edges


def _between(tail: Node, head: Node, span: Span) -> Iterator[Edge]:
    """A number that is known to lie between two."""
    low, high = span
    if low or high <= low:
        yield Edge(tail, head, low, False)
    if high > low:
        yield Edge(tail, head, 0, True, min(UNBOUNDED, high - low))


def at_risk(versions: Sequence[Summary], beside: Sequence[Summary] = ()) -> AtRisk:
    """What has to go out of the last version, so that no hidden number of any version can be worked out.

    `beside` are earlier versions that anybody can lay beside the last one: of these it also counts that a number which is
    shown in both changed by few. Where only parts of groups are at risk, the groups may stay; where only those who chose one
    thing are, everything else may.
    """
    latest = versions[-1]
    dimensions = {table.dimension for table in latest.participation}
    choices = {row.code for table in latest.breakdowns for row in table.rows}
    gone: set[str] = set()
    silent: set[str] = set()
    found = [(series, list(_ranges(series))) for series in all_series(versions)]
    found += [(series, list(_steps(series))) for series in all_series([*beside, latest]) if beside]
    for series, weak in found:
        if series.choice:
            silent |= {one.choice for one in weak} & choices
        else:
            risky = {one.dimension for one in weak} & dimensions
            gone |= {series.dimension} if series.dimension in risky else risky
    return AtRisk(frozenset(gone), frozenset(silent))
