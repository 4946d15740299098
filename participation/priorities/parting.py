"""Part an author from what they wrote, when they delete their account."""

from __future__ import annotations

from sqlalchemy import delete, func, select, update

from participation.extensions import db
from participation.priorities.models import Contribution, NeedPicture

# What other residents have read, supported or were told is part of the record; the rest is the author's alone.
SHARED = frozenset({"published", "merged"})


def counted_for(author_id: int) -> tuple[int, int]:
    """How many needs of an author stay without a name, and how many go."""
    states = db.session.execute(
        select(Contribution.state, func.count()).where(Contribution.author_id == author_id).group_by(Contribution.state)
    ).all()
    stay = sum(count for state, count in states if state in SHARED)
    return stay, sum(count for _, count in states) - stay


def part_author(*, author_id: int) -> None:
    """Published needs stay without author and photo; those that nobody else saw are deleted with all that was said on them."""
    db.session.execute(
        delete(Contribution).where(Contribution.author_id == author_id, Contribution.state.not_in(SHARED))
    )
    own = select(Contribution.id).where(Contribution.author_id == author_id)
    db.session.execute(delete(NeedPicture).where(NeedPicture.priority_id.in_(own)))
    db.session.execute(update(Contribution).where(Contribution.author_id == author_id).values(author_id=None))
    db.session.flush()
