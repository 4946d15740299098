"""Keeping the sums right: fold in what changed, count all anew, and prove that both agree.

A fold takes the noted changes, works out anew what these people and needs add, and corrects the sums by the difference to what
they added before. It may stop anywhere: all of it is one transaction, and doing it again changes nothing. What is noted while
it runs waits for the next one. Folds wait for each other on the one row of `rollup_state`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    Subquery,
    and_,
    delete,
    func,
    insert,
    literal,
    select,
    text,
    tuple_,
    union_all,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from participation.commissioning.live.measures import KEYS, parts
from participation.commissioning.live.models import RollupCell, RollupChange, RollupPart, RollupState
from participation.commissioning.live.steps import take_steps
from participation.commissioning.settling import settle_all
from participation.extensions import db, insert_unless_there

# Changes one fold takes; a second or so of work.
AT_ONCE = 20_000
# From so many on, reading a table once is better than looking each one up.
MANY = 500
_PART = ("consultation_id", "kind", "item_id", *KEYS, "number")
_CELL = ("consultation_id", *KEYS, "number")


@dataclass(frozen=True, slots=True)
class Drift:
    """One sum that is not what a full count gives."""

    consultation_id: int
    measure: str
    day: str
    keys: tuple[str, str, str]
    live: int
    counted: int


def fold(now: datetime, *, at_once: int = AT_ONCE) -> int:
    """Fold up to `at_once` noted changes into the sums; how many there were. Flushes, never commits."""
    batch = _begin()
    taken = _take(batch, at_once)
    if taken:
        _tell_the_planner(taken)
        chosen = (
            select(RollupChange.consultation_id, RollupChange.kind, RollupChange.item_id)
            .where(RollupChange.batch == batch)
            .distinct()
        )
        _subtract(chosen)
        _add(chosen)
        db.session.execute(delete(RollupChange).where(RollupChange.batch == batch))
        db.session.execute(delete(RollupCell).where(RollupCell.number == 0))
    db.session.execute(update(RollupState).values(folded_at=now))
    if taken < at_once:
        take_steps(now)
        settle_all(now)
    return taken


def waiting() -> int:
    """Changes that are noted but not in the sums yet."""
    return db.session.scalar(select(func.count()).select_from(RollupChange)) or 0


def rebuild(now: datetime) -> int:
    """Throw the sums away and count everything anew; how many sums there are."""
    _begin()
    _take_all()
    db.session.execute(delete(RollupPart))
    db.session.execute(delete(RollupCell))
    _insert_parts(None)
    _add_up(select(*_columns(RollupPart, _CELL)).subquery("parts"), 1)
    db.session.execute(delete(RollupChange).where(RollupChange.batch.is_not(None)))
    db.session.execute(update(RollupState).values(folded_at=now))
    return db.session.scalar(select(func.count()).select_from(RollupCell)) or 0


def check(now: datetime) -> list[Drift]:
    """Fold what is noted, then lay the sums beside a full count: every sum that differs. Notes the result for the page."""
    while fold(now):
        pass
    drift = _differences()
    db.session.execute(update(RollupState).values(checked_at=now, drift=len(drift)))
    return drift


def _begin() -> int:
    """The number of this fold; others wait until it is over."""
    insert_unless_there(RollupState, {"id": 1, "batch": 0}, unique=("id",))
    state = db.session.scalars(select(RollupState).with_for_update().execution_options(populate_existing=True)).one()
    state.batch += 1
    db.session.flush()
    return state.batch


def _take(batch: int, at_once: int) -> int:
    """Mark changes as taken; only what is committed can be seen, and a later change leaves a note of its own."""
    oldest = select(RollupChange.id).order_by(RollupChange.id).limit(at_once)
    taken: int = (
        db.session.connection()
        .execute(update(RollupChange).where(RollupChange.id.in_(oldest)).values(batch=batch))
        .rowcount
    )
    return taken


def _tell_the_planner(taken: int) -> None:
    """How many changes were taken: PostgreSQL would guess from before they came, and plan for a handful.

    Many at once are never looked up one by one: where it does not know how large the other tables have grown, that took a
    minute instead of a second.
    """
    if db.session.get_bind().dialect.name == "postgresql":
        db.session.execute(text("ANALYZE rollup_change"))
        if taken >= MANY:
            db.session.execute(text("SET LOCAL enable_nestloop = off"))


def _take_all() -> None:
    db.session.execute(update(RollupChange).values(batch=0))


def _subtract(chosen: Select[int, str, int]) -> None:
    """Take what the chosen items added before out of the sums, and forget it."""
    items = chosen.subquery("items")
    theirs = and_(
        RollupPart.consultation_id == items.c.consultation_id,
        RollupPart.kind == items.c.kind,
        RollupPart.item_id == items.c.item_id,
    )
    _add_up(select(*_columns(RollupPart, _CELL)).join(items, theirs).subquery("parts"), -1)
    known = tuple_(RollupPart.consultation_id, RollupPart.kind, RollupPart.item_id)
    db.session.execute(delete(RollupPart).where(known.in_(chosen)))


def _add(chosen: Select[int, str, int]) -> None:
    """Work out what the chosen items add now, keep it and put it into the sums."""
    _insert_parts(chosen)
    items = chosen.subquery("items")
    theirs = and_(
        RollupPart.consultation_id == items.c.consultation_id,
        RollupPart.kind == items.c.kind,
        RollupPart.item_id == items.c.item_id,
    )
    _add_up(select(*_columns(RollupPart, _CELL)).join(items, theirs).subquery("parts"), 1)


def _insert_parts(chosen: Select[int, str, int] | None) -> None:
    for statement in parts(chosen):
        db.session.execute(insert(RollupPart).from_select(_PART, statement))


def _add_up(found: Subquery, sign: int) -> None:
    """Add (or take away) parts to the sums."""
    keys = [found.c[name] for name in _CELL[:-1]]
    # "WHERE TRUE": without it SQLite takes ON CONFLICT for the condition of a join.
    added = select(*keys, literal(sign) * func.sum(found.c.number)).where(literal(True)).group_by(*keys)
    dialect = postgresql if db.session.connection().dialect.name == "postgresql" else sqlite
    statement = dialect.insert(RollupCell).from_select(_CELL, added)
    db.session.execute(
        statement.on_conflict_do_update(
            index_elements=list(_CELL[:-1]), set_={"number": RollupCell.number + statement.excluded.number}
        )
    )


def _columns(model: type[RollupPart] | type[RollupCell], names: tuple[str, ...]) -> list[ColumnElement[Any]]:
    return [getattr(model, name) for name in names]


def _differences() -> list[Drift]:
    """Sums of a full count less the live ones, where that is not 0: a full outer join in one grouping."""
    counted = union_all(*parts()).subquery("counted")
    names = [column.name for column in RollupPart.__table__.columns]
    places = dict(zip(names, counted.c, strict=True))
    truth = select(*(places[name].label(name) for name in _CELL), literal(0).label("live"))
    live = select(*_columns(RollupCell, _CELL[:-1]), literal(0).label("number"), RollupCell.number.label("live"))
    both = union_all(truth, live).subquery("both")
    keys = [both.c[name] for name in _CELL[:-1]]
    numbers = (func.sum(both.c.live), func.sum(both.c.number))
    query = select(*keys, *numbers).group_by(*keys).having(numbers[0] != numbers[1]).order_by(*keys)
    return [
        Drift(row[0], row[1], row[2], (row[3], row[4], row[5]), int(row[6]), int(row[7]))
        for row in db.session.execute(query)
    ]
