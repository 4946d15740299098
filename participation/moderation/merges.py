"""Moderators merge needs that say the same, and part them again: recorded, and told to both authors."""

from __future__ import annotations

from participation.audit.record import record
from participation.audit.tags import Tag
from participation.moderation import locks, service
from participation.moderation.letters import tell_of_merge
from participation.moderation.queries import items
from participation.moderation.seen import Seen
from participation.priorities import merging
from participation.priorities.models import PriorityMerge
from participation.priorities.refusals import MergeRefused, PriorityNotFound


def merge(*, council_id: int, seen: Seen, into: Seen, moderator_id: int) -> PriorityMerge:
    """Merge what was read into another need that was read too.

    Raises PriorityNotFound, DecidedMeanwhile, HeldByAnother, InterestDeclared or MergeRefused.
    """
    items(
        council_id, [seen.public_id, into.public_id], lock=True
    )  # both in one order: two moderators never wait crosswise
    merged, kept = service.seen_priority(council_id, seen), service.seen_priority(council_id, into)
    service.require_decider(merged, moderator_id)
    service.require_decider(kept, moderator_id)
    made = merging.merge(merged=merged, kept=kept, actor_id=moderator_id)
    locks.clear(priority_id=merged.id)
    _record(made, Tag.PRIORITIES_MERGED, council_id, moderator_id)
    tell_of_merge(merge=made, undone=False)
    return made


def undo(*, council_id: int, public_id: str, moderator_id: int) -> PriorityMerge:
    """Part it from the need it was merged into. Raises PriorityNotFound or MergeRefused."""
    found = items(council_id, [public_id], lock=True)
    if not found:
        raise PriorityNotFound()
    made = merging.merge_of([found[0].id]).get(found[0].id)
    if made is None:
        raise MergeRefused()
    items(council_id, [made.kept.public_id], lock=True)
    merging.undo(made=made, actor_id=moderator_id)
    _record(made, Tag.MERGE_UNDONE, council_id, moderator_id)
    tell_of_merge(merge=made, undone=True)
    return made


def _record(made: PriorityMerge, tag: Tag, council_id: int, moderator_id: int) -> None:
    record(
        council_id=council_id, tag=tag, subject=f"priority:{made.merged.public_id}", actor_id=moderator_id, role="moderator",
        facts={"kept": made.kept.public_id, "merge": made.id},
    )  # fmt: skip
