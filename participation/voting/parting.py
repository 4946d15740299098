"""Part a voter from the roll: when they delete their account, and for everybody three months after the result.

What stays is a row that says that somebody of this ward, age band and sex was on the register, under a random name. The
figures of turnout stay as they were published.
"""

from __future__ import annotations

import secrets
from datetime import datetime

from sqlalchemy import delete, select, update

from participation.consultations.models import Consultation
from participation.extensions import db
from participation.voting import ballot_box
from participation.voting.definition import definition_of
from participation.voting.models import ExclusionContest, RollEntry, SealedBallot, Vote

_NONCE_BYTES = 16
WITHDRAWABLE, SEALED, COUNTED = "withdrawable", "sealed", "counted"


def votes_of(account_id: int, now: datetime) -> list[tuple[Vote, str]]:
    """The votes that a resident is on the roll of, with what would become of their ballot: one of the three words above."""
    rows = db.session.execute(
        select(Vote, SealedBallot.state)
        .join(RollEntry, RollEntry.vote_id == Vote.id)
        .outerjoin(SealedBallot, (SealedBallot.vote_id == Vote.id) & (SealedBallot.voter_id == RollEntry.voter_id))
        .where(RollEntry.account_id == account_id)
        .order_by(Vote.id)
    )
    return [(vote, _fate(vote, ballot, now)) for vote, ballot in rows]


def _fate(vote: Vote, ballot: str | None, now: datetime) -> str:
    if vote.opened_at is not None:
        return COUNTED
    if ballot != "live":
        return ""
    phase = next((phase for phase in vote.consultation.phases if phase.kind == "vote"), None)
    still_open = vote.closed_at is None and phase is not None and phase.opens_at <= now < phase.closes_at
    return WITHDRAWABLE if still_open and vote.consultation.state == "launched" else SEALED


def forget_voter(*, account_id: int, now: datetime) -> None:
    """Withdraw the ballots that still can be, and take the resident's name off every roll.

    A ballot changed as often as is allowed stays sealed in its box, like those of votes that have closed.
    """
    for vote, fate in votes_of(account_id, now):
        if fate == WITHDRAWABLE:
            _withdraw(vote, vote.consultation, account_id)
    for vote_id in db.session.scalars(select(RollEntry.vote_id).where(RollEntry.account_id == account_id)).all():
        # An objection to an exclusion is in the resident's own words.
        db.session.execute(
            delete(ExclusionContest).where(ExclusionContest.vote_id == vote_id, ExclusionContest.voter_id == account_id)
        )
        _part(vote_id, account_id)
    db.session.flush()


def _withdraw(vote: Vote, consultation: Consultation, account_id: int) -> None:
    deposit = ballot_box.deposit_of(vote.id, account_id)
    if deposit is None or not deposit.counts or deposit.revision >= ballot_box.MOST_REVISIONS:
        return
    ballot_box.withdraw(
        definition=definition_of(vote, consultation), vote_id=vote.id, voter_id=account_id,
        nonce=secrets.token_bytes(_NONCE_BYTES), seen_revision=deposit.revision,
    )  # fmt: skip


def part_all(*, published_before: datetime) -> int:
    """Take the names off the rolls of votes whose result was published before a moment; how many were taken."""
    rows = db.session.execute(
        select(RollEntry.vote_id, RollEntry.account_id)
        .join(Vote, Vote.id == RollEntry.vote_id)
        .where(RollEntry.account_id.is_not(None), Vote.published_at < published_before)
    ).all()
    for vote_id, account_id in rows:
        _part(vote_id, account_id)
    return len(rows)


def _part(vote_id: int, account_id: int | None) -> None:
    db.session.execute(
        update(RollEntry)
        .where(RollEntry.vote_id == vote_id, RollEntry.account_id == account_id)
        .values(account_id=None, external_id=f"parted:{secrets.token_hex(16)}")
    )
