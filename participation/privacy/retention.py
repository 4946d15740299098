"""What goes by itself, when its time is over: one function for each row of the retention table that has a period.

`participation retention run` runs them all once a day; running twice changes nothing. Each step commits by itself, so that a
long backlog is never one long lock.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any, cast

from sqlalchemy import CursorResult, Delete, Update, delete, exists, or_, select, update

from participation import clock
from participation.accounts import letters
from participation.accounts.models import (
    Account,
    EmailToken,
    FailedProof,
    SignInCode,
    SignInSession,
    SignUpSignal,
)
from participation.commissioning.exporting.service import throw_away
from participation.consultations.models import Consultation, SideAnswer, SideQuestion
from participation.councils.models import Council
from participation.eligibility.models import AddressCode, CodeAttempt, CodeBatch, EligibilityProof
from participation.extensions import db
from participation.moderation.models import HiddenText
from participation.priorities.models import Contribution
from participation.priorities.parting import SHARED
from participation.privacy.erasure import erase
from participation.privacy.kept import PERSONAL, UNCONFIRMED, UNUSED, WARNED, YEAR
from participation.transactions import transaction
from participation.voting.models import ExclusionContest, RollEntry, Vote
from participation.voting.parting import part_all
from participation.web.models import OutboxMail

_BATCH = 200
_AFTER = {kept.table: kept.after or timedelta() for kept in PERSONAL}


def run() -> dict[str, int]:
    """Do everything that is due now; how many rows went or changed, by what was done."""
    return {name: act(clock.now()) for name, act in STEPS.items()}


def _simple(table: str, statement: Callable[[datetime], Delete | Update]) -> Callable[[datetime], int]:
    """One statement about the rows of a table that are older than its period."""

    def act(now: datetime) -> int:
        with transaction():
            done = db.session.execute(statement(now - _AFTER[table]))
            return cast("CursorResult[Any]", done).rowcount

    return act


def _unused_accounts(now: datetime) -> int:
    """Warn first; delete once the warning is 30 days old and nobody signed in. Also those never confirmed."""
    gone = 0
    for account_id in _due_accounts(now):
        with transaction():
            account = db.session.get(Account, account_id)
            if account is not None:
                erase(council=db.session.get_one(Council, account.council_id), account=account)
                gone += 1
    return gone


def _due_accounts(now: datetime) -> list[int]:
    never_confirmed = Account.confirmed_at.is_(None) & (Account.created_at < now - UNCONFIRMED)
    long_warned = Account.warned_on <= _day(now - WARNED)
    query = select(Account.id).where(Account.kind == "resident", or_(never_confirmed, long_warned))
    found = list(db.session.scalars(query.order_by(Account.id).limit(_BATCH)))
    db.session.rollback()
    return found


def _warnings(now: datetime) -> int:
    """Tell residents who have not signed in for 23 months what happens next."""
    unused_since = _day(now - UNUSED + WARNED)
    signed_in_before = or_(
        Account.last_used_on < unused_since,
        Account.last_used_on.is_(None) & (Account.created_at < now - UNUSED + WARNED),
    )
    query = select(Account).where(
        Account.kind == "resident", Account.confirmed_at.is_not(None), Account.warned_on.is_(None), signed_in_before
    )
    with transaction():
        accounts = db.session.scalars(query.order_by(Account.id).limit(_BATCH)).all()
        for account in accounts:
            account.warned_on = _day(now)
            letters.send_unused_warning(
                council=db.session.get_one(Council, account.council_id), account=account, deleted_on=_day(now + WARNED)
            )
        return len(accounts)


def _part_rolls(now: datetime) -> int:
    with transaction():
        return part_all(published_before=now - _AFTER["roll_entry"])


def _files(now: datetime) -> int:
    with transaction():
        return throw_away(now)


def _day(moment: datetime) -> date:
    return moment.astimezone(clock.UK).date()


def _published(before: datetime) -> Any:
    return select(Vote.id).where(Vote.published_at < before)


def _with_result(before: datetime) -> Any:
    return select(Consultation.id).where(Consultation.result_published_at < before)


STEPS: dict[str, Callable[[datetime], int]] = {
    "sign_in_session": _simple(
        "sign_in_session", lambda until: delete(SignInSession).where(SignInSession.created_at < until)
    ),
    "email_token": _simple("email_token", lambda until: delete(EmailToken).where(EmailToken.expires_at < until)),
    "sign_in_code": _simple("sign_in_code", lambda until: delete(SignInCode).where(SignInCode.expires_at < until)),
    "sign_up_signal": _simple(
        "sign_up_signal", lambda until: delete(SignUpSignal).where(SignUpSignal.noted_on < _day(until))
    ),
    "failed_proof": _simple("failed_proof", lambda until: delete(FailedProof).where(FailedProof.first_at < until)),
    "code_attempt": _simple("code_attempt", lambda until: delete(CodeAttempt).where(CodeAttempt.on < _day(until))),
    "outbox_mail": _simple(
        "outbox_mail",
        lambda until: delete(OutboxMail).where(OutboxMail.created_at < until, OutboxMail.recipient == ""),
    ),
    "side_answer": _simple(
        "side_answer",
        lambda until: delete(SideAnswer).where(
            exists(
                select(SideQuestion.id)
                .join(Consultation, Consultation.id == SideQuestion.consultation_id)
                .where(SideQuestion.id == SideAnswer.question_id, Consultation.result_published_at < until)
            )
        ),
    ),
    "hidden_text": _simple("hidden_text", lambda until: delete(HiddenText).where(HiddenText.kept_until < until)),
    "address_code": _simple(
        "address_code",
        lambda until: delete(AddressCode).where(
            exists(select(CodeBatch.id).where(CodeBatch.id == AddressCode.batch_id, CodeBatch.expires_at < until))
        ),
    ),
    "eligibility_proof": _simple(
        "eligibility_proof",
        lambda until: (
            update(EligibilityProof)
            .where(EligibilityProof.household.is_not(None), EligibilityProof.consultation_id.in_(_with_result(until)))
            .values(household=None)
        ),
    ),
    "priority": _simple(
        "priority",
        lambda until: delete(Contribution).where(Contribution.state.not_in(SHARED), Contribution.submitted_at < until),
    ),
    "exclusion_contest": _simple(
        "exclusion_contest", lambda until: delete(ExclusionContest).where(ExclusionContest.answered_at < until)
    ),
    "roll_entry": _part_rolls,
    "files that were asked for": _files,
    "age and sex on rolls": lambda now: _strata(now - YEAR),
    "account": _unused_accounts,
    "warnings": _warnings,
}


def _strata(before: datetime) -> int:
    with transaction():
        done = db.session.execute(
            update(RollEntry)
            .where(
                RollEntry.vote_id.in_(_published(before)),
                or_(RollEntry.age_band.is_not(None), RollEntry.sex.is_not(None)),
            )
            .values(age_band=None, sex=None)
        )
        return cast("CursorResult[Any]", done).rowcount
