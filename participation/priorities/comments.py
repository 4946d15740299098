"""What residents say for and against a need: moderated like needs, changed until read, taken back at any time.

Comments are never counted: not on the page of the need, and not in what commissioners read as support.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from participation import clock
from participation.accounts.models import Account
from participation.consultations.lifecycle import Feature, allows
from participation.consultations.models import Consultation
from participation.extensions import db
from participation.priorities.models import Comment, Priority
from participation.priorities.refusals import CommentNotFound, EditedElsewhere, NoLongerYours, NotTaken
from participation.priorities.screening import keep, screened
from participation.priorities.service import EDITABLE, TITLE_LIMIT, new_public_id
from participation.priorities.standing import label

STANCES = {"for": "For", "against": "Against"}
# So many of each side stand on the page of a need, in their random, stable order.
SHOWN = 50


@dataclass(frozen=True, slots=True)
class CommentDraft:
    """What a resident typed; `stance` is "for" or "against"."""

    stance: str
    text: str


def submit(*, need: Priority, author_id: int, author_ward_id: int | None, draft: CommentDraft) -> Comment:
    """A new comment on a published need; the same again from the same author is the first once more. Raises NotTaken."""
    consultation = need.consultation
    _require_open(consultation)
    if need.state != "published":
        raise NotTaken("This need is not published, so it cannot be commented on.")
    db.session.execute(select(Account.id).where(Account.id == author_id).with_for_update())
    result = screened("", draft.text, consultation.council_id, TITLE_LIMIT)
    before = _same_from(author_id, need.id, result.need)
    if before is not None:
        return before
    comment = Comment(
        public_id=new_public_id(), consultation_id=consultation.id, author_id=author_id, author_ward_id=author_ward_id,
        about_id=need.id, stance=draft.stance, title=f"About: {need.title}"[:TITLE_LIMIT], need=result.need,
        group_id=need.group_id, ward_id=need.ward_id, shuffle=secrets.randbelow(2**31), submitted_at=clock.now(),
        state="published" if consultation.moderation == "post" and not result.found else "waiting",
    )  # fmt: skip
    db.session.add(comment)
    db.session.flush()
    keep(comment.id, result)
    label(consultation=consultation, account_id=author_id)
    return comment


def edit(*, comment: Comment, draft: CommentDraft, version: int) -> None:
    """Change what is not published; it goes to the moderators again. Raises NotTaken, EditedElsewhere or NoLongerYours."""
    _require_open(comment.consultation)
    if comment.version != version:
        raise EditedElsewhere()
    if comment.state not in EDITABLE:
        raise NoLongerYours()
    result = screened("", draft.text, comment.consultation.council_id, TITLE_LIMIT)
    comment.stance, comment.need = draft.stance, result.need
    comment.version += 1
    comment.state = "waiting"
    db.session.flush()
    keep(comment.id, result)


def takes_comments(consultation: Consultation) -> bool:
    return allows(consultation, Feature.DISCUSS, clock.now())


def _require_open(consultation: Consultation) -> None:
    if not takes_comments(consultation):
        raise NotTaken()


def comment_of(author_id: int, consultation_id: int, public_id: str, *, lock: bool = False) -> Comment:
    """An author's own comment. Raises CommentNotFound, also for somebody else's."""
    query = (
        select(Comment)
        .where(
            Comment.author_id == author_id, Comment.consultation_id == consultation_id, Comment.public_id == public_id
        )
        .options(joinedload(Comment.about), joinedload(Comment.consultation))
    )
    found = db.session.execute(query.with_for_update(of=Comment) if lock else query).scalar_one_or_none()
    if found is None:
        raise CommentNotFound()
    return found


def published(need_ids: Iterable[int]) -> dict[str, list[Comment]]:
    """What was said about a need and those merged into it, by stance: at random, never by popularity."""
    ids = list(need_ids)
    return {
        stance: list(
            db.session.scalars(
                select(Comment)
                .where(Comment.about_id.in_(ids), Comment.stance == stance, Comment.state == "published")
                .order_by(Comment.shuffle, Comment.id)
                .limit(SHOWN)
            )
        )
        for stance in STANCES
    }


def of_author(account_id: int) -> list[Comment]:
    """Everything a resident said about needs, the newest first (at most 200), with the needs."""
    return list(
        db.session.scalars(
            select(Comment)
            .where(Comment.author_id == account_id)
            .options(
                joinedload(Comment.about),
                joinedload(Comment.consultation).selectinload(Consultation.phases),
                joinedload(Comment.consultation).selectinload(Consultation.response),
            )
            .order_by(Comment.submitted_at.desc(), Comment.id.desc())
            .limit(200)
        )
    )


def _same_from(author_id: int, need_id: int, text: str) -> Comment | None:
    return db.session.scalars(
        select(Comment)
        .where(
            Comment.author_id == author_id,
            Comment.about_id == need_id,
            Comment.need == text,
            Comment.state != "withdrawn",
        )
        .order_by(Comment.id)
    ).first()
