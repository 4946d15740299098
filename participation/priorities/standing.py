"""Whether what a person says in a consultation is counted with everybody's, or apart because they fail a rule of it.

Nobody is turned away: needs and support of people whom a consultation is not for are taken, labelled and counted apart. The
label is about a person in a consultation, so it is the same on every row they left there: it is set anew with each act, by
what is true at that moment, and when they prove where they live.
"""

from __future__ import annotations

from sqlalchemy import select, update

from participation.accounts.models import Account
from participation.consultations.models import Consultation
from participation.eligibility.rules import Failure
from participation.eligibility.service import why_not
from participation.extensions import db
from participation.priorities.models import Contribution, Priority, PrioritySupport


def why_apart(consultation: Consultation, account_id: int) -> Failure | None:
    """The rule that a person does not meet, so that what they say is counted apart; None when it counts with the rest."""
    account = db.session.get(Account, account_id)
    return why_not(consultation=consultation, account=account) if account is not None else None


def label(*, consultation: Consultation, account_id: int) -> None:
    """Set the label on everything that a person said in a consultation, by what is true now. Flushes."""
    db.session.flush()
    apart = why_apart(consultation, account_id) is not None
    theirs = select(Priority.id).where(Priority.consultation_id == consultation.id)
    for model, who, here in (
        (Contribution, Contribution.author_id, Contribution.consultation_id == consultation.id),
        (PrioritySupport, PrioritySupport.account_id, PrioritySupport.priority_id.in_(theirs)),
    ):
        db.session.execute(update(model).where(who == account_id, here, model.apart != apart).values(apart=apart))
