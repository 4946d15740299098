"""Mails to residents who follow something: at most one a week for each kind, each with its own way out.

They are written by `participation mail digest`, which can run whenever one likes: each mail tells what happened since the
reader's last one, so that nothing is told twice and nothing falls between two runs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update

from participation import clock
from participation.accounts.models import Account
from participation.consultations.mail_kinds import MAIL_KINDS, stop_token
from participation.consultations.models import Consultation, ConsultationResponse, Follower, LastMail, MailChoice, Phase
from participation.councils.models import Council
from participation.extensions import db, insert_unless_there
from participation.web.mail import public_link
from participation.web.mail_texts import Sentence, day, sentence, until, write_letter

WEEK = timedelta(days=7)
# What is older than this is no news any more, however long nobody sent mails.
LONGEST = 4 * WEEK
REMINDED_DAYS_BEFORE = 7


@dataclass(frozen=True, slots=True)
class News:
    """One thing that happened in a consultation, in one sentence."""

    consultation_id: int
    sentence: Sentence
    at: datetime


@dataclass(frozen=True, slots=True)
class OwnNews:
    """One thing for one reader, with the address of its page."""

    account_id: int
    sentence: Sentence
    page: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Told:
    """What one mail can say: a sentence, the page it is about, and since when it is true."""

    sentence: Sentence
    page: str
    at: datetime


Source = Callable[[int, datetime], list[News]]
OwnSource = Callable[[Council, datetime], list[OwnNews]]


def answers_published(council_id: int, since: datetime) -> list[News]:
    """Consultations the council answered."""
    rows = db.session.execute(
        select(Consultation.id, Consultation.title, ConsultationResponse.published_at)
        .join(ConsultationResponse, ConsultationResponse.consultation_id == Consultation.id)
        .where(Consultation.council_id == council_id, ConsultationResponse.published_at > since)
        .order_by(ConsultationResponse.published_at, Consultation.id)
    )
    return [
        News(
            row.id,
            sentence("answered", title=row.title),
            row.published_at,
        )
        for row in rows
    ]


def results_published(council_id: int, since: datetime) -> list[News]:
    """Results of votes."""
    rows = db.session.execute(
        select(Consultation.id, Consultation.title, Consultation.result_published_at)
        .where(Consultation.council_id == council_id, Consultation.result_published_at > since)
        .order_by(Consultation.result_published_at, Consultation.id)
    )
    return [
        News(
            row.id,
            sentence("result", title=row.title),
            row.result_published_at,
        )
        for row in rows
    ]


def closing_soon(council_id: int, since: datetime) -> list[News]:
    """A reminder a week before a phase ends, at the same time of day; none for one that was never open longer than that."""
    rows = db.session.execute(
        select(Consultation.id, Consultation.title, Phase.opens_at, Phase.closes_at)
        .join(Phase, Phase.consultation_id == Consultation.id)
        .where(
            Consultation.council_id == council_id, Consultation.state == "launched", Phase.closes_at > clock.now(),
            Phase.opens_at <= clock.now(),
        )
        .order_by(Phase.closes_at, Consultation.id)
    )  # fmt: skip
    reminders = ((row, clock.later(row.closes_at, days=-REMINDED_DAYS_BEFORE)) for row in rows)
    return [
        News(
            row.id,
            sentence("closing", title=row.title, closes=until(row.closes_at)),
            at,
        )
        for row, at in reminders
        if since < at <= clock.now() and row.opens_at < at
    ]


SOURCES: tuple[Source, ...] = (closing_soon, results_published, answers_published)
OWN_SOURCES: tuple[OwnSource, ...] = ()


def register_source(source: Source) -> None:
    """Add what a feature above has to tell; adding it again changes nothing."""
    global SOURCES
    if source not in SOURCES:
        SOURCES = (*SOURCES, source)


def register_own_source(source: OwnSource) -> None:
    """Add what a feature above has to tell some readers; adding it again changes nothing."""
    global OWN_SOURCES
    if source not in OWN_SOURCES:
        OWN_SOURCES = (*OWN_SOURCES, source)


def write_digests(council: Council) -> int:
    """Write the mails of a council that are due into the outbox; how many were written. Safe to run at any time, also twice."""
    since = clock.now() - LONGEST
    news = [one for source in SOURCES for one in source(council.id, since)]
    own = [one for source in OWN_SOURCES for one in source(council, since)]
    return _write_news(council, news, own) + _write_opening(council, since)


def _write_news(council: Council, news: Sequence[News], own: Sequence[OwnNews]) -> int:
    """What happened in the consultations that each reader follows, then what else is for them."""
    by_consultation: dict[int, list[News]] = {}
    for one in news:
        by_consultation.setdefault(one.consultation_id, []).append(one)
    told: dict[int, list[Told]] = {}
    rows = db.session.execute(
        select(Follower.account_id, Follower.consultation_id, Consultation.slug)
        .join(Consultation, Consultation.id == Follower.consultation_id)
        .where(Follower.consultation_id.in_(by_consultation))
        .order_by(Follower.account_id, Follower.consultation_id)
    )
    for row in rows:
        page = public_link("consultations.consultation", council_slug=council.slug, slug=row.slug)
        told.setdefault(row.account_id, []).extend(
            Told(one.sentence, page, one.at) for one in by_consultation[row.consultation_id]
        )
    for mine in own:
        told.setdefault(mine.account_id, []).append(Told(mine.sentence, mine.page, mine.at))
    readers = _wanting("news", council.id, list(told))
    return _write_all(council, "news", {reader: told[reader.id] for reader in readers})


def _write_opening(council: Council, since: datetime) -> int:
    opened = db.session.execute(
        select(Consultation.title, Consultation.slug, Phase.opens_at, Phase.closes_at)
        .join(Phase, Phase.consultation_id == Consultation.id)
        .where(
            Consultation.council_id == council.id, Consultation.state == "launched", Phase.opens_at > since,
            Phase.opens_at <= clock.now(), Phase.closes_at > clock.now(),
        )
        .order_by(Phase.closes_at, Consultation.id)
    ).all()  # fmt: skip
    told = [
        Told(
            sentence("open", title=row.title, closes=until(row.closes_at)),
            public_link("consultations.consultation", council_slug=council.slug, slug=row.slug),
            row.opens_at,
        )
        for row in opened
    ]
    if not told:
        return 0
    return _write_all(council, "opening", dict.fromkeys(_wanting("opening", council.id), told))


def _write_all(council: Council, kind: str, told: Mapping[Account, Sequence[Told]]) -> int:
    """One mail for each reader who has had none of this kind for a week and to whom something is new."""
    now, ids = clock.now(), [reader.id for reader in told]
    rows = db.session.execute(
        select(LastMail.account_id, LastMail.told_at).where(LastMail.account_id.in_(ids), LastMail.kind == kind)
    )
    before = {row.account_id: row.told_at for row in rows}
    written = 0
    for reader, all_of_it in told.items():
        last = before.get(reader.id)
        # A week by the clocks on the wall: whoever sends them on Mondays at nine also does so after the clocks change.
        if last is not None and now < clock.later(last, days=7):
            continue
        since = last if last is not None else now - WEEK
        new = [one for one in all_of_it if one.at > since]
        if new and _write(council, reader, kind, _gathered(new)):
            _remember(reader.id, kind, now)
            written += 1
    return written


def _gathered(told: Sequence[Told]) -> list[tuple[list[Sentence], str]]:
    """The sentences about one page together, with its address, in the order given."""
    by_page: dict[str, list[Sentence]] = {}
    for one in told:
        by_page.setdefault(one.page, []).append(one.sentence)
    return [(sentences, page) for page, sentences in by_page.items()]


def _remember(account_id: int, kind: str, now: datetime) -> None:
    if not insert_unless_there(
        LastMail, {"account_id": account_id, "kind": kind, "told_at": now}, unique=("account_id", "kind")
    ):
        db.session.execute(
            update(LastMail).where(LastMail.account_id == account_id, LastMail.kind == kind).values(told_at=now)
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


def _write(council: Council, account: Account, kind: str, told: Sequence[tuple[list[Sentence], str]]) -> bool:
    stop = public_link("consultations.stop_emails", council_slug=council.slug, token=stop_token(account.id, kind))
    return write_letter(
        "digest", council=council, recipient=account.email, kind=kind, told=told, stop=stop, today=day(clock.now()),
        key=f"digest:{kind}:{account.id}:{clock.now():%Y-%m-%dT%H:%M}",
    )  # fmt: skip
