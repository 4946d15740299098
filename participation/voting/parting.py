"""Part a voter from the roll: when they delete their account, and for everybody three months after the result.

What stays is a row that says that somebody of this ward, age band and sex was on the register, under a random name. The
figures of turnout stay as they were published.
"""

from __future__ import annotations

import secrets
from datetime import datetime

from sqlalchemy import and_, delete, func, insert, literal, select, update

from participation.consultations.models import Consultation
from participation.extensions import db
from participation.voting import ballot_box
from participation.voting.definition import definition_of
from participation.voting.models import ExclusionContest, Participation, RollEntry, SealedBallot, Vote

_NONCE_BYTES = 16
WITHDRAWABLE, SEALED, COUNTED = "withdrawable", "sealed", "counted"


def votes_of(account_id: int, now: datetime) -> list[tuple[Vote, str]]:
    """The votes that a resident is on the roll of, with what would become of their ballot: one of the three words above."""
    same = (RollEntry.vote_id == Vote.id, RollEntry.account_id == account_id)
    rows = db.session.execute(
        select(Vote, SealedBallot.state, Participation.voter_id)
        .join(RollEntry, and_(*same))
        .outerjoin(SealedBallot, (SealedBallot.vote_id == Vote.id) & (SealedBallot.voter_id == RollEntry.voter_id))
        .outerjoin(Participation, (Participation.vote_id == Vote.id) & (Participation.voter_id == RollEntry.voter_id))
        .order_by(Vote.id)
    )
    return [(vote, _fate(vote, ballot, voted is not None, now)) for vote, ballot, voted in rows]


def _fate(vote: Vote, ballot: str | None, voted: bool, now: datetime) -> str:
    if vote.opened_at is not None:
        return COUNTED if voted else ""
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
    """Take the names off the rolls of votes whose result was published before a moment; how many were taken.

    Also the numbers, which are those of accounts that live on: each row goes on under a number that means nothing, given out in
    an order that means nothing either.
    """
    rows = list(
        db.session.execute(
            select(RollEntry.vote_id, RollEntry.voter_id)
            .join(Vote, Vote.id == RollEntry.vote_id)
            .where(RollEntry.account_id.is_not(None), Vote.published_at < published_before)
        )
    )
    secrets.SystemRandom().shuffle(rows)
    free = {vote_id: _free_number(vote_id) for vote_id, _ in rows}
    for vote_id, voter_id in rows:
        _renumber(vote_id, voter_id, free[vote_id])
        free[vote_id] -= 1
    return len(rows)


def _free_number(vote_id: int) -> int:
    """Below zero, where no account is, and below all that were given out."""
    least = db.session.scalar(select(func.min(RollEntry.voter_id)).where(RollEntry.vote_id == vote_id))
    return min(least or 0, 0) - 1


def _renumber(vote_id: int, voter_id: int, number: int) -> None:
    """Copy the row without its account, move what hangs on it, and delete the old one. No ballot is left to hang on it."""
    table = RollEntry.__table__
    names = [column.name for column in table.columns]
    new = {"voter_id": number, "account_id": None, "external_id": _nobody()}
    old_row = (table.c.vote_id == vote_id) & (table.c.voter_id == voter_id)
    values = [literal(new[name], table.c[name].type) if name in new else table.c[name] for name in names]
    db.session.execute(insert(RollEntry).from_select(names, select(*values).where(old_row)))
    for model in (Participation, ExclusionContest):
        db.session.execute(
            update(model).where(model.vote_id == vote_id, model.voter_id == voter_id).values(voter_id=number)
        )
    db.session.execute(delete(RollEntry).where(RollEntry.vote_id == vote_id, RollEntry.voter_id == voter_id))


def _part(vote_id: int, account_id: int) -> None:
    """The number stays: once the account is gone it is nobody's, and it is never given again."""
    db.session.execute(
        update(RollEntry)
        .where(RollEntry.vote_id == vote_id, RollEntry.account_id == account_id)
        .values(account_id=None, external_id=_nobody())
    )


def _nobody() -> str:
    return f"parted:{secrets.token_hex(16)}"
