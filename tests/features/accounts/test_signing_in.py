"""Signing in and out, sessions, forgotten and changed passwords."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from participation import clock
from participation.accounts import passwords
from participation.accounts.identity import ABSOLUTE, IDLE
from participation.accounts.models import Account, SignInSession
from participation.extensions import db
from participation.transactions import transaction
from tests.factories.world import World
from tests.features.accounts.test_registering import PASSWORD, link_in, mails, register
from tests.visitor import Page, Visitor

HASH = passwords.hashed(PASSWORD)
WRONG = "Check your email address and password. One of them is not right"


def with_password(account: Account) -> Account:
    with transaction():
        db.session.merge(account).password_hash = HASH
    return account


def sign_in(visitor: Visitor, email: str = "ann@example.org", password: str = PASSWORD) -> Page:
    visitor.get("/exampleton/sign-in")
    return visitor.submit("Sign in", email=email, password=password)


def without_token(page: Page) -> str:
    """The page without its form token, which is signed with the second it was made in."""
    return re.sub(r'name="csrf_token" value="[^"]+"', "", page.html)


def is_signed_in(visitor: Visitor) -> bool:
    return visitor.get("/exampleton/account").h1 == "Your account"


def sessions() -> list[SignInSession]:
    return list(db.session.scalars(select(SignInSession).order_by(SignInSession.created_at)))


def test_sign_in_and_out(world: World, visitor: Visitor) -> None:
    with_password(world.resident("ann@example.org"))
    sign_in(visitor, email=" Ann@Example.org ")
    page = visitor.get("/exampleton/account")
    page = visitor.submit("Sign out", follow=False)
    assert page.status == 303
    assert page.response.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert sessions() == []
    assert not is_signed_in(visitor)


@pytest.mark.parametrize(("email", "password"), [
    ("ann@example.org", "umbrella tractor eight"), ("bea@example.org", PASSWORD), ("", PASSWORD), ("ann@example.org", ""),
    ("ann@example.org", PASSWORD + " "), ("not an address", PASSWORD), ("ann@example.org", "x" * 5000),
])  # fmt: skip
def test_what_is_not_right_does_not_sign_in(world: World, visitor: Visitor, email: str, password: str) -> None:
    with_password(world.resident("ann@example.org"))
    page = sign_in(visitor, email, password)
    assert page.errors
    assert not is_signed_in(visitor)


def test_a_wrong_password_and_an_unknown_address_look_the_same(world: World, visitor: Visitor) -> None:
    with_password(world.resident("ann@example.org"))
    known = sign_in(visitor, password="something else entirely")
    unknown = sign_in(visitor, email="who@example.org", password="something else entirely")
    assert known.errors == [WRONG]
    assert without_token(known).replace("ann@example.org", "who@example.org") == without_token(unknown)


def test_a_disabled_account_cannot_sign_in_and_its_sessions_end(world: World, visitor: Visitor) -> None:
    account = with_password(world.resident("ann@example.org"))
    sign_in(visitor)
    with transaction():
        db.session.merge(account).disabled_at = clock.now()
    assert not is_signed_in(visitor)
    assert sign_in(visitor).errors == [WRONG]


def test_an_unconfirmed_account_gets_its_link_again_but_not_every_time(world: World, visitor: Visitor) -> None:
    world.council()
    register(visitor)
    assert sign_in(visitor).h1 == "Check your email"
    assert not is_signed_in(visitor)
    assert len(mails()) == 1
    with clock.frozen_at(clock.now() + timedelta(minutes=11)):
        sign_in(visitor)
    assert len(mails()) == 2
    visitor.get(link_in(mails()[1]))
    visitor.submit("Confirm and sign in", password=PASSWORD)
    assert is_signed_in(visitor)


def test_a_copied_cookie_dies_at_sign_out(app: Flask, world: World, visitor: Visitor) -> None:
    with_password(world.resident("ann@example.org"))
    sign_in(visitor)
    thief = copied(app, visitor)
    assert is_signed_in(thief)
    visitor.get("/exampleton/account")
    visitor.submit("Sign out")
    assert not is_signed_in(thief)


def copied(app: Flask, visitor: Visitor) -> Visitor:
    """Another browser with the same cookie."""
    other = Visitor(app)
    cookie = visitor.client.get_cookie("session")
    assert cookie is not None
    other.client.set_cookie("session", cookie.value)
    return other


def test_signing_in_gives_a_new_token_and_drops_what_the_cookie_held(world: World, visitor: Visitor) -> None:
    """A session that an attacker prepared in the victim's browser is worth nothing afterwards."""
    with_password(world.resident("ann@example.org"))
    with visitor.client.session_transaction() as cookie:
        cookie["_user_id"] = "prepared-by-somebody"
        cookie["planted"] = "value"
    sign_in(visitor)
    with visitor.client.session_transaction() as cookie:
        assert cookie["_user_id"] != "prepared-by-somebody"
        assert "planted" not in cookie
    first = sessions()[0].token_hash
    visitor.get("/exampleton/account")
    visitor.submit("Sign out")
    sign_in(visitor)
    assert sessions()[0].token_hash != first


