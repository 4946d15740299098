"""Opinion groups from agree and disagree votes, shown only when they hold still (needs notes, section 5).

People are placed by the two main directions of their votes and clustered. The largest number of groups is taken for
which the directions stand out against shuffled votes, refits on most of the statements find the same groups, and no
group is small. Otherwise there are no opinion groups. Statements about people themselves, and rejected ones, must be
left out before. Which group a person is in is for computing only: it is never shown.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from participation.needs.generator import Generator

FEWEST_VOTES = 7
MOST_GROUPS = 5
STARTS = 10
REFITS = 20
KEPT_STATEMENTS = 0.8
OVER_SHUFFLED = 2.5
MEAN_AGREEMENT, WORST_AGREEMENT = 0.8, 0.6
SMALLEST, SMALLEST_SHARE = 10, 0.05
# Above this many people a random part of them is looked at.
MOST_PEOPLE = 5_000

Numbers = NDArray[np.float64]
Labels = NDArray[np.int64]


@dataclass(frozen=True)
class Candidate:
    """One number of groups, and why it may or may not be shown."""

    groups: int
    sizes: tuple[int, ...]
    mean_agreement: float
    worst_agreement: float
    passes: bool


@dataclass(frozen=True)
class OpinionGroups:
    """What the gate decided. `labels` gives each kept row its group, 0 the largest; empty when there are none."""

    people: tuple[int, ...]
    labels: tuple[int, ...]
    explained: float
    explained_shuffled: float
    candidates: tuple[Candidate, ...]

    @property
    def groups(self) -> int:
        return len(set(self.labels))


def find_groups(votes: Sequence[Sequence[float]] | Numbers, *, left_out: int = 0, seed: int = 0) -> OpinionGroups:
    """Groups in a table of votes: 1 agree, -1 disagree, 0 pass, NaN not seen; a row a person, a column a statement.

    `left_out` is how many further statements residents could vote on that are not in the table (rejected ones, ones
    about people themselves). `people` of the answer are the rows with 7 votes or more, the only ones that are grouped.
    """
    table = np.asarray(votes, dtype=np.float64)
    cast = (~np.isnan(table)).sum(axis=1)
    generator = Generator(seed)
    voters = np.flatnonzero(cast > 0)
    if len(voters) > MOST_PEOPLE:
        voters = np.sort(_shuffled(voters, generator)[:MOST_PEOPLE])
    table = table[voters]
    table = table[:, (~np.isnan(table)).any(axis=0)] if len(voters) else table
    grouped = np.flatnonzero(cast[voters] >= FEWEST_VOTES)
    people = tuple(voters[grouped].tolist())
    if len(people) < 2 * SMALLEST or table.shape[1] < 3:
        return OpinionGroups(people, (), 0.0, 0.0, ())
    places, explained = positions(table, left_out)
    _, shuffled = positions(_within_columns(table, generator), left_out)
    found = {k: k_means(places[grouped], k, generator) for k in range(2, MOST_GROUPS + 1)}
    agreement = _agreements(table, grouped, left_out, found, generator)
    stands_out = explained >= OVER_SHUFFLED * shuffled
    candidates = tuple(_candidate(k, labels, agreement[k], stands_out) for k, labels in found.items())
    passing = [candidate.groups for candidate in candidates if candidate.passes]
    labels = _by_size(found[max(passing)]) if passing else np.empty(0, dtype=np.int64)
    return OpinionGroups(people, tuple(labels.tolist()), explained, shuffled, candidates)


def positions(table: Numbers, left_out: float = 0) -> tuple[Numbers, float]:
    """Where people stand on the two main directions, and how much of the variance those explain.

    Votes not cast count as the statement's mean; people who voted on few statements are moved outwards by
    sqrt(statements / votes cast), as they could not show how far out they are. As in Pol.is, statements that were left
    out count as voted on by everybody, which tames the move.
    """
    seen = ~np.isnan(table)
    means = np.nanmean(table, axis=0)
    centred = np.where(seen, table - means, 0.0)
    values, vectors = np.linalg.eigh(centred.T @ centred)
    axes = vectors[:, ::-1][:, :2]
    # A direction has no sign of its own: its largest component is made positive.
    axes = axes * np.sign(axes[np.abs(axes).argmax(axis=0), [0, 1]])
    scale = np.sqrt((table.shape[1] + left_out) / (seen.sum(axis=1) + left_out))
    total = float(values.sum())
    return centred @ axes * scale[:, None], float(values[-2:].sum()) / total if total > 0 else 0.0


def k_means(places: Numbers, groups: int, generator: Generator) -> Labels:
    """The best of ten starts of Lloyd's algorithm, each begun by k-means++ (Arthur and Vassilvitskii 2007)."""
    best, smallest = np.zeros(len(places), dtype=np.int64), np.inf
    for _ in range(STARTS):
        labels, spread = _lloyd(places, _first_centres(places, groups, generator))
        if spread < smallest - 1e-12:
            best, smallest = labels, spread
    return best


