"""What an author may still change: what no moderator has read and published, and nothing that others have built on."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select, union

from participation.extensions import db
from participation.priorities.models import Comment, Contribution, PriorityMerge, PrioritySupport
from participation.priorities.verdicts import verdicts_on

UNPUBLISHED = frozenset({"waiting", "refused"})


def changeable(contributions: Iterable[Contribution]) -> frozenset[int]:
    """The ids of those of these that their authors may change, as far as the texts go; whether it is open is asked elsewhere.

    Where texts are shown before a moderator reads them, one can be changed until that has happened, or somebody else supports
    it, comments on it, or was merged into it. In two queries, however many there are.
    """
    asked = list(contributions)
    unread = {one.id for one in asked if one.state == "published" and one.consultation.moderation == "post"}
    if unread:
        unread -= verdicts_on(unread).keys()
    if unread:
        unread -= _built_on(unread)
    return frozenset(unread | {one.id for one in asked if one.state in UNPUBLISHED})


def _built_on(ids: set[int]) -> set[int]:
    by_others = (
        select(PrioritySupport.priority_id)
        .join(Contribution, Contribution.id == PrioritySupport.priority_id)
        .where(
            PrioritySupport.priority_id.in_(ids), PrioritySupport.account_id.is_distinct_from(Contribution.author_id)
        )
    )
    commented = select(Comment.about_id).where(Comment.about_id.in_(ids), Comment.state != "withdrawn")
    merged = select(PriorityMerge.kept_id).where(PriorityMerge.kept_id.in_(ids), PriorityMerge.undone_at.is_(None))
    return {number for number in db.session.scalars(union(by_others, commented, merged)) if number is not None}
