"""Loaders for priorities and their supporters. Counts come for a whole page at once, never per row."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from sqlalchemy import ScalarSelect, Select, func, select, union
from sqlalchemy.orm import joinedload, selectinload

from participation.budgets.models import ServiceGroup
from participation.consultations.models import Consultation
from participation.councils.models import Ward
from participation.extensions import db
from participation.priorities.models import Priority, PrioritySupport
from participation.priorities.refusals import PriorityNotFound

# The value of the ward filter that means needs of the whole council.
WHOLE_COUNCIL = "whole-council"


class Order(StrEnum):
    """How a list is sorted. `SUPPORT` is for closed consultations only, so that nobody is swayed while it is open."""

    SHUFFLED = "shuffled"
    SUPPORT = "support"


def priority_by_public_id(consultation_id: int, public_id: str, *, lock: bool = False, hold: bool = False) -> Priority:
    """One priority in whatever state. Raises PriorityNotFound. `lock` holds the row until the transaction ends; `hold` only
    keeps moderators from changing it meanwhile, so that many can support it at once."""
    query = (
        select(Priority)
        .where(Priority.consultation_id == consultation_id, Priority.public_id == public_id)
        .options(
            joinedload(Priority.group),
            joinedload(Priority.ward),
            joinedload(Priority.consultation),
            selectinload(Priority.pictures),
        )
    )
    if lock or hold:
        query = query.with_for_update(of=Priority, read=hold)
    found = db.session.execute(query).scalar_one_or_none()
    if found is None:
        raise PriorityNotFound()
    return found


def published(
    consultation_id: int, *, group_code: str = "", ward_code: str = "", order: Order = Order.SHUFFLED
) -> Select[Priority]:
    """The published priorities of a consultation for `paged`, filtered by codes; "" is no filter."""
    query = (
        select(Priority)
        .where(Priority.consultation_id == consultation_id, Priority.state == "published")
        .options(joinedload(Priority.group), joinedload(Priority.ward))
    )
    if group_code:
        query = query.join(ServiceGroup, ServiceGroup.id == Priority.group_id).where(ServiceGroup.code == group_code)
    if ward_code == WHOLE_COUNCIL:
        query = query.where(Priority.ward_id.is_(None))
    elif ward_code:
        query = query.join(Ward, Ward.id == Priority.ward_id).where(Ward.code == ward_code)
    if order is Order.SUPPORT:
        return query.order_by(_supporters().desc(), Priority.shuffle, Priority.id)
    return query.order_by(Priority.shuffle, Priority.id)


def counted_by_ward(consultation_id: int) -> dict[int | None, int]:
    """How many published needs are about each ward, by its id; None is the whole council."""
    rows = db.session.execute(
        select(Priority.ward_id, func.count().label("needs"))
        .where(Priority.consultation_id == consultation_id, Priority.state == "published")
        .group_by(Priority.ward_id)
    )
    return {row.ward_id: row.needs for row in rows}


def _supporters() -> ScalarSelect[int]:
    return (
        select(func.count())
        .select_from(PrioritySupport)
        .where(PrioritySupport.priority_id == Priority.id, PrioritySupport.apart.is_(False))
        .correlate(Priority)
        .scalar_subquery()
    )


def support_counts(priority_ids: Iterable[int]) -> dict[int, int]:
    """Supporters by priority, the author included, without those who are counted apart; 0 where there is none."""
    ids = list(priority_ids)
    rows = db.session.execute(
        select(PrioritySupport.priority_id, func.count().label("supporters"))
        .where(PrioritySupport.priority_id.in_(ids), PrioritySupport.apart.is_(False))
        .group_by(PrioritySupport.priority_id)
    )
    return dict.fromkeys(ids, 0) | {row.priority_id: row.supporters for row in rows}


def supported_by(account_id: int | None, priority_ids: Iterable[int]) -> frozenset[int]:
    """Which of these a resident supports; nothing for somebody who is not signed in."""
    if account_id is None:
        return frozenset()
    return frozenset(
        db.session.scalars(
            select(PrioritySupport.priority_id).where(
                PrioritySupport.account_id == account_id, PrioritySupport.priority_id.in_(list(priority_ids))
            )
        )
    )


def of_author(account_id: int) -> Select[Priority]:
    """Everything a resident submitted, newest first, with its consultation."""
    return (
        select(Priority)
        .where(Priority.author_id == account_id)
        .options(
            joinedload(Priority.group),
            joinedload(Priority.ward),
            selectinload(Priority.pictures),
            joinedload(Priority.consultation).selectinload(Consultation.phases),
            joinedload(Priority.consultation).selectinload(Consultation.response),
        )
        .order_by(Priority.submitted_at.desc(), Priority.id.desc())
    )


def same_from(author_id: int, consultation_id: int, title: str, need: str) -> Priority | None:
    """The author's own priority with exactly these words, when it was not withdrawn."""
    return db.session.scalars(
        select(Priority)
        .where(
            Priority.author_id == author_id,
            Priority.consultation_id == consultation_id,
            Priority.state != "withdrawn",
            Priority.title == title,
            Priority.need == need,
        )
        .order_by(Priority.id)
    ).first()


def same_unsigned(consultation_id: int, title: str, need: str) -> Priority | None:
    """The waiting priority of nobody with exactly these words."""
    return db.session.scalars(
        select(Priority)
        .where(
            Priority.author_id.is_(None),
            Priority.consultation_id == consultation_id,
            Priority.state == "waiting",
            Priority.title == title,
            Priority.need == need,
        )
        .order_by(Priority.id)
    ).first()


def counted_by_state(consultation_id: int) -> dict[str, int]:
    """How many priorities of a consultation are waiting, published, refused and withdrawn."""
    rows = db.session.execute(
        select(Priority.state, func.count().label("priorities"))
        .where(Priority.consultation_id == consultation_id)
        .group_by(Priority.state)
    )
    return dict.fromkeys(("waiting", "published", "refused", "withdrawn"), 0) | {
        row.state: row.priorities for row in rows
    }


def ranked(consultation_id: int) -> list[tuple[Priority, int]]:
    """All published priorities with their supporters, most supported first, ties in the order of submission."""
    supporters = _supporters().label("supporters")
    rows = db.session.execute(
        select(Priority, supporters)
        .where(Priority.consultation_id == consultation_id, Priority.state == "published")
        .options(joinedload(Priority.group), joinedload(Priority.ward))
        .order_by(supporters.desc(), Priority.submitted_at, Priority.id)
    )
    return [(priority, count) for priority, count in rows]


def people_by_ward(consultation_id: int) -> dict[int | None, int]:
    """How many people wrote or supported a published priority, by their own ward's id; each once, those counted apart not."""
    of_this = Priority.consultation_id == consultation_id, Priority.state == "published"
    people = union(
        select(Priority.author_id.label("person"), Priority.author_ward_id.label("ward")).where(
            *of_this, Priority.author_id.is_not(None), Priority.apart.is_(False)
        ),
        select(PrioritySupport.account_id, PrioritySupport.ward_id)
        .join(Priority, Priority.id == PrioritySupport.priority_id)
        .where(*of_this, PrioritySupport.apart.is_(False)),
    ).subquery()
    # Somebody who moved house in between counts once, for one of their wards.
    once = select(func.max(people.c.ward).label("ward")).group_by(people.c.person).subquery()
    rows = db.session.execute(select(once.c.ward, func.count().label("people")).group_by(once.c.ward))
    return {row.ward: row.people for row in rows}
