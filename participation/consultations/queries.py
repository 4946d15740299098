"""Loaders for consultations. Lists are made for `web.paging.paged`: one query a page, nothing per row."""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import selectinload

from participation.budgets.models import ServiceGroup
from participation.budgets.queries import provided_groups
from participation.consultations.models import (
    BudgetStep,
    CommissioningOption,
    Consultation,
    ConsultationResponse,
    Phase,
    SideQuestion,
)
from participation.consultations.refusals import ConsultationNotFound
from participation.extensions import db

# Parts of addresses below /manage/consultations that are not consultations.
RESERVED = frozenset({"new"})


class Shown(StrEnum):
    """The parts into which lists of consultations are split."""

    OPEN = "open"
    UPCOMING = "upcoming"
    WAITING = "waiting"
    ANSWERED = "answered"
    DRAFTS = "drafts"
    WITHDRAWN = "withdrawn"


def consultation_by_slug(council_id: int, slug: str, *, drafts: bool = False, lock: bool = False) -> Consultation:
    """A consultation. Raises ConsultationNotFound.

    Its phases, options, services, answer and versions are read when they are first asked for, a statement each: a page asks
    for some of them.

    Without `drafts` only what was launched is found (also when it was withdrawn later). `lock` holds the row until the
    transaction ends.
    """
    query = select(Consultation).where(Consultation.council_id == council_id, Consultation.slug == slug)
    if not drafts:
        query = query.where(Consultation.launched_at.is_not(None), Consultation.state != "draft")
    if lock:
        query = query.with_for_update(of=Consultation)
    found = db.session.execute(query).scalar_one_or_none()
    if found is None:
        raise ConsultationNotFound()
    return found


def consultations_of(
    council_id: int, *, now: datetime | None = None, shown: Shown | None = None, drafts: bool = False
) -> list[Consultation]:
    """All consultations of a council (at most 200), newest first; `drafts` includes what was never launched."""
    return list(db.session.scalars(listed(council_id, now=now, shown=shown, drafts=drafts).limit(200)))


def listed(
    council_id: int, *, now: datetime | None = None, shown: Shown | None = None, drafts: bool = False
) -> Select[Consultation]:
    """The same as an ordered query for `paged`. A part (`shown`) needs the moment `now`."""
    query = (
        select(Consultation)
        .where(Consultation.council_id == council_id)
        .options(selectinload(Consultation.phases), selectinload(Consultation.response))
    )
    if not drafts:
        query = query.where(Consultation.launched_at.is_not(None), Consultation.state != "draft")
    if shown is None:
        return query.order_by(Consultation.created_at.desc(), Consultation.id.desc())
    if now is None:
        raise ValueError("a part of the list needs the moment")
    closes = select(func.max(Phase.closes_at)).where(Phase.consultation_id == Consultation.id).scalar_subquery()
    soonest_first = shown in (Shown.OPEN, Shown.UPCOMING)
    return query.where(_is_in(shown, now)).order_by(closes if soonest_first else closes.desc(), Consultation.id.desc())


def _is_in(shown: Shown, now: datetime) -> ColumnElement[bool]:
    if shown is Shown.DRAFTS:
        return Consultation.state == "draft"
    if shown is Shown.WITHDRAWN:
        return Consultation.state == "withdrawn"
    launched = Consultation.state == "launched"
    answered = exists().where(ConsultationResponse.consultation_id == Consultation.id)
    if shown is Shown.ANSWERED:
        return and_(launched, answered)
    running = and_(launched, ~answered, Consultation.result_published_at.is_(None))
    is_open = _phase(Phase.opens_at <= now, Phase.closes_at > now)
    if shown is Shown.OPEN:
        return and_(running, is_open)
    to_come = _phase(Phase.opens_at > now)
    if shown is Shown.UPCOMING:
        return and_(running, ~is_open, to_come)
    return and_(launched, ~answered, or_(Consultation.result_published_at.is_not(None), and_(~is_open, ~to_come)))


def _phase(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(Phase.consultation_id == Consultation.id, *conditions)


def with_result(council_id: int, limit: int) -> list[Consultation]:
    """The latest consultations whose result or answer is public, newest first."""
    published = func.coalesce(ConsultationResponse.published_at, Consultation.result_published_at)
    query = (
        select(Consultation)
        .outerjoin(Consultation.response)
        .where(
            Consultation.council_id == council_id,
            Consultation.state == "launched",
            or_(Consultation.result_published_at.is_not(None), ConsultationResponse.published_at.is_not(None)),
        )
        .options(selectinload(Consultation.phases), selectinload(Consultation.response))
        .order_by(published.desc(), Consultation.id.desc())
        .limit(limit)
    )
    return list(db.session.scalars(query))


def counted_by_part(council_id: int, now: datetime) -> dict[Shown, int]:
    """How many consultations are in each part of the list, in one query."""
    columns: list[Any] = [func.count().filter(_is_in(shown, now)).label(shown.value) for shown in Shown]
    row = db.session.execute(
        select(*columns).select_from(Consultation).where(Consultation.council_id == council_id)
    ).one()
    return {shown: int(getattr(row, shown.value)) for shown in Shown}


def services_of(council_id: int) -> list[ServiceGroup]:
    """The services of a council that consultations can be about, in their usual order."""
    return provided_groups(council_id)


def slug_of(title: str) -> str:
    """ "How should we spend £1.5 million?" -> "how-should-we-spend-1-5-million"; never empty, at most 60 characters."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60].strip("-") or "untitled"


def free_slug(council_id: int, title: str) -> str:
    """An address that no consultation of the council has yet."""
    stem = slug_of(title)
    taken = set(
        db.session.scalars(
            select(Consultation.slug).where(Consultation.council_id == council_id, Consultation.slug.startswith(stem))
        )
    )
    numbers = (f"{stem}-{number}" for number in range(2, len(taken) + 3))
    return next(slug for slug in (stem, *numbers) if slug not in taken and slug not in RESERVED)


def steps_of(consultation_id: int) -> dict[int, list[BudgetStep]]:
    """The steps of all budget lines of a consultation by the id of their option, the deepest cut first."""
    query = (
        select(BudgetStep)
        .join(CommissioningOption, CommissioningOption.id == BudgetStep.option_id)
        .where(CommissioningOption.consultation_id == consultation_id)
        .order_by(BudgetStep.option_id, BudgetStep.change_pence)
    )
    found: dict[int, list[BudgetStep]] = {}
    for step in db.session.scalars(query):
        found.setdefault(step.option_id, []).append(step)
    return found


def questions_of(consultation_id: int) -> list[SideQuestion]:
    """The questions beside the ballot of a consultation, in order."""
    query = select(SideQuestion).where(SideQuestion.consultation_id == consultation_id)
    return list(db.session.scalars(query.order_by(SideQuestion.position)))
