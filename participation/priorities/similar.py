"""Published needs that are near to a text: shown while somebody writes, and to moderators who merge duplicates.

Nearness proposes and a person decides: nothing is blocked, hidden or merged by it (needs notes, section 3).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from participation.extensions import db
from participation.needs import texts, vectors
from participation.needs.near_duplicates import care_needed
from participation.priorities.models import Priority

# The newest published needs that are compared; and how many of them, those that share the rarest words, are compared closely.
READ, COMPARED = 2000, 40
NEAR = 0.3


@dataclass(frozen=True, slots=True)
class Similar:
    """A published need, how near it is (0 to 1), and why it may still say something else."""

    priority: Priority
    score: float
    care: tuple[str, ...] = ()


def similar_to(
    consultation_id: int, title: str, need: str, *, but: int | None = None, places: Sequence[str] = (), most: int = 3
) -> list[Similar]:
    """The published needs of a consultation nearest to a text, the nearest first; `but` is the id of the text's own need."""
    rows = db.session.execute(
        select(Priority.id, Priority.title, Priority.need)
        .where(Priority.consultation_id == consultation_id, Priority.state == "published", Priority.id != (but or 0))
        .order_by(Priority.id.desc())
        .limit(READ)
    ).all()
    told = [f"{row.title} {row.need}" for row in rows]
    asked = f"{title} {need}"
    scores = _nearest(asked, told)
    found = {
        item.id: item
        for item in db.session.scalars(
            select(Priority)
            .where(Priority.id.in_([rows[place].id for place, _ in scores[:most]]))
            .options(joinedload(Priority.group), joinedload(Priority.ward))
        )
    }
    return [
        Similar(found[rows[place].id], score, care_needed(asked, told[place], places)) for place, score in scores[:most]
    ]


def _nearest(asked: str, told: Sequence[str]) -> list[tuple[int, float]]:
    """(place, score) of the texts that are near, the nearest first, ties in the order given."""
    words = [frozenset(texts.content_words(text)) for text in told]
    wanted = texts.content_words(asked)
    weights = vectors.rarity([sorted(one) for one in words])
    shared = [sum(weights[word] for word in frozenset(wanted) & one) for one in words]
    candidates = sorted(
        (place for place, weight in enumerate(shared) if weight), key=lambda place: (-shared[place], place)
    )
    close = candidates[:COMPARED]
    documents = [texts.character_runs(texts.content_words(told[place])) for place in close]
    runs = texts.character_runs(wanted)
    rare = vectors.rarity([*documents, runs])
    made = vectors.vector(runs, rare)
    scored = [(place, _cosine(made, vectors.vector(each, rare))) for place, each in zip(close, documents, strict=True)]
    return sorted((one for one in scored if one[1] >= NEAR), key=lambda one: (-one[1], one[0]))


def _cosine(one: vectors.Vector, other: vectors.Vector) -> float:
    return sum(value * other.get(feature, 0.0) for feature, value in one.items())
