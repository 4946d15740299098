"""Forget what an author and the moderators wrote to each other about needs that stay, when the author deletes their account."""

from __future__ import annotations

from sqlalchemy import delete, select, update

from participation.extensions import db
from participation.moderation.models import HiddenText, ModerationAppeal, ModerationDecision
from participation.priorities.models import Contribution


def part_author(*, author_id: int) -> None:
    """Delete what was hidden of the author's needs, their open appeals, and the words of answered ones and of notes.

    That a decision was made, why and when stays: it is about what the public can read. Call it while the needs still name
    their author.
    """
    own = select(Contribution.id).where(Contribution.author_id == author_id)
    decisions = select(ModerationDecision.id).where(ModerationDecision.priority_id.in_(own))
    of_own = ModerationAppeal.decision_id.in_(decisions)
    db.session.execute(delete(HiddenText).where(HiddenText.decision_id.in_(decisions)))
    db.session.execute(delete(ModerationAppeal).where(of_own, ModerationAppeal.outcome.is_(None)))
    db.session.execute(update(ModerationAppeal).where(of_own).values(statement="", answer=""))
    db.session.execute(update(ModerationDecision).where(ModerationDecision.priority_id.in_(own)).values(note=""))
