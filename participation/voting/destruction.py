"""The end of a box: its key is destroyed after the publication; of a withdrawn consultation, its ballots unopened.

Backups that were made before still hold what was deleted here, so the day on which the last of them is gone is published. Until
then the phrases of two holders and a backup could still open ballots: holders destroy their phrases as well.
"""

from __future__ import annotations

from datetime import date, timedelta

from flask import current_app
from sqlalchemy import delete

from participation.audit.record import record
from participation.audit.tags import Tag
from participation.clock import UK
from participation.consultations.models import Consultation
from participation.extensions import db
from participation.transactions import after_commit
from participation.voting import ballot_box, box_log, hours, sequencer
from participation.voting.custody import holders
from participation.voting.models import BoxOutbox, KeyEntry, KeyWrap, Vote
from participation.voting.queries import find_vote, vote_of
from participation.voting.refusals import WrongStep
from participation.web.mail_texts import day, write_letter


def destroy_key(*, consultation: Consultation, actor_id: int | None) -> Vote:
    """Delete everything that could open this box, tell the holders, and log the day the last backup is gone.

    Raises WrongStep before the publication and the second time.
    """
    vote = vote_of(consultation.id, lock=True)
    if vote.status != "published":
        raise WrongStep("The key is destroyed after the result was published.")
    if vote.key_destroyed_at is not None:
        raise WrongStep("The key was destroyed already.")
    until = _delete_keys(vote)
    box_log.hold(vote.id)
    sequencer.act(vote, "destroy", {"backups_until": until.isoformat()})
    _record(vote, consultation, Tag.KEY_DESTROYED, actor_id, until)
    for holder in holders.holders_of(vote.id):
        write_letter(
            "holder_destroy", council=consultation.council, recipient=holder.account.email, consultation=consultation,
            key=f"holder:{vote.public_id}:{holder.account_id}:destroyed", until=day(until),
        )  # fmt: skip
    after_commit(ballot_box.scrub)
    return vote


def destroy_ballots(consultation: Consultation, actor_id: int | None) -> None:
    """The consultation was withdrawn: its sealed ballots are destroyed unopened. What was opened before is not touched."""
    found = find_vote(consultation.id)
    if found is None:
        return
    hours.close_to_casts(found.id)
    vote = vote_of(consultation.id, lock=True)
    if vote.status in ("published", "void"):
        return
    until = _delete_keys(vote)
    if vote.definition is not None:
        box_log.hold(vote.id)
        sequencer.act(vote, "destroy", {"ballots": "unopened", "backups_until": until.isoformat()})
    ballot_box.empty(vote.id)
    db.session.execute(delete(BoxOutbox).where(BoxOutbox.vote_id == vote.id))
    vote.status = "void"
    db.session.flush()
    _record(vote, consultation, Tag.BALLOTS_DESTROYED, actor_id, until)
    after_commit(ballot_box.scrub)


def _delete_keys(vote: Vote) -> date:
    """Delete wraps, halves and the server's own copy; the day the last backup with them is gone."""
    for table in (KeyWrap, KeyEntry):
        db.session.execute(delete(table).where(table.vote_id == vote.id))
    vote.box_wrapped_key = None
    vote.key_destroyed_at = hours.database_now()
    kept = timedelta(days=current_app.config["SETTINGS"].backup_days)
    vote.backups_expire_on = vote.key_destroyed_at.astimezone(UK).date() + kept
    db.session.flush()
    return vote.backups_expire_on


def _record(vote: Vote, consultation: Consultation, tag: Tag, actor_id: int | None, until: date) -> None:
    record(
        council_id=consultation.council_id, tag=tag, subject=f"vote:{vote.id}", actor_id=actor_id,
        role="staff" if actor_id else "system", facts={"vote": vote.public_id, "backups_until": until.isoformat()},
    )  # fmt: skip
