"""When a vote begins and ends: what it asks is fixed, it is extended or closed early, and it closes on time.

Whatever moves an end holds the close lock and reads the database's clock, as every cast does (`voting.hours`).
"""

from __future__ import annotations

from datetime import datetime

from participation import clock
from participation.audit.models import AuditEvent
from participation.audit.record import record
from participation.audit.tags import Tag
from participation.consultations import service as consultation_service
from participation.consultations.cards import card_of
from participation.consultations.models import Consultation
from participation.errors import InvalidInput
from participation.extensions import db
from participation.voting import additions, box_log, hours, roll, sequencer
from participation.voting.custody import holders
from participation.voting.definition import Definition, canonical_json, definition_of, with_roll
from participation.voting.models import DefinitionVersion, Vote
from participation.voting.queries import vote_of
from participation.voting.refusals import VoteStopped, WrongStep
from participation.web.words import day


def freeze(
    *, vote: Vote, consultation: Consultation, actor_id: int | None, definition: Definition | None = None
) -> None:
    """Fix what voters are asked. The caller holds the vote's row; the second time nothing changes.

    Raises VoteStopped while the box has no key, which the checks before a launch do not let happen.
    """
    if vote.definition is not None:
        return
    if vote.box_public_key is None or holders.problems(vote):
        raise VoteStopped("The key-holders of this vote are not ready, so it takes no ballots.")
    # A past election brings its own roll.
    fixed = definition or with_roll(
        definition_of(vote, consultation),
        roll.fix(vote=vote, consultation=consultation, opens_at=hours.times_of(vote.id)[0]),
    )
    fix(vote, consultation, fixed)
    vote.status = "frozen"
    db.session.flush()
    record_about(consultation, vote, Tag.VOTE_FROZEN, actor_id, {"definition": fixed.digest.hex()})


def fix_if_open(vote: Vote) -> None:
    """Fix a vote that has opened and that nobody voted in yet; for the timer. Otherwise its first ballot does it."""
    if vote.definition is None and hours.is_open(vote.id):
        held_vote = vote_of(vote.consultation_id, lock=True)
        freeze(vote=held_vote, consultation=held_vote.consultation, actor_id=None)


def fix(vote: Vote, consultation: Consultation, definition: Definition, *, reason: str = "") -> None:
    """Make this what voters are asked from now on, and keep it in the history of the vote."""
    vote.definition, vote.definition_hash = definition.text, definition.digest
    db.session.add(
        DefinitionVersion(
            vote_id=vote.id, number=definition.number, text=definition.text, digest=definition.digest,
            cards=canonical_json({option.code: card_of(option) for option in consultation.options}), reason=reason,
            fixed_at=clock.now(),
        )
    )  # fmt: skip


def close_early(*, consultation: Consultation, reason_code: str, actor_id: int | None) -> Vote:
    """End the vote now, by the database's clock. Every ballot acknowledged before is in; every later one is refused.

    Raises WrongStep when it is not open.
    """
    vote, at = held(consultation)
    opens_at, closes_at = hours.times_of(vote.id)
    if vote.status not in hours.OPEN_STATES or not opens_at < at < closes_at or consultation.state != "launched":
        raise WrongStep("This vote is not open, so it cannot be closed early.")
    consultation_service.record_vote_closed(
        consultation=consultation, at=at, reason_code=reason_code, actor_id=actor_id
    )
    _close(vote, consultation, at, actor_id, {"early": True, "reason": reason_code})
    return vote


def close_on_time(*, consultation: Consultation) -> Vote:
    """Close a vote whose time is over, as the timer and every later act do. Raises WrongStep before that."""
    vote, at = held(consultation)
    if vote.status not in hours.OPEN_STATES:
        return vote
    closes_at = hours.times_of(vote.id)[1]
    if at < closes_at:
        raise WrongStep("The vote has not closed yet.")
    if consultation.state != "launched":
        raise WrongStep("The council stopped this consultation.")
    _close(vote, consultation, closes_at, None, {"early": False})
    return vote


def close_if_over(vote: Vote) -> bool:
    """Close a vote whose time has passed and that nobody closed yet; for the timer. Whether it was closed now."""
    if vote.status not in hours.OPEN_STATES or vote.consultation.state != "launched" or not hours.is_over(vote.id):
        return False
    close_on_time(consultation=vote.consultation)
    return True


def extend(*, consultation: Consultation, until: datetime, reason: str, actor_id: int | None) -> Vote:
    """Let an open vote end later than announced; residents read the reason.

    Raises WrongStep when it is not open, InvalidInput when the new time is not later, or not before the decision.
    """
    vote, at = held(consultation)
    opens_at, closes_at = hours.times_of(vote.id)
    if vote.status not in hours.OPEN_STATES or not opens_at < at < closes_at or consultation.state != "launched":
        raise WrongStep("This vote is not open, so it cannot be extended.")
    require_later(consultation, closes_at, until)
    consultation_service.record_vote_extended(
        consultation=consultation, until=until, at=at, reason=reason, actor_id=actor_id
    )
    if vote.definition is not None:
        box_log.hold(vote.id)
        sequencer.act(vote, "extend", {"until": until.isoformat()})
    return vote


def require_later(consultation: Consultation, closes_at: datetime, until: datetime) -> None:
    """Raises InvalidInput: what residents say must be there before the decision (Gunning 4)."""
    if until <= closes_at:
        raise InvalidInput("The new time must be after the time the vote closes now.", field="day")
    if until.astimezone(clock.UK).date() >= consultation.decision_date:
        raise InvalidInput(
            f"The vote must close before the decision on {day(consultation.decision_date)}.", field="day"
        )


def held(consultation: Consultation) -> tuple[Vote, datetime]:
    """The vote with casts kept out until this transaction ends, and the moment by the clock that they are held to."""
    vote_id = vote_of(consultation.id).id
    hours.close_to_casts(vote_id)
    vote = vote_of(consultation.id, lock=True)
    db.session.refresh(consultation, ["state", "phases"])
    return vote, hours.database_now()


def _close(
    vote: Vote,
    consultation: Consultation,
    at: datetime,
    actor_id: int | None,
    facts: dict[str, str | int | bool | None],
) -> None:
    if vote.definition is None:
        freeze(vote=vote, consultation=consultation, actor_id=actor_id)
    vote.status, vote.closed_at = "closed", at
    db.session.flush()
    box_log.hold(vote.id)
    sequencer.act(vote, "close", {"at": at.isoformat(), "roll": additions.closing_roll(vote), **facts})
    record_about(consultation, vote, Tag.VOTE_CLOSED, actor_id, facts)


def record_about(
    consultation: Consultation, vote: Vote, tag: Tag, actor_id: int | None, facts: dict[str, str | int | bool | None]
) -> AuditEvent:
    return record(
        council_id=consultation.council_id, tag=tag, subject=f"vote:{vote.id}", actor_id=actor_id,
        role="staff" if actor_id else "system", facts={"vote": vote.public_id, **facts},
    )  # fmt: skip
