"""Evidence with less about groups in it: what may not be told by group is taken out before any figure is made."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from participation.needs.evidence import Cell, Evidence, VoteEvidence


def only_whole(evidence: Evidence) -> Evidence:
    """The evidence about everybody together. How many people live here by group stays: it is public."""
    vote = evidence.vote
    return replace(
        evidence,
        activities=tuple(replace(activity, cells=()) for activity in evidence.activities),
        priorities=tuple(replace(priority, cells=()) for priority in evidence.priorities),
        vote=vote and replace(vote, options=tuple(replace(option, cells=()) for option in vote.options)),
        groups_later=True,
    )


def without_parts(evidence: Evidence) -> Evidence:
    """The evidence without dimensions whose groups are parts of those of another: of wards and groups of wards, the groups."""
    parts = {dimension.code for dimension in evidence.dimensions if dimension.parent}
    return replace(without(evidence, parts), left_out=evidence.left_out) if parts else evidence


def without(evidence: Evidence, dimensions: Collection[str]) -> Evidence:
    """The evidence without these dimensions, and without those that are made of their groups."""
    gone = set(dimensions)
    for dimension in evidence.dimensions:
        if dimension.parent in gone:
            gone.add(dimension.code)
    kept = [place for place, dimension in enumerate(evidence.dimensions) if dimension.code not in gone]
    return replace(
        evidence,
        dimensions=tuple(evidence.dimensions[place] for place in kept),
        activities=tuple(replace(one, cells=_cells(one.cells, kept)) for one in evidence.activities),
        priorities=tuple(replace(one, cells=_cells(one.cells, kept)) for one in evidence.priorities),
        vote=evidence.vote and _vote(evidence.vote, kept),
        left_out=(
            *evidence.left_out,
            *(dimension.name for dimension in evidence.dimensions if dimension.code in gone),
        ),
    )


def without_choices(evidence: Evidence, codes: Collection[str]) -> Evidence:
    """The evidence without who chose these needs and options by group; how many did in all stays."""
    vote = evidence.vote
    options = () if vote is None else tuple(replace(o, cells=()) if o.code in codes else o for o in vote.options)
    titles = [one.title for one in evidence.priorities if one.code in codes]
    titles += [option.title for option in options if option.code in codes]
    return replace(
        evidence,
        priorities=tuple(replace(one, cells=()) if one.code in codes else one for one in evidence.priorities),
        vote=vote and replace(vote, options=options),
        silent=(*evidence.silent, *titles),
    )


def _vote(vote: VoteEvidence, kept: list[int]) -> VoteEvidence:
    return replace(vote, options=tuple(replace(one, cells=_cells(one.cells, kept)) for one in vote.options))


def _cells(cells: tuple[Cell, ...], kept: list[int]) -> tuple[Cell, ...]:
    summed: dict[tuple[str | None, ...], int] = {}
    for cell in cells:
        groups = tuple(cell.groups[place] for place in kept)
        summed[groups] = summed.get(groups, 0) + cell.people
    return tuple(Cell(groups, people) for groups, people in summed.items()) if kept else ()