def test_a_session_ends_after_a_pause_and_after_its_longest_life(world: World, visitor: Visitor) -> None:
    begun = clock.now()
    with clock.frozen_at(begun):
        visitor.sign_in(world.resident())
    now = begun
    while now - begun < ABSOLUTE["resident"] - timedelta(minutes=20):
        now += timedelta(minutes=20)
        with clock.frozen_at(now):
            assert is_signed_in(visitor), f"signed out after {now - begun} in use"
    with clock.frozen_at(begun + ABSOLUTE["resident"] + timedelta(seconds=1)):
        assert not is_signed_in(visitor)
    with clock.frozen_at(begun):
        visitor.sign_in(world.resident())
    with clock.frozen_at(begun + IDLE["resident"] + timedelta(minutes=2)):
        assert not is_signed_in(visitor)


def test_the_last_use_is_noted_at_most_once_a_minute(world: World, visitor: Visitor) -> None:
    begun = clock.now()
    with clock.frozen_at(begun):
        visitor.sign_in(world.resident())
    for seconds, noted in ((30, 0), (61, 61), (100, 61), (130, 130)):
        with clock.frozen_at(begun + timedelta(seconds=seconds)):
            visitor.get("/exampleton/account")
        assert sessions()[0].last_seen_at == begun + timedelta(seconds=noted)


def test_people_see_and_end_their_own_sessions_only(app: Flask, world: World, visitor: Visitor) -> None:
    ann = world.resident("ann@example.org")
    elsewhere, stranger = Visitor(app), Visitor(app)
    visitor.sign_in(ann)
    elsewhere.sign_in(ann)
    stranger.sign_in(world.resident("bea@example.org"))
    theirs = next(one.token_hash.hex() for one in sessions() if one.account_id != ann.id)
    page = visitor.get("/exampleton/account/signed-in")
    assert len(page.rows()) == 3
    visitor.submit("Sign out of", session=theirs)
    assert is_signed_in(stranger)
    visitor.get("/exampleton/account/signed-in")
    visitor.submit("Sign out of")
    assert not is_signed_in(elsewhere)
    assert is_signed_in(visitor)
    for rubbish in ("", "zz", "00" * 32, "0" * 70):
        visitor.get("/exampleton/account")
        token = visitor.page.soup.select_one("input[name=csrf_token]")["value"]  # type: ignore[union-attr,index]  # is there
        answer = visitor.post("/exampleton/account/signed-in/end", {"csrf_token": token, "session": rubbish})
        assert answer.status in (200, 404)


def test_everywhere_else_can_be_signed_out_at_once(app: Flask, world: World, visitor: Visitor) -> None:
    ann = world.resident()
    others = [Visitor(app) for _ in range(3)]
    for one in (visitor, *others):
        one.sign_in(ann)
    visitor.get("/exampleton/account/signed-in")
    visitor.submit("Sign out everywhere else")
    assert [is_signed_in(one) for one in (visitor, *others)] == [True, False, False, False]


def test_a_long_list_of_sessions_is_paged(world: World, visitor: Visitor) -> None:
    ann = world.resident()
    for _ in range(30):
        visitor.sign_in(ann)
    assert len(visitor.get("/exampleton/account/signed-in").rows()) == 26
    assert len(visitor.get("/exampleton/account/signed-in?page=2").rows()) == 6
    assert visitor.get("/exampleton/account/signed-in?page=3").status == 404


