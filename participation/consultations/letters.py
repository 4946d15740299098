"""Mails to residents who follow consultations: at most one a week for each kind, each with its own way out.

They are written by `participation mail digest`, which can run as often as one likes: the key of each mail holds the
account, the kind and the week, so that nobody gets one twice.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from participation import clock
from participation.accounts.models import Account
from participation.consultations.mail_kinds import MAIL_KINDS, stop_token
from participation.consultations.models import Consultation, ConsultationResponse, Follower, MailChoice, Phase
from participation.councils.models import Council
from participation.extensions import db
from participation.web.mail import public_link, write_mail
from participation.web.words import day, moment

WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class News:
    """One thing that happened in a consultation, in one sentence."""

    consultation_id: int
    sentence: str


Source = Callable[[int, datetime], list[News]]


def answers_published(council_id: int, since: datetime) -> list[News]:
    """Consultations the council answered."""
    rows = db.session.execute(
        select(Consultation.id, Consultation.title, Consultation.slug)
        .join(ConsultationResponse, ConsultationResponse.consultation_id == Consultation.id)
        .where(Consultation.council_id == council_id, ConsultationResponse.published_at > since)
        .order_by(ConsultationResponse.published_at, Consultation.id)
    )
    return [News(row.id, f"The council said what it did: “{row.title}”.") for row in rows]


def results_published(council_id: int, since: datetime) -> list[News]:
    """Results of votes."""
    rows = db.session.execute(
        select(Consultation.id, Consultation.title)
        .where(Consultation.council_id == council_id, Consultation.result_published_at > since)
        .order_by(Consultation.result_published_at, Consultation.id)
    )
    return [News(row.id, f"The result of the vote is published: “{row.title}”.") for row in rows]


SOURCES: tuple[Source, ...] = (results_published, answers_published)


def register_source(source: Source) -> None:
    """Add what a feature above has to tell; adding it again changes nothing."""
    global SOURCES
    if source not in SOURCES:
        SOURCES = (*SOURCES, source)


def write_digests(council: Council) -> int:
    """Write this week's mails of a council into the outbox; how many were written. Safe to run at any time, also twice."""
    since = clock.now() - WEEK
    news = [one for source in SOURCES for one in source(council.id, since)]
    return _write_news(council, news) + _write_opening(council, since)


def _write_news(council: Council, news: Sequence[News]) -> int:
    by_consultation: dict[int, list[str]] = {}
    for one in news:
        by_consultation.setdefault(one.consultation_id, []).append(one.sentence)
    sentences: dict[int, list[str]] = {}
    rows = db.session.execute(
        select(Follower.account_id, Follower.consultation_id, Consultation.slug)
        .join(Consultation, Consultation.id == Follower.consultation_id)
        .where(Follower.consultation_id.in_(by_consultation))
        .order_by(Follower.account_id, Follower.consultation_id)
    )
    for row in rows:
        page = public_link("consultations.consultation", council_slug=council.slug, slug=row.slug)
        sentences.setdefault(row.account_id, []).append("\n".join([*by_consultation[row.consultation_id], page]))
    written = 0
    for account in _wanting("news", council.id, list(sentences)):
        written += _write(council, account, "news", "news of consultations you follow", sentences[account.id])
    return written


def _write_opening(council: Council, since: datetime) -> int:
    opened = db.session.execute(
        select(Consultation.title, Consultation.slug, Phase.closes_at)
        .join(Phase, Phase.consultation_id == Consultation.id)
        .where(
            Consultation.council_id == council.id, Consultation.state == "launched", Phase.opens_at > since,
            Phase.opens_at <= clock.now(), Phase.closes_at > clock.now(),
        )
        .order_by(Phase.closes_at, Consultation.id)
    ).all()  # fmt: skip
    if not opened:
        return 0
    told = [
        f"“{row.title}” is open until {moment(row.closes_at)}.\n"
        + public_link("consultations.consultation", council_slug=council.slug, slug=row.slug)
        for row in opened
    ]
    return sum(
        _write(council, account, "opening", "you can take part", told) for account in _wanting("opening", council.id)
    )


def _wanting(kind: str, council_id: int, among: list[int] | None = None) -> list[Account]:
    """The residents who want a kind of mail, of these accounts or of all."""
    chosen = select(MailChoice.account_id).where(MailChoice.kind == kind)
    query = select(Account).where(
        Account.council_id == council_id, Account.kind == "resident", Account.confirmed_at.is_not(None),
        Account.disabled_at.is_(None),
    )  # fmt: skip
    if MAIL_KINDS[kind].by_default:
        query = query.where(Account.id.not_in(chosen.where(MailChoice.wanted.is_(False))))
    else:
        query = query.where(Account.id.in_(chosen.where(MailChoice.wanted.is_(True))))
    if among is not None:
        query = query.where(Account.id.in_(among))
    return list(db.session.scalars(query.order_by(Account.id)))


def _write(council: Council, account: Account, kind: str, subject: str, parts: Sequence[str]) -> bool:
    year, week, _ = clock.today().isocalendar()
    stop = public_link("consultations.stop_emails", council_slug=council.slug, token=stop_token(account.id, kind))
    body = "\n\n".join(parts)
    return write_mail(
        key=f"digest:{kind}:{account.id}:{year}-{week}",
        council_id=council.id,
        recipient=account.email,
        subject=f"{council.full_name}: {subject}",
        body=f"{day(clock.now())}\n\n{body}\n\n{council.full_name}\nYou cannot reply to this email.\n\n"
        f"To have no more emails of this kind, open this link:\n{stop}\n",
    )
