"""Mail: written into the outbox in the transaction of the act that causes it, delivered afterwards.

    write_letter("refused", key=f"refused:{priority.id}", recipient=account.email, council=council, ...)

The words are templates (`mail_texts`), which alone puts mails here.

Delivery is at least once: a mail is leased in one transaction, handed to the SMTP server outside of any, and marked as
sent in another. A worker that dies in between leaves the lease to run out. The `Message-ID` is made from the mail's key, so
that a mailbox can tell a mail that came twice. Once delivered, a mail's text and recipient are erased: it may hold a link.
"""

from __future__ import annotations

import hashlib
import logging
import smtplib
import ssl
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from flask import current_app
from sqlalchemy import Select, insert, literal, select, update

from config.settings import Settings
from participation import clock
from participation.extensions import db, insert_unless_there
from participation.transactions import transaction
from participation.web.models import OutboxMail

if TYPE_CHECKING:
    from collections.abc import Iterator

logger = logging.getLogger(__name__)

TIMEOUT_SECONDS = 20
# A leased mail is tried again when its worker has not reported for so long.
LEASE = timedelta(minutes=5)
# The wait after each failed attempt; after the last one the mail is given up (about a day in all).
WAITS = tuple(timedelta(minutes=minutes) for minutes in (1, 2, 5, 15, 30, 60, 120, 240, 480, 480))


@dataclass(frozen=True, slots=True)
class Delivered:
    """How a round of delivery went: mails `sent`, `failed` and to be tried again, `given_up` for good."""

    sent: int = 0
    failed: int = 0
    given_up: int = 0


def write_mail(*, key: str, recipient: str, subject: str, body: str, council_id: int | None = None) -> bool:
    """Put a mail in the outbox in the running transaction; False when a mail with this key was written before."""
    now = clock.now()
    values = {
        "key": key, "recipient": recipient, "subject": subject, "body": body, "council_id": council_id,
        "created_at": now, "due_at": now, "attempts": 0,
    }  # fmt: skip
    return insert_unless_there(OutboxMail, values, unique=("key",))


def write_mails(to: Select[str, str], *, subject: str, body: str, council_id: int | None = None) -> None:
    """Put the same mail to many in the outbox, in one statement: `to` selects (key, recipient) and each key once."""
    now = clock.now()
    values = {
        "subject": subject,
        "body": body,
        "council_id": council_id,
        "created_at": now,
        "due_at": now,
        "attempts": 0,
    }
    table = OutboxMail.__table__
    told = (literal(value, table.c[name].type).label(name) for name, value in values.items())
    db.session.execute(insert(OutboxMail).from_select(["key", "recipient", *values], to.add_columns(*told)))


def public_link(endpoint: str, **values: object) -> str:
    """The address of a page as it is written in a mail: from the settings, never from the request."""
    settings: Settings = current_app.config["SETTINGS"]
    return settings.public_url + current_app.url_map.bind("").build(endpoint, values)


def deliver_due(settings: Settings, *, most: int = 100) -> Delivered:
    """Send up to `most` mails that are due. Opens its own transactions; never raises for a mail that cannot be sent."""
    mails = _leased(most)
    if not mails:
        return Delivered()
    sent = failed = given_up = 0
    for mail, problem in _handed_over(settings, mails):
        if problem is None:
            sent += 1
            _mark_sent(mail)
        else:
            logger.warning("mail %s was not delivered at attempt %s: %s", mail.id, mail.attempts, problem)
            last = mail.attempts >= len(WAITS)
            given_up, failed = given_up + last, failed + (not last)
            _mark_failed(mail, problem, last=last)
    return Delivered(sent, failed, given_up)


@dataclass(frozen=True, slots=True)
class _Letter:
    id: int
    key: str
    recipient: str
    subject: str
    body: str
    created_at: datetime
    attempts: int


def due(now: datetime) -> Select[OutboxMail]:
    """The mails that should be sent by now and were not given up, oldest first."""
    return (
        select(OutboxMail)
        .where(OutboxMail.sent_at.is_(None), OutboxMail.due_at <= now, OutboxMail.attempts < len(WAITS))
        .order_by(OutboxMail.due_at, OutboxMail.id)
    )


def _leased(most: int) -> list[_Letter]:
    """Take the next due mails for this worker alone: others skip them until the lease runs out."""
    now = clock.now()
    with transaction():
        rows = db.session.scalars(due(now).limit(most).with_for_update(skip_locked=True)).all()
        for row in rows:
            row.due_at, row.attempts = now + LEASE, row.attempts + 1
        return [
            _Letter(row.id, row.key, row.recipient, row.subject, row.body, row.created_at, row.attempts) for row in rows
        ]


def _handed_over(settings: Settings, mails: list[_Letter]) -> Iterator[tuple[_Letter, str | None]]:
    """Each mail with None, or with the reason why the server did not take it. One connection for all of them."""
    try:
        with _connection(settings) as server:
            for mail in mails:
                yield mail, _refusal_of(server, message_of(mail, settings))
                mails = mails[1:]
    except (OSError, smtplib.SMTPException) as broken:
        for mail in mails:
            yield mail, _reason(broken)


def _refusal_of(server: smtplib.SMTP, message: EmailMessage) -> str | None:
    """None, or why this one message was refused. Raises when the connection itself is lost."""
    try:
        server.send_message(message)
    except smtplib.SMTPServerDisconnected:
        raise
    except (smtplib.SMTPException, ValueError) as refused:
        return _reason(refused)
    return None


@contextmanager
def _connection(settings: Settings) -> Iterator[smtplib.SMTP]:
    host, _, port = settings.smtp.rpartition(":")
    with smtplib.SMTP(host or settings.smtp, int(port) if host else 25, timeout=TIMEOUT_SECONDS) as server:
        if settings.smtp_tls:
            server.starttls(context=ssl.create_default_context())
        if settings.smtp_user:
            server.login(settings.smtp_user, settings.smtp_password)
        yield server


def message_of(mail: _Letter, settings: Settings) -> EmailMessage:
    """The mail as it travels: plain text, marked as written by a machine."""
    message = EmailMessage()
    message["From"] = settings.mail_from
    message["To"] = mail.recipient
    message["Subject"] = mail.subject
    message["Date"] = format_datetime(mail.created_at)
    name = hashlib.sha256(mail.key.encode()).hexdigest()[:32]
    message["Message-ID"] = f"<{name}@{urlsplit(settings.public_url).hostname}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.body)
    return message


def _reason(problem: Exception) -> str:
    """A short reason without the recipient's address, which servers like to repeat."""
    code = getattr(problem, "smtp_code", None)
    return f"{type(problem).__name__} {code}" if code else type(problem).__name__


def _mark_sent(mail: _Letter) -> None:
    with transaction():
        db.session.execute(
            update(OutboxMail)
            .where(OutboxMail.id == mail.id)
            .values(sent_at=clock.now(), recipient="", body="", last_error=None)
        )


def _mark_failed(mail: _Letter, problem: str, *, last: bool) -> None:
    values: dict[str, object] = {"last_error": problem[:200]}
    if last:
        values.update(recipient="", body="")
    else:
        values["due_at"] = clock.now() + WAITS[mail.attempts - 1]
    with transaction():
        db.session.execute(update(OutboxMail).where(OutboxMail.id == mail.id).values(**values))
