"""Moderators merge needs that say the same, and part them again: recorded, and told to both authors."""

from __future__ import annotations

from participation.audit.record import record
from participation.audit.tags import Tag
from participation.moderation import locks, referrals, service
from participation.moderation.letters import tell_of_merge
from participation.moderation.queries import items
from participation.moderation.refusals import DecidedMeanwhile, WaitsForAnswer
from participation.moderation.seen import Seen
from participation.priorities import merging
from participation.priorities.models import PriorityMerge
from participation.priorities.refusals import MergeRefused, PriorityNotFound


def merge(*, council_id: int, seen: Seen, into: Seen, moderator_id: int) -> PriorityMerge:
    """Merge what was read into another need that was read too.

    Raises PriorityNotFound, DecidedMeanwhile, HeldByAnother, InterestDeclared, MergeRefused, or WaitsForAnswer while
    safeguarding or lawyers look at what nobody has published yet: merged, everybody could read it.
    """
    # Both in one order: two moderators never wait crosswise.
    items(council_id, [seen.public_id, into.public_id], lock=True)
    merged, kept = service.seen_priority(council_id, seen), service.seen_priority(council_id, into)
    service.require_decider(merged, moderator_id)
    service.require_decider(kept, moderator_id)
    if merged.state == "waiting" and referrals.waiting_about([merged.id]):
        raise WaitsForAnswer()
    made = merging.merge(merged=merged, kept=kept, actor_id=moderator_id)
    locks.clear(priority_id=merged.id)
    _record(made, Tag.PRIORITIES_MERGED, council_id, moderator_id)
    tell_of_merge(merge=made, undone=False)
    return made


def undo(*, council_id: int, public_id: str, moderator_id: int) -> PriorityMerge:
    """Part it from the need it was merged into.

    Raises PriorityNotFound, DecidedMeanwhile, HeldByAnother, InterestDeclared or MergeRefused.
    """
    told_in = merging.where_told(public_id)
    found = {one.public_id: one for one in items(council_id, told_in, lock=True)}
    if public_id not in found:
        raise PriorityNotFound()
    if merging.where_told(public_id) != told_in:
        raise DecidedMeanwhile()
    merged = found[public_id]
    made = merging.merge_of([merged.id]).get(merged.id)
    if made is None:
        raise MergeRefused()
    service.require_decider(merged, moderator_id)
    service.require_decider(made.kept, moderator_id)
    merging.undo(made=made, actor_id=moderator_id)
    _record(made, Tag.MERGE_UNDONE, council_id, moderator_id)
    tell_of_merge(merge=made, undone=True)
    return made


def _record(made: PriorityMerge, tag: Tag, council_id: int, moderator_id: int) -> None:
    record(
        council_id=council_id, tag=tag, subject=f"priority:{made.merged.public_id}", actor_id=moderator_id, role="moderator",
        facts={"kept": made.kept.public_id, "merge": made.id},
    )  # fmt: skip
