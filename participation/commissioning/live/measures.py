"""What is summed for the live picture, and how it follows from the truth: one statement for each kind of item.

| measure | item | day | first | second | third |
| --- | --- | --- | --- | --- | --- |
| people | person | first act | ward of the last act | age band | sex |
| support | person | of the support | service of the need | the supporter's ward | |
| submissions | need | submitted | state | service | the author's ward |
| themes | need | submitted | theme | state | |

People take part when they submitted or support a need that is published, as in a needs summary (`commissioning.counts`); the
keys are ids as text, "" where something is not stated. Who is counted apart is in neither `people` nor `support`.
"""

from __future__ import annotations

from typing import Any, TypeVar

from sqlalchemy import CTE, ColumnElement, Select, String, Subquery, cast, func, literal, select, union_all
from sqlalchemy.orm import InstrumentedAttribute

from participation.accounts.models import ResidentProfile
from participation.commissioning.themes.models import ThemeAssignment
from participation.extensions import db
from participation.priorities.models import Priority, PrioritySupport

PERSON, NEED = "person", "need"
PEOPLE, SUPPORT, SUBMISSIONS, THEMES = "people", "support", "submissions", "themes"
PUBLISHED = "published"
# The columns of a part and of a sum, in order.
KEYS = ("measure", "day", "first", "second", "third")

Rows = Select[int, str, int, str, str, str, str, str, int]
Statement = TypeVar("Statement", bound=Select[*tuple[Any, ...]])


def parts(only: Select[int, str, int] | None = None) -> list[Rows]:
    """What every item adds, as statements of (consultation, kind, item, measure, day, three keys, number).

    `only` limits them to the (consultation, kind, item) it selects.
    """
    chosen = None if only is None else only.subquery("chosen")
    return [_people(chosen), _support(chosen), _submissions(chosen), _themes(chosen)]


def _people(chosen: Subquery | None) -> Rows:
    """One row a person: the day of the first act, and the ward, age band and sex under which a summary counts them."""
    acts = _acts(chosen)
    first = func.min(acts.c.at).over(partition_by=(acts.c.consultation_id, acts.c.account_id))
    place = func.row_number().over(
        partition_by=(acts.c.consultation_id, acts.c.account_id),
        order_by=(acts.c.at.desc(), func.coalesce(acts.c.ward_id, 0).desc()),
    )
    latest = select(acts, first.label("first_at"), place.label("place")).subquery("latest")
    return (
        select(
            latest.c.consultation_id,
            literal(PERSON),
            latest.c.account_id,
            literal(PEOPLE),
            _day(latest.c.first_at),
            _key(latest.c.ward_id),
            func.coalesce(ResidentProfile.age_band, ""),
            func.coalesce(ResidentProfile.sex, ""),
            literal(1),
        )
        .outerjoin(ResidentProfile, ResidentProfile.account_id == latest.c.account_id)
        .where(latest.c.place == 1)
    )


def _acts(chosen: Subquery | None) -> CTE:
    supported = (
        select(
            Priority.consultation_id,
            PrioritySupport.account_id,
            PrioritySupport.ward_id,
            PrioritySupport.supported_at.label("at"),
        )
        .join(Priority, Priority.id == PrioritySupport.priority_id)
        .where(Priority.state == PUBLISHED, PrioritySupport.apart.is_(False))
    )
    submitted = select(
        Priority.consultation_id,
        Priority.author_id.label("account_id"),
        Priority.author_ward_id.label("ward_id"),
        Priority.submitted_at.label("at"),
    ).where(Priority.state == PUBLISHED, Priority.author_id.is_not(None), Priority.apart.is_(False))
    return union_all(
        _among(supported, chosen, PERSON, PrioritySupport.account_id),
        _among(submitted, chosen, PERSON, Priority.author_id),
    ).cte("acts")


def _support(chosen: Subquery | None) -> Rows:
    groups = (
        Priority.consultation_id,
        PrioritySupport.account_id,
        _day(PrioritySupport.supported_at),
        _key(Priority.group_id),
        _key(PrioritySupport.ward_id),
    )
    query = (
        select(
            groups[0],
            literal(PERSON),
            groups[1],
            literal(SUPPORT),
            groups[2],
            groups[3],
            groups[4],
            literal(""),
            func.count(),
        )
        .join(Priority, Priority.id == PrioritySupport.priority_id)
        .where(Priority.state == PUBLISHED, PrioritySupport.apart.is_(False))
        .group_by(*groups)
    )
    return _among(query, chosen, PERSON, PrioritySupport.account_id)


def _submissions(chosen: Subquery | None) -> Rows:
    query = select(
        Priority.consultation_id,
        literal(NEED),
        Priority.id,
        literal(SUBMISSIONS),
        _day(Priority.submitted_at),
        Priority.state,
        _key(Priority.group_id),
        _key(Priority.author_ward_id),
        literal(1),
    )
    return _among(query, chosen, NEED, Priority.id)


def _themes(chosen: Subquery | None) -> Rows:
    query = select(
        Priority.consultation_id,
        literal(NEED),
        Priority.id,
        literal(THEMES),
        _day(Priority.submitted_at),
        _key(ThemeAssignment.theme_id),
        Priority.state,
        literal(""),
        literal(1),
    ).join(ThemeAssignment, ThemeAssignment.priority_id == Priority.id)
    return _among(query, chosen, NEED, Priority.id)


def _among(
    query: Statement,
    chosen: Subquery | None,
    kind: str,
    item: InstrumentedAttribute[int] | InstrumentedAttribute[int | None],
) -> Statement:
    """The statement for the chosen items of its kind only."""
    if chosen is None:
        return query
    return query.join(
        chosen,
        (chosen.c.kind == kind) & (chosen.c.item_id == item) & (chosen.c.consultation_id == Priority.consultation_id),
    )


def _key(
    column: ColumnElement[int] | InstrumentedAttribute[int] | InstrumentedAttribute[int | None],
) -> ColumnElement[str]:
    return func.coalesce(cast(column, String), "")


def _day(column: ColumnElement[object] | InstrumentedAttribute[object]) -> ColumnElement[str]:
    """The day in UTC as text, the same from both databases."""
    if db.session.get_bind().dialect.name == "postgresql":
        return func.to_char(func.timezone("UTC", column), "YYYY-MM-DD")
    return func.strftime("%Y-%m-%d", column)
