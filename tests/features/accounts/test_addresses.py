"""A new email address proves itself by a link; the old one is told before and after."""

from __future__ import annotations

import pytest

from participation.accounts import passwords
from participation.accounts.models import Account
from participation.extensions import db
from participation.transactions import transaction
from tests.factories.world import World
from tests.features.accounts.test_registering import link_in, mails
from tests.visitor import Page, Visitor

PASSWORD = "lanterns over quiet harbour"
HASH = passwords.hashed(PASSWORD)


@pytest.fixture
def ann(world: World, visitor: Visitor) -> Account:
    account = world.resident("ann@example.org")
    with transaction():
        db.session.merge(account).password_hash = HASH
    visitor.sign_in(account)
    return account


def ask(visitor: Visitor, email: str, password: str = PASSWORD) -> Page:
    visitor.get("/exampleton/account/email")
    return visitor.submit("Send a link to the new address", email=email, password=password)


def address(account: Account) -> str:
    db.session.expire_all()
    return db.session.get(Account, account.id).email


def test_the_address_changes_when_the_link_is_pressed(visitor: Visitor, ann: Account) -> None:
    ask(visitor, "ann@new.example")
    link, notice = mails()
    assert (link.recipient, notice.recipient) == ("ann@new.example", "ann@example.org")
    assert address(ann) == "ann@example.org"
    visitor.get(link_in(link))
    assert address(ann) == "ann@example.org"
    page = visitor.submit("Use this address from now on")
    assert page.h1 == "Sign in"
    assert address(ann) == "ann@new.example"
    assert mails()[-1].recipient == "ann@example.org"
    assert mails()[-1].subject == "Your email address was changed – Exampleton Council"
    assert visitor.get(link_in(link)).status == 410
    visitor.get("/exampleton/sign-in")
    visitor.submit("Sign in", email="ann@new.example", password=PASSWORD)
    assert "ann@new.example" in visitor.get("/exampleton/account").main


def test_an_address_in_use_is_not_told_to_the_page(world: World, visitor: Visitor, ann: Account) -> None:
    world.resident("bob@example.org")
    page = ask(visitor, "bob@example.org")
    free = ask(visitor, "free@example.org")
    assert page.main == free.main
    assert mails()[0].subject.startswith("You already have an account")


def test_an_address_taken_meanwhile_is_refused(world: World, visitor: Visitor, ann: Account) -> None:
    ask(visitor, "bob@example.org")
    world.resident("bob@example.org")
    visitor.get(link_in(mails()[0]))
    assert visitor.submit("Use this address from now on").status == 410
    assert address(ann) == "ann@example.org"


def test_a_wrong_password_asks_nothing(visitor: Visitor, ann: Account) -> None:
    assert ask(visitor, "ann@new.example", "something else").errors == ["This is not your password"]
    assert mails() == []


def test_a_new_password_stops_a_change_that_was_asked_for(visitor: Visitor, ann: Account) -> None:
    ask(visitor, "thief@example.org")
    visitor.get("/exampleton/account/password")
    visitor.submit("Change password", current=PASSWORD, new="seven quiet copper lanterns")
    assert visitor.get(link_in(mails()[0])).status == 410
