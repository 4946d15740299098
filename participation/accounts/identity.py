"""Who is visiting: the cookie's token, looked up in the sessions of the database.

Flask's signed cookie cannot be revoked, so it carries only a random token; the row behind it can be deleted, and with it
every copy of the cookie dies.
"""

from __future__ import annotations

import hashlib
import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import Flask, Response
from flask_login import UserMixin, current_user
from sqlalchemy import bindparam, select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import joinedload

from participation import clock
from participation.accounts.demonstration import is_shut_out, password_suffices
from participation.accounts.models import Account, SignInSession
from participation.accounts.roles import permissions_of
from participation.extensions import db, login
from participation.transactions import transaction
from participation.web.access import Permission

logger = logging.getLogger(__name__)

# Longest life of a signed-in session, and longest pause, by kind of account (TRUST design, section 4.3).
ABSOLUTE = {"resident": timedelta(hours=12), "staff": timedelta(hours=8)}
IDLE = {"resident": timedelta(minutes=30), "staff": timedelta(minutes=15)}
# `last_seen_at` is written at most this often.
SEEN_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Visitor(UserMixin):  # type: ignore[misc]  # flask-login has no types
    """The signed-in person of this request; what access marks, views and templates may ask about them."""

    token: str
    account_id: int
    council_id: int
    kind: str
    email: str
    name: str | None
    permissions: frozenset[Permission]
    ward_id: int | None
    last_seen_at: datetime
    # When the second step was last proved in this session; demo accounts need none.
    proved_at: datetime | None = None
    password_suffices: bool = False

    def get_id(self) -> str:
        return self.token

    @property
    def is_resident(self) -> bool:
        return self.kind == "resident"

    @property
    def is_staff(self) -> bool:
        return self.kind == "staff"

    @property
    def second_step_done(self) -> bool:
        """Whether nothing is missing of signing in."""
        return self.is_resident or self.password_suffices or self.proved_at is not None


def hashed(token: str) -> bytes:
    """What the database keeps of a token."""
    return hashlib.sha256(token.encode()).digest()


# Asked for every page of somebody signed in: written once, so that it is not put together anew each time.
_BY_TOKEN = (
    select(SignInSession, Account)
    .join(Account, Account.id == SignInSession.account_id)
    .where(SignInSession.token_hash == bindparam("token_hash"))
    .options(joinedload(Account.grants), joinedload(Account.resident))
)


@login.user_loader  # type: ignore[untyped-decorator]  # flask-login has no types
def visitor_of(token: str) -> Visitor | None:
    """The visitor behind a cookie's token, or None when it was ended, has expired, or the account was closed."""
    row = db.session.execute(_BY_TOKEN, {"token_hash": hashed(token)}).unique().one_or_none()
    if row is None:
        return None
    session, account = row
    if account.disabled_at is not None or account.confirmed_at is None or expired(session, account.kind):
        return None
    if is_shut_out(account):
        return None
    suffices = password_suffices(account)
    # Before the second step a member of staff may do nothing, whatever a page asks.
    may_act = suffices or session.proved_at is not None
    return Visitor(
        token=token,
        account_id=account.id,
        council_id=account.council_id,
        kind=account.kind,
        email=account.email,
        name=account.name,
        permissions=permissions_of([grant.role for grant in account.grants] if may_act else []),
        ward_id=account.resident.ward_id if account.resident else None,
        last_seen_at=session.last_seen_at,
        proved_at=session.proved_at,
        password_suffices=suffices,
    )


def expired(session: SignInSession, kind: str) -> bool:
    """Whether a session is past its longest life or its longest pause."""
    now = clock.now()
    return now - session.created_at > ABSOLUTE[kind] or now - session.last_seen_at > IDLE[kind] + SEEN_EVERY


def init_app(app: Flask) -> None:
    """Note after each answer that the visitor was here, which is what keeps a session from expiring."""
    app.after_request(_note_seen)


def _note_seen(response: Response) -> Response:
    """At most once a minute, and never at the price of the answer: a busy database only shortens the session."""
    now = clock.now()
    if not current_user.is_authenticated or now - current_user.last_seen_at < SEEN_EVERY:
        return response
    try:
        with transaction():
            db.session.execute(
                update(SignInSession)
                .where(SignInSession.token_hash == hashed(current_user.token), SignInSession.last_seen_at < now)
                .values(last_seen_at=now)
            )
    except SQLAlchemyError:
        logger.warning("a session's last use was not noted", exc_info=True)
    return response
