"""Staff sign in with a password and a code; a code works once, and dangerous acts want a fresh one."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pyotp
import pytest
from argon2 import Type
from argon2.low_level import hash_secret_raw
from flask import Flask
from sqlalchemy import select

from participation import clock
from participation.accounts import passwords, second_step
from participation.accounts.models import Account, Authenticator, FailedProof, RecoveryCode, SignInSession
from participation.audit.models import AuditEvent
from participation.councils.models import Council
from participation.extensions import db
from participation.transactions import transaction
from tests.factories.world import World
from tests.features.accounts.test_registering import mails
from tests.visitor import Page, Visitor

PASSWORD = "lanterns over quiet harbour"
HASH = passwords.hashed(PASSWORD)
WRONG = "This code is not right, or was used before. Wait for the next one and enter that"


@pytest.fixture
def officer(world: World) -> Account:
    account = world.staff("administrator", email="ada@council.example")
    with transaction():
        db.session.merge(account).password_hash = HASH
    return account


def sign_in(visitor: Visitor, email: str = "ada@council.example") -> Page:
    visitor.get("/exampleton/sign-in")
    return visitor.submit("Sign in", email=email, password=PASSWORD)


def set_up(visitor: Visitor) -> tuple[pyotp.TOTP, list[str]]:
    """Sign in and set the second step up; the app, and the recovery codes that the page showed."""
    page = sign_in(visitor)
    assert page.h1 == "Set up your second step"
    app = pyotp.TOTP(page.soup.select_one("code").get_text().replace(" ", ""))
    page = visitor.submit("Turn on the second step", code=app.at(clock.now()))
    assert page.h1 == "Your recovery codes"
    return app, [code.get_text() for code in page.soup.select("main code")]


def test_a_password_alone_opens_nothing(world: World, visitor: Visitor, officer: Account) -> None:
    page = sign_in(visitor)
    assert page.h1 == "Set up your second step"
    for path in (
        "/exampleton/manage",
        "/exampleton/manage/staff",
        "/exampleton/account",
        "/exampleton/account/password",
    ):
        assert visitor.get(path).h1 == "Set up your second step", path
    assert visitor.post("/exampleton/account/signed-in/end-others").status == 400  # no token: not even that
    assert "Staff accounts" not in visitor.get("/exampleton/").main


def test_the_app_is_set_up_and_leads_back_to_the_page(visitor: Visitor, officer: Account) -> None:
    app, codes = set_up(visitor)
    assert len(set(codes)) == 10
    assert visitor.follow("I have kept them: continue").status == 200
    assert visitor.get("/exampleton/manage/staff").status == 200
    secret = db.session.scalars(select(Authenticator.sealed_secret)).one()
    assert app.secret.encode() not in secret
    assert db.session.scalars(select(AuditEvent.tag)).all() == ["second-step-set-up"]


def test_the_set_up_page_shows_the_key_as_text_and_as_a_picture(visitor: Visitor, officer: Account) -> None:
    page = sign_in(visitor)
    assert re.fullmatch(r"(?:[A-Z2-7]{4} ){7}[A-Z2-7]{4}", page.soup.select_one("code").get_text())
    assert page.soup.select_one("main img")["src"].startswith("data:image/svg+xml")
    again = visitor.get("/exampleton/account/second-step/set-up")
    assert again.soup.select_one("code").get_text() == page.soup.select_one("code").get_text()
    assert db.session.query(Authenticator).count() == 0
    assert visitor.submit("Turn on the second step", code="000000").errors == [
        "This is not the code that the app shows now. Check that your device has the right time"
    ]


def test_signing_in_again_asks_for_a_code_and_comes_back(app: Flask, visitor: Visitor, officer: Account) -> None:
    totp, _ = set_up(visitor)
    other = Visitor(app)
    with clock.frozen_at(clock.now() + timedelta(minutes=2)):
        other.get("/exampleton/manage/staff")
        page = other.submit("Sign in", email="ada@council.example", password=PASSWORD)
        assert page.h1 == "Confirm that it is you"
        page = other.submit("Continue", code=totp.at(clock.now()))
        assert page.h1 == "Staff accounts"


def test_a_code_works_once(app: Flask, visitor: Visitor, officer: Account) -> None:
    """Also in another browser, in the same 30 seconds, and the code of the step before a used one."""
    totp, _ = set_up(visitor)
    with clock.frozen_at(clock.now() + timedelta(minutes=2)):
        code, older = totp.at(clock.now()), totp.at(clock.now() - timedelta(seconds=30))
        first, second = Visitor(app), Visitor(app)
        sign_in(first)
        assert first.submit("Continue", code=code).h1 != "Confirm that it is you"
        sign_in(second)
        assert second.submit("Continue", code=code).errors == [WRONG]
        assert second.submit("Continue", code=older).errors == [WRONG]


@pytest.mark.parametrize(("late", "right"), [(-60, False), (-30, True), (0, True), (30, True), (60, False)])
def test_clocks_may_differ_by_one_step(app: Flask, visitor: Visitor, officer: Account, late: int, right: bool) -> None:
    totp, _ = set_up(visitor)
    with clock.frozen_at(clock.now() + timedelta(minutes=5)):
        other = Visitor(app)
        sign_in(other)
        page = other.submit("Continue", code=totp.at(clock.now() + timedelta(seconds=late)))
        assert (page.h1 != "Confirm that it is you") is right


def test_five_wrong_codes_lock_the_step_and_its_owner_is_told(app: Flask, visitor: Visitor, officer: Account) -> None:
    totp, codes = set_up(visitor)
    start = clock.now() + timedelta(minutes=2)
    with clock.frozen_at(start):
        other = Visitor(app)
        sign_in(other)
        for _ in range(5):
            assert other.submit("Continue", code="000000").errors == [WRONG]
        locked = other.submit("Continue", code=totp.at(clock.now()))
        assert (locked.status, locked.h1) == (429, "Too many wrong codes")
        other.get("/exampleton/account/second-step")
        assert other.submit("Continue", code=codes[0]).status == 429
        assert [mail.subject for mail in mails()] == ["Wrong codes were entered for your account – Exampleton Council"]
    with clock.frozen_at(start + timedelta(minutes=15)):
        other.get("/exampleton/account/second-step")
        assert other.submit("Continue", code=totp.at(clock.now())).status == 200
        assert db.session.query(FailedProof).count() == 0


def test_a_recovery_code_works_once_however_it_is_typed(app: Flask, visitor: Visitor, officer: Account) -> None:
    _, codes = set_up(visitor)
    one, two = Visitor(app), Visitor(app)
    sign_in(one)
    assert one.submit("Continue", code=codes[0].lower().replace("-", " ")).h1 != "Confirm that it is you"
    sign_in(two)
    assert two.submit("Continue", code=codes[0]).errors == [WRONG]
    assert [mail.subject for mail in mails()] == ["A recovery code was used – Exampleton Council"]
    assert "9 are left" in mails()[0].body
    kept = db.session.scalars(select(RecoveryCode.code_hash)).all()
    assert not {code.replace("-", "").encode() for code in codes} & set(kept)


def test_recovery_codes_are_kept_as_passwords_are(
    visitor: Visitor, officer: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    """ASVS 5.0, 6.5.2: fewer than 112 random bits take a password hash with a random salt. One try works out one hash."""
    worked_out: list[bytes] = []
    plain = passwords.stretched
    monkeypatch.setattr(passwords, "stretched", lambda code, salt: worked_out.append(salt) or plain(code, salt))
    salts = []
    for _ in range(2):
        with transaction():
            codes = second_step.new_recovery_codes(account_id=officer.id)
        kept = set(db.session.scalars(select(RecoveryCode.code_hash)))
        salts.append({one[:16] for one in kept})
        assert kept == {
            salt + hash_secret_raw(
                code.encode(), salt, time_cost=passwords._hasher.time_cost, memory_cost=passwords._hasher.memory_cost,
                parallelism=1, hash_len=32, type=Type.ID,
            )
            for code in codes for salt in salts[-1]
        }  # fmt: skip
    assert len(salts[0]) == len(salts[1]) == 1 and salts[0] != salts[1]
    worked_out.clear()
    with transaction():
        account = db.session.get_one(Account, officer.id)
        council = db.session.get_one(Council, account.council_id)
        assert not second_step.prove(council=council, account=account, code="7K2QD-9XWMT-7K2QD")
        assert second_step.prove(council=council, account=account, code=codes[9])
    assert worked_out == list(salts[1]) * 2


def test_the_session_gets_a_new_token_with_the_second_step(app: Flask, visitor: Visitor, officer: Account) -> None:
    sign_in(visitor)
    with visitor.client.session_transaction() as cookie:
        before = cookie["_user_id"]
    totp = pyotp.TOTP(visitor.page.soup.select_one("code").get_text().replace(" ", ""))
    visitor.submit("Turn on the second step", code=totp.at(clock.now()))
    thief = Visitor(app)
    with thief.client.session_transaction() as cookie:
        cookie["_user_id"], cookie["_fresh"] = before, True
    assert thief.get("/exampleton/manage").h1 == "Sign in"
    assert db.session.query(SignInSession).count() == 1


def test_a_dangerous_act_asks_again_after_five_minutes_and_keeps_the_form(
    world: World, visitor: Visitor, officer: Account
) -> None:
    totp, _ = set_up(visitor)
    colleague = world.staff("editor")
    visitor.get(f"/exampleton/manage/staff/{colleague.id}")
    with clock.frozen_at(clock.now() + timedelta(minutes=5, seconds=31)):
        page = visitor.submit("Save roles", roles=["editor", "commissioner"])
        assert (page.status, page.h1) == (401, "Confirm that it is you")
        page = visitor.submit("Continue", code=totp.at(clock.now()))
        button = page.soup.select_one("main form button")
        page = visitor.submit(button.get_text(strip=True))
        assert "The roles were saved" in page.main
    assert sorted(grant.role for grant in db.session.get(Account, colleague.id).grants) == ["commissioner", "editor"]


def test_a_reset_by_another_administrator_starts_afresh(
    world: World, app: Flask, visitor: Visitor, officer: Account
) -> None:
    set_up(visitor)
    other = Visitor(app)
    other.sign_in(world.staff("administrator"))
    other.get(f"/exampleton/manage/staff/{officer.id}")
    page = other.submit("Reset their second step")
    assert "Not set up" in page.main
    assert "Your second step was reset" in mails()[-1].subject
    again = Visitor(app)
    assert sign_in(again).h1 == "Set up your second step"


def test_new_recovery_codes_replace_the_old_ones(app: Flask, visitor: Visitor, officer: Account) -> None:
    _, old = set_up(visitor)
    page = visitor.get("/exampleton/account/second-step/set-up")
    assert "10 recovery codes left" in page.main
    page = visitor.submit("Make new recovery codes")
    new = [code.get_text() for code in page.soup.select("main code")]
    assert not set(old) & set(new)
    other = Visitor(app)
    sign_in(other)
    assert other.submit("Continue", code=old[0]).errors == [WRONG]
    assert other.submit("Continue", code=new[0]).h1 != "Confirm that it is you"


@pytest.fixture
def demo_officer(world: World) -> Account:
    account = world.staff("administrator", email="administrator@demo.example")
    with transaction():
        db.session.merge(account).password_hash = HASH
    return account


def test_a_demo_account_needs_no_second_step_in_demo_mode_and_says_so(
    app: Flask, visitor: Visitor, demo_officer: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "SETTINGS", replace(app.config["SETTINGS"], demo=True))
    sign_in(visitor, "administrator@demo.example")
    assert visitor.get("/exampleton/manage/staff").status == 200
    assert "None: this is a demonstration account" in visitor.get("/exampleton/account").main
    assert "demonstration account" in visitor.get("/exampleton/account/second-step").main


def test_a_demo_account_opens_nothing_outside_demo_mode(visitor: Visitor, demo_officer: Account) -> None:
    """Neither with its known password nor with a session that was started before."""
    assert sign_in(visitor, "administrator@demo.example").errors == [
        "Check your email address and password. One of them is not right"
    ]
    visitor.sign_in(demo_officer)
    assert visitor.get("/exampleton/manage").h1 == "Sign in"


def test_other_staff_need_a_second_step_in_demo_mode_too(
    app: Flask, visitor: Visitor, officer: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "SETTINGS", replace(app.config["SETTINGS"], demo=True))
    assert sign_in(visitor).h1 == "Set up your second step"
