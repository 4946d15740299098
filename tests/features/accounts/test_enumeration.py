"""No page, status or time tells a stranger whether an address is registered.

Here in short and with little work; over the running service with 500 and 500 addresses: `make enumeration`.
"""

from __future__ import annotations

import time
from contextvars import Context

import pytest
from flask import Flask, request
from werkzeug.wrappers import Response

from participation.accounts import passwords
from participation.extensions import db
from participation.transactions import transaction
from participation.web import pacing
from tests.factories.world import World
from tests.strangers import PASSWORD, ROADS, Answer, mann_whitney, visit

PAIRS = 12
# The work is small here (`tests.conftest`), so the pace may be short; that the real pace covers the real work is another test.
SHORTEST_PACE, TIMES_THE_WORK = 0.04, 4
# Twelve pairs that are all in order give 0.00003. Chance alone gives less than this in one of a hundred tries; twice in a row in
# one of ten thousand.
SMALLEST_P, TRIES = 0.01, 3
REAL_PACE = pacing.EVEN_SECONDS


class Browser:
    """A stranger with an empty cookie jar."""

    def __init__(self, app: Flask) -> None:
        self._client = app.test_client()

    def get(self, page: str) -> Answer:
        return self._asked("GET", page, {})

    def post(self, page: str, fields: dict[str, str]) -> Answer:
        return self._asked("POST", page, fields)

    def _asked(self, method: str, page: str, fields: dict[str, str]) -> Answer:
        answer = Context().run(
            lambda: self._client.open(f"/exampleton/{page}", method=method, data=fields or None, buffered=True)
        )
        db.session.rollback()
        return Answer(answer.status_code, tuple(answer.headers), answer.text)


@pytest.fixture
def known(world: World) -> list[str]:
    """Residents with a password, one who has not confirmed, one who was shut out, and a member of staff."""
    world.council()
    emails = [f"known-{place:02}@example.org" for place in range(PAIRS)]
    accounts = [world.resident(email) for email in emails]
    staff = world.staff("moderator", email="known-st@example.org")
    kept = passwords.hashed(PASSWORD)
    with transaction():
        for account in (*accounts, staff):
            db.session.merge(account).password_hash = kept
        db.session.merge(accounts[-1]).confirmed_at = None
        shut_out = db.session.merge(accounts[-2])
        shut_out.disabled_at = shut_out.created_at
    return [*emails, staff.email]


@pytest.mark.usefixtures("password_cost")
@pytest.mark.parametrize("road", ROADS)
def test_every_kind_of_address_gets_the_same_pages_for_the_same_work(
    app: Flask, known: list[str], road: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Byte for byte; as many passwords are worked out; and the answer is ready before it may be given."""
    hashes: list[str] = []
    hasher = passwords._hasher

    class Counted:
        def hash(self, password: str) -> str:
            hashes.append("made")
            return hasher.hash(password)

        def verify(self, kept: str, password: str) -> bool:
            hashes.append("compared")
            return hasher.verify(kept, password)

        def check_needs_rehash(self, kept: str) -> bool:
            return hasher.check_needs_rehash(kept)

    visit(Browser(app), road, "other-01@example.org")  # the first visit of all loads words and templates
    monkeypatch.setattr(passwords, "_hasher", Counted())
    told, done = set(), set()
    for email in (*known[-4:], "other-00@example.org"):
        hashes.clear()
        before = time.thread_time()
        told.add(visit(Browser(app), road, email).told)
        assert time.thread_time() - before < REAL_PACE * len(ROADS[road])
        done.add(tuple(hashes))
    assert (len(told), len(done)) == (1, 1)


def pace_now(app: Flask, road: str) -> float:
    """Longer than the work, also on a machine that is busy with other things. Call it while there is no pace."""
    took = [
        seconds for place in range(4) for seconds in visit(Browser(app), road, f"first-{place:02}@example.org").seconds
    ]
    return max(SHORTEST_PACE, TIMES_THE_WORK * sorted(took)[-2])


def p_values(app: Flask, known: list[str], road: str) -> list[float]:
    """For each step of a road."""
    times: list[dict[str, list[float]]] = [{"known": [], "other": []} for _ in ROADS[road]]
    for place in range(PAIRS):
        for email in (known[place], f"other-{place:02}@example.org")[:: 1 if place % 2 else -1]:
            took = visit(Browser(app), road, email).seconds
            for step, seconds in zip(times, took, strict=True):
                step["known" if email in known else "other"].append(seconds)
    return [mann_whitney(step["known"], step["other"]) for step in times]


@pytest.mark.usefixtures("paced")
@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
@pytest.mark.parametrize("road", ROADS)
def test_the_time_does_not_tell(app: Flask, known: list[str], road: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pacing, "EVEN_SECONDS", 0.0)
    monkeypatch.setattr(pacing, "EVEN_SECONDS", pace_now(app, road))
    assert any(min(p_values(app, known, road)) > SMALLEST_P for _ in range(TRIES))


@pytest.mark.usefixtures("paced", "password_cost")
@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_a_leak_of_work_is_seen(app: Flask, known: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """The control of the test above: no password is compared where there is no account, and nothing evens that out."""
    monkeypatch.setattr(pacing, "EVEN_SECONDS", 0.0)
    compared = passwords.matches
    monkeypatch.setattr(passwords, "matches", lambda kept, password: kept is not None and compared(kept, password))
    assert is_seen(app, known)


@pytest.mark.usefixtures("paced")
@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_a_leak_after_the_pace_is_seen(app: Flask, known: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """And its other control: a little is done for known addresses when the answer has waited for its time."""

    def waits(response: Response) -> Response:
        if request.method == "POST" and request.form.get("email") in known:
            time.sleep(SHORTEST_PACE / 2)
        return response

    monkeypatch.setattr(pacing, "EVEN_SECONDS", 0.0)
    monkeypatch.setattr(pacing, "EVEN_SECONDS", pace_now(app, "sign in"))
    monkeypatch.setitem(app.after_request_funcs, None, [*app.after_request_funcs[None], waits])
    assert is_seen(app, known)


def is_seen(app: Flask, known: list[str]) -> bool:
    """On a machine that is busy with other things perhaps only at the second or third look."""
    return any(max(p_values(app, known, "sign in")) < SMALLEST_P for _ in range(3))