def test_a_forgotten_password_is_replaced_by_link(app: Flask, world: World, visitor: Visitor) -> None:
    with_password(world.resident("ann@example.org"))
    elsewhere = Visitor(app)
    sign_in(elsewhere)
    visitor.get("/exampleton/sign-in")
    visitor.follow("I forgot my password")
    page = visitor.submit("Send the email", email="ann@example.org")
    assert page.h1 == "Check your email"
    visitor.get("/exampleton/forgotten-password")
    assert visitor.submit("Send the email", email="who@example.org").html == page.html
    link = link_in(mails()[0])
    page = visitor.get(link)
    assert page.response.headers["Referrer-Policy"] == "no-referrer"
    assert visitor.submit("Save password", password="short").errors
    page = visitor.submit("Save password", password="entirely fresh wording")
    assert "Your password was changed and you are signed in" in page.main
    assert not is_signed_in(elsewhere)
    assert mails()[-1].subject.startswith("Your password was changed")
    assert visitor.get(link).status == 410
    assert sign_in(Visitor(app)).errors == [WRONG]


def test_a_reset_link_lives_one_hour_and_the_newest_only(world: World, visitor: Visitor) -> None:
    with_password(world.resident("ann@example.org"))
    for _ in range(2):
        visitor.get("/exampleton/forgotten-password")
        visitor.submit("Send the email", email="ann@example.org")
    old, new = (link_in(mail) for mail in mails())
    assert visitor.get(old).status == 410
    assert visitor.get(new).status == 200
    with clock.frozen_at(clock.now() + timedelta(hours=1, seconds=1)):
        assert visitor.get(new).status == 410


def test_a_reset_link_confirms_an_address_too(world: World, visitor: Visitor) -> None:
    world.council()
    register(visitor)
    visitor.get("/exampleton/forgotten-password")
    visitor.submit("Send the email", email="ann@example.org")
    visitor.get(link_in(mails()[1]))
    visitor.submit("Save password", password="entirely fresh wording")
    assert is_signed_in(visitor)
    assert visitor.get(link_in(mails()[0])).status == 410


def test_a_changed_password_signs_out_everywhere_else_and_is_told(app: Flask, world: World, visitor: Visitor) -> None:
    with_password(world.resident("ann@example.org"))
    elsewhere = Visitor(app)
    sign_in(elsewhere)
    sign_in(visitor)
    before = copied(app, visitor)
    visitor.get("/exampleton/account/password")
    page = visitor.submit("Change password", current="wrong wrong wrong", new="entirely fresh wording")
    assert page.errors == ["This is not your current password"]
    page = visitor.submit("Change password", current=PASSWORD, new="ann@example.org")
    assert page.errors[0].startswith("This password is too easy to guess")
    visitor.submit("Change password", current=PASSWORD, new="entirely fresh wording")
    assert is_signed_in(visitor)
    assert not is_signed_in(elsewhere)
    assert not is_signed_in(before)
    (mail,) = mails()
    assert mail.subject.startswith("Your password was changed")


def test_a_sign_in_elsewhere_does_not_count_in_another_council(world: World, visitor: Visitor) -> None:
    resident = world.resident()
    world.council("otherham")
    visitor.sign_in(resident)
    assert visitor.get("/otherham/account").h1 == "Sign in"


@pytest.mark.usefixtures("password_cost")
def test_an_old_hash_is_renewed_at_sign_in(world: World, visitor: Visitor) -> None:
    from_before = "$argon2id$v=19$m=8192,t=1,p=1$"
    account = world.resident("ann@example.org")
    cheap = passwords.PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1).hash(PASSWORD)
    assert cheap.startswith(from_before)
    with transaction():
        db.session.merge(account).password_hash = cheap
    sign_in(visitor)
    assert is_signed_in(visitor)
    renewed = db.session.scalars(select(Account.password_hash)).one()
    assert renewed is not None
    assert renewed.startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def test_details_are_corrected_with_a_new_declaration(world: World, visitor: Visitor) -> None:
    account = world.resident(age_band="16-24")
    visitor.sign_in(account)
    visitor.get("/exampleton/account/details")
    page = visitor.submit("Save", postcode="EX1 2AA", age_band="25-34", sex="Male", declaration="y")
    assert page.h1 == "Your account"
    for said in ("Southgate", "25 to 34", "Male"):
        assert said in page.main
    visitor.get("/exampleton/account/details")
    page = visitor.submit("Save", postcode="ZZ9 9ZZ", declaration="y")
    assert page.h1 == "ZZ9 9ZZ is not in Exampleton"
    assert "Southgate" in visitor.get("/exampleton/account").main
