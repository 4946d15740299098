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
from participation.extensions import db
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
    made = PriorityMerge(kept=kept, merged=merged, state_before=merged.state, merged_by=actor_id, merged_at=clock.now())
    db.session.add(made)
    merged.state = "merged"
    db.session.flush()
    _bring(made)
    return made


def undo(*, made: PriorityMerge, actor_id: int | None) -> None:
    """As if it had never been. Raises MergeRefused after 28 days, twice, or while the kept one is itself merged away."""
    if not may_undo(made):
        raise MergeRefused()
    made.undone_by, made.undone_at = actor_id, clock.now()
    made.merged.state = made.state_before
    db.session.flush()
    db.session.execute(delete(PrioritySupport).where(PrioritySupport.merge_id == made.id))
    # Somebody may have come through two merges: the row was marked with the first, the second still holds.
    for other in merges_into([made.kept_id]).get(made.kept_id, []):
        _bring(other)


def may_undo(made: PriorityMerge) -> bool:
    still_there = made.kept.state != "merged" and made.merged.state == "merged"
    return made.undone_at is None and still_there and clock.now() <= clock.later(made.merged_at, days=UNDO_DAYS)


def _bring(made: PriorityMerge) -> None:
    """The supporters of the merged one become supporters of the kept one, unless they are."""
    dialect = sqlite if db.session.connection().dialect.name == "sqlite" else postgresql
    source = select(
        literal(made.kept_id), PrioritySupport.account_id, PrioritySupport.ward_id, PrioritySupport.supported_at,
        PrioritySupport.apart, literal(made.id),
    ).where(PrioritySupport.priority_id == made.merged_id, true())  # fmt: skip
    columns = ["priority_id", "account_id", "ward_id", "supported_at", "apart", "merge_id"]
    db.session.execute(dialect.insert(PrioritySupport).from_select(columns, source).on_conflict_do_nothing())


def merges_into(priority_ids: Iterable[int]) -> dict[int, list[PriorityMerge]]:
    """What was merged into each of these and still is, in the order of the merges, with the merged texts."""
    query = (
        select(PriorityMerge)
        .where(PriorityMerge.kept_id.in_(list(priority_ids)), PriorityMerge.undone_at.is_(None))
        .options(joinedload(PriorityMerge.merged))
        .order_by(PriorityMerge.id)
    )
    found: dict[int, list[PriorityMerge]] = {}
    for made in db.session.scalars(query):
        found.setdefault(made.kept_id, []).append(made)
    return found


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
