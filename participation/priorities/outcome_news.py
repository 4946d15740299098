"""What became of options and needs, for the mails of residents who follow a consultation or a need (`consultations.letters`)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import aliased

from participation.consultations.letters import News, OwnNews
from participation.consultations.models import Consultation
from participation.councils.models import Council
from participation.extensions import db
from participation.priorities.models import NeedFollower, Outcome, Priority, PriorityMerge
from participation.priorities.outcomes import ANSWERS, STATUSES, changed_since
from participation.web.mail import public_link
from participation.web.mail_texts import Sentence, sentence

# The answers and the statuses of `outcomes`, in Welsh.
WELSH = {
    "accepted": "derbyniwyd", "partly": "derbyniwyd yn rhannol", "not": "ni dderbyniwyd",
    "planned": "wedi’i gynllunio", "under_way": "ar waith", "done": "wedi’i wneud", "dropped": "wedi’i ollwng",
}  # fmt: skip


def outcomes_changed(council_id: int, since: datetime) -> list[News]:
    """One sentence for each option or need the council said something about."""
    ids = db.session.scalars(select(Consultation.id).where(Consultation.council_id == council_id))
    return [
        News(
            one.consultation_id,
            _said(one, one.option.title if one.option else one.priority.title if one.priority else ""),
            one.updated_at,
        )
        for one in changed_since(ids, since)
    ]


def followed_needs(council: Council, since: datetime) -> list[OwnNews]:
    """What the council said about needs that residents follow, and into what moderators merged them."""
    follows = (
        select(NeedFollower.account_id, Priority.title, Priority.public_id, Consultation.slug)
        .join(Priority, Priority.id == NeedFollower.priority_id)
        .join(Consultation, Consultation.id == Priority.consultation_id)
        .where(Consultation.council_id == council.id, Priority.state.in_(("published", "merged")))
        .order_by(NeedFollower.account_id, Priority.id)
    )
    kept = aliased(Priority)
    outcomes = follows.join(Outcome, Outcome.priority_id == Priority.id).where(Outcome.updated_at > since)
    merges = (
        follows.join(PriorityMerge, PriorityMerge.merged_id == Priority.id)
        .join(kept, kept.id == PriorityMerge.kept_id)
        .where(PriorityMerge.merged_at > since, PriorityMerge.undone_at.is_(None))
    )

    def page(slug: str, public_id: str) -> str:
        return public_link("priorities.priority", council_slug=council.slug, slug=slug, public_id=public_id)

    answered = [
        OwnNews(row.account_id, _said(row.Outcome, row.title), page(row.slug, row.public_id), row.Outcome.updated_at)
        for row in db.session.execute(outcomes.add_columns(Outcome))
    ]
    merged = [
        OwnNews(
            row.account_id,
            sentence("merged", title=row.title, other=row.other),
            page(row.slug, row.public_id), row.merged_at,
        )
        for row in db.session.execute(merges.add_columns(kept.title.label("other"), PriorityMerge.merged_at))
    ]  # fmt: skip
    return answered + merged


def _said(outcome: Outcome, title: str) -> Sentence:
    return sentence(
        "outcome", title=title,
        answer=Sentence(ANSWERS[outcome.answer].lower(), WELSH[outcome.answer]),
        status=Sentence(STATUSES[outcome.status].lower(), WELSH[outcome.status]),
    )  # fmt: skip
