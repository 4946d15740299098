"""What a reader of published summaries, this one and all earlier ones, can work out about hidden numbers.

Looks only at what is published, never at the evidence, so it is a second pair of eyes on `suppression` and the check
that stands between a new version and its publication (UK notes, section 8: differencing; needs notes, 4.13). Readers
may know that people only join: a later count of a group is not below an earlier one. A step of a live picture
(`subject.status` "live") shows numbers rounded down to the threshold, every other version to the nearest.

Across versions a group's counts are a flow: what it had, plus who joined, is what it has. With the totals of every
version that is one network, and `interval_audit` gives exact ranges.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from participation.needs.figures import Figure
from participation.needs.interval_audit import UNBOUNDED, Edge, Node, feasible, interval
from participation.needs.refusals import RepublicationRefused
from participation.needs.summary import BreakdownTable, Summary
from participation.needs.suppression import wide_enough

# The status of a step of the live picture.
LIVE = "live"


@dataclass(frozen=True)
class Weakness:
    """A number that can be worked out too closely: where, and the range a reader gets."""

    place: str
    low: int
    high: int


@dataclass(frozen=True)
class Series:
    """One list of groups as published version after version; None = hidden. `totals` are visible, and exact.

    `slacks` says of each version how much less, and how much more, a number stands for than it shows; nothing under the
    threshold stands behind any, for that would be hidden.
    """

    place: str
    dimension: str
    groups: tuple[str, ...]
    versions: tuple[tuple[int | None, ...], ...]
    totals: tuple[int, ...]
    slacks: tuple[tuple[int, int], ...]
    threshold: int


@dataclass(frozen=True)
class Listed:
    """One list of groups in one version."""

    people: dict[str, Figure]
    total: Figure
    slack: tuple[int, int]


def check(summary: Summary, earlier: Sequence[Summary] = ()) -> None:
    """Raise `RepublicationRefused` when the summary, next to the earlier ones, would give a small number away."""
    found = weaknesses([*earlier, summary])
    if found:
        raise RepublicationRefused(place=found[0].place, number=len(found))


def weaknesses(versions: Sequence[Summary], *, newcomers: bool = True) -> list[Weakness]:
    """Everything in these versions, oldest first, that a reader can work out to within the threshold.

    `newcomers`: also how few people joined a group that is shown in two versions one after the other.
    """
    threshold = versions[-1].method.threshold
    found: list[Weakness] = []
    for series in all_series(versions):
        if newcomers:
            found += _steps(series, threshold)
        found += _ranges(series, threshold)
    return found


def all_series(versions: Sequence[Summary]) -> Iterator[Series]:
    """Every list of groups that is in any of the versions, oldest first."""
    threshold = versions[-1].method.threshold
    slacks = [_slack(version) for version in versions]
    for key in dict.fromkeys((t.activity, t.dimension) for v in versions for t in v.participation):
        shown = [
            Listed({row.code: row.people for row in table.rows}, table.people, slack)
            for version, slack in zip(versions, slacks, strict=True)
            for table in version.participation
            if (table.activity, table.dimension) == key and table.people.value is not None
        ]
        yield from _series(f"{key[0]} by {key[1]}", key[1], shown, threshold)
    for key in dict.fromkeys((t.activity, t.dimension) for v in versions for t in v.breakdowns):
        tables = [
            (table, slack)
            for version, slack in zip(versions, slacks, strict=True)
            for table in version.breakdowns
            if (table.activity, table.dimension) == key
        ]
        yield from _breakdown_series(key[1], tables, threshold)


def _slack(version: Summary) -> tuple[int, int]:
    """How much less and more than it shows a number of this version may stand for."""
    if version.subject.status == LIVE:
        return 0, version.method.threshold - 1
    return version.method.rounding // 2, version.method.rounding // 2


def _breakdown_series(
    dimension: str, tables: Sequence[tuple[BreakdownTable, tuple[int, int]]], threshold: int
) -> Iterator[Series]:
    for code in dict.fromkeys(row.code for table, _ in tables for row in table.rows):
        kept = [
            Listed({h.code: figure for h, figure in zip(table.heads, row.people, strict=True)}, row.total, slack)
            for table, slack in tables
            for row in table.rows
            if row.code == code and any(figure.value is not None for figure in row.people)
        ]
        yield from _series(f"{code} by {dimension}", dimension, kept, threshold)


def _series(place: str, dimension: str, lists: Sequence[Listed], threshold: int) -> Iterator[Series]:
    groups = tuple(dict.fromkeys(code for each in lists for code in each.people))
    if lists and groups:
        nobody = Figure(0)
        versions = tuple(tuple(_whole(each.people.get(code, nobody)) for code in groups) for each in lists)
        totals = tuple(int(each.total.value or 0) for each in lists)
        yield Series(place, dimension, groups, versions, totals, tuple(each.slack for each in lists), threshold)


def _whole(figure: Figure) -> int | None:
    return None if figure.value is None else int(figure.value)


def _steps(series: Series, threshold: int) -> Iterator[Weakness]:
    """A group, or everybody, shown twice with a few people more: those few are shown.

    Not where one of the two is rounded down to the threshold: the difference then stands for anything up to twice that.
    """
    if any(below != above for below, above in series.slacks):
        yield from _steps(_without_live(series), threshold)
        return
    for number, group in enumerate(series.groups):
        for before, after in zip(series.versions, series.versions[1:], strict=False):
            old, new = before[number], after[number]
            if old is not None and new is not None and 0 < abs(new - old) < threshold:
                yield Weakness(f"{series.place}: {group} changed by {abs(new - old)}", abs(new - old), abs(new - old))
    for earlier, later in zip(series.totals, series.totals[1:], strict=False):
        if 0 < abs(later - earlier) < threshold:
            yield Weakness(
                f"{series.place}: the total changed by {abs(later - earlier)}",
                abs(later - earlier),
                abs(later - earlier),
            )


def _without_live(series: Series) -> Series:
    kept = [place for place, (below, above) in enumerate(series.slacks) if below == above]
    return replace(
        series,
        versions=tuple(series.versions[place] for place in kept),
        totals=tuple(series.totals[place] for place in kept),
        slacks=tuple(series.slacks[place] for place in kept),
    )


def _ranges(series: Series, threshold: int) -> Iterator[Weakness]:
    edges = _edges(series)
    filled = feasible(edges)
    if filled is None:
        # Somebody left: readers cannot use that people only join, so every version stands for itself.
        if len(series.versions) > 1:
            for values, total, slack in zip(series.versions, series.totals, series.slacks, strict=True):
                yield from _ranges(replace(series, versions=(values,), totals=(total,), slacks=(slack,)), threshold)
        return
    for position, edge in enumerate(filled):
        if edge.hidden and edge.most == UNBOUNDED and isinstance(edge.tail, tuple) and edge.tail[0] == "group":
            low, high = interval(filled, position)
            if not wide_enough(low, high, threshold) and not _nothing_shown(series):
                yield Weakness(f"{series.place}: {edge.tail[2]}", low, high)


def _nothing_shown(series: Series) -> bool:
    """Everything is hidden: the range comes from the totals alone, and no table added to it."""
    return all(value is None for values in series.versions for value in values)


def _edges(series: Series) -> list[Edge]:
    """Joined people into each group of each version, on to the next version, and out at the end."""
    edges: list[Edge] = []
    last = len(series.versions) - 1
    for version, values in enumerate(series.versions):
        before = series.versions[version - 1] if version else (0,) * len(values)
        exact = series.slacks[version] == (0, 0) and (not version or series.slacks[version - 1] == (0, 0))
        for group, old, new in zip(series.groups, before, values, strict=True):
            joined = new - old if exact and old is not None and new is not None else None
            edges.append(Edge(("join", version), ("group", version, group), joined or 0, joined is None))
            onward = "end" if version == last else ("group", version + 1, group)
            edges += _shown(("group", version, group), onward, new, series.slacks[version], series.threshold)
        joined_all = series.totals[version] - (series.totals[version - 1] if version else 0)
        edges.append(Edge("end", ("join", version), joined_all, False))
    return edges


def _shown(tail: Node, head: Node, value: int | None, slack: tuple[int, int], threshold: int) -> Iterator[Edge]:
    """A number as it is shown: hidden, or known to within the slack. A 0 is a 0: one to nine people would be hidden."""
    if value is None:
        yield Edge(tail, head, 0, True)
        return
    below, above = slack if value else (0, 0)
    least = max(value - below, min(value, threshold))
    yield Edge(tail, head, least, False)
    if value + above > least:
        yield Edge(tail, head, 0, True, value + above - least)


def groupings_at_risk(versions: Sequence[Summary]) -> frozenset[str]:
    """The dimensions in which a hidden number of any version can be worked out, where the last version has them."""
    latest = {table.dimension for table in versions[-1].participation}
    at_risk = {
        series.dimension
        for series in all_series(versions)
        if series.dimension in latest and next(_ranges(series, series.threshold), None) is not None
    }
    return frozenset(at_risk)
