"""Council staff: invited by a link, never self-registered."""

from __future__ import annotations

from sqlalchemy import delete

from participation import clock
from participation.accounts import letters
from participation.accounts.links import INVITE, make_link, use_link
from participation.accounts.models import Account, RoleGrant
from participation.accounts.queries import account_by_email
from participation.accounts.refusals import StaffAddressTaken, UnknownRole
from participation.accounts.roles import ROLE_NAMES, Role
from participation.audit.record import record
from participation.audit.tags import Tag
from participation.councils.models import Council
from participation.errors import InvalidInput
from participation.extensions import db
from participation.web.emails import canonical


def invite(*, council: Council, email: str, name: str, roles: list[str], invited_by: int | None = None) -> Account:
    """Open a staff account with these roles and mail its link; inviting again before it is used sends a new link.

    Raises InvalidInput for what is no address, UnknownRole, StaffAddressTaken for an address in use.
    """
    folded = canonical(email)
    if folded is None:
        raise InvalidInput(f"{email} is not an email address.")
    wanted = [_role(role) for role in roles]
    if not wanted:
        raise InvalidInput("Give at least one role.")
    account = account_by_email(council.id, email)
    if account is not None and (account.kind != "staff" or account.confirmed_at is not None):
        raise StaffAddressTaken(email=email)
    if account is None:
        account = Account(
            council_id=council.id, kind="staff", email=email.strip(), email_canonical=folded, created_at=clock.now()
        )
        db.session.add(account)
    account.name = name.strip()
    db.session.flush()
    _grant(council, account, wanted, invited_by)
    token = make_link(account=account, purpose=INVITE)
    letters.send_invitation(
        council=council, account=account, token=token, role_names=[ROLE_NAMES[role] for role in wanted]
    )
    return account


def _role(text: str) -> Role:
    try:
        return Role(text)
    except ValueError:
        raise UnknownRole(role=text, known=", ".join(Role)) from None


def _grant(council: Council, account: Account, roles: list[Role], granted_by: int | None) -> None:
    db.session.execute(delete(RoleGrant).where(RoleGrant.account_id == account.id))
    now, subject = clock.now(), f"account:{account.id}"
    record(council_id=council.id, tag=Tag.STAFF_INVITED, subject=subject, actor_id=granted_by)
    for role in sorted(set(roles)):
        db.session.add(RoleGrant(account_id=account.id, role=role.value, granted_at=now, granted_by=granted_by))
        record(
            council_id=council.id,
            tag=Tag.ROLE_GRANTED,
            subject=subject,
            actor_id=granted_by,
            facts={"role": role.value},
        )
    db.session.flush()


def accept_invitation(*, council: Council, token: str, password_hash: str) -> Account:
    """Choose the password of a staff account by its link. Raises LinkUsedUp."""
    account = use_link(token=token, purpose=INVITE, council_id=council.id)
    account.password_hash = password_hash
    account.confirmed_at = clock.now()
    db.session.flush()
    return account
