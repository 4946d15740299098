"""The demo accounts: their password is known to everybody who reads this repository.

Their addresses are of a domain that cannot exist. In demo mode they need no second step, and say so; anywhere else nobody is
let in with them, so that a demonstration's database put into service by mistake opens no door.
"""

from __future__ import annotations

from flask import current_app

from participation.accounts.models import Account

DOMAIN = "@demo.example"


def is_demo_account(account: Account) -> bool:
    return account.email_canonical.endswith(DOMAIN)


def password_suffices(account: Account) -> bool:
    """Whether this member of staff needs no second step."""
    return bool(current_app.config["SETTINGS"].demo) and is_demo_account(account)


def is_shut_out(account: Account) -> bool:
    """Whether this account may not be used here at all."""
    return is_demo_account(account) and not current_app.config["SETTINGS"].demo
