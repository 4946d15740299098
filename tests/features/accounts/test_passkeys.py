"""A passkey instead of the code: bound to this website, this account and this page, and never good twice."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask

from participation.accounts import passwords
from participation.accounts.models import Account, FailedProof, Passkey
from participation.extensions import db
from participation.transactions import transaction
from tests.factories.world import World
from tests.features.accounts.soft_key import SoftKey
from tests.features.accounts.test_second_step import set_up, sign_in
from tests.visitor import Page, Visitor

HASH = passwords.hashed("lanterns over quiet harbour")
ORIGIN = "https://say.example.org"
REFUSED = "The passkey was not accepted. Try again, or enter a code"


@pytest.fixture
def officer(app: Flask, world: World, monkeypatch: pytest.MonkeyPatch) -> Account:
    monkeypatch.setitem(app.config, "SETTINGS", replace(app.config["SETTINGS"], public_url=ORIGIN))
    account = world.staff("administrator", email="ada@council.example")
    with transaction():
        db.session.merge(account).password_hash = HASH
    return account


def options(page: Page) -> dict[str, Any]:
    return json.loads(str(page.soup.select_one("form[data-passkey]")["data-options"]))


def add(visitor: Visitor, key: SoftKey) -> Page:
    page = visitor.get("/exampleton/account/passkeys")
    return visitor.submit("Add a passkey", answer=key.made(options(page)), name="My laptop")


def use(visitor: Visitor, key: SoftKey, asked: dict[str, Any] | None = None) -> Page:
    asked = asked or options(visitor.get("/exampleton/account/second-step"))
    return visitor.submit("Use a passkey", answer=key.proved(asked))


@pytest.fixture
def key(visitor: Visitor, officer: Account) -> SoftKey:
    """A passkey of the officer."""
    set_up(visitor)
    made = SoftKey(ORIGIN)
    assert "The passkey was added" in add(visitor, made).main
    return made


def test_it_signs_in_instead_of_a_code(app: Flask, key: SoftKey) -> None:
    other = Visitor(app)
    assert sign_in(other).h1 == "Confirm that it is you"
    assert use(other, key).status == 200
    assert other.get("/exampleton/manage/staff").h1 == "Staff accounts"


def test_its_counter_is_kept_and_a_copy_is_refused(app: Flask, key: SoftKey) -> None:
    first, second = Visitor(app), Visitor(app)
    sign_in(first)
    use(first, key)
    assert db.session.query(Passkey).one().sign_count == 1
    key.count = 0  # what a copy made earlier would say
    sign_in(second)
    assert REFUSED in use(second, key).main


def test_a_key_that_does_not_count_works_again(app: Flask, visitor: Visitor, officer: Account) -> None:
    set_up(visitor)
    quiet = SoftKey(ORIGIN, counts=False)
    add(visitor, quiet)
    for _ in range(2):
        other = Visitor(app)
        sign_in(other)
        assert REFUSED not in use(other, quiet).main


def test_an_answer_to_another_page_is_refused(app: Flask, key: SoftKey) -> None:
    other = Visitor(app)
    sign_in(other)
    old = options(other.get("/exampleton/account/second-step"))
    other.get("/exampleton/account/second-step")
    assert REFUSED in use(other, key, old).main


def test_a_false_website_gets_nothing(app: Flask, key: SoftKey) -> None:
    key.origin = "https://say.example.net"
    other = Visitor(app)
    sign_in(other)
    assert REFUSED in use(other, key).main


def test_somebody_elses_passkey_is_refused(world: World, app: Flask, key: SoftKey) -> None:
    bob = world.staff("editor", email="bob@council.example")
    with transaction():
        db.session.merge(bob).password_hash = HASH
    theirs = Visitor(app)
    theirs.sign_in(bob)
    add(theirs, SoftKey(ORIGIN))
    other = Visitor(app)
    sign_in(other, "bob@council.example")
    assert REFUSED in use(other, key).main


@pytest.mark.parametrize("answer", ["", "nonsense", "{}", '{"id": 1}', "[]", "null"])
def test_nonsense_is_no_fault_and_counts_as_a_failure(app: Flask, key: SoftKey, answer: str) -> None:
    other = Visitor(app)
    sign_in(other)
    assert REFUSED in other.submit("Use a passkey", answer=answer).main
    assert db.session.query(FailedProof).one().failures == 1


def test_one_is_removed(visitor: Visitor, key: SoftKey) -> None:
    page = visitor.get("/exampleton/account/passkeys")
    assert "My laptop" in page.main
    assert "The passkey was removed" in visitor.submit("Remove").main
    assert db.session.query(Passkey).count() == 0


def test_where_the_site_has_no_name_passkeys_are_not_offered(visitor: Visitor, world: World) -> None:
    visitor.sign_in(world.staff("editor"))
    assert "cannot be added here" in visitor.get("/exampleton/account/passkeys").main
