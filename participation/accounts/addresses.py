"""Change one's email address: the new one proves itself by a link, the old one is told before and after."""

from __future__ import annotations

from participation import clock
from participation.accounts import letters
from participation.accounts.identity import hashed
from participation.accounts.links import ADDRESS, RESET, make_link, use_link, void_links
from participation.accounts.models import Account
from participation.accounts.queries import account_by_email, live_link
from participation.accounts.refusals import LinkUsedUp
from participation.accounts.service import end_all_sessions
from participation.councils.models import Council
from participation.errors import InvalidInput
from participation.extensions import db
from participation.web.emails import canonical


def ask_for_change(*, council: Council, account: Account, new_email: str) -> None:
    """Mail a link to the new address and tell the old one. An address in use gets a mail that says so; nothing else shows it.

    Raises InvalidInput for what is no address.
    """
    if canonical(new_email) is None:
        raise InvalidInput()
    other = account_by_email(council.id, new_email)
    if other is not None and other.id != account.id:
        if other.disabled_at is None:
            letters.send_already_registered(council=council, account=other)
    else:
        token = make_link(account=account, purpose=ADDRESS, new_email=new_email.strip())
        letters.send_new_address(council=council, email=new_email.strip(), token=token)
    letters.send_change_asked(council=council, account=account)


def change(*, council: Council, token: str) -> Account:
    """Set the address a link was made for; every session ends. Raises LinkUsedUp, also when the address was taken meanwhile."""
    link = live_link(hashed(token), ADDRESS, clock.now())
    new_email = link.new_email if link is not None else None
    account = use_link(token=token, purpose=ADDRESS, council_id=council.id)
    folded = canonical(new_email or "")
    other = account_by_email(council.id, new_email or "")
    if new_email is None or folded is None or (other is not None and other.id != account.id):
        raise LinkUsedUp()
    letters.send_address_changed(council=council, account=account)
    account.email, account.email_canonical = new_email, folded
    void_links(account_id=account.id, purpose=RESET)
    end_all_sessions(account_id=account.id)
    db.session.flush()
    return account
