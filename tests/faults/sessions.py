"""Residents who are signed in, straight in the database: signing in is not what is tried here."""

from __future__ import annotations

from contextvars import Context
from datetime import timedelta

from flask import Flask, session
from flask_wtf.csrf import generate_csrf
from sqlalchemy import insert

from participation import clock
from participation.accounts.identity import hashed
from participation.accounts.models import SignInSession
from participation.extensions import db
from participation.transactions import transaction
from tests.factories.world import World
from tests.faults.voters import Voter


def signed_in_residents(app: Flask, world: World, name: str, number: int) -> list[Voter]:
    """So many new residents of the world's council with the cookies and form tokens of their browsers."""
    now, ids = clock.now(), world.residents(number, name)
    # Seen two hours from now, so that no error of the application's clock signs anybody out.
    fixed = {"created_at": now, "last_seen_at": now + timedelta(hours=2), "browser": "The rig"}
    with transaction():
        rows = [{"token_hash": hashed(_token(name, one)), "account_id": one, **fixed} for one in ids]
        db.session.execute(insert(SignInSession), rows)
    # Each in a context of its own, because a form token is kept for the length of one.
    return [Context().run(_voter, app, one, _token(name, one), place) for place, one in enumerate(ids)]


def _voter(app: Flask, account_id: int, token: str, place: int) -> Voter:
    with app.test_request_context():
        session["_user_id"], session["_fresh"] = token, True
        form_token = generate_csrf()
        signer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]  # Flask's own sessions
        cookie = f"{app.config['SESSION_COOKIE_NAME']}={signer.dumps(dict(session))}"
    # Everybody from a network of their own, so that the limits count them as they count real people.
    return Voter(account_id, cookie, form_token, f"10.{place // 250 % 250}.{place % 250}.7")


def _token(name: str, account_id: int) -> str:
    return f"session-of-the-rig-{name}-{account_id}"
