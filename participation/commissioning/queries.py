"""Loaders of frozen needs summaries, and of needs by service."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Select, case, func, select
from sqlalchemy.orm import defer, joinedload

from participation.budgets.models import ServiceGroup
from participation.commissioning.counts import PUBLISHED
from participation.commissioning.models import NeedsRecord, PlannedContract
from participation.commissioning.refusals import SummaryNotFound
from participation.consultations.models import Consultation
from participation.errors import NotFound
from participation.extensions import db
from participation.priorities.models import Priority, PrioritySupport


def records_of(consultation_id: int) -> list[NeedsRecord]:
    """The frozen versions of a consultation's summary, newest first, with their bodies."""
    return list(
        db.session.scalars(
            select(NeedsRecord)
            .where(NeedsRecord.consultation_id == consultation_id)
            .order_by(NeedsRecord.version.desc())
        )
    )


def versions_of(consultation_id: int) -> list[NeedsRecord]:
    """The same without the bodies, and who signed: for lists of versions."""
    return list(
        db.session.scalars(
            select(NeedsRecord)
            .where(NeedsRecord.consultation_id == consultation_id)
            .options(defer(NeedsRecord.body), joinedload(NeedsRecord.signer))
            .order_by(NeedsRecord.version.desc())
        )
    )


def record_by_version(consultation_id: int, version: int) -> NeedsRecord:
    """One frozen version. Raises SummaryNotFound."""
    found = db.session.execute(
        select(NeedsRecord).where(NeedsRecord.consultation_id == consultation_id, NeedsRecord.version == version)
    ).scalar_one_or_none()
    if found is None:
        raise SummaryNotFound()
    return found


def record_by_public_id(council_id: int, public_id: str) -> NeedsRecord:
    """A frozen version by its permanent name. Raises SummaryNotFound."""
    found = db.session.execute(
        select(NeedsRecord)
        .join(NeedsRecord.consultation)
        .where(Consultation.council_id == council_id, NeedsRecord.public_id == public_id)
        .options(joinedload(NeedsRecord.consultation).selectinload(Consultation.phases), joinedload(NeedsRecord.signer))
    ).scalar_one_or_none()
    if found is None:
        raise SummaryNotFound()
    return found


def record_named(public_id: str) -> NeedsRecord:
    """A frozen version of any council by its permanent name. Raises SummaryNotFound."""
    found = db.session.execute(select(NeedsRecord).where(NeedsRecord.public_id == public_id)).scalar_one_or_none()
    if found is None:
        raise SummaryNotFound()
    return found


def planned_contract(consultation_id: int) -> PlannedContract | None:
    """The contracting process that is planned after a consultation, if any."""
    return db.session.get(PlannedContract, consultation_id)


def ocid_is_taken(ocid: str, consultation_id: int) -> bool:
    """Whether another consultation leads to the process of that id."""
    query = select(PlannedContract.consultation_id).where(
        PlannedContract.ocid == ocid, PlannedContract.consultation_id != consultation_id
    )
    return db.session.scalar(query) is not None


def latest_records(consultation_ids: Sequence[int]) -> dict[int, NeedsRecord]:
    """By consultation: its newest frozen version, without the body."""
    newest = (
        select(NeedsRecord.consultation_id, func.max(NeedsRecord.version).label("version"))
        .where(NeedsRecord.consultation_id.in_(consultation_ids))
        .group_by(NeedsRecord.consultation_id)
        .subquery()
    )
    query = (
        select(NeedsRecord)
        .join(
            newest,
            (newest.c.consultation_id == NeedsRecord.consultation_id) & (newest.c.version == NeedsRecord.version),
        )
        .options(defer(NeedsRecord.body))
    )
    return {record.consultation_id: record for record in db.session.scalars(query)}


def needs_by_service(council_id: int) -> dict[int, int]:
    """By service group: how many needs are published in consultations that were launched and not withdrawn."""
    query = (
        select(Priority.group_id, func.count())
        .join(Consultation, Consultation.id == Priority.consultation_id)
        .where(Consultation.council_id == council_id, Consultation.state == "launched", Priority.state == PUBLISHED)
        .group_by(Priority.group_id)
    )
    return dict(db.session.execute(query).all())


def strongest_by_service(council_id: int, at_least: int) -> dict[int, tuple[str, int]]:
    """By service group: title and supporters of its most supported need; only with `at_least` so many supporters."""
    supporters = func.count(PrioritySupport.account_id).label("supporters")
    counted = (
        select(Priority.group_id, Priority.title, supporters, Priority.id)
        .join(PrioritySupport, PrioritySupport.priority_id == Priority.id)
        .join(Consultation, Consultation.id == Priority.consultation_id)
        .where(
            Consultation.council_id == council_id,
            Consultation.state == "launched",
            Priority.state == PUBLISHED,
            PrioritySupport.apart.is_(False),
        )
        .group_by(Priority.id, Priority.group_id, Priority.title)
        .having(supporters >= at_least)
        .subquery()
    )
    place = (
        func.row_number()
        .over(partition_by=counted.c.group_id, order_by=(counted.c.supporters.desc(), counted.c.id))
        .label("place")
    )
    ranked = select(counted, place).subquery()
    query = select(ranked.c.group_id, ranked.c.title, ranked.c.supporters).where(ranked.c.place == 1)
    return {group_id: (title, people) for group_id, title, people in db.session.execute(query)}


def needs_of_service(council_id: int, group_id: int, at_least: int) -> Select[Priority]:
    """The published needs of a service for `paged`: those with `at_least` so many supporters in order, then by title."""
    supporters = (
        select(func.count())
        .select_from(PrioritySupport)
        .where(PrioritySupport.priority_id == Priority.id, PrioritySupport.apart.is_(False))
        .correlate(Priority)
        .scalar_subquery()
    )
    return (
        select(Priority)
        .join(Consultation, Consultation.id == Priority.consultation_id)
        .where(
            Consultation.council_id == council_id,
            Consultation.state == "launched",
            Priority.group_id == group_id,
            Priority.state == PUBLISHED,
        )
        .options(joinedload(Priority.ward), joinedload(Priority.consultation))
        .order_by(case((supporters >= at_least, supporters), else_=0).desc(), Priority.title, Priority.id)
    )


def service_by_code(council_id: int, code: str) -> ServiceGroup:
    """Raises NotFound."""
    found = db.session.execute(
        select(ServiceGroup).where(ServiceGroup.council_id == council_id, ServiceGroup.code == code)
    ).scalar_one_or_none()
    if found is None:
        raise NotFound()
    return found
