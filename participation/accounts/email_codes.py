"""A code by email instead of a password, for residents: 6 numbers, good once, for 10 minutes, five tries.

Nothing tells a stranger whether there is an account: the page, its status and its time are the same, only the mail differs.
Never for staff: a mailbox is one factor, and it is the one that resets passwords.
"""

from __future__ import annotations

import hmac
import re
import secrets
from datetime import timedelta

from sqlalchemy import delete, update

from participation import clock
from participation.accounts import letters
from participation.accounts.codes import keyed_hash
from participation.accounts.demonstration import is_shut_out
from participation.accounts.links import CONFIRM, void_links
from participation.accounts.models import Account, SignInCode
from participation.accounts.queries import account_by_email
from participation.councils.models import Council
from participation.extensions import db
from participation.web.emails import canonical

DIGITS, MOST_TRIES, LIVES = 6, 5, timedelta(minutes=10)


def send_code(*, council: Council, email: str) -> None:
    """Mail a new code, which replaces an earlier one; or a mail that says why there is none."""
    account = account_by_email(council.id, email)
    folded = canonical(email)
    if account is None or account.disabled_at is not None:
        if folded is not None:
            letters.send_no_account(council=council, email=email.strip(), folded=folded)
    elif account.kind == "staff":
        letters.send_staff_need_passwords(council=council, account=account)
    elif not is_shut_out(account):
        code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}"
        db.session.merge(
            SignInCode(
                account_id=account.id, code_hash=_hash(account.id, code), expires_at=clock.now() + LIVES, tries=0
            )
        )
        letters.send_code(council=council, account=account, code=code)
    db.session.flush()


def use_code(*, council: Council, email: str, code: str) -> Account | None:
    """The account, when this is its code; the code is used up. None otherwise, and the try is counted: commit that too."""
    account = account_by_email(council.id, email)
    digits = re.sub(r"\s", "", code)
    given = _hash(account.id if account is not None else 0, digits)
    if account is None or account.kind != "resident" or account.disabled_at is not None:
        return None
    sent = _tried(account.id)
    if sent is None or not hmac.compare_digest(sent.code_hash, given):
        return None
    db.session.execute(delete(SignInCode).where(SignInCode.account_id == account.id))
    _confirm(account)
    return account


def _tried(account_id: int) -> SignInCode | None:
    """The live code with one more try counted; of many tries at once the database lets five through."""
    counted = db.session.connection().execute(
        update(SignInCode)
        .where(SignInCode.account_id == account_id, SignInCode.tries < MOST_TRIES, SignInCode.expires_at > clock.now())
        .values(tries=SignInCode.tries + 1)
    )
    return db.session.get(SignInCode, account_id, populate_existing=True) if counted.rowcount == 1 else None


def _confirm(account: Account) -> None:
    """The code came from the mailbox. A password that was never proved may be a stranger's, so it goes."""
    if account.confirmed_at is None:
        account.confirmed_at, account.password_hash = clock.now(), None
        void_links(account_id=account.id, purpose=CONFIRM)
    db.session.flush()


def _hash(account_id: int, code: str) -> bytes:
    return keyed_hash("sign-in code", str(account_id), code)
