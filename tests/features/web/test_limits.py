"""Rate limits: who is slowed down, who is not, and what happens when Redis dies."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from ipaddress import ip_network

import pytest
import redis
from flask import Flask
from limits import parse

from participation.accounts import passwords
from participation.application import create_app
from participation.extensions import db
from participation.transactions import transaction
from participation.web.counters import Counters
from participation.web.limits import LIMITS, Limit, address_block
from tests import services
from tests.factories.world import World
from tests.visitor import Page, Visitor

PASSWORD = "umbrella tractor seven"


SIGN_IN = ("POST", "accounts.sign_in")


@pytest.fixture(autouse=True)
def _no_pace(monkeypatch: pytest.MonkeyPatch) -> None:
    """No waiting; and no limit by the second, which depends on how fast the machine is. It has its own test."""
    monkeypatch.setattr("participation.web.pacing.EVEN_SECONDS", 0.0)
    monkeypatch.setitem(LIMITS, SIGN_IN, replace(LIMITS[SIGN_IN], site=""))


@pytest.fixture
def limited(app: Flask, world: World) -> Flask:
    """The application with its limits on, over the database of this test, counting afresh."""
    settings = app.config["SETTINGS"]
    if settings.redis_url:
        redis.from_url(settings.redis_url).flushall()
    world.council()
    return create_app(replace(settings, rate_limits=True))


def try_password(visitor: Visitor, email: str = "ann@example.org", password: str = "not this one at all") -> Page:
    visitor.get("/exampleton/sign-in")
    return visitor.submit("Sign in", email=email, password=password)


def test_guessing_one_accounts_password_is_stopped_whoever_guesses(limited: Flask, world: World) -> None:
    account = world.resident("annsmith@gmail.com")
    with transaction():
        db.session.merge(account).password_hash = passwords.hashed(PASSWORD)
    guessers = [Visitor(limited) for _ in range(3)]
    spellings = [
        "annsmith@gmail.com",
        "Ann.Smith@gmail.com",
        "annsmith+1@googlemail.com",
        "ANNSMITH@gmail.com",
        "a.nnsmith@gmail.com",
    ]
    for number, spelling in enumerate(spellings):
        assert try_password(guessers[number % 3], spelling).status == 200
    page = try_password(guessers[0], "annsmith@gmail.com", PASSWORD)
    assert (page.status, page.h1) == (429, "Too many attempts")
    assert 0 < int(page.response.headers["Retry-After"]) <= 15 * 60
    assert try_password(guessers[0], "somebody-else@example.org").status == 200


def test_an_unknown_address_is_limited_in_the_same_way(limited: Flask) -> None:
    visitor = Visitor(limited)
    answers = [try_password(visitor, "nobody@example.org").status for _ in range(6)]
    assert answers == [200, 200, 200, 200, 200, 429]


def test_signing_in_forgives_the_failures_before_it(limited: Flask, world: World) -> None:
    account = world.resident("ann@example.org")
    with transaction():
        db.session.merge(account).password_hash = passwords.hashed(PASSWORD)
    visitor = Visitor(limited)
    for _ in range(3):
        for _ in range(4):
            try_password(visitor)
        assert "Sign in" not in try_password(visitor, password=PASSWORD).h1
        visitor.get("/exampleton/account")
        visitor.submit("Sign out")


def test_registering_counts_only_what_was_accepted(limited: Flask) -> None:
    visitor = Visitor(limited)

    def register(number: int, **changes: object) -> int:
        visitor.get("/exampleton/register")
        given = {"password": PASSWORD, "postcode": "EX1 1AA", "declaration": "y", **changes}
        return visitor.submit("Create account", email=f"person{number}@example.org", **given).status

    for number in range(8):
        assert register(number, password="short") == 200
    assert [register(number) for number in range(6)] == [200] * 5 + [429]


def test_the_whole_site_has_a_limit(limited: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(LIMITS, SIGN_IN, replace(LIMITS[SIGN_IN], site="3 per hour"))
    answers = []
    for number in range(4):
        visitor = Visitor(limited)
        visitor.client.environ_base["REMOTE_ADDR"] = f"203.0.{number}.1"
        answers.append(try_password(visitor, f"person{number}@example.org").status)
    assert answers == [200, 200, 200, 429]


def test_an_address_block_is_counted_as_one(limited: Flask) -> None:
    visitors = [Visitor(limited) for _ in range(4)]
    for number, visitor in enumerate(visitors):
        visitor.client.environ_base["REMOTE_ADDR"] = f"203.0.113.{number * 60 + 1}"
    other = Visitor(limited)
    other.client.environ_base["REMOTE_ADDR"] = "203.0.114.1"
    for number in range(20):
        assert try_password(visitors[number % 4], f"person{number}@example.org").status == 200
    assert try_password(visitors[0], "last@example.org").status == 429
    assert try_password(other, "last@example.org").status == 200


def test_a_forged_forwarding_header_does_not_help(limited: Flask) -> None:
    visitor = Visitor(limited)
    for number in range(20):
        visitor.client.environ_base["HTTP_X_FORWARDED_FOR"] = f"198.51.{number}.1"
        assert try_password(visitor, f"person{number}@example.org").status == 200
    visitor.client.environ_base["HTTP_X_FORWARDED_FOR"] = "192.0.2.1"
    assert try_password(visitor, "last@example.org").status == 429


def test_a_proxy_that_is_set_up_is_believed(app: Flask, world: World) -> None:
    world.council()
    behind = create_app(replace(app.config["SETTINGS"], rate_limits=True, redis_url="", proxies=1))
    visitor = Visitor(behind)
    for number in range(21):
        visitor.client.environ_base["HTTP_X_FORWARDED_FOR"] = f"198.51.{number}.1"
        assert try_password(visitor, f"person{number}@example.org").status == 200


def test_a_demonstration_is_wider_but_not_for_guessing_passwords(app: Flask, world: World) -> None:
    world.council()
    shown = Visitor(create_app(replace(app.config["SETTINGS"], rate_limits=True, redis_url="", demo=True)))
    assert {try_password(shown, f"person{number}@example.org").status for number in range(25)} == {200}
    assert [try_password(shown, "ann@example.org").status for _ in range(6)] == [200] * 5 + [429]


def test_reading_is_never_limited(limited: Flask) -> None:
    visitor = Visitor(limited)
    assert {visitor.get("/exampleton/sign-in").status for _ in range(30)} == {200}


def test_switched_off_for_load_tests_only(app: Flask, world: World, visitor: Visitor) -> None:
    world.council()
    assert {try_password(visitor, "nobody@example.org").status for _ in range(7)} == {200}


@pytest.fixture
def private_redis(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A Redis of this test's own, to be killed."""
    monkeypatch.delenv("PARTICIPATION_TEST_REDIS_URL", raising=False)
    with services.redis_server() as url:
        yield url


