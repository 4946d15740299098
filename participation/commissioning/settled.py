"""What residents said, as it stood when nothing could be said any more: later figures by group are made of that.

People go on deleting accounts, correcting their details and taking needs back, and moderators go on merging needs, after the
close. Counted anew each time, the figures of a preview would tell somebody who looks before and after who that was. So the
numbers are kept once (`settling`): by the worker after a fold, or just before the first such act, whichever comes first. From
then on (`said`) they stand; a need that is no longer published goes, and needs that were merged count each person once, which
the kept patterns of what people chose together tell. Only where moderators publish a need afterwards (an appeal, a merge undone)
is everything counted anew, and the policy leaves out what that would give away.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace

from sqlalchemy import select
from sqlalchemy.orm import aliased

from participation.commissioning import counts
from participation.commissioning.counts import PeopleCell, PublishedPriority
from participation.commissioning.live.models import SettledCount
from participation.extensions import db
from participation.priorities.models import Priority, PriorityMerge


@dataclass(frozen=True, slots=True)
class Said:
    """The counts of one consultation; needs by their public names. `only_refused` people have nothing but refused needs."""

    people: tuple[PeopleCell, ...] = ()
    supporters: Mapping[str, tuple[PeopleCell, ...]] = field(default_factory=dict)
    together: Mapping[tuple[str, ...], int] = field(default_factory=dict)
    apart: int = 0
    apart_of: Mapping[str, int] = field(default_factory=dict)
    only_refused: int = 0
    # Supporters in all of needs whose `supporters` by group are not known.
    whole: Mapping[str, int] = field(default_factory=dict)

    def number_of(self, code: str) -> int:
        """The distinct supporters of a need."""
        return self.whole.get(code, sum(cell.people for cell in self.supporters.get(code, ())))


def counted(consultation_ids: Sequence[int], published: Sequence[PublishedPriority] | None = None) -> dict[int, Said]:
    """By consultation: what residents have said, counted now; `published` are their needs, where the caller has read them."""
    rows = counts.published_priorities(consultation_ids) if published is None else published
    names = {row.id: row.public_id for row in rows}
    homes: dict[int, list[int]] = {}
    for row in rows:
        homes.setdefault(row.consultation_id, []).append(row.id)
    people, apart = counts.participants(consultation_ids), counts.heard_apart(consultation_ids)
    outside = counts.submissions(consultation_ids)
    supporters, apart_of = counts.supporters(consultation_ids), counts.supporters_apart(consultation_ids)
    patterns = counts.supported_together(consultation_ids)
    return {
        each: Said(
            people=tuple(people.get(each, ())),
            supporters={names[key]: tuple(supporters.get(key, ())) for key in homes.get(each, ())},
            together=_named(patterns.get(each, Counter()), names),
            apart=apart.get(each, 0),
            apart_of={names[key]: apart_of[key] for key in homes.get(each, ()) if key in apart_of},
            only_refused=outside.get(each, counts.Submissions()).only_refused,
        )
        for each in consultation_ids
    }


def said(consultation_id: int, published: Sequence[PublishedPriority] | None = None) -> Said:
    """What figures are made of now: the settled numbers where there are such and they fit what is published, or a count."""
    rows = counts.published_priorities([consultation_id]) if published is None else published
    kept = kept_of([consultation_id]).get(consultation_id)
    if kept is not None:
        fitted = fitted_to(kept, {row.public_id for row in rows}, _told_as(consultation_id))
        if fitted is not None and not fitted.whole:
            return fitted
        if fitted is not None:
            return _with_groups(fitted, counted([consultation_id], rows)[consultation_id])
    return counted([consultation_id], rows)[consultation_id]


def replaced(consultation_id: int) -> Said | None:
    """The settled numbers, where figures are no longer simply those: readers may have seen figures made of them."""
    kept = kept_of([consultation_id]).get(consultation_id)
    if kept is None:
        return None
    now = said(consultation_id)
    same = now.people == kept.people and all(
        kept.supporters.get(code) == cells for code, cells in now.supporters.items()
    )
    return None if same and not now.whole else kept


def fitted_to(kept: Said, published: AbstractSet[str], told_as: Mapping[str, str]) -> Said | None:
    """The numbers of the needs that are published now; None where one is that was not published then.

    The supporters of needs that were told as one since are counted from the patterns, each person once (`whole`).
    """
    if published - set(kept.supporters):
        return None
    ends = {code: told_as.get(code, code) for code in kept.supporters}
    inside = Counter(end for end in ends.values() if end in published)
    together = Counter[tuple[str, ...]]()
    for codes, people in kept.together.items():
        together[tuple(sorted({ends[code] for code in codes if ends[code] in published}))] += people
    grown = {code for code in published if inside[code] > 1}
    apart = {code: kept.apart_of[code] for code in sorted(published) if code in kept.apart_of}
    return replace(
        kept,
        supporters={code: kept.supporters[code] for code in sorted(published - grown)},
        together={codes: people for codes, people in together.items() if codes},
        apart_of=apart,
        whole={code: sum(people for codes, people in together.items() if code in codes) for code in sorted(grown)},
    )


def _with_groups(fitted: Said, now: Said) -> Said:
    """Who supports needs that grew, by group as counted now, if nobody left since."""
    known = {code: now.supporters[code] for code, people in fitted.whole.items() if now.number_of(code) == people}
    supporters = {**fitted.supporters, **known}
    return replace(
        fitted,
        supporters=dict(sorted(supporters.items())),
        whole={code: people for code, people in fitted.whole.items() if code not in known},
    )


def written(one: Said) -> str:
    """As text, in one order. In patterns a need is its place among them: of a million people there are very many."""
    place = {code: number for number, code in enumerate(one.supporters)}
    return json.dumps(
        {
            "people": _rows(one.people),
            "supporters": {code: _rows(cells) for code, cells in one.supporters.items()},
            "needs": list(place),
            "together": sorted([[place[code] for code in codes], people] for codes, people in one.together.items()),
            "apart": one.apart,
            "apart_of": dict(one.apart_of),
            "only_refused": one.only_refused,
        },
        sort_keys=True,
        separators=(",", ":"),
    )


def _read(body: str) -> Said:
    found = json.loads(body)
    return Said(
        people=_cells(found["people"]),
        supporters={code: _cells(rows) for code, rows in found["supporters"].items()},
        together={tuple(found["needs"][place] for place in codes): people for codes, people in found["together"]},
        apart=found["apart"],
        apart_of=found["apart_of"],
        only_refused=found["only_refused"],
    )


def _rows(cells: Iterable[PeopleCell]) -> list[list[str | int | None]]:
    return [[cell.ward, cell.age_band, cell.sex, cell.people] for cell in sorted(cells, key=str)]


def _cells(rows: Iterable[tuple[str | None, str | None, str | None, int]]) -> tuple[PeopleCell, ...]:
    return tuple(PeopleCell(*row) for row in rows)


def kept_of(consultation_ids: Sequence[int]) -> dict[int, Said]:
    """By consultation that has settled: its numbers as they were then."""
    found = db.session.execute(
        select(SettledCount.consultation_id, SettledCount.body).where(
            SettledCount.consultation_id.in_(consultation_ids)
        )
    )
    return {key: _read(body) for key, body in found}


def _named(patterns: Mapping[tuple[int, ...], int], names: Mapping[int, str]) -> dict[tuple[str, ...], int]:
    found = Counter[tuple[str, ...]]()
    for keys, people in patterns.items():
        found[tuple(sorted(names[key] for key in keys))] += people
    return dict(found)


def _told_as(consultation_id: int) -> dict[str, str]:
    """By need that was merged into another: the one it is told as, through any number of merges."""
    merged, kept = aliased(Priority), aliased(Priority)
    query = (
        select(merged.public_id, kept.public_id)
        .select_from(PriorityMerge)
        .join(merged, merged.id == PriorityMerge.merged_id)
        .join(kept, kept.id == PriorityMerge.kept_id)
        .where(merged.consultation_id == consultation_id, PriorityMerge.undone_at.is_(None))
    )
    steps = {row[0]: row[1] for row in db.session.execute(query)}
    found = {}
    for code in steps:
        end, seen = code, set[str]()
        while end in steps and end not in seen:
            seen.add(end)
            end = steps[end]
        found[code] = end
    return found
