"""How many people stand behind a summary: population, participants, supporters and who chose what together.

Every query takes any number of consultations and groups by consultation, so that a dashboard of many asks no more often than
a page about one. None returns a person: the finest row is a number of people in one combination of groups.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import CTE, String, case, cast, func, select, union, union_all
from sqlalchemy.orm import aliased

from participation.accounts.models import ResidentProfile
from participation.budgets.models import ServiceGroup
from participation.commissioning.live.models import LiveStep, SettledCount
from participation.commissioning.models import NeedsRecord
from participation.councils.models import PopulationCell as PopulationRow
from participation.councils.models import Ward
from participation.extensions import db
from participation.needs.population import PopulationCell
from participation.priorities.models import Priority, PrioritySupport, Worded

PUBLISHED = "published"


class PeopleCell(NamedTuple):
    """People in one combination of groups; None = not stated."""

    ward: str | None
    age_band: str | None
    sex: str | None
    people: int


class PublishedPriority(NamedTuple):
    """A published need with its service and, where it is about one ward, the ward."""

    id: int
    public_id: str
    consultation_id: int
    title: str
    service_code: str
    service: str
    ward_code: str | None
    ward: str | None


@dataclass(frozen=True)
class Submissions:
    """What lies outside the published needs: submissions `waiting`, and people with nothing but refused ones."""

    waiting: int = 0
    only_refused: int = 0


def first_shown(consultation_ids: Sequence[int]) -> dict[int, datetime]:
    """By consultation: when a figure of a group was first shown of it, in a step, a frozen version or what settled."""
    shown = union_all(
        select(LiveStep.consultation_id, LiveStep.made_at.label("at")).where(
            LiveStep.consultation_id.in_(consultation_ids)
        ),
        select(NeedsRecord.consultation_id, NeedsRecord.created_at).where(
            NeedsRecord.consultation_id.in_(consultation_ids)
        ),
        select(SettledCount.consultation_id, SettledCount.settled_at).where(
            SettledCount.consultation_id.in_(consultation_ids)
        ),
    ).subquery()
    query = select(shown.c.consultation_id, func.min(shown.c.at)).group_by(shown.c.consultation_id)
    return dict(db.session.execute(query).all())


def population_cells(council_id: int) -> list[PopulationCell]:
    """People of a council by ward, sex and band of ages, in a fixed order."""
    query = (
        select(Ward.code, PopulationRow.sex, PopulationRow.age_from, PopulationRow.age_to, PopulationRow.people)
        .join(Ward, Ward.id == PopulationRow.ward_id)
        .where(Ward.council_id == council_id)
        .order_by(Ward.code, PopulationRow.sex, PopulationRow.age_from)
    )
    return [PopulationCell(*row) for row in db.session.execute(query)]


def participants(consultation_ids: Sequence[int]) -> dict[int, list[PeopleCell]]:
    """Distinct people who submitted or supported a published need, by ward, age band and sex."""
    people = _participants(consultation_ids)
    groups = (people.c.consultation_id, people.c.ward, people.c.age_band, people.c.sex)
    return cells_by(db.session.execute(select(*groups, func.count()).group_by(*groups)))


def published_priorities(consultation_ids: Sequence[int]) -> list[PublishedPriority]:
    """The published needs of these consultations, in order of their public names."""
    return [
        PublishedPriority(*row)
        for row in db.session.execute(
            select(
                Priority.id,
                Priority.public_id,
                Priority.consultation_id,
                Priority.title,
                ServiceGroup.code,
                ServiceGroup.plain_name,
                Ward.code,
                Ward.name,
            )
            .join(ServiceGroup, ServiceGroup.id == Priority.group_id)
            .outerjoin(Ward, Ward.id == Priority.ward_id)
            .where(Priority.consultation_id.in_(consultation_ids), Priority.state == PUBLISHED)
            .order_by(Priority.public_id)
        )
    ]


def worded(consultation_id: int) -> int:
    """How many texts beside the ballot moderators published."""
    query = select(func.count()).select_from(Worded).where(Worded.consultation_id == consultation_id)
    return db.session.scalar(query.where(Worded.state == PUBLISHED)) or 0


def supporters(consultation_ids: Sequence[int]) -> dict[int, list[PeopleCell]]:
    """By priority: its distinct supporters by ward, age band and sex."""
    people = _participants(consultation_ids)
    groups = (PrioritySupport.priority_id, people.c.ward, people.c.age_band, people.c.sex)
    query = (
        select(*groups, func.count())
        .select_from(PrioritySupport)
        .join(Priority, Priority.id == PrioritySupport.priority_id)
        .join(
            people,
            (people.c.account_id == PrioritySupport.account_id)
            & (people.c.consultation_id == Priority.consultation_id),
        )
        .where(Priority.state == PUBLISHED, PrioritySupport.apart.is_(False))
        .group_by(*groups)
    )
    return cells_by(db.session.execute(query))


def supported_together(consultation_ids: Sequence[int]) -> dict[int, Counter[tuple[int, ...]]]:
    """By consultation: how many people support exactly these priorities, all of them published."""
    each = (
        select(
            Priority.consultation_id,
            func.aggregate_strings(cast(PrioritySupport.priority_id, String), ",").label("pattern"),
        )
        .join(Priority, Priority.id == PrioritySupport.priority_id)
        .where(
            Priority.consultation_id.in_(consultation_ids),
            Priority.state == PUBLISHED,
            PrioritySupport.apart.is_(False),
        )
        .group_by(Priority.consultation_id, PrioritySupport.account_id)
        .subquery()
    )
    found: dict[int, Counter[tuple[int, ...]]] = defaultdict(Counter)
    query = select(each.c.consultation_id, each.c.pattern, func.count()).group_by(
        each.c.consultation_id, each.c.pattern
    )
    for consultation_id, pattern, people in db.session.execute(query):
        found[consultation_id][tuple(sorted(map(int, pattern.split(","))))] += people
    return found


def submissions(consultation_ids: Sequence[int]) -> dict[int, Submissions]:
    """What a moderator has not read yet, and how many people have nothing but refused submissions."""
    other = aliased(Priority)
    kept = (
        select(other.id)
        .where(
            other.consultation_id == Priority.consultation_id,
            other.author_id == Priority.author_id,
            other.state != "refused",
        )
        .exists()
    )
    refused = case(((Priority.state == "refused") & ~kept, Priority.author_id))
    query = (
        select(
            Priority.consultation_id,
            func.count().filter(Priority.state == "waiting"),
            func.count(refused.distinct()),
        )
        .where(Priority.consultation_id.in_(consultation_ids))
        .group_by(Priority.consultation_id)
    )
    return {row[0]: Submissions(row[1], row[2]) for row in db.session.execute(query)}


def heard_apart(consultation_ids: Sequence[int]) -> dict[int, int]:
    """By consultation: distinct people who said something that is published and are counted apart (`priorities.standing`)."""
    shown = (Priority.consultation_id.in_(consultation_ids), Priority.state == PUBLISHED)
    people = union(
        select(Priority.consultation_id, PrioritySupport.account_id.label("person"))
        .join(Priority, Priority.id == PrioritySupport.priority_id)
        .where(*shown, PrioritySupport.apart),
        select(Priority.consultation_id, Priority.author_id).where(
            *shown, Priority.apart, Priority.author_id.is_not(None)
        ),
    ).subquery()
    query = select(people.c.consultation_id, func.count()).group_by(people.c.consultation_id)
    return dict(db.session.execute(query).all())


def supporters_apart(consultation_ids: Sequence[int]) -> dict[int, int]:
    """By published priority: its supporters who are counted apart."""
    query = (
        select(PrioritySupport.priority_id, func.count())
        .join(Priority, Priority.id == PrioritySupport.priority_id)
        .where(Priority.consultation_id.in_(consultation_ids), Priority.state == PUBLISHED, PrioritySupport.apart)
        .group_by(PrioritySupport.priority_id)
    )
    return dict(db.session.execute(query).all())


def newcomers(consultation_ids: Sequence[int]) -> dict[int, int]:
    """By consultation with a frozen version: people whose first submission or support came after the newest one."""
    acts = _acts(consultation_ids)
    newest = (
        select(NeedsRecord.consultation_id, func.max(NeedsRecord.created_at).label("at"))
        .where(NeedsRecord.consultation_id.in_(consultation_ids))
        .group_by(NeedsRecord.consultation_id)
        .subquery()
    )
    firsts = (
        select(acts.c.consultation_id, acts.c.account_id)
        .join(newest, newest.c.consultation_id == acts.c.consultation_id)
        .group_by(acts.c.consultation_id, acts.c.account_id, newest.c.at)
        .having(func.min(acts.c.at) > newest.c.at)
        .subquery()
    )
    query = select(firsts.c.consultation_id, func.count()).group_by(firsts.c.consultation_id)
    return dict(db.session.execute(query).all())


def _acts(consultation_ids: Sequence[int]) -> CTE:
    """Who submitted or supported a published need, living where, and when; one row an act, none counted apart."""
    shown = (Priority.consultation_id.in_(consultation_ids), Priority.state == PUBLISHED)
    return union_all(
        select(
            Priority.consultation_id,
            PrioritySupport.account_id,
            PrioritySupport.ward_id,
            PrioritySupport.supported_at.label("at"),
        )
        .join(Priority, Priority.id == PrioritySupport.priority_id)
        .where(*shown, PrioritySupport.apart.is_(False)),
        select(
            Priority.consultation_id,
            Priority.author_id.label("account_id"),
            Priority.author_ward_id.label("ward_id"),
            Priority.submitted_at.label("at"),
        ).where(*shown, Priority.author_id.is_not(None), Priority.apart.is_(False)),
    ).cte("acts")


def _participants(consultation_ids: Sequence[int]) -> CTE:
    """One row per consultation and person who submitted or supported a published need, with the ward of the last act.

    A person who moved between two acts is in one ward only, so that no group counts anybody twice.
    """
    acts = _acts(consultation_ids)
    latest = (
        select(
            acts.c.consultation_id,
            acts.c.account_id,
            acts.c.ward_id,
            func.row_number()
            .over(
                partition_by=(acts.c.consultation_id, acts.c.account_id),
                order_by=(acts.c.at.desc(), func.coalesce(acts.c.ward_id, 0).desc()),
            )
            .label("place"),
        )
    ).cte("latest")
    return (
        select(
            latest.c.consultation_id,
            latest.c.account_id,
            Ward.code.label("ward"),
            ResidentProfile.age_band,
            ResidentProfile.sex,
        )
        .outerjoin(Ward, Ward.id == latest.c.ward_id)
        .outerjoin(ResidentProfile, ResidentProfile.account_id == latest.c.account_id)
        .where(latest.c.place == 1)
        .cte("participants")
    )


def cells_by(rows: Iterable[tuple[int, str | None, str | None, str | None, int]]) -> dict[int, list[PeopleCell]]:
    """Rows of (key, ward, age band, sex, people) by their key."""
    found: dict[int, list[PeopleCell]] = defaultdict(list)
    for key, ward, age_band, sex, people in rows:
        found[key].append(PeopleCell(ward, age_band, sex, people))
    return found
