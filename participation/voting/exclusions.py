"""Taking a voter off the register after the close, by two people and for a published reason; and what the voter can say to that.

Until the box is opened an exclusion is a mark on the register, so that it can be taken back. At the opening, and never before,
the ballots of all who are still excluded leave the box, each with a line in its public log.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select

from participation.accounts.models import Account
from participation.approvals.refusals import SamePerson
from participation.audit.models import AuditEvent
from participation.audit.record import record
from participation.audit.tags import Tag
from participation.consultations.meanings import Meaning
from participation.consultations.models import Consultation
from participation.extensions import db
from participation.voting import ballot_box, hours
from participation.voting.check_window import window_end
from participation.voting.models import ExclusionContest, RollEntry, SealedBallot, Vote
from participation.voting.queries import vote_of
from participation.voting.refusals import BoxDamaged, NotOnTheRoll, WrongStep
from participation.web.emails import canonical
from participation.web.mail import public_link
from participation.web.mail_texts import write_letter

REASONS = {
    meaning.code: meaning
    for meaning in (
        Meaning(
            "moved",
            "Moved away",
            "They had moved away from the council’s area before they voted.",
            "Roeddent wedi symud o ardal y cyngor cyn pleidleisio.",
        ),
        Meaning(
            "never-lived",
            "Never lived here",
            "They never lived in the council’s area.",
            "Ni fuont erioed yn byw yn ardal y cyngor.",
        ),
        Meaning(
            "second-account",
            "Second account",
            "They voted with a second account of the same person.",
            "Pleidleisiwyd gydag ail gyfrif yr un person.",
        ),
        Meaning(
            "too-young",
            "Too young",
            "They were younger than this vote allows.",
            "Roeddent yn iau nag y mae’r bleidlais hon yn ei ganiatáu.",
        ),
        Meaning(
            "not-them",
            "Somebody else voted",
            "Somebody else voted in their name.",
            "Pleidleisiodd rhywun arall yn eu henw.",
        ),
    )
}


@dataclass(frozen=True, slots=True)
class Excluded:
    """A voter who is off the register: their address for officers, the reason, and what they said to it."""

    voter_id: int
    email: str
    reason: Meaning
    contest: ExclusionContest | None


def voter_named(vote_id: int, council_id: int, email: str) -> RollEntry:
    """The voter with this address whose ballot is in the box. Raises NotOnTheRoll."""
    entry = db.session.execute(
        select(RollEntry)
        .join(Account, Account.id == RollEntry.account_id)
        .join(
            SealedBallot,
            (SealedBallot.vote_id == RollEntry.vote_id) & (SealedBallot.voter_id == RollEntry.voter_id),
        )
        .where(
            RollEntry.vote_id == vote_id, RollEntry.state == "eligible", SealedBallot.state == "live",
            Account.council_id == council_id, Account.email_canonical == (canonical(email) or ""),
        )
    ).scalar_one_or_none()  # fmt: skip
    if entry is None:
        raise NotOnTheRoll()
    return entry


def require_window(consultation: Consultation) -> Vote:
    """The vote, held, while voters can be excluded: closed, and still in the days for checking. Raises WrongStep."""
    vote = vote_of(consultation.id, lock=True)
    if vote.status != "closed" or vote.closed_at is None:
        raise WrongStep("Voters are taken off the register after the close of the vote and before the box is opened.")
    ends = window_end(vote, vote.closed_at)
    if vote.closed_at < ends <= hours.database_now():
        raise WrongStep("The days for checking the register are over.")
    return vote


def exclude(*, consultation: Consultation, voter_id: int, reason_code: str, requested_by: int, decided_by: int) -> None:
    """Take a voter off the register and tell them. Raises SamePerson, WrongStep, NotOnTheRoll."""
    if requested_by == decided_by:
        raise SamePerson()
    vote = require_window(consultation)
    entry, deposit = _entry(vote.id, voter_id), ballot_box.deposit_of(vote.id, voter_id)
    if entry.state != "eligible" or deposit is None or not deposit.counts or reason_code not in REASONS:
        raise NotOnTheRoll()
    entry.state, entry.reason_code = "excluded", reason_code
    db.session.flush()
    _record(vote, consultation, Tag.VOTER_EXCLUDED, decided_by, reason_code)
    page = public_link("voting.contest", council_slug=consultation.council.slug, slug=consultation.slug)
    _tell(vote, consultation, entry, "excluded", reason=REASONS[reason_code], page=page)


def reinstate(*, consultation: Consultation, voter_id: int, requested_by: int, decided_by: int) -> None:
    """Put a voter back on the register; their ballot counts again. Raises SamePerson, WrongStep, NotOnTheRoll."""
    if requested_by == decided_by:
        raise SamePerson()
    vote = _closed(consultation)
    entry = _entry(vote.id, voter_id)
    if entry.state != "excluded" or entry.reason_code is None:
        raise NotOnTheRoll("This voter is on the register.")
    reason_code, entry.state, entry.reason_code = entry.reason_code, "eligible", None
    contest = db.session.get(ExclusionContest, (vote.id, voter_id))
    if contest is not None:
        _answer(contest, "upheld", decided_by)
    db.session.flush()
    _record(vote, consultation, Tag.VOTER_REINSTATED, decided_by, reason_code)
    _tell(vote, consultation, entry, "reinstated")


def contest(*, consultation: Consultation, account_id: int, reason: str) -> None:
    """A voter says why the exclusion is wrong, once. Raises WrongStep when they were not excluded or the box is open."""
    vote = _closed(consultation)
    entry = entry_of_account(vote.id, account_id)
    if entry is None or entry.state != "excluded":
        raise WrongStep("You are on the register of this vote.")
    if db.session.get(ExclusionContest, (vote.id, entry.voter_id)) is None:
        db.session.add(
            ExclusionContest(
                vote_id=vote.id, voter_id=entry.voter_id, reason=reason, sent_at=hours.database_now(), outcome=None
            )
        )
        db.session.flush()


def keep(*, consultation: Consultation, voter_id: int, actor_id: int) -> None:
    """Answer a contest with no: the exclusion that two people decided stays. Raises WrongStep."""
    vote = _closed(consultation)
    found = db.session.get(ExclusionContest, (vote.id, voter_id))
    if found is None or found.outcome is not None:
        raise WrongStep("There is nothing to answer.")
    _answer(found, "refused", actor_id)
    entry = _entry(vote.id, voter_id)
    _record(vote, consultation, Tag.EXCLUSION_KEPT, actor_id, entry.reason_code or "")
    _tell(vote, consultation, entry, "kept")


def entry_of_account(vote_id: int, account_id: int) -> RollEntry | None:
    """The line of the register of a resident, if they are on it."""
    query = select(RollEntry).where(RollEntry.vote_id == vote_id, RollEntry.account_id == account_id)
    return db.session.execute(query).scalar_one_or_none()


def contest_of(vote_id: int, voter_id: int) -> ExclusionContest | None:
    return db.session.get(ExclusionContest, (vote_id, voter_id))


def listed(vote_id: int) -> list[Excluded]:
    """Everybody who is off the register, for officers; those who wait for an answer first."""
    rows = db.session.execute(
        select(RollEntry, Account.email, ExclusionContest)
        .outerjoin(Account, Account.id == RollEntry.account_id)
        .outerjoin(
            ExclusionContest,
            (ExclusionContest.vote_id == RollEntry.vote_id) & (ExclusionContest.voter_id == RollEntry.voter_id),
        )
        .where(RollEntry.vote_id == vote_id, RollEntry.state == "excluded")
        .order_by(RollEntry.voter_id)
    ).all()
    found = [
        Excluded(entry.voter_id, email or "account deleted", REASONS[entry.reason_code or ""], said)
        for entry, email, said in rows
    ]
    return sorted(found, key=lambda one: one.contest is None or one.contest.outcome is not None)


def waiting_contests(vote_id: int) -> int:
    """How many contests nobody has answered yet."""
    query = select(func.count()).where(ExclusionContest.vote_id == vote_id, ExclusionContest.outcome.is_(None))
    return db.session.execute(query).scalar_one()


def counted(vote_id: int) -> list[tuple[Meaning, int]]:
    """How many voters are off the register for each reason, as it is published."""
    rows = db.session.execute(
        select(RollEntry.reason_code, func.count())
        .where(RollEntry.vote_id == vote_id, RollEntry.state == "excluded")
        .group_by(RollEntry.reason_code)
        .order_by(RollEntry.reason_code)
    )
    return [(REASONS[code or ""], number) for code, number in rows]


def take_out(vote: Vote) -> None:
    """Take the ballots of everybody who is off the register out of the box: part of the opening.

    Raises BoxDamaged when the register has another number of exclusions than officers are on record for.
    """
    rows = db.session.execute(
        select(RollEntry.voter_id, RollEntry.reason_code)
        .where(RollEntry.vote_id == vote.id, RollEntry.state == "excluded")
        .order_by(RollEntry.voter_id)
    ).all()
    if len(rows) != _recorded(vote):
        raise BoxDamaged(problem="the register has exclusions that no two officers decided")
    for voter_id, reason_code in rows:
        ballot_box.exclude(vote=vote, voter_id=voter_id, reason_code=reason_code or "")


def _recorded(vote: Vote) -> int:
    rows = db.session.execute(
        select(AuditEvent.tag, func.count())
        .where(
            AuditEvent.council_id == vote.consultation.council_id,
            AuditEvent.subject == f"vote:{vote.id}",
            AuditEvent.tag.in_([Tag.VOTER_EXCLUDED.value, Tag.VOTER_REINSTATED.value]),
        )
        .group_by(AuditEvent.tag)
    )
    counts: dict[str, int] = {tag: number for tag, number in rows}  # noqa: C416  a row is no pair for mypy
    return counts.get(Tag.VOTER_EXCLUDED.value, 0) - counts.get(Tag.VOTER_REINSTATED.value, 0)


def _closed(consultation: Consultation) -> Vote:
    vote = vote_of(consultation.id, lock=True)
    if vote.status != "closed":
        raise WrongStep("This can be done after the close of the vote and before its box is opened.")
    return vote


def _entry(vote_id: int, voter_id: int) -> RollEntry:
    entry = db.session.get(RollEntry, (vote_id, voter_id), populate_existing=True)
    if entry is None:
        raise NotOnTheRoll()
    return entry


def _answer(contest: ExclusionContest, outcome: str, actor_id: int) -> None:
    contest.outcome, contest.answered_at, contest.answered_by = outcome, hours.database_now(), actor_id
    db.session.flush()


def _record(vote: Vote, consultation: Consultation, tag: Tag, actor_id: int, reason_code: str) -> None:
    record(
        council_id=consultation.council_id, tag=tag, subject=f"vote:{vote.id}", actor_id=actor_id, role="staff",
        facts={"vote": vote.public_id, "reason": reason_code},
    )  # fmt: skip


def _tell(vote: Vote, consultation: Consultation, entry: RollEntry, what: str, **facts: object) -> None:
    account = db.session.get(Account, entry.account_id) if entry.account_id else None
    if account is None:
        return
    write_letter(
        f"register_{what}", council=consultation.council, recipient=account.email, consultation=consultation,
        key=f"register:{vote.public_id}:{entry.voter_id}:{what}:{hours.database_now().isoformat()}", **facts,
    )  # fmt: skip
