"""Shares adjusted to the population: which margins can be used, how, and when there must be no adjusted figure at all.

Needs notes 4.2, trust notes 5.2, UK notes section 7. Groups whose numbers are hidden, or with nobody in them, are taken
as one group; so weights tell nothing about them that is not published. People who did not say keep the share they have.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from participation.needs import weighting
from participation.needs.evidence import Activity, Cell
from participation.needs.figures import FEW, SHARE_BASE, SHOWN, Figure, rounded
from participation.needs.ranges import wilson
from participation.needs.refusals import WeightingRefused
from participation.needs.summary import MarginFit, WeightingReport
from participation.needs.taking_part import Margin

# No adjusted figure where weighting costs more than this (efficiency; UK notes, section 7: rethink below 40%).
LOWEST_EFFICIENCY = 0.4
# A group with this part of the population has to be there with enough people.
LARGE_GROUP = 0.05
# A misfit of a margin above this, in shares, is too much after trimming (issue: within 0.1 percentage points).
LARGEST_MISFIT = 0.001


@dataclass(frozen=True)
class Bin:
    """Groups of a dimension taken as one category, with their share of the population."""

    positions: tuple[int, ...]
    share: float


@dataclass(frozen=True)
class Weighted:
    """Weights of the cells of an activity, in a fixed order of the cells."""

    cells: tuple[tuple[str | None, ...], ...]
    people: tuple[int, ...]
    weights: weighting.Weights
    base: float

    def share(self, chose: Sequence[Cell]) -> Figure:
        """The adjusted share of people who chose something, with a Wilson range on the effective base."""
        counts: dict[tuple[str | None, ...], int] = {}
        for cell in chose:
            counts[cell.groups] = counts.get(cell.groups, 0) + cell.people
        part = weighting.weighted_share([counts.get(groups, 0) for groups in self.cells], self.people, self.weights)
        low, high = wilson(part, self.base)
        status = FEW if self.base < 100 else SHOWN
        return Figure(rounded(part), status, sum(self.people), rounded(low), rounded(high))


def adjust(activity: Activity, margins: Sequence[Margin], threshold: int) -> tuple[WeightingReport, Weighted | None]:
    """The weights of an activity and the report on them; no weights, and the reason, where they cannot be supported."""
    try:
        return _adjusted(activity, margins, threshold)
    except WeightingRefused as refusal:
        return WeightingReport(activity.code, False, str(refusal.facts["problem"])), None


def _adjusted(activity: Activity, margins: Sequence[Margin], threshold: int) -> tuple[WeightingReport, Weighted]:
    # Where a dimension is part of another, meeting the finer one meets the coarser.
    coarser = {margin.parent_place for margin in margins if margin.parent_place is not None and _is_usable(margin)}
    usable = {
        place: _bins(margin, threshold)
        for place, margin in enumerate(margins)
        if _is_usable(margin) and place not in coarser
    }
    if not usable:
        raise WeightingRefused(problem="there are no population figures to compare with.")
    merged: dict[tuple[str | None, ...], int] = {}
    for cell in activity.cells:
        merged[cell.groups] = merged.get(cell.groups, 0) + cell.people
    groups = tuple(sorted((g for g, n in merged.items() if n), key=lambda g: tuple((c is None, c or "") for c in g)))
    people = tuple(merged[g] for g in groups)
    asked = [_margin(margins[place], bins, groups, place) for place, bins in usable.items()]
    weights, touched = _weights(people, asked)
    base = weighting.effective_base(people, weights)
    report = _report(activity, {place: margins[place] for place in usable}, usable, people, weights, asked, touched)
    if base < SHARE_BASE:
        raise WeightingRefused(problem="after adjusting, they would weigh no more than those of a few people.")
    if base / sum(people) < LOWEST_EFFICIENCY:
        raise WeightingRefused(problem="too few people of some groups would have to stand for too many.")
    if (report.largest_misfit or 0) > LARGEST_MISFIT:
        raise WeightingRefused(problem="the groups could not be brought into line with the population.")
    return report, Weighted(groups, people, weights, base)


def _is_usable(margin: Margin) -> bool:
    known = bool(margin.dimension.population) and len(margin.mask) < len(margin.people)
    return known and margin.base >= SHARE_BASE and not margin.quoted


def _bins(margin: Margin, threshold: int) -> list[Bin]:
    """Categories of a dimension: each group alone, but those with too few people together."""
    groups, whole = margin.dimension.groups, margin.dimension.population or 1
    few = [i for i in range(len(groups)) if i in margin.mask or margin.people[i] < threshold]
    for i in few:
        # Whether a hidden group is below the threshold must not show, so a large hidden group refuses either way.
        if (groups[i].population or 0) >= LARGE_GROUP * whole:
            raise WeightingRefused(problem=f"the number of people from {groups[i].name} is too small or hidden.")
    rest = [i for i in range(len(groups)) if i not in few]
    while few and rest and sum(margin.people[i] for i in few) < threshold:
        nearest = min(rest, key=lambda i: (margin.people[i], i))
        few.append(nearest)
        rest.remove(nearest)
    bins: list[tuple[int, ...]] = [(i,) for i in rest]
    if few:
        bins.append(tuple(sorted(few)))
    return [Bin(places, sum(groups[i].population or 0 for i in places) / whole) for places in bins]


def _margin(
    margin: Margin, bins: Sequence[Bin], cells: Sequence[tuple[str | None, ...]], place: int
) -> weighting.Margin:
    """The category of each cell and the people each category should hold, "not stated" as many as it has."""
    codes = [group.code for group in margin.dimension.groups]
    label: dict[str | None, int] = {codes[i]: number for number, each in enumerate(bins) for i in each.positions}
    not_stated = margin.people[-1]
    if len(codes) in margin.mask and not_stated:
        # Their number is hidden: they go with the other hidden groups, or with the last group where there are none.
        label[None] = len(bins) - 1
        targets = [each.share * margin.total for each in bins]
    else:
        label[None] = len(bins)
        targets = [each.share * margin.stated for each in bins] + [float(not_stated)]
    return weighting.Margin([label[groups[place]] for groups in cells], targets)


def _weights(people: Sequence[int], asked: Sequence[weighting.Margin]) -> tuple[weighting.Weights, int]:
    """Raked, trimmed to 0.2 to 5 times the mean, raked once more."""
    raked = weighting.rake(people, asked)
    if not raked.converged:
        raise WeightingRefused(problem="the groups could not be brought into line with the population.")
    cut, touched = weighting.trimmed(people, raked.weights)
    if touched:
        cut = weighting.rake(people, asked, start=cut).weights
    return cut * (sum(people) / float(np.dot(cut, people))), touched


def _report(
    activity: Activity,
    margins: Mapping[int, Margin],
    bins: Mapping[int, list[Bin]],
    people: Sequence[int],
    weights: weighting.Weights,
    asked: Sequence[weighting.Margin],
    touched: int,
) -> WeightingReport:
    base, number = weighting.effective_base(people, weights), sum(people)
    fit = [
        row
        for place, each in zip(margins, asked, strict=True)
        for row in _fit(margins[place], bins[place], people, weights, each)
    ]
    return WeightingReport(
        activity=activity.code,
        used=True,
        reason="",
        dimensions=tuple(margin.dimension.name for margin in margins.values()),
        merged=tuple(
            _merged_words(margins[place], each) for place in margins for each in bins[place] if len(each.positions) > 1
        ),
        people=number,
        effective_base=round(base, 2),
        design_effect=rounded(number / base),
        efficiency=rounded(base / number),
        lowest_weight=rounded(float(weights.min())),
        highest_weight=rounded(float(weights.max())),
        trimmed=touched,
        largest_misfit=max((round(abs(row.after - row.target), 6) for row in fit), default=0.0),
        fit=tuple(fit),
    )


def _merged_words(margin: Margin, each: Bin) -> str:
    return f"{margin.dimension.name}: {', '.join(margin.dimension.groups[i].name for i in each.positions)}"


def _fit(
    margin: Margin, bins: Sequence[Bin], people: Sequence[int], weights: weighting.Weights, asked: weighting.Margin
) -> list[MarginFit]:
    """How each category stood before and stands after, of the people in any category of the margin."""
    labels = np.asarray(asked.labels)
    held = np.bincount(labels, np.asarray(people) * weights, len(asked.targets))[: len(bins)]
    plain = np.bincount(labels, np.asarray(people), len(asked.targets))[: len(bins)]
    names = [", ".join(margin.dimension.groups[i].name for i in each.positions) for each in bins]
    return [
        MarginFit(
            dimension=margin.dimension.name,
            group=name,
            target=rounded(each.share),
            before=rounded(float(plain[number] / plain.sum())),
            after=rounded(float(held[number] / held.sum())),
        )
        for number, (name, each) in enumerate(zip(names, bins, strict=True))
    ]
