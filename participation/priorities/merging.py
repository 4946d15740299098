"""Two needs that say the same are merged into one, and can be parted again exactly.

Both texts and both lists of supporters stay. The kept need gains a row for each supporter that it did not have, marked
with the merge: so whoever supports both counts once, everything that counts supporters needs to know nothing of merges, and
an undo takes back exactly what the merge brought.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import delete, literal, or_, select, true
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import joinedload

from participation import clock
from participation.audit.record import record
from participation.audit.tags import Tag
from participation.extensions import db
from participation.priorities.before import about_to_change
from participation.priorities.models import Contribution, Priority, PriorityMerge, PrioritySupport
from participation.priorities.refusals import MergeRefused

UNDO_DAYS = 28
MERGEABLE = frozenset({"waiting", "published"})


def merge(*, merged: Contribution, kept: Contribution, actor_id: int | None) -> PriorityMerge:
    """From now on `merged` is told as a part of `kept`. Raises MergeRefused."""
    if not isinstance(merged, Priority) or not isinstance(kept, Priority):
        raise MergeRefused()
    fits = merged.consultation_id == kept.consultation_id and merged.id != kept.id
    if not fits or kept.state != "published" or merged.state not in MERGEABLE:
        raise MergeRefused()
    about_to_change(kept.consultation)
    made = PriorityMerge(kept=kept, merged=merged, state_before=merged.state, merged_by=actor_id, merged_at=clock.now())
    db.session.add(made)
    merged.state = "merged"
    db.session.flush()
    _bring(made)
    return made


def undo(*, made: PriorityMerge, actor_id: int | None) -> None:
    """As if it had never been, also while the kept one is itself told elsewhere. Raises MergeRefused after 28 days, or twice.

    What its author withdrew meanwhile stays withdrawn; its supporters no longer count for the kept one.
    """
    if not may_undo(made):
        raise MergeRefused()
    about_to_change(made.kept.consultation)
    _part(made, actor_id)


def may_undo(made: PriorityMerge) -> bool:
    in_time = clock.now() <= clock.later(made.merged_at, days=UNDO_DAYS)
    return made.undone_at is None and made.merged.state in ("merged", "withdrawn") and in_time


def let_go(kept: Contribution, actor_id: int | None = None) -> None:
    """It is no longer shown, which must not silence others: what was merged into it stands for itself again, or, where this
    one was told elsewhere, is told there."""
    told_in = _root(kept.id)
    for made in _merges_into(kept.id):
        _part(made, actor_id)
        _record(made, Tag.MERGE_UNDONE, actor_id)
        if told_in is not None:
            _record(merge(merged=made.merged, kept=told_in, actor_id=made.merged_by), Tag.PRIORITIES_MERGED, actor_id)


def _root(priority_id: int) -> Priority | None:
    """The need in which it is told at last; None when it stands for itself."""
    found = None
    while (made := merge_of([priority_id]).get(priority_id)) is not None:
        found, priority_id = made.kept, made.kept_id
    return found


def _record(made: PriorityMerge, tag: Tag, actor_id: int | None) -> None:
    record(
        council_id=made.merged.consultation.council_id, tag=tag, subject=f"priority:{made.merged.public_id}",
        actor_id=actor_id, facts={"kept": made.kept.public_id, "merge": made.id},
    )  # fmt: skip


def _part(made: PriorityMerge, actor_id: int | None) -> None:
    made.undone_by, made.undone_at = actor_id, clock.now()
    if made.merged.state == "merged":
        made.merged.state = made.state_before
    db.session.flush()
    _take_back(made.id)
    # Somebody may have come through two merges: the row was marked with the first, the second still holds. And what was
    # brought here was brought on to where this one is told.
    place = made.kept_id
    while True:
        for other in _merges_into(place):
            _bring(other)
        outer = merge_of([place]).get(place)
        if outer is None:
            break
        _take_back(outer.id)
        place = outer.kept_id


def _take_back(merge_id: int) -> None:
    db.session.execute(delete(PrioritySupport).where(PrioritySupport.merge_id == merge_id))


def _bring(made: PriorityMerge) -> None:
    """The supporters of the merged one become supporters of the kept one, unless they are."""
    dialect = sqlite if db.session.connection().dialect.name == "sqlite" else postgresql
    source = select(
        literal(made.kept_id), PrioritySupport.account_id, PrioritySupport.ward_id, PrioritySupport.supported_at,
        PrioritySupport.apart, literal(made.id),
    ).where(PrioritySupport.priority_id == made.merged_id, true())  # fmt: skip
    columns = ["priority_id", "account_id", "ward_id", "supported_at", "apart", "merge_id"]
    db.session.execute(dialect.insert(PrioritySupport).from_select(columns, source).on_conflict_do_nothing())


def _merges_into(priority_id: int) -> list[PriorityMerge]:
    """Every merge into it that holds, in their order, also of what its author withdrew since."""
    return list(
        db.session.scalars(
            select(PriorityMerge)
            .where(PriorityMerge.kept_id == priority_id, PriorityMerge.undone_at.is_(None))
            .options(joinedload(PriorityMerge.merged), joinedload(PriorityMerge.kept))
            .order_by(PriorityMerge.id)
        )
    )


def told_here(priority_id: int) -> list[Priority]:
    """The texts told as a part of this one, through any number of merges, without what their authors withdrew."""
    inside = all_told_with(priority_id)[1:]
    if not inside:
        return []
    return list(
        db.session.scalars(
            select(Priority).where(Priority.id.in_(inside), Priority.state == "merged").order_by(Priority.id)
        )
    )


def where_told(public_id: str) -> list[str]:
    """The public ids of a need, of what it is told in, of what that is told in, and so on; only read, nothing is locked."""
    path, place = [public_id], db.session.scalar(select(Priority.id).where(Priority.public_id == public_id))
    while place is not None:
        outer = db.session.execute(
            select(Priority.id, Priority.public_id)
            .join(PriorityMerge, PriorityMerge.kept_id == Priority.id)
            .where(PriorityMerge.merged_id == place, PriorityMerge.undone_at.is_(None))
        ).one_or_none()
        path.extend([outer.public_id] if outer else [])
        place = outer.id if outer else None
    return path


def merge_of(priority_ids: Iterable[int]) -> dict[int, PriorityMerge]:
    """The merge through which each of these is told elsewhere, with the need it went into."""
    query = (
        select(PriorityMerge)
        .where(PriorityMerge.merged_id.in_(list(priority_ids)), PriorityMerge.undone_at.is_(None))
        .options(joinedload(PriorityMerge.kept), joinedload(PriorityMerge.merged))
        .order_by(PriorityMerge.id)
    )
    return {made.merged_id: made for made in db.session.scalars(query)}


def all_told_with(priority_id: int) -> list[int]:
    """The ids of everything that is told as a part of this one, through any number of merges, itself included."""
    found, new = [priority_id], [priority_id]
    while new:
        new = list(
            db.session.scalars(
                select(PriorityMerge.merged_id).where(PriorityMerge.kept_id.in_(new), PriorityMerge.undone_at.is_(None))
            )
        )
        found.extend(new)
    return found


def distinct_supporters(*priority_ids: int) -> int:
    """How many people support any of these; each once, without those who are counted apart."""
    query = select(PrioritySupport.account_id).where(
        or_(*(PrioritySupport.priority_id == one for one in priority_ids)), PrioritySupport.apart.is_(False)
    )
    return len(set(db.session.scalars(query)))
