"""The cookie and the row behind it: tokens nobody can guess, and secrets that can be changed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from flask import Flask
from sqlalchemy import select

from participation import clock
from participation.accounts.models import SignInSession
from participation.accounts.service import MOST_SESSIONS, start_session
from participation.application import create_app
from participation.extensions import db
from participation.transactions import transaction
from tests.factories.world import World
from tests.visitor import Visitor


def test_tokens_are_long_random_and_kept_only_as_hashes(world: World) -> None:
    account = world.resident()
    with transaction():
        tokens = [start_session(account=account) for _ in range(200)]
    assert len(set(tokens)) == 200
    assert min(len(token) for token in tokens) >= 43, "256 bits in base64"
    # Every place of the tokens takes many values: nothing in them counts or stands still.
    assert min(len({token[place] for token in tokens}) for place in range(42)) > 40
    kept = b"".join(db.session.scalars(select(SignInSession.token_hash)))
    assert not [token for token in tokens if token.encode() in kept]


def test_the_cookie_cannot_be_read_by_scripts_and_holds_no_person(world: World, visitor: Visitor) -> None:
    account = world.resident("ann@example.org")
    visitor.sign_in(account)
    with visitor.client.session_transaction() as cookie:
        assert set(cookie) <= {"_user_id", "_fresh", "csrf_token"}
        assert str(account.id) != cookie["_user_id"]
        assert "ann@" not in str(dict(cookie))
    visitor.get("/exampleton/account")
    found = visitor.client.get_cookie("session")
    assert found is not None
    assert found.http_only
    assert found.same_site == "Lax"


def site_with(app: Flask, key: str, *fallbacks: str) -> Flask:
    return create_app(replace(app.config["SETTINGS"], secret_key=key, secret_key_fallbacks=fallbacks))


def test_the_secret_key_can_be_changed_without_signing_anybody_out(app: Flask, world: World) -> None:
    before, rotated = site_with(app, "the old key"), site_with(app, "the new key", "the old key")
    after = site_with(app, "the new key")
    visitor = Visitor(before)
    visitor.sign_in(world.resident())
    for site, signed_in in ((rotated, True), (after, True), (site_with(app, "yet another"), False)):
        visitor.client.application = site
        visitor.client.get("/exampleton/account")
        page = visitor.get("/exampleton/account")
        assert (page.h1 == "Your account") is signed_in
        if signed_in:  # whatever writes to the session signs it anew with the newest key
            visitor.get("/exampleton/account/password")
            visitor.submit("Change password", current="x", new="y")
            with visitor.client.session_transaction() as cookie:
                cookie.modified = True


def test_with_one_browser_too_many_the_one_used_longest_ago_is_signed_out(app: Flask, world: World) -> None:
    account, other, start = world.resident(), world.resident(), clock.now()
    with transaction():
        start_session(account=other)
    browsers = [Visitor(app) for _ in range(MOST_SESSIONS + 1)]
    for place, browser in enumerate(browsers):
        with clock.frozen_at(start + timedelta(seconds=place)):
            browser.sign_in(account)
    with clock.frozen_at(start + timedelta(minutes=1)):
        pages = [browser.get("/exampleton/account").h1 for browser in browsers]
    assert pages == ["Sign in"] + ["Your account"] * MOST_SESSIONS
    assert db.session.query(SignInSession).filter_by(account_id=other.id).count() == 1
