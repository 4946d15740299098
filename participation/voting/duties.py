"""What a vote has waiting for key-holders and officers, on the staff home page."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import contains_eager

from participation.consultations.duties import Duty
from participation.consultations.models import Consultation
from participation.extensions import db
from participation.voting.custody.kinds import TWO_OF_THREE
from participation.voting.models import ExclusionContest, KeyHolder, Vote
from participation.web.access import Permission


def duties(council_id: int, _now: datetime) -> list[Duty]:
    """Phrases to be made or entered, and contests to be answered."""
    return [*_of_holders(council_id), *_contests(council_id)]


def _of_holders(council_id: int) -> list[Duty]:
    not_ready = exists().where(KeyHolder.vote_id == Vote.id, KeyHolder.confirmed_at.is_(None))
    query = (
        select(Vote)
        .join(Vote.consultation)
        .options(contains_eager(Vote.consultation))
        .where(
            Consultation.council_id == council_id,
            Vote.custody == TWO_OF_THREE,
            (Vote.status.in_(("preparing", "frozen", "closed")) & (Consultation.state != "withdrawn") & not_ready)
            | ((Vote.status == "closed") & Vote.opening_approved_at.is_not(None)),
        )
        .order_by(Vote.id)
    )
    return [
        _duty(
            f"Key-holders of “{vote.consultation.title}”: "
            + _asked_for(vote),
            "voting_manage.key", Permission.HOLD_KEYS, vote.consultation,
        )
        for vote in db.session.scalars(query)
    ]  # fmt: skip


def _asked_for(vote: Vote) -> str:
    if vote.status == "closed" and vote.opening_approved_at is not None:
        return "enter your phrase to open the box."
    if vote.consultation.state == "draft":
        return "make your phrase and type it back."
    return "one of you has not typed the phrase back. Check that yours can be read."


def _contests(council_id: int) -> list[Duty]:
    waiting = exists().where(ExclusionContest.vote_id == Vote.id, ExclusionContest.outcome.is_(None))
    query = (
        select(Consultation)
        .join(Vote, Vote.consultation_id == Consultation.id)
        .where(Consultation.council_id == council_id, Vote.status == "closed", waiting)
        .order_by(Consultation.id)
    )
    return [
        _duty(
            f"Voters who were taken off the register of “{consultation.title}” wait for an answer.",
            "voting_manage.register", Permission.RUN_VOTES, consultation,
        )
        for consultation in db.session.scalars(query)
    ]  # fmt: skip


def _duty(sentence: str, endpoint: str, permission: Permission, consultation: Consultation) -> Duty:
    return Duty(sentence, endpoint, permission, {"slug": consultation.slug})