def test_when_redis_dies_sign_in_and_limits_go_on(app: Flask, world: World, private_redis: str) -> None:
    account = world.resident("ann@example.org")
    with transaction():
        db.session.merge(account).password_hash = passwords.hashed(PASSWORD)
    site = create_app(replace(app.config["SETTINGS"], rate_limits=True, redis_url=private_redis))
    visitor = Visitor(site)
    assert try_password(visitor, "bea@example.org").status == 200
    redis.from_url(private_redis).shutdown(nosave=True)
    # Each process now counts alone, so a third of the limit applies: 5 becomes 1.
    assert [try_password(visitor, "bea@example.org").status for _ in range(2)] == [200, 429]
    try_password(visitor, password=PASSWORD)
    assert visitor.get("/exampleton/account").h1 == "Your account"


def test_a_site_starts_while_redis_is_away(app: Flask, world: World) -> None:
    world.council()
    site = create_app(replace(app.config["SETTINGS"], rate_limits=True, redis_url="redis://127.0.0.1:9/0"))
    assert try_password(Visitor(site), "bea@example.org").status == 200


def test_redis_is_asked_again_after_a_pause(private_redis: str, monkeypatch: pytest.MonkeyPatch) -> None:
    moment = 1000.0
    monkeypatch.setattr("participation.web.counters.time.monotonic", lambda: moment)
    counters = Counters(private_redis)
    limit = parse("3 per hour")
    assert counters.use(limit, "a") is None
    counters._lost()
    assert counters.down
    assert counters.use(limit, "a") is None
    assert counters.use(limit, "a") is not None, "a third of three is one"
    moment += 6
    assert not counters.down
    assert counters.use(limit, "a") is None
    assert counters.use(limit, "a") is None
    assert counters.use(limit, "a") is not None


def test_every_limit_is_of_a_page_that_is_there(app: Flask) -> None:
    pages = {(method, rule.endpoint) for rule in app.url_map.iter_rules() for method in rule.methods or ()}
    assert set(LIMITS) <= pages


def test_every_limit_can_be_read() -> None:
    for limit in LIMITS.values():
        assert limit != Limit()
        for text in (limit.account, limit.address, limit.site):
            for part in filter(None, text.split(";")):
                assert parse(part).amount > 0
        assert limit.counts in ("all", "successes")


@pytest.mark.parametrize(("address", "block"), [
    ("203.0.113.77", "203.0.113.0/24"), ("2001:db8:1:2ff:3::4", "2001:db8:1:200::/56"), ("::ffff:203.0.113.77", "203.0.113.0/24"),
    ("unix", "unknown"),
])  # fmt: skip
def test_an_address_is_counted_by_its_block(app: Flask, address: str, block: str) -> None:
    with app.test_request_context("/", environ_base={"REMOTE_ADDR": address}):
        assert address_block() == block
    if block != "unknown":
        assert ip_network(block)
