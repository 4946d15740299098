"""Loaders for accounts, their sessions and their links."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload, selectinload

from participation.accounts.models import Account, EmailToken, ResidentProfile, SignInSession
from participation.errors import NotFound
from participation.extensions import db
from participation.web.emails import canonical


def account_by_email(council_id: int, email: str) -> Account | None:
    """The account of a mailbox, however its address is spelt."""
    folded = canonical(email)
    if folded is None:
        return None
    return db.session.execute(
        select(Account)
        .where(Account.council_id == council_id, Account.email_canonical == folded)
        .options(joinedload(Account.resident))
    ).scalar_one_or_none()


def account_by_id(account_id: int) -> Account:
    """An account with the resident's ward and the roles. Raises NotFound."""
    account = db.session.execute(
        select(Account)
        .where(Account.id == account_id)
        .options(joinedload(Account.resident).joinedload(ResidentProfile.ward), selectinload(Account.grants))
    ).scalar_one_or_none()
    if account is None:
        raise NotFound()
    return account


def sessions_of(account_id: int, started_after: datetime) -> Select[SignInSession]:
    """The sessions of an account that may still be alive, the last used first."""
    return (
        select(SignInSession)
        .where(SignInSession.account_id == account_id, SignInSession.created_at > started_after)
        .order_by(SignInSession.last_seen_at.desc(), SignInSession.token_hash)
    )


def live_link(token_hash: bytes, purpose: str, now: datetime) -> EmailToken | None:
    """The unused, unexpired link of this purpose."""
    alive = (EmailToken.used_at.is_(None), EmailToken.expires_at > now)
    return db.session.execute(
        select(EmailToken).where(EmailToken.token_hash == token_hash, EmailToken.purpose == purpose, *alive)
    ).scalar_one_or_none()


def staff_by_id(council_id: int, account_id: int) -> Account:
    """A staff account of this council. Raises NotFound."""
    account = db.session.execute(
        select(Account)
        .where(Account.id == account_id, Account.council_id == council_id, Account.kind == "staff")
        .options(selectinload(Account.grants))
    ).scalar_one_or_none()
    if account is None:
        raise NotFound()
    return account


def names_of(account_ids: Iterable[int]) -> dict[int, str]:
    """What colleagues are called, by account."""
    rows = db.session.execute(
        select(Account.id, Account.name, Account.email).where(Account.id.in_(sorted(set(account_ids))))
    )
    return {row.id: row.name or row.email for row in rows}


def staff_of(council_id: int) -> Select[Account]:
    """The staff accounts of a council by address, with their roles."""
    return (
        select(Account)
        .where(Account.council_id == council_id, Account.kind == "staff")
        .options(selectinload(Account.grants))
        .order_by(Account.email_canonical, Account.id)
    )
