"""Residents sign in with a code by email; it works once, for ten minutes and five tries, and tells strangers nothing."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from participation import clock
from participation.accounts.models import Account, SignInCode
from participation.extensions import db
from participation.transactions import transaction
from tests.factories.world import World
from tests.features.accounts.test_registering import mails
from tests.visitor import Page, Visitor

WRONG = "Enter the newest code we sent you, or ask for another one. A code works for 10 minutes and 5 tries"


def seen(page: Page, email: str) -> tuple[int, str]:
    """What a stranger reads, without the token and the address."""
    return page.status, re.sub(r'name="csrf_token" value="[^"]+"', "", page.html).replace(email, "EMAIL")


@pytest.fixture
def ann(world: World) -> Account:
    return world.resident("ann@example.org")


def ask(visitor: Visitor, email: str = "ann@example.org") -> Page:
    visitor.get("/exampleton/sign-in")
    visitor.follow("Sign in with a code by email instead")
    return visitor.submit("Send me a code", email=email)


def newest_code() -> str:
    return re.search(r"Your code is (\d{6})", mails()[-1].body)[1]


def wrong_code() -> str:
    return f"{(int(newest_code()) + 1) % 10**6:06d}"


def test_a_code_signs_in_once(app: Flask, visitor: Visitor, ann: Account) -> None:
    ask(visitor)
    visitor.submit("Sign in", code=f" {newest_code()[:3]} {newest_code()[3:]} ")
    assert "ann@example.org" in visitor.get("/exampleton/account").main
    other = Visitor(app)
    ask(other, "Ann+alias@example.org")
    code = newest_code()
    other.submit("Sign in", code=code)
    third = Visitor(app)
    third.get("/exampleton/sign-in/code/enter")
    with third.client.session_transaction() as cookie:
        cookie["code_for"] = "ann@example.org"
    third.get("/exampleton/sign-in/code/enter")
    assert third.submit("Sign in", code=code).errors == [WRONG]


def test_it_leads_back_to_the_page(world: World, visitor: Visitor, ann: Account) -> None:
    visitor.get("/exampleton/account/details")
    visitor.follow("Sign in with a code by email instead")
    visitor.submit("Send me a code", email="ann@example.org")
    assert visitor.submit("Sign in", code=newest_code()).h1 == "Change your details"


def test_after_five_tries_the_right_code_no_longer_works(visitor: Visitor, ann: Account) -> None:
    ask(visitor)
    for _ in range(5):
        assert visitor.submit("Sign in", code=wrong_code()).errors == [WRONG]
    assert visitor.submit("Sign in", code=newest_code()).errors == [WRONG]


def test_after_ten_minutes_it_no_longer_works(visitor: Visitor, ann: Account) -> None:
    start = clock.now()
    with clock.frozen_at(start):
        ask(visitor)
    with clock.frozen_at(start + timedelta(minutes=10)):
        assert visitor.submit("Sign in", code=newest_code()).errors == [WRONG]


def test_a_new_code_replaces_the_old_one(visitor: Visitor, ann: Account) -> None:
    ask(visitor)
    old = newest_code()
    ask(visitor)
    if old != newest_code():
        assert visitor.submit("Sign in", code=old).errors == [WRONG]
    assert visitor.submit("Sign in", code=newest_code()).errors == []


def test_the_code_is_not_in_the_database(visitor: Visitor, ann: Account) -> None:
    ask(visitor)
    kept = db.session.scalars(select(SignInCode.code_hash)).one()
    assert len(kept) == 32
    assert newest_code().encode() not in kept


def test_staff_get_no_code(world: World, visitor: Visitor) -> None:
    world.staff("moderator", email="sam@council.example")
    ask(visitor, "sam@council.example")
    assert mails()[-1].subject == "Sign in with your password – Exampleton Council"
    assert db.session.query(SignInCode).count() == 0
    assert visitor.submit("Sign in", code="000000").errors == [WRONG]


def test_a_code_confirms_the_mailbox_and_drops_a_password_nobody_proved(visitor: Visitor, ann: Account) -> None:
    with transaction():
        account = db.session.get(Account, ann.id)
        account.confirmed_at, account.password_hash = None, "a stranger's"
    ask(visitor)
    visitor.submit("Sign in", code=newest_code())
    db.session.expire_all()
    account = db.session.get(Account, ann.id)
    assert account.confirmed_at is not None
    assert account.password_hash is None


def test_strangers_learn_nothing(app: Flask, ann: Account) -> None:
    answers = set()
    for email in ("ann@example.org", "nobody@example.org"):
        visitor = Visitor(app)
        visitor.get("/exampleton/sign-in/code")
        asked = seen(visitor.submit("Send me a code", follow=False, email=email), email)
        visitor.get("/exampleton/sign-in/code/enter")
        answers.add((asked, seen(visitor.submit("Sign in", follow=False, code="0000001"), email)))
    assert len(answers) == 1
