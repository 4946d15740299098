"""What residents say for and against a need or an option: moderated like needs, changed until read, taken back at any time.

Comments are never counted: not on the page of the need, and not in what commissioners read as support. On needs they are
taken while residents say what matters, on options while they discuss the options; the registry of phases says when.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import joinedload

from participation import clock
from participation.accounts.models import Account
from participation.consultations.lifecycle import Feature, allows
from participation.consultations.models import CommissioningOption, Consultation
from participation.extensions import db
from participation.priorities.editing import changeable
from participation.priorities.models import Comment, Priority
from participation.priorities.refusals import CommentNotFound, EditedElsewhere, NoLongerYours, NotTaken
from participation.priorities.screening import keep, screened
from participation.priorities.service import TITLE_LIMIT, new_public_id
from participation.priorities.standing import label

STANCES = {"for": "For", "against": "Against"}
# So many of each side stand on the page of a need, in their random, stable order.
SHOWN = 50


@dataclass(frozen=True, slots=True)
class CommentDraft:
    """What a resident typed; `stance` is "for" or "against"."""

    stance: str
    text: str


About = Priority | CommissioningOption


def require_taken(about: About) -> None:
    """Raises NotTaken unless this can be commented on now: a published need, or an option while options are discussed."""
    if isinstance(about, Priority) and about.state != "published":
        raise NotTaken("This need is not published, so it cannot be commented on.")
    _require_open(about.consultation, Feature.DISCUSS if isinstance(about, Priority) else Feature.DISCUSS_OPTIONS)


def submit(*, about: About, author_id: int, author_ward_id: int | None, draft: CommentDraft) -> Comment:
    """A new comment; the same again from the same author is the first once more. Raises NotTaken."""
    require_taken(about)
    consultation, on_need = about.consultation, isinstance(about, Priority)
    db.session.execute(select(Account.id).where(Account.id == author_id).with_for_update())
    result = screened("", draft.text, consultation.council_id, TITLE_LIMIT)
    before = _same_from(
        author_id, Comment.about_id == about.id if on_need else Comment.option_id == about.id, result.need
    )
    if before is not None:
        return before
    comment = Comment(
        public_id=new_public_id(), consultation_id=consultation.id, author_id=author_id, author_ward_id=author_ward_id,
        about_id=about.id if on_need else None, option_id=None if on_need else about.id, stance=draft.stance,
        title=f"About: {about.title}"[:TITLE_LIMIT], need=result.need, group_id=_service_of(about), ward_id=about.ward_id,
        shuffle=secrets.randbelow(2**31), submitted_at=clock.now(),
        state="published" if consultation.moderation == "post" and not result.found else "waiting",
    )  # fmt: skip
    db.session.add(comment)
    db.session.flush()
    keep(comment.id, result)
    label(consultation=consultation, account_id=author_id)
    return comment


def _service_of(about: About) -> int:
    """The service it stands under; of an option that is about more than one, the first of the consultation."""
    return about.group_id if about.group_id is not None else next(one.id for one in about.consultation.services)


def edit(*, comment: Comment, draft: CommentDraft, version: int) -> None:
    """Change what is not published; it goes to the moderators again. Raises NotTaken, EditedElsewhere or NoLongerYours."""
    _require_open(comment.consultation, _feature(comment))
    if comment.version != version:
        raise EditedElsewhere()
    if comment.id not in changeable([comment]):
        raise NoLongerYours()
    result = screened("", draft.text, comment.consultation.council_id, TITLE_LIMIT)
    comment.stance, comment.need = draft.stance, result.need
    comment.version += 1
    comment.state = "published" if comment.state == "published" and not result.found else "waiting"
    db.session.flush()
    keep(comment.id, result)


def may_change(*comments: Comment) -> frozenset[int]:
    """The ids of those that their authors may still change: not read yet, and what they are about can be commented on."""
    now = clock.now()
    return changeable(one for one in comments if allows(one.consultation, _feature(one), now))


def _feature(comment: Comment) -> Feature:
    return Feature.DISCUSS if comment.option_id is None else Feature.DISCUSS_OPTIONS


def _require_open(consultation: Consultation, feature: Feature) -> None:
    if not allows(consultation, feature, clock.now()):
        raise NotTaken()


def comment_of(author_id: int, consultation_id: int, public_id: str, *, lock: bool = False) -> Comment:
    """An author's own comment. Raises CommentNotFound, also for somebody else's."""
    query = (
        select(Comment)
        .where(
            Comment.author_id == author_id, Comment.consultation_id == consultation_id, Comment.public_id == public_id
        )
        .options(joinedload(Comment.about), joinedload(Comment.option), joinedload(Comment.consultation))
    )
    found = db.session.execute(query.with_for_update(of=Comment) if lock else query).scalar_one_or_none()
    if found is None:
        raise CommentNotFound()
    return found


def published(need_ids: Iterable[int]) -> dict[str, list[Comment]]:
    """What was said about a need and those merged into it, by stance: at random, never by popularity."""
    return _published(Comment.about_id.in_(list(need_ids)))


def published_on_option(option_id: int) -> dict[str, list[Comment]]:
    """What was said about an option, in the same way."""
    return _published(Comment.option_id == option_id)


def _published(about: ColumnElement[bool]) -> dict[str, list[Comment]]:
    return {
        stance: list(
            db.session.scalars(
                select(Comment)
                .where(about, Comment.stance == stance, Comment.state == "published")
                .order_by(Comment.shuffle, Comment.id)
                .limit(SHOWN)
            )
        )
        for stance in STANCES
    }


def of_author(account_id: int) -> list[Comment]:
    """Everything a resident said about needs and options, the newest first (at most 200), with these."""
    return list(
        db.session.scalars(
            select(Comment)
            .where(Comment.author_id == account_id)
            .options(
                joinedload(Comment.about),
                joinedload(Comment.option),
                joinedload(Comment.consultation).selectinload(Consultation.phases),
                joinedload(Comment.consultation).selectinload(Consultation.response),
            )
            .order_by(Comment.submitted_at.desc(), Comment.id.desc())
            .limit(200)
        )
    )


def _same_from(author_id: int, about: ColumnElement[bool], text: str) -> Comment | None:
    return db.session.scalars(
        select(Comment)
        .where(
            Comment.author_id == author_id,
            about,
            Comment.need == text,
            Comment.state != "withdrawn",
        )
        .order_by(Comment.id)
    ).first()
