"""What a reader of published summaries, this one and all earlier ones, can work out about hidden numbers.

Looks only at what is published, never at the evidence, so it is a second pair of eyes on `suppression` and the check
that stands between a new version and its publication (UK notes, section 8: differencing; needs notes, 4.13). Readers
may know that people only join: a later count of a group is not below an earlier one.

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


@dataclass(frozen=True)
class Weakness:
    """A number that can be worked out too closely: where, and the range a reader gets."""

    place: str
    low: int
    high: int


@dataclass(frozen=True)
class Series:
    """One list of groups as published version after version; None = hidden. `totals` are visible, and exact.

    A number that is shown may be `slack` less or more than what it stands for.
    """

    place: str
    groups: tuple[str, ...]
    versions: tuple[tuple[int | None, ...], ...]
    totals: tuple[int, ...]
    slack: int = 0


def check(summary: Summary, earlier: Sequence[Summary] = ()) -> None:
    """Raise `RepublicationRefused` when the summary, next to the earlier ones, would give a small number away."""
    found = weaknesses([*earlier, summary])
    if found:
        raise RepublicationRefused(place=found[0].place, number=len(found))


def weaknesses(versions: Sequence[Summary]) -> list[Weakness]:
    """Everything in these versions, oldest first, that a reader can work out to within the threshold."""
    threshold = versions[-1].method.threshold
    found: list[Weakness] = []
    for series in _all_series(versions):
        found += _steps(series, threshold)
        found += _ranges(series, threshold)
    return found


def _all_series(versions: Sequence[Summary]) -> Iterator[Series]:
    slack = max(version.method.rounding for version in versions) // 2
    for key in dict.fromkeys((t.activity, t.dimension) for v in versions for t in v.participation):
        tables = [t for v in versions for t in v.participation if (t.activity, t.dimension) == key]
        shown = [t for t in tables if t.people.value is not None]
        lists = [{row.code: row.people for row in t.rows} for t in shown]
        yield from _series(f"{key[0]} by {key[1]}", lists, [t.people for t in shown], slack)
    for place in dict.fromkeys((t.activity, t.dimension) for v in versions for t in v.breakdowns):
        yield from _breakdown_series(
            place, [t for v in versions for t in v.breakdowns if (t.activity, t.dimension) == place], slack
        )


def _breakdown_series(place: tuple[str, str], tables: Sequence[BreakdownTable], slack: int) -> Iterator[Series]:
    for code in dict.fromkeys(row.code for table in tables for row in table.rows):
        rows = [(table, row) for table in tables for row in table.rows if row.code == code]
        kept = [(t, r) for t, r in rows if any(figure.value is not None for figure in r.people)]
        lists = [{head.code: figure for head, figure in zip(t.heads, r.people, strict=True)} for t, r in kept]
        yield from _series(f"{code} by {place[1]}", lists, [row.total for _, row in kept], slack)


def _series(place: str, lists: Sequence[dict[str, Figure]], totals: Sequence[Figure], slack: int) -> Iterator[Series]:
    groups = tuple(dict.fromkeys(code for each in lists for code in each))
    if lists and groups:
        nobody = Figure(0)
        versions = tuple(tuple(_whole(each.get(code, nobody)) for code in groups) for each in lists)
        yield Series(place, groups, versions, tuple(int(total.value or 0) for total in totals), slack)


def _whole(figure: Figure) -> int | None:
    return None if figure.value is None else int(figure.value)


def _steps(series: Series, threshold: int) -> Iterator[Weakness]:
    """A group, or everybody, shown twice with a few people more: those few are shown."""
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


def _ranges(series: Series, threshold: int) -> Iterator[Weakness]:
    edges = _edges(series)
    filled = feasible(edges)
    if filled is None:
        # Somebody left: readers cannot use that people only join, so every version stands for itself.
        if len(series.versions) > 1:
            for values, total in zip(series.versions, series.totals, strict=True):
                yield from _ranges(replace(series, versions=(values,), totals=(total,)), threshold)
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
        for group, old, new in zip(series.groups, before, values, strict=True):
            joined = None if old is None or new is None or series.slack else new - old
            edges.append(Edge(("join", version), ("group", version, group), joined or 0, joined is None))
            onward = "end" if version == last else ("group", version + 1, group)
            edges += _shown(("group", version, group), onward, new, series.slack)
        joined_all = series.totals[version] - (series.totals[version - 1] if version else 0)
        edges.append(Edge("end", ("join", version), joined_all, False))
    return edges


def _shown(tail: Node, head: Node, value: int | None, slack: int) -> Iterator[Edge]:
    """A number as it is shown: hidden, or known to within the slack. A 0 is a 0: one to nine people would be hidden."""
    if value is None:
        yield Edge(tail, head, 0, True)
        return
    least = value - slack if value else 0
    yield Edge(tail, head, least, False)
    if value and slack:
        yield Edge(tail, head, 0, True, 2 * slack)