def _first_centres(places: Numbers, groups: int, generator: Generator) -> Numbers:
    chosen = [int(generator.below(len(places), 1)[0])]
    for _ in range(groups - 1):
        away = np.min([((places - places[c]) ** 2).sum(axis=1) for c in chosen], axis=0)
        reach = np.cumsum(away)
        if reach[-1] == 0:
            chosen.append(int(generator.below(len(places), 1)[0]))
            continue
        point = float(generator.words(1)[0] >> np.uint64(11)) / (1 << 53) * reach[-1]
        chosen.append(min(int(np.searchsorted(reach, point, side="right")), len(places) - 1))
    return places[chosen]


def _lloyd(places: Numbers, centres: Numbers) -> tuple[Labels, float]:
    labels = np.full(len(places), -1, dtype=np.int64)
    for _ in range(200):
        # The nearest centre, without the part of the distance that is the same for all of them.
        nearest = ((centres * centres).sum(axis=1) - 2 * places @ centres.T).argmin(axis=1).astype(np.int64)
        if np.array_equal(nearest, labels):
            break
        labels = nearest
        sizes = np.bincount(labels, minlength=len(centres))
        sums = np.stack([np.bincount(labels, places[:, axis], len(centres)) for axis in (0, 1)], axis=1)
        centres = np.where(sizes[:, None] > 0, sums / np.maximum(sizes, 1)[:, None], centres)
    return labels, float(((places - centres[labels]) ** 2).sum())


def _within_columns(table: Numbers, generator: Generator) -> Numbers:
    """The same votes on every statement, handed to other people who voted on it."""
    mixed = table.copy()
    for column in range(table.shape[1]):
        rows = np.flatnonzero(~np.isnan(table[:, column]))
        mixed[rows, column] = table[_shuffled(rows, generator), column]
    return mixed


def _shuffled(values: Labels, generator: Generator) -> Labels:
    return values[np.argsort(generator.words(len(values)), kind="stable")]


def _agreements(
    table: Numbers, grouped: Labels, left_out: float, found: dict[int, Labels], generator: Generator
) -> dict[int, list[float]]:
    """How far groups found on a random 80% of the statements agree with those found on all."""
    agreement: dict[int, list[float]] = {k: [] for k in found}
    columns = np.arange(table.shape[1])
    kept = max(3, round(KEPT_STATEMENTS * len(columns)))
    for _ in range(REFITS):
        part = table[:, np.sort(_shuffled(columns, generator)[:kept])]
        rows = np.flatnonzero((~np.isnan(part)).any(axis=1))
        places, _ = positions(part[rows], left_out * KEPT_STATEMENTS)
        inside = np.isin(grouped, rows)
        here = np.searchsorted(rows, grouped[inside])
        for k, labels in found.items():
            agreement[k].append(adjusted_rand(labels[inside], k_means(places[here], k, generator)))
    return agreement


def _candidate(groups: int, labels: Labels, agreement: Sequence[float], stands_out: bool) -> Candidate:
    sizes = tuple(sorted(np.bincount(labels, minlength=groups).tolist()))
    ordered = sorted(agreement)
    mean, worst = sum(ordered) / len(ordered), ordered[len(ordered) // 10]
    large = sizes[0] >= max(SMALLEST, SMALLEST_SHARE * len(labels))
    passes = stands_out and large and mean >= MEAN_AGREEMENT and worst >= WORST_AGREEMENT
    return Candidate(groups, sizes, mean, worst, passes)


def _by_size(labels: Labels) -> Labels:
    """Groups numbered from the largest."""
    sizes = np.bincount(labels)
    order = np.argsort(-sizes, kind="stable")
    renamed = np.empty_like(order)
    renamed[order] = np.arange(len(order))
    return renamed[labels]


def adjusted_rand(first: Labels, second: Labels) -> float:
    """Hubert and Arabie's (1985) agreement of two groupings: 1 when equal, about 0 by luck."""
    table = np.zeros((int(first.max()) + 1, int(second.max()) + 1))
    np.add.at(table, (first, second), 1)
    pairs = _pairs(table).sum()
    rows, columns = _pairs(table.sum(axis=1)).sum(), _pairs(table.sum(axis=0)).sum()
    expected = rows * columns / _pairs(np.array(float(len(first))))
    most = (rows + columns) / 2
    return 1.0 if most == expected else float((pairs - expected) / (most - expected))


def _pairs(counts: Numbers) -> Numbers:
    pairs: Numbers = counts * (counts - 1) / 2
    return pairs
