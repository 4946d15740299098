"""What commissioners took from an author's needs, when the author deletes their account."""

from __future__ import annotations

import json

from sqlalchemy import delete, select

from participation.commissioning.models import NeedsRecord
from participation.commissioning.themes.models import Quote
from participation.extensions import db
from participation.priorities.models import Contribution, Priority


def signed_summaries_with(author_id: int) -> int:
    """How many signed versions of needs summaries hold words of this author: the title of a need, or a quote."""
    texts = {
        row.public_id: row
        for row in db.session.execute(
            select(Priority.public_id, Priority.title, Quote.words, Priority.consultation_id)
            .outerjoin(Quote, Quote.priority_id == Priority.id)
            .where(Priority.author_id == author_id)
        )
    }
    records = select(NeedsRecord.body).where(
        NeedsRecord.consultation_id.in_({row.consultation_id for row in texts.values()})
    )
    # The number as well: the title may have been another when a version was signed.
    said = {words for number, row in texts.items() for words in (number, row.title, row.words) if words}
    return sum(bool(said & _texts(json.loads(body))) for body in db.session.scalars(records))


def _texts(value: object) -> set[str]:
    """Every text in a summary."""
    if isinstance(value, str):
        return {value}
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return set().union(*(_texts(one) for one in inner))


def part_author(*, author_id: int) -> None:
    """No summary that is made from now on quotes the author. Call it while the needs still name them."""
    own = select(Contribution.id).where(Contribution.author_id == author_id)
    db.session.execute(delete(Quote).where(Quote.priority_id.in_(own)))
