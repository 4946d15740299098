"""Single-use links of mails. The mail holds a random token, the database its hash; a used or old one opens nothing."""

from __future__ import annotations

import secrets
from datetime import timedelta

from sqlalchemy import select, update

from participation import clock
from participation.accounts.identity import hashed
from participation.accounts.models import Account, EmailToken
from participation.accounts.queries import account_by_id, live_link
from participation.accounts.refusals import LinkUsedUp
from participation.extensions import db

CONFIRM, RESET, INVITE, ADDRESS = "confirm", "reset", "invite", "address"
LIVES = {
    CONFIRM: timedelta(hours=24),
    RESET: timedelta(hours=1),
    INVITE: timedelta(days=7),
    ADDRESS: timedelta(hours=24),
}
TOKEN_BYTES = 32
LATELY = timedelta(minutes=10)


def make_link(*, account: Account, purpose: str, new_email: str | None = None) -> str:
    """The token of a new link; earlier links of the same purpose stop working. `new_email` goes with ADDRESS."""
    now = clock.now()
    void_links(account_id=account.id, purpose=purpose)
    token = secrets.token_urlsafe(TOKEN_BYTES)
    db.session.add(
        EmailToken(
            token_hash=hashed(token), account_id=account.id, purpose=purpose, created_at=now, expires_at=now + LIVES[purpose],
            new_email=new_email,
        )
    )  # fmt: skip
    db.session.flush()
    return token


def was_sent_lately(*, account: Account, purpose: str) -> bool:
    """Whether a link of this purpose was made in the last minutes, so that repeating an act does not fill a mailbox."""
    since = clock.now() - LATELY
    found = select(EmailToken.token_hash).where(
        EmailToken.account_id == account.id, EmailToken.purpose == purpose, EmailToken.created_at > since
    )
    return db.session.execute(found.limit(1)).first() is not None


def void_links(*, account_id: int, purpose: str) -> None:
    """Use up every link of this purpose that still works."""
    db.session.execute(
        update(EmailToken)
        .where(EmailToken.account_id == account_id, EmailToken.purpose == purpose, EmailToken.used_at.is_(None))
        .values(used_at=clock.now())
    )


def owner_of(*, token: str, purpose: str, council_id: int) -> Account:
    """The account a link belongs to, without using it up. Raises LinkUsedUp."""
    link = live_link(hashed(token), purpose, clock.now())
    if link is None:
        raise LinkUsedUp()
    account = account_by_id(link.account_id)
    if account.council_id != council_id or account.disabled_at is not None:
        raise LinkUsedUp()
    return account


def use_link(*, token: str, purpose: str, council_id: int) -> Account:
    """Use a link up and return its account. Of two uses at once, one wins; the other raises LinkUsedUp."""
    account = owner_of(token=token, purpose=purpose, council_id=council_id)
    now = clock.now()
    used = db.session.connection().execute(
        update(EmailToken)
        .where(EmailToken.token_hash == hashed(token), EmailToken.used_at.is_(None), EmailToken.expires_at > now)
        .values(used_at=now)
    )
    if used.rowcount != 1:
        raise LinkUsedUp()
    return account
