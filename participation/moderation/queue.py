"""The queue of moderators: its parts, its filters, what comes next, and how long it has been waiting."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from participation import clock
from participation.consultations.calendar import working_days_on
from participation.consultations.models import Consultation
from participation.extensions import db
from participation.moderation.interests import has_interest
from participation.moderation.models import ModerationDecision, ModerationLock, PriorityFlag
from participation.priorities.models import Contribution

# The value of the filter that means "whatever was found".
ANY_FLAG = "any"
KINDS = {"need": "Needs", "comment": "Comments", "words": "Words beside a vote"}
# Nine in ten decisions and more within two working days; somebody in danger within two hours (trust design, section 6.1).
TARGET_DAYS = 2
TARGET_DANGER = timedelta(hours=2)


class Shown(StrEnum):
    """The parts of the queue. `UNREAD` was shown at once and nobody read it yet."""

    WAITING = "waiting"
    UNREAD = "unread"
    PUBLISHED = "published"
    REFUSED = "refused"
    MERGED = "merged"


@dataclass(frozen=True, slots=True)
class Filters:
    """What part of the queue a moderator looks at; "" is everything. `flag` is a code of `moderation.flags` or ANY_FLAG,
    `kind` one of KINDS."""

    consultation: str = ""
    flag: str = ""
    kind: str = ""

    def applied(self, query: Select[Contribution]) -> Select[Contribution]:
        if self.consultation:
            query = query.where(Consultation.slug == self.consultation)
        if self.kind:
            query = query.where(Contribution.kind == self.kind)
        if self.flag == ANY_FLAG:
            query = query.where(_flagged())
        elif self.flag:
            query = query.where(_flagged(self.flag))
        return query


@dataclass(frozen=True, slots=True)
class Waits:
    """How long things wait: since when the `oldest`, how many are `late`, how many may be about somebody in `danger`."""

    oldest: datetime | None
    late: int
    danger: int


def _flagged(code: str | None = None) -> ColumnElement[bool]:
    found = exists().where(PriorityFlag.priority_id == Contribution.id)
    return found.where(PriorityFlag.code == code) if code else found


def is_in(shown: Shown) -> ColumnElement[bool]:
    if shown is Shown.UNREAD:
        read = exists().where(
            ModerationDecision.priority_id == Contribution.id,
            ModerationDecision.priority_version == Contribution.version,
        )
        return and_(Contribution.state == "published", ~read)
    return Contribution.state == shown.value


def _to_read() -> ColumnElement[bool]:
    return or_(is_in(Shown.WAITING), is_in(Shown.UNREAD))


def _of_council(council_id: int) -> Select[Contribution]:
    return select(Contribution).join(Contribution.consultation).where(Consultation.council_id == council_id)


def queue(council_id: int, shown: Shown, filters: Filters = Filters()) -> Select[Contribution]:
    """What is in a part of the queue: first where somebody may be in danger, then the oldest."""
    query = (
        _of_council(council_id)
        .where(is_in(shown))
        .options(
            joinedload(Contribution.consultation),
            joinedload(Contribution.group),
            joinedload(Contribution.ward),
            selectinload(Contribution.pictures),
        )
        .order_by(*_order(shown in (Shown.WAITING, Shown.UNREAD)))
    )
    return filters.applied(query)


def _order(danger_first: bool) -> list[ColumnElement[object]]:
    first = [case((_flagged("danger"), 0), else_=1)] if danger_first else []
    return [*first, Contribution.submitted_at, Contribution.id]  # type: ignore[list-item]  # columns of different types


def free_for(
    council_id: int, moderator_id: int, now: datetime, filters: Filters, *, after: int | None = None, most: int = 1
) -> list[tuple[int, str]]:
    """(id, public id) of what this moderator can read next, in the order of the queue.

    Left out: what somebody else holds, and what the moderator has an interest in. What stands behind `after` comes first,
    so that leaving one for now leads on and not in a circle.
    """
    held = exists().where(
        ModerationLock.priority_id == Contribution.id,
        ModerationLock.expires_at > now,
        ModerationLock.moderator_id != moderator_id,
    )
    query = filters.applied(
        _of_council(council_id).where(_to_read(), ~held, ~has_interest(moderator_id), Contribution.id != (after or 0))
    )
    columns = query.with_only_columns(Contribution.id, Contribution.public_id)
    order = _order(danger_first=True)
    if after is not None:
        order = [*order[:1], *_later_first(after), *order[1:]]
    return [(row.id, row.public_id) for row in db.session.execute(columns.order_by(*order).limit(most))]


def _later_first(after: int) -> list[ColumnElement[object]]:
    left = db.session.get(Contribution, after)
    if left is None:
        return []
    later = or_(
        Contribution.submitted_at > left.submitted_at,
        and_(Contribution.submitted_at == left.submitted_at, Contribution.id > left.id),
    )
    return [case((later, 0), else_=1)]


def counted(council_id: int) -> dict[Shown, int]:
    """How many there are in each part, in one query."""
    columns = [func.count().filter(is_in(shown)).label(shown.value) for shown in Shown]
    row = db.session.execute(_of_council(council_id).with_only_columns(*columns)).one()
    return {shown: int(getattr(row, shown.value)) for shown in Shown}


def waits(council_id: int, now: datetime) -> Waits:
    """The clock of the queue, in one query."""
    late = Contribution.submitted_at < working_days_before(now, TARGET_DAYS)
    row = db.session.execute(
        _of_council(council_id)
        .where(Contribution.state == "waiting")
        .with_only_columns(
            func.min(Contribution.submitted_at).label("oldest"),
            func.count().filter(late).label("late"),
            func.count().filter(_flagged("danger")).label("danger"),
        )
    ).one()
    return Waits(row.oldest, row.late, row.danger)


def working_days_before(now: datetime, days: int) -> datetime:
    """The same time of day so many working days ago, by the UK calendar."""
    local = now.astimezone(clock.UK)
    return datetime.combine(working_days_on(local.date(), -days), local.timetz()).astimezone(now.tzinfo)


def flags_of(priority_ids: Iterable[int]) -> dict[int, list[PriorityFlag]]:
    """What was found in each of these."""
    found: dict[int, list[PriorityFlag]] = {}
    query = select(PriorityFlag).where(PriorityFlag.priority_id.in_(list(priority_ids)))
    for flag in db.session.scalars(query.order_by(PriorityFlag.priority_id, PriorityFlag.code)):
        found.setdefault(flag.priority_id, []).append(flag)
    return found


def flags_waiting(council_id: int) -> dict[str, int]:
    """How many of the waiting needs carry each flag; for the filter."""
    rows = db.session.execute(
        _of_council(council_id)
        .join(PriorityFlag, PriorityFlag.priority_id == Contribution.id)
        .where(_to_read())
        .with_only_columns(PriorityFlag.code, func.count().label("needs"))
        .group_by(PriorityFlag.code)
    )
    return {row.code: row.needs for row in rows}


def consultations_with_needs(council_id: int) -> list[tuple[str, str]]:
    """(slug, title) of the consultations that residents wrote to, the newest first; for the filter."""
    has_needs = exists().where(Contribution.consultation_id == Consultation.id)
    rows = db.session.execute(
        select(Consultation.slug, Consultation.title)
        .where(Consultation.council_id == council_id, has_needs)
        .order_by(Consultation.created_at.desc(), Consultation.id.desc())
        .limit(200)
    )
    return [(row.slug, row.title) for row in rows]
