"""Adding somebody to the roll after it was fixed, by two people and for a published reason; and the roll at the close.

The public log says at the close how many were on the roll at opening and how many came after that. At the opening of the box
a roll with more lines than officers are on record for is refused.
"""

from __future__ import annotations

from sqlalchemy import func, select

from participation.accounts.models import Account
from participation.accounts.queries import account_by_email
from participation.approvals.refusals import SamePerson
from participation.audit.models import AuditEvent
from participation.audit.record import record
from participation.audit.tags import Tag
from participation.consultations.meanings import Meaning
from participation.consultations.models import Consultation
from participation.extensions import db
from participation.voting import hours, roll
from participation.voting.definition import definition_of
from participation.voting.models import Vote
from participation.voting.queries import vote_of
from participation.voting.refusals import BoxDamaged, NotOnTheRoll, WrongStep
from participation.web.mail import public_link
from participation.web.mail_texts import write_letter

REASONS = {
    meaning.code: meaning
    for meaning in (
        Meaning("left-out", "Left out", "They had registered in time and were left out by mistake."),
        Meaning(
            "barrier",
            "Could not register",
            "They could not register in time because of a disability or another barrier.",
        ),
        Meaning("moved-in", "Moved in", "They moved into the area after voting opened."),
    )
}


def person_named(council_id: int, email: str) -> Account:
    """The confirmed resident with this address. Raises NotOnTheRoll."""
    account = account_by_email(council_id, email)
    if account is None or account.kind != "resident" or account.confirmed_at is None or account.disabled_at is not None:
        raise NotOnTheRoll("There is no confirmed resident account with this email address.")
    return account


def require_possible(consultation: Consultation, account_id: int) -> Vote:
    """The vote, held, if somebody can be added: open, fixed, not open to late registration, and they are not on it.

    Raises WrongStep, NotOnTheRoll.
    """
    vote = vote_of(consultation.id, lock=True)
    if vote.definition is None or not hours.is_open(vote.id):
        raise WrongStep("People are added to the register of a vote while it is open.")
    if vote.late_registration:
        raise WrongStep("Everybody who registers while this vote is open can vote: nobody has to be added.")
    resident = roll.resident_of(vote.id, account_id)
    if resident is None or resident.on_roll is not None:
        raise NotOnTheRoll("This resident is on the register already.")
    return vote


def add(*, consultation: Consultation, account_id: int, reason_code: str, requested_by: int, decided_by: int) -> None:
    """Put a resident on the roll and tell them. Raises SamePerson, WrongStep, NotOnTheRoll."""
    if requested_by == decided_by:
        raise SamePerson()
    vote = require_possible(consultation, account_id)
    resident = roll.resident_of(vote.id, account_id)
    if resident is None or resident.account.council_id != consultation.council_id or reason_code not in REASONS:
        raise NotOnTheRoll("There is no such resident.")
    roll.join(vote_id=vote.id, resident=resident)
    record(
        council_id=consultation.council_id, tag=Tag.VOTER_ADDED, subject=f"vote:{vote.id}", actor_id=decided_by, role="staff",
        facts={"vote": vote.public_id, "reason": reason_code},
    )  # fmt: skip
    link = public_link("voting.ballot", council_slug=consultation.council.slug, slug=consultation.slug)
    write_letter(
        "register_added", council=consultation.council, recipient=resident.account.email, page=link,
        key=f"register:{vote.public_id}:{account_id}:added", consultation=consultation,
    )  # fmt: skip


def closing_roll(vote: Vote) -> dict[str, int]:
    """The roll at the close: how many were on it at opening, and how many came after that.

    A past election has no roll at opening: all its voters were on it.
    """
    at_opening = definition_of(vote, vote.consultation).facts.get("roll", {}).get("size")
    size = roll.size_of(vote.id)
    return {
        "opening": size if at_opening is None else at_opening,
        "added": 0 if at_opening is None else size - at_opening,
    }


def require_recorded(vote: Vote) -> None:
    """Raises BoxDamaged when the roll has people whom neither the opening nor two officers put there: part of the opening."""
    if vote.late_registration or "size" not in definition_of(vote, vote.consultation).facts.get("roll", {}):
        return
    if closing_roll(vote)["added"] != _recorded(vote):
        raise BoxDamaged(problem="the register has people that no two officers added")


def _recorded(vote: Vote) -> int:
    query = select(func.count()).where(
        AuditEvent.council_id == vote.consultation.council_id,
        AuditEvent.subject == f"vote:{vote.id}",
        AuditEvent.tag == Tag.VOTER_ADDED.value,
    )
    return int(db.session.execute(query).scalar_one())
