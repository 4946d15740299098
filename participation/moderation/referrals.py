"""Referrals: what a moderator must not decide alone goes to people who know, and is not published before they answer.

Whoever may be in danger is for the safeguarding team, what a court may have to say something about for the lawyers. The mail
holds no word of the text: it says that something waits, and where.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Select, select
from sqlalchemy.orm import contains_eager, joinedload

from participation import clock
from participation.audit.record import record
from participation.audit.tags import Tag
from participation.consultations.models import Consultation
from participation.councils.models import Council
from participation.extensions import db
from participation.moderation.models import ModerationReferral
from participation.moderation.refusals import NothingToDecide
from participation.priorities.models import Contribution
from participation.web.mail import public_link
from participation.web.mail_texts import write_letter

TO = {"safeguarding": "Safeguarding", "legal": "Legal"}


@dataclass(frozen=True, slots=True)
class Contact:
    """Who is told of a referral. `named`: the council says who that is; otherwise it is the council's general address."""

    name: str
    email: str
    named: bool


def contact_of(council: Council, to: str) -> Contact:
    """Who answers referrals of a kind in a council (`[referrals]` of its facts)."""
    found = (council.referrals or {}).get(to)
    if found is None:
        return Contact(council.full_name, council.contact_email, named=False)
    return Contact(found["name"], found["email"], named=True)


def refer(*, priority: Contribution, to: str, note: str, moderator_id: int) -> ModerationReferral:
    """Ask them to look at it. While one waits, the same again is the first once more."""
    # Two who refer it at once wait for each other.
    db.session.execute(select(Contribution.id).where(Contribution.id == priority.id).with_for_update())
    before = next((one for one in about(priority.id) if one.to == to and one.answered_at is None), None)
    if before is not None:
        return before
    council = priority.consultation.council
    contact = contact_of(council, to)
    made = ModerationReferral(
        priority_id=priority.id, to=to, told=contact.name, note=note, referred_by=moderator_id, referred_at=clock.now()
    )
    db.session.add(made)
    db.session.flush()
    _record(priority, Tag.REFERRED, to, moderator_id, named=contact.named)
    page = public_link("moderation_manage.item", council_slug=council.slug, public_id=priority.public_id)
    write_letter(
        "referral",
        council=council,
        recipient=contact.email,
        key=f"referral:{made.id}",
        to=to,
        contact=contact,
        page=page,
    )
    return made


def answer(*, priority: Contribution, referral_id: int, said: str, actor_id: int) -> None:
    """Keep what they said is to be done; from now on it can be decided. Raises NothingToDecide when it was answered."""
    found = db.session.get(ModerationReferral, referral_id, with_for_update=True)
    if found is None or found.priority_id != priority.id or found.answered_at is not None:
        raise NothingToDecide("This referral was answered already.")
    found.answer, found.answered_by, found.answered_at = said, actor_id, clock.now()
    db.session.flush()
    _record(priority, Tag.REFERRAL_ANSWERED, found.to, actor_id)


def waiting_about(priority_ids: Iterable[int]) -> dict[int, ModerationReferral]:
    """The referrals of these that nobody has answered, by id of the contribution."""
    query = select(ModerationReferral).where(
        ModerationReferral.priority_id.in_(list(priority_ids)), ModerationReferral.answered_at.is_(None)
    )
    return {one.priority_id: one for one in db.session.scalars(query.order_by(ModerationReferral.id))}


def about(priority_id: int) -> list[ModerationReferral]:
    """Every referral of one contribution, the newest first."""
    query = select(ModerationReferral).where(ModerationReferral.priority_id == priority_id)
    return list(
        db.session.scalars(
            query.options(joinedload(ModerationReferral.referrer)).order_by(ModerationReferral.id.desc())
        )
    )


def waiting(council_id: int) -> Select[ModerationReferral]:
    """Everything in a council that waits for an answer, the oldest first; for `paged`."""
    return (
        select(ModerationReferral)
        .join(ModerationReferral.priority)
        .join(Contribution.consultation)
        .where(Consultation.council_id == council_id, ModerationReferral.answered_at.is_(None))
        .options(
            contains_eager(ModerationReferral.priority).contains_eager(Contribution.consultation),
            joinedload(ModerationReferral.referrer),
        )
        .order_by(ModerationReferral.referred_at, ModerationReferral.id)
    )


def _record(priority: Contribution, tag: Tag, to: str, actor_id: int, **more: bool) -> None:
    record(
        council_id=priority.consultation.council_id, tag=tag, subject=f"priority:{priority.public_id}", actor_id=actor_id,
        role="moderator", facts={"to": to, **more},
    )  # fmt: skip
