"""The outbox and its delivery, against a real SMTP server on this machine."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from flask import Flask
from sqlalchemy import func, select

from config.settings import Settings
from participation import clock
from participation.extensions import db
from participation.transactions import transaction
from participation.web.mail import LEASE, WAITS, Delivered, deliver_due, write_mail
from participation.web.models import OutboxMail
from tests.factories.world import World


@dataclass
class PostOffice:
    """What the SMTP server took, and which recipients it refuses."""

    address: str = ""
    taken: list[EmailMessage] = field(default_factory=list)
    refuses: set[str] = field(default_factory=set)
    hangs_up_after: int | None = None


class _Session(socketserver.StreamRequestHandler):
    """The few commands of SMTP that a client sends, spoken over a real socket."""

    def handle(self) -> None:
        office: PostOffice = self.server.office  # type: ignore[attr-defined]  # set by the fixture
        self._say("220 ready")
        while line := self.rfile.readline().decode().strip():
            command = line.split(" ")[0].upper()
            if command == "QUIT":
                self._say("221 bye")
                return
            if command == "RCPT" and any(f"<{address}>" in line for address in office.refuses):
                self._say("550 no such mailbox: " + line)
            elif command == "DATA":
                if office.hangs_up_after is not None and len(office.taken) >= office.hangs_up_after:
                    return
                self._say("354 go on")
                office.taken.append(self._message())
                self._say("250 taken")
            else:
                self._say("250 fine")

    def _message(self) -> EmailMessage:
        lines = []
        while (line := self.rfile.readline()) != b".\r\n":
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        message = message_from_bytes(b"".join(lines), policy=policy.default)
        assert isinstance(message, EmailMessage)
        return message

    def _say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())


@pytest.fixture
def office() -> Iterator[PostOffice]:
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Session) as server:
        server.daemon_threads = True
        office = PostOffice(address=f"127.0.0.1:{server.server_address[1]}")
        server.office = office  # type: ignore[attr-defined]  # read by the sessions
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        yield office
        server.shutdown()
        thread.join()


@pytest.fixture
def settings(app: Flask, office: PostOffice) -> Settings:
    given: Settings = app.config["SETTINGS"]
    return replace(given, smtp=office.address, smtp_tls=False)


def written(*names: str) -> None:
    with transaction():
        for name in names:
            address = f"{name}@example.org"
            write_mail(key=f"greeting:{name}", recipient=address, subject=f"Hello {name}", body="News: £5 – ever.\n.\n")


def mails() -> list[OutboxMail]:
    return list(db.session.scalars(select(OutboxMail).order_by(OutboxMail.id)))


def test_a_mail_travels_whole_and_is_then_forgotten(settings: Settings, office: PostOffice) -> None:
    written("ann")
    assert deliver_due(settings) == Delivered(sent=1)
    (message,) = office.taken
    assert message["To"] == "ann@example.org"
    assert message["Subject"] == "Hello ann"
    assert message["From"] == settings.mail_from
    assert message["Auto-Submitted"] == "auto-generated"
    assert message.get_content().replace("\r\n", "\n") == "News: £5 – ever.\n.\n"
    (row,) = mails()
    assert row.sent_at is not None
    assert (row.recipient, row.body) == ("", "")
    assert deliver_due(settings) == Delivered()
    assert len(office.taken) == 1


def test_the_same_key_is_written_once(app: Flask, settings: Settings) -> None:
    written("ann")
    with transaction():
        again = write_mail(key="greeting:ann", recipient="other@example.org", subject="Again", body="Again")
    assert again is False
    assert db.session.scalar(select(func.count()).select_from(OutboxMail)) == 1


def test_an_act_that_fails_writes_no_mail(app: Flask) -> None:
    def act() -> None:
        with transaction():
            write_mail(key="greeting:ann", recipient="ann@example.org", subject="Hello", body="Hello")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        act()
    assert mails() == []


def test_a_refused_address_does_not_hold_up_the_others(settings: Settings, office: PostOffice) -> None:
    office.refuses.add("bob@example.org")
    written("ann", "bob", "cat")
    assert deliver_due(settings) == Delivered(sent=2, failed=1)
    assert [message["To"] for message in office.taken] == ["ann@example.org", "cat@example.org"]
    bob = mails()[1]
    assert (bob.attempts, bob.sent_at, bob.recipient) == (1, None, "bob@example.org")
    assert bob.last_error is not None
    assert "bob" not in bob.last_error


def test_a_failed_mail_waits_longer_each_time_and_is_then_given_up(settings: Settings, office: PostOffice) -> None:
    office.refuses.add("bob@example.org")
    now = clock.now()
    with clock.frozen_at(now):
        written("bob")
    waits = []
    for attempt in range(1, len(WAITS) + 1):
        with clock.frozen_at(now):
            outcome = deliver_due(settings)
            assert deliver_due(settings) == Delivered(), "a failed mail is not tried again at once"
        assert outcome == (Delivered(failed=1) if attempt < len(WAITS) else Delivered(given_up=1))
        waits.append(mails()[0].due_at - now)
        now = max(mails()[0].due_at, now)
    assert waits[:-1] == list(WAITS[:-1])
    with clock.frozen_at(now + timedelta(days=365)):
        assert deliver_due(settings) == Delivered()
    assert mails()[0].body == ""


def test_a_server_that_hangs_up_loses_nothing(settings: Settings, office: PostOffice) -> None:
    office.hangs_up_after = 1
    written("ann", "bob", "cat")
    assert deliver_due(settings) == Delivered(sent=1, failed=2)
    office.hangs_up_after = None
    with clock.frozen_at(clock.now() + WAITS[0]):
        assert deliver_due(settings) == Delivered(sent=2)
    assert [message["To"] for message in office.taken] == ["ann@example.org", "bob@example.org", "cat@example.org"]


def test_without_a_server_mails_stay_due(app: Flask) -> None:
    written("ann")
    nobody = replace(app.config["SETTINGS"], smtp="127.0.0.1:9", smtp_tls=False)
    assert deliver_due(nobody) == Delivered(failed=1)
    assert mails()[0].last_error == "ConnectionRefusedError"


def test_a_worker_that_died_leaves_its_mails_to_the_next(settings: Settings, office: PostOffice) -> None:
    written("ann")
    now = clock.now()
    with transaction():
        row = mails()[0]
        row.attempts, row.due_at = 1, now + LEASE
    assert deliver_due(settings) == Delivered()
    with clock.frozen_at(now + LEASE):
        assert deliver_due(settings) == Delivered(sent=1)


def test_a_mail_has_the_same_message_id_each_time(settings: Settings, office: PostOffice, world: World) -> None:
    written("ann")
    deliver_due(settings)
    with transaction():
        row = mails()[0]
        row.sent_at, row.recipient = None, "ann@example.org"
        row.due_at = clock.now()
    deliver_due(settings)
    first, second = office.taken
    assert first["Message-ID"] == second["Message-ID"]


def test_starttls_is_asked_for_unless_switched_off(settings: Settings, office: PostOffice) -> None:
    """This server does not offer STARTTLS: the mail must stay here rather than travel in the clear."""
    written("ann")
    assert deliver_due(replace(settings, smtp_tls=True)) == Delivered(failed=1)
    assert office.taken == []
