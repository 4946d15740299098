"""What a stranger would try on the running service: gunicorn, PostgreSQL and Redis, settings of production, limits on."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import repeat
from pathlib import Path

import pyotp
import pytest

from participation import clock
from participation.accounts import passwords
from participation.accounts.models import Account
from participation.extensions import db
from participation.transactions import transaction
from tests.faults.browsers import SocketBrowser
from tests.faults.stand import Kind, Stand, standing
from tests.services import is_alive
from tests.strangers import PASSWORD

pytestmark = [pytest.mark.slow, pytest.mark.postgresql, pytest.mark.redis]
GIGABYTE, MEGABYTE = 1024**3, 1024**2
TRACKER = re.compile(r"<strong>[0-9A-Z]{4}(?:-[0-9A-Z]{4}){3}</strong>")


@pytest.fixture(scope="module")
def stand() -> Iterator[Stand]:
    with standing(Kind(served="app:app", workers=1)) as stand:
        yield stand


@pytest.fixture(scope="module")
def ballot_page(stand: Stand) -> str:
    """The page of an open vote."""
    return stand.open_poll(2).url.removeprefix("/exampleton/")


def browser(stand: Stand, number: int) -> SocketBrowser:
    return SocketBrowser(stand.server.socket, f"10.77.{number}.7")


def with_password(account: Account) -> str:
    with transaction():
        db.session.merge(account).password_hash = passwords.hashed(PASSWORD)
    email = db.session.merge(account).email
    db.session.rollback()
    return email


def resident(stand: Stand) -> str:
    """A new resident's address."""
    assert stand._world is not None
    return with_password(stand._world.resident())


def signs_in(visitor: SocketBrowser, email: str, password: str = PASSWORD) -> int:
    return visitor.submit("sign-in", {"email": email, "password": password}).status


def test_a_gigabyte_is_refused_while_it_comes(stand: Stand, ballot_page: str) -> None:
    """With its length and in chunks, signed in and not, with a form token in front and without: 413, and no memory is spent."""
    stranger, member = browser(stand, 1), browser(stand, 2)
    assert signs_in(member, resident(stand)) == 303
    before = _megabytes(stand)
    for visitor, page in ((stranger, "sign-in"), (member, "account/password"), (member, ballot_page)):
        token = re.search(r'name="csrf_token"[^>]* value="([^"]+)"', visitor.get("register").body)
        for announced in (None, GIGABYTE):
            begins = f"csrf_token={token[1] if token else ''}&email=".encode()
            for first in (b"x", begins):
                parts = iter([first, *repeat(b"x" * MEGABYTE, 1024)])
                status, out = visitor.send(page, announced=announced, parts=parts)
                assert (status, out <= 16 * MEGABYTE) == (413, True), (page, announced, first, out)
    assert _megabytes(stand) - before < 30


def _megabytes(stand: Stand) -> int:
    """What the worker holds in memory."""
    (worker,) = stand.server.workers
    held = re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{worker}/status").read_text())
    return int(held[1]) // 1024 if held else 0


def test_of_two_who_enter_the_same_code_at_the_same_moment_one_is_let_in(stand: Stand, ballot_page: str) -> None:
    """And the code is worth nothing afterwards, in a third browser."""
    assert stand._world is not None
    email = with_password(stand._world.staff("moderator"))
    setting_up = browser(stand, 3)
    assert signs_in(setting_up, email) == 303
    shown = re.search(r"<code[^>]*>([A-Z2-7 ]+)</code>", setting_up.get("account/second-step/set-up").body)
    assert shown is not None
    app = pyotp.TOTP(shown[1].replace(" ", ""))
    now = clock.now()
    assert "Your recovery codes" in setting_up.submit("account/second-step/set-up", {"code": app.at(now)}).body
    three = [browser(stand, number) for number in (4, 5, 6)]
    for one in three:
        assert signs_in(one, email) == 303
    code = {"code": app.at(now + timedelta(seconds=30))}  # good from now on: clocks may differ
    with ThreadPoolExecutor(2) as hands:
        together = list(hands.map(lambda one: one.submit("account/second-step", code).status, three[:2]))
    assert sorted(together) == [200, 303]
    assert three[2].submit("account/second-step", code).status == 200
    assert [one.get("manage").status == 200 for one in three] == [status == 303 for status in [*together, 200]]


def test_when_redis_is_killed_people_sign_in_and_vote_and_guessing_stays_limited(
    stand: Stand, ballot_page: str
) -> None:
    """Killed, not asked to end; nothing is started again in between."""
    before, after = browser(stand, 7), browser(stand, 8)
    assert signs_in(before, resident(stand)) == 303
    assert stand.redis.client.dbsize() > 0, "limits are counted in Redis while it is there"
    workers = stand.server.workers
    stand.redis.kill()
    assert signs_in(after, resident(stand)) == 303
    for voter in (before, after):
        page = voter.get(ballot_page)
        cast = {"act": "cast", "nonce": secrets.token_hex(16), "revision": "0", "approval-0": "on", "approval-2": "on"}
        assert page.status == 200
        assert TRACKER.search(voter.submit(ballot_page, cast).body)
    guesses = [signs_in(browser(stand, 9), "victim@example.org", "not this one at all") for _ in range(3)]
    assert guesses == [200, 429, 429], "a process that counts alone allows a third"
    assert signs_in(browser(stand, 10), resident(stand)) == 303, "others are not held up"
    assert stand.server.workers == workers
    assert all(is_alive(worker) for worker in workers)
    stand.redis.start()
