"""Each group against everybody else, corrected for the number of looks (needs notes, 4.10; UK notes, section 4)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from participation.needs.breakdowns import Crossing
from participation.needs.figures import Figure, not_available, rounded
from participation.needs.multiplicity import benjamini_hochberg, holm
from participation.needs.ranges import newcombe, two_shares
from participation.needs.summary import ComparisonRow
from participation.needs.taking_part import Margin

CLEAR, NOT_CLEAR, TOO_FEW = "clear difference", "no clear difference", "too few"
LEVEL = 0.05
SMALLEST_DIFFERENCE = 0.1
SMALLEST_BASE = 30


@dataclass(frozen=True)
class Side:
    """How many of a group chose something; bases may be effective ones."""

    chose: float
    base: float

    @property
    def share(self) -> float:
        return self.chose / self.base


@dataclass(frozen=True)
class AgainstRest:
    """A group's share less everybody else's, with Newcombe's range and p-values; no test where a side is too small."""

    group: Side
    rest: Side
    difference: float
    lower: float
    upper: float
    z: float
    p: float
    p_holm: float
    verdict: str


def against_the_rest(groups: Sequence[Side], whole: Side | None = None) -> list[AgainstRest | None]:
    """Each group against everybody else, Holm over the groups. None where nobody is on one side.

    Everybody is `whole`, or all the groups together.

    A difference is clear when its adjusted p is below 0.05, it is 10 points or more, and both sides have 30 or more.
    """
    everybody = whole or Side(sum(side.chose for side in groups), sum(side.base for side in groups))
    pairs = [(side, Side(everybody.chose - side.chose, everybody.base - side.base)) for side in groups]
    tested = [pair for pair in pairs if _large(pair)]
    adjusted = iter(holm([two_shares(g.share, g.base, r.share, r.base)[1] for g, r in tested]))
    return [_against(pair, next(adjusted) if _large(pair) else None) for pair in pairs]


def _large(pair: tuple[Side, Side]) -> bool:
    return min(pair[0].base, pair[1].base) >= SMALLEST_BASE


def _against(pair: tuple[Side, Side], p_holm: float | None) -> AgainstRest | None:
    group, rest = pair
    if group.base <= 0 or rest.base <= 0:
        return None
    z, p = two_shares(group.share, group.base, rest.share, rest.base)
    low, high = newcombe(group.share, group.base, rest.share, rest.base)
    difference = group.share - rest.share
    if p_holm is None:
        return AgainstRest(group, rest, difference, low, high, z, p, 1.0, TOO_FEW)
    clear = p_holm < LEVEL and abs(difference) >= SMALLEST_DIFFERENCE
    return AgainstRest(group, rest, difference, low, high, z, p, p_holm, CLEAR if clear else NOT_CLEAR)


def flags(p_values: Sequence[float]) -> list[bool]:
    """Which of many findings to list: Benjamini and Hochberg at 5% over all of them."""
    return [q < LEVEL for q in benjamini_hochberg(p_values)]


def comparison_rows(activity: str, margin: Margin, crossed: Sequence[Crossing]) -> list[ComparisonRow]:
    """Every group of a dimension against everybody else, for every choice; groups that are hidden are left out.

    What is compared is what a breakdown shows, so the comparison tells nothing more. "Not stated" is part of the rest.
    """
    return [row for crossing in crossed for row in _rows_of(activity, margin, crossing)]


def _rows_of(activity: str, margin: Margin, crossing: Crossing) -> list[ComparisonRow]:
    groups = margin.dimension.groups
    places = [i for i in range(len(groups)) if i not in crossing.mask and margin.people[i] > 0]
    whole = Side(crossing.choice.total, margin.total)
    sides = [Side(crossing.chose[i], margin.people[i]) for i in places]
    return [
        ComparisonRow(
            activity=activity,
            dimension=margin.dimension.code,
            dimension_name=margin.dimension.name,
            group_code=groups[i].code,
            group_name=groups[i].name,
            code=crossing.choice.code,
            title=crossing.choice.title,
            share=_share(found.group, found.verdict),
            rest=_share(found.rest, found.verdict),
            difference=_difference(found),
            p_adjusted=not_available() if found.verdict == TOO_FEW else Figure(float(f"{found.p_holm:.4g}")),
            verdict=found.verdict,
        )
        for i, found in zip(places, against_the_rest(sides, whole), strict=True)
        if found is not None
    ]


def _share(side: Side, verdict: str) -> Figure:
    return not_available() if verdict == TOO_FEW else Figure(rounded(side.share), "", int(side.base))


def _difference(found: AgainstRest) -> Figure:
    if found.verdict == TOO_FEW:
        return not_available()
    return Figure(rounded(found.difference), "", int(found.group.base), rounded(found.lower), rounded(found.upper))


def corrected(rows: Sequence[ComparisonRow]) -> tuple[ComparisonRow, ...]:
    """The same rows, a difference staying clear only if it also stands among all that are made together."""
    kept = iter(flags([row.p_adjusted.value for row in rows if row.p_adjusted.value is not None]))
    made = []
    for row in rows:
        stands = row.p_adjusted.value is None or next(kept)
        made.append(replace(row, verdict=NOT_CLEAR) if row.verdict == CLEAR and not stands else row)
    return tuple(made)
