"""P20: whatever breaks while a vote is cast, neither the fault nor the log nor the page says what was chosen, nothing is half
stored, and the same page sent again casts the vote.

The faults are not chosen by hand: casting is run once to count its steps, and then once for each step, which fails.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from participation.extensions import db
from participation.voting import ballot_box
from participation.voting.receipts import tracker_of
from tests.factories.votes import Voting, rows
from tests.factories.world import World
from tests.secrecy.needles import found_in, of_ballot
from tests.visitor import Visitor

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]
CHOSEN = (1, 3, 6)
NONCE = "5ec2e7" * 5 + "ab"
# The shortest word that would give a choice away.
FIELD = "approval-"
# One row each for every vote cast, in one transaction.
STORED_TOGETHER = ("roll_entry", "sealed_ballot", "box_outbox", "outbox_mail")


class Fault(RuntimeError):
    """A bug of ours, wherever it strikes."""


class Steps:
    """Counts steps and lets the one with this number fail; 0 lets all of them pass."""

    def __init__(self, failing: int) -> None:
        self.number, self._failing = 0, failing

    def is_the_one(self) -> bool:
        self.number += 1
        return self.number == self._failing


@contextmanager
def calls_fail(failing: int) -> Iterator[Steps]:
    """The n-th call of a function of the voting room raises a bug."""
    steps = Steps(failing)

    def watch(frame: FrameType, what: str, _: Any) -> None:
        ours = what == "call" and str(frame.f_globals.get("__name__", "")).startswith("participation.voting")
        if ours and steps.is_the_one():
            raise Fault("something broke")

    sys.setprofile(watch)
    try:
        yield steps
    finally:
        sys.setprofile(None)


@contextmanager
def statements_fail(failing: int) -> Iterator[Steps]:
    """The n-th statement is refused by the database, whose fault then quotes the statement and its values."""
    steps, engine = Steps(failing), db.engine

    def execute(_cursor: Any, _statement: str, _parameters: Any, context: Any) -> None:
        if steps.is_the_one():
            raise context.dialect.dbapi.OperationalError("the disk is full")

    event.listen(engine, "do_execute", execute)
    try:
        yield steps
    finally:
        event.remove(engine, "do_execute", execute)


@contextmanager
def commit_fails(failing: int) -> Iterator[Steps]:
    """The n-th commit does not come about."""
    steps, engine = Steps(failing), db.engine

    def commit(connection: Any) -> None:
        if steps.is_the_one():
            raise OperationalError("COMMIT", {}, connection.dialect.dbapi.OperationalError("the connection was lost"))

    event.listen(engine, "commit", commit)
    try:
        yield steps
    finally:
        event.remove(engine, "commit", commit)


class Casting:
    """One voter's page, to be sent again and again, and everything that was said about it."""

    def __init__(self, app: Flask, world: World, log: Path) -> None:
        voting = Voting(world, options=9, budget_pence=10**9, max_total_pence=None)
        voting.cast(world.resident(), 0)  # so that the vote's definition is fixed, as in the middle of a vote
        self.log = log
        self._url, self._vote = voting.url, voting.vote.public_id
        self._visitor = Visitor(app)
        self._visitor.sign_in(world.resident())
        page = self._visitor.get(self._url)
        self._page: dict[str, Any] = {
            "csrf_token": str(page.soup.select_one("input[name=csrf_token]")["value"]), "nonce": NONCE, "revision": "0",
            "act": "cast", **{f"{FIELD}{place}": "on" for place in CHOSEN},
        }  # fmt: skip

    def send(self) -> tuple[int, str]:
        page = self._visitor.post(self._url, self._page)
        return page.status, page.html

    @property
    def secrets(self) -> dict[str, list[str]]:
        codes = [f"option-{place + 1}" for place in CHOSEN]
        fields = [f"{FIELD}{place}" for place in CHOSEN]
        tracker = tracker_of(self._vote, bytes.fromhex(NONCE))
        return {"choice": [*of_ballot(codes), *fields, *codes], "tracker": [tracker], "nonce": [NONCE]}


@pytest.fixture
def casting(
    app: Flask, world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Casting]:  # fmt: skip
    """As in production a fault becomes a page and a line in the log; unlike there, everything is logged."""
    monkeypatch.setitem(app.config, "TESTING", False)
    handler = logging.FileHandler(tmp_path / "log")
    root, level = logging.getLogger(), logging.getLogger().level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        yield Casting(app, world, tmp_path / "log")
    finally:
        root.setLevel(level)
        root.removeHandler(handler)
        handler.close()


@pytest.mark.parametrize("break_at", [calls_fail, statements_fail, commit_fails], ids=lambda one: one.__name__)
def test_p20_no_step_that_fails_says_what_was_chosen(
    casting: Casting, break_at: Callable[[int], Any], tmp_path: Path
) -> None:  # fmt: skip
    pages, number = [], 0
    while True:
        number += 1
        with break_at(number) as steps:
            status, html = casting.send()
        assert len({len(rows(table)) for table in STORED_TOGETHER}) == 1, f"half of it is stored after step {number}"
        if steps.number < number:
            break
        if status >= 500:
            pages.append(html)
    assert status == 200
    assert "You voted" in html or "already in the box" in html
    assert len(rows("sealed_ballot")) == 2
    assert pages
    (tmp_path / "pages").write_text("\n".join(pages))
    assert found_in(tmp_path / "pages", casting.secrets) == set()
    assert casting.log.read_text().count("Traceback") >= len(pages)
    assert found_in(casting.log, casting.secrets) == set()


def test_control_a_fault_that_quotes_the_ballot_is_seen(casting: Casting, monkeypatch: pytest.MonkeyPatch) -> None:
    def quotes(**given: Any) -> None:
        raise ValueError(f"cannot store {given['casting'].payload} of page {given['casting'].nonce.hex()}")

    monkeypatch.setattr(ballot_box, "cast", quotes)
    assert casting.send()[0] == 500
    assert found_in(casting.log, casting.secrets) == {"choice", "nonce"}
