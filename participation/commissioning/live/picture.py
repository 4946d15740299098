"""The live picture of one consultation, read from the sums: a few hundred rows, however many residents took part.

Redis may keep the finished rows for as long as no fold changed them, and may lose them at any moment: without it the sums are
read again, with the same result. People by group go through the one disclosure policy like every other figure.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from typing import Any

import redis
from flask import current_app
from sqlalchemy import func, select

from participation import clock
from participation.budgets.models import ServiceGroup
from participation.commissioning import figure_words as say
from participation.commissioning import policy
from participation.commissioning.frames import frame_of
from participation.commissioning.gather import ACTIVITY_NAMES, subject_of
from participation.commissioning.live.measures import PEOPLE, SUBMISSIONS, SUPPORT, THEMES
from participation.commissioning.live.models import RollupCell, RollupState
from participation.commissioning.reading_people import TakingPart, taking_part
from participation.commissioning.service import moves, newest_step, seen_on_the_way, settled_summary
from participation.commissioning.themes.models import Theme
from participation.consultations.models import Consultation
from participation.councils.models import Ward
from participation.extensions import db
from participation.needs.evidence import PRIORITIES, Activity, Evidence
from participation.needs.summary import Summary

KEPT_SECONDS = 60
Row = tuple[str, str, str, str, int]


@dataclass(frozen=True, slots=True)
class Picture:
    """What moderators and commissioners see while a consultation gathers. Numbers of submissions; people by the policy."""

    folded_at: datetime | None
    waiting: int
    published: int
    refused: int
    people: str
    taking_part: Sequence[TakingPart]
    by_service: Sequence[tuple[str, int, int]]
    by_theme: Sequence[tuple[str, int]]
    by_day: Sequence[tuple[str, int]]
    # Numbers of people and support are rounded down to so many while people can take part; 0 = they are not.
    step: int = 0
    # From when the tables of groups are, while people can take part; None before the first.
    stepped_at: datetime | None = None


def picture(consultation: Consultation) -> Picture:
    """The picture as of the last fold."""
    state = db.session.get(RollupState, 1)
    found = _kept(consultation.id, state)
    rows: list[Row] = [(row[0], row[1], row[2], row[3], row[4]) for row in found["rows"]]
    states: Counter[str] = Counter()
    for measure, first, _, _, number in rows:
        if measure == SUBMISSIONS:
            states[first] += number
    moving = moves(consultation, states["waiting"], clock.now())
    evidence = people_by_group(consultation, rows)
    stepped = newest_step(consultation.id) if moving else None
    if moving:
        tables = [_down(table, stepped[0]) for table in taking_part(stepped[0])] if stepped else []
    else:
        summary = settled_summary([consultation.id]).get(consultation.id) or policy.disclosed(
            evidence, seen=seen_on_the_way(consultation, clock.now())
        )
        tables = taking_part(summary)
    return Picture(
        folded_at=state.folded_at if state else None,
        waiting=states["waiting"],
        published=states["published"],
        refused=states["refused"],
        people=_people(evidence, moving),
        taking_part=tables,
        by_service=_by_service(rows, moving),
        step=policy.threshold() if moving else 0,
        stepped_at=stepped[1] if stepped else None,
        by_theme=_by_theme(rows),
        by_day=[(say.day(day), number) for day, number in found["days"]],
    )


def _down(table: TakingPart, step: Summary) -> TakingPart:
    """The number of everybody is exact in a step, for the audit; a page that moves shows it rounded down like the rest."""
    everybody = max((int(one.people.value or 0) for one in step.participation), default=0)
    return replace(table, people=f"{policy.seen_moving(everybody):,}")


def _people(evidence: Evidence, moving: bool) -> str:
    people = evidence.activities[0].people
    if 0 < people < policy.threshold():
        return f"fewer than {policy.threshold()}"
    return f"{policy.seen_moving(people) if moving else people:,}"


def people_of(consultation: Consultation) -> Evidence:
    """Who took part by group, from the sums."""
    return people_by_group(
        consultation, [(row[0], row[1], row[2], row[3], row[4]) for row in _read(consultation.id)["rows"]]
    )


def people_by_group(consultation: Consultation, rows: Sequence[Row]) -> Evidence:
    wards = {
        str(key): code
        for key, code in db.session.execute(
            select(Ward.id, Ward.code).where(Ward.council_id == consultation.council_id)
        )
    }
    frame = frame_of(consultation)
    cells = tuple(
        frame.cell(wards.get(ward), age or None, sex or None, number)
        for measure, ward, age, sex, number in rows
        if measure == PEOPLE
    )
    people = sum(cell.people for cell in cells)
    return Evidence(
        subject=subject_of(consultation),
        dimensions=frame.dimensions,
        activities=(Activity(PRIORITIES, ACTIVITY_NAMES[PRIORITIES], people, cells),),
    )


def _by_service(rows: Sequence[Row], moving: bool) -> list[tuple[str, int, int]]:
    """(service, published needs, support of them), most support first."""
    needs: Counter[str] = Counter()
    support: Counter[str] = Counter()
    for measure, first, second, _, number in rows:
        if measure == SUBMISSIONS and first == "published":
            needs[second] += number
        elif measure == SUPPORT:
            support[first] += number
    names = _names(ServiceGroup.id, ServiceGroup.plain_name, needs.keys() | support.keys())
    lines = [(names[key], needs[key], policy.seen_moving(support[key]) if moving else support[key]) for key in names]
    return sorted(lines, key=lambda line: (-line[2], line[0]))


def _by_theme(rows: Sequence[Row]) -> list[tuple[str, int]]:
    """(theme, published needs under it), most first."""
    needs = Counter[str]()
    for measure, first, second, _, number in rows:
        if measure == THEMES and second == "published":
            needs[first] += number
    names = _names(Theme.id, Theme.name, needs.keys())
    return sorted(((names[key], needs[key]) for key in names), key=lambda line: (-line[1], line[0]))


def _names(key: Any, name: Any, keys: Any) -> dict[str, str]:
    query = select(key, name).where(key.in_([int(one) for one in keys if one]))
    return {str(found): said for found, said in db.session.execute(query)}


def _kept(consultation_id: int, state: RollupState | None) -> dict[str, Any]:
    """The rows of the sums, from the cache where it has those of the last fold."""
    store = _store(current_app.config["SETTINGS"].redis_url)
    key = f"live:{consultation_id}:{state.batch if state else 0}"
    if store is not None:
        try:
            kept = store.get(key)
            if isinstance(kept, bytes):
                found: dict[str, Any] = json.loads(kept)
                return found
        except (redis.RedisError, ValueError):
            store = None
    read = _read(consultation_id)
    if store is not None:
        try:
            store.set(key, json.dumps(read), ex=KEPT_SECONDS)
        except redis.RedisError:
            current_app.logger.info("the live picture could not be kept in Redis")
    return read


def _read(consultation_id: int) -> dict[str, Any]:
    keys = (RollupCell.measure, RollupCell.first, RollupCell.second, RollupCell.third)
    sums = (
        select(*keys, func.sum(RollupCell.number)).where(RollupCell.consultation_id == consultation_id).group_by(*keys)
    )
    days = (
        select(RollupCell.day, func.sum(RollupCell.number))
        .where(RollupCell.consultation_id == consultation_id, RollupCell.measure == SUBMISSIONS)
        .group_by(RollupCell.day)
        .order_by(RollupCell.day.desc())
        .limit(14)
    )
    return {
        "rows": [[row[0], row[1], row[2], row[3], int(row[4])] for row in db.session.execute(sums)],
        "days": [[day, int(number)] for day, number in db.session.execute(days)],
    }


@cache
def _store(url: str) -> redis.Redis | None:
    return redis.Redis.from_url(url, socket_timeout=1, socket_connect_timeout=1) if url else None
