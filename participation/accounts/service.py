"""What people do with an account: start and end sessions. Each verb flushes and never commits."""

from __future__ import annotations

import secrets

from participation import clock
from participation.accounts.identity import hashed
from participation.accounts.models import Account, SignInSession
from participation.extensions import db

TOKEN_BYTES = 32


def start_session(*, account: Account, browser: str = "") -> str:
    """Sign an account in and return the new random token for the cookie; only its hash is kept."""
    token, now = secrets.token_urlsafe(TOKEN_BYTES), clock.now()
    db.session.add(
        SignInSession(
            token_hash=hashed(token), account_id=account.id, created_at=now, last_seen_at=now, browser=browser[:60]
        )
    )
    db.session.flush()
    return token
