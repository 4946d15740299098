"""The log holds what is needed to run the service and nothing of a person: canaries are planted everywhere and looked for."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator

import pytest
from flask import Flask

from config.logging import ALLOWED, OneLine
from participation.accounts import passwords
from participation.extensions import db
from participation.transactions import transaction
from tests.factories.world import World
from tests.visitor import Visitor

CANARY = "canaryzq"
PASSWORD = f"{CANARY} over quiet harbour"


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """What the service would write to its log, everything from DEBUG up."""
    stream, root = io.StringIO(), logging.getLogger()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(OneLine())
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    yield stream
    root.removeHandler(handler)
    root.setLevel(before)


def lines(log: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in log.getvalue().splitlines()]


def test_a_visit_leaves_one_line_without_a_person(world: World, visitor: Visitor, log: io.StringIO) -> None:
    account = world.resident(f"{CANARY}@example.org")
    with transaction():
        db.session.merge(account).password_hash = passwords.hashed(PASSWORD)
    visitor.get("/exampleton/sign-in")
    visitor.submit("Sign in", email=f"{CANARY}@example.org", password=PASSWORD)
    visitor.get("/exampleton/account")
    visitor.get(f"/exampleton/consultations?q={CANARY}")
    visitor.get(f"/exampleton/reset/{CANARY}token")
    assert CANARY not in log.getvalue()
    requests = [line for line in lines(log) if line["event"] == "request"]
    assert len(requests) >= 5
    first = requests[0]
    assert first["endpoint"] == "accounts.sign_in"
    assert first["network"] == "127.0.0.0/24"
    assert set(first) == {"at", "level", "logger", "event", *ALLOWED}


def test_every_sign_in_leaves_a_line_by_what_and_whether_and_never_who(
    world: World, visitor: Visitor, log: io.StringIO
) -> None:
    """And what is refused is the line of its request."""
    account = world.resident(f"{CANARY}@example.org")
    with transaction():
        db.session.merge(account).password_hash = passwords.hashed(PASSWORD)
    for password in ("not this one at all", PASSWORD):
        visitor.get("/exampleton/sign-in")
        visitor.submit("Sign in", email=f"{CANARY}@example.org", password=password)
    visitor.get("/exampleton/manage/staff")
    visitor.post("/exampleton/account/password")
    events = [str(line["event"]) for line in lines(log)]
    assert [event for event in events if event.startswith("sign-in")] == [
        "sign-in refused by password",
        "sign-in accepted by password",
    ]
    statuses = {(line["endpoint"], line["status"]) for line in lines(log) if line["event"] == "request"}
    assert {("staff_manage.index", 403), ("accounts.password", 400)} <= statuses
    assert CANARY not in log.getvalue()


def test_a_fault_tells_where_and_not_what_was_typed(app: Flask, log: io.StringIO) -> None:
    def fail() -> None:
        raise ValueError(f"cannot read {CANARY}@example.org")

    try:
        fail()
    except ValueError:
        app.logger.exception("unexpected fault on %s", "accounts.register")
    line = lines(log)[-1]
    assert CANARY not in json.dumps(line)
    assert line["event"] == "unexpected fault on accounts.register"
    assert line["fault"] == "ValueError"
    assert "test_log.py" in str(line["where"])


def test_what_is_not_on_the_list_is_dropped(log: io.StringIO) -> None:
    logging.getLogger("participation.any").info("one", extra={"email": CANARY, "status": 200})
    logging.getLogger("a.library").warning("could not send to %s", CANARY)
    told = lines(log)[-2:]
    assert CANARY not in json.dumps(told)
    assert told[0]["status"] == 200
    assert told[1]["event"] == "could not send to %s"


def test_a_line_break_cannot_start_a_line_of_its_own(log: io.StringIO) -> None:
    logging.getLogger("participation.any").info("one\n%s", '{"event": "forged"}')
    assert len(log.getvalue().splitlines()) == 1


def test_a_ballot_tells_no_network(world: World, visitor: Visitor, log: io.StringIO) -> None:
    world.consultation("spending", vote=(-1, 1), options=2)
    visitor.get("/exampleton/consultations/spending/vote")
    of_votes = [line for line in lines(log) if str(line.get("endpoint", "")).startswith("voting.")]
    assert of_votes
    assert not [line for line in of_votes if "network" in line]
