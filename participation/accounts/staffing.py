"""Council staff: invited by a link, never self-registered; given roles by an administrator, the weighty ones by two.

The command line stands for whoever runs the server, who could change the database anyway: it grants without a second person
(`invited_by` and `actor_id` are None).
"""

from __future__ import annotations

from sqlalchemy import delete

from participation import clock
from participation.accounts import letters
from participation.accounts.links import INVITE, make_link, use_link, void_links
from participation.accounts.models import Account, RoleGrant
from participation.accounts.queries import account_by_email, staff_by_id
from participation.accounts.refusals import NotOneself, RolesConflict, StaffAddressTaken, UnknownRole
from participation.accounts.roles import ROLE_NAMES, TWO_PERSON, Role, conflict
from participation.accounts.service import end_all_sessions
from participation.approvals import service as approvals
from participation.approvals.acts import Act, Asked, Payload
from participation.audit.record import record
from participation.audit.tags import Tag
from participation.councils.models import Council
from participation.errors import Conflict, InvalidInput
from participation.extensions import db
from participation.web.access import Permission
from participation.web.emails import canonical


def invite(*, council: Council, email: str, name: str, roles: list[str], invited_by: int | None = None) -> Account:
    """Open a staff account with these roles and mail its link; inviting again before it is used sends a new link.

    Weighty roles wait for a second administrator. Raises InvalidInput for what is no address, UnknownRole, RolesConflict,
    StaffAddressTaken for an address in use.
    """
    folded = canonical(email)
    if folded is None:
        raise InvalidInput(f"{email} is not an email address.")
    wanted = _roles(roles)
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
    account.name, account.disabled_at = name.strip(), None
    db.session.flush()
    _note(account, Tag.STAFF_INVITED, invited_by)
    db.session.execute(delete(RoleGrant).where(RoleGrant.account_id == account.id))
    for role in sorted(wanted):
        _give(account, role, invited_by)
    letters.send_invitation(
        council=council, account=account, token=make_link(account=account, purpose=INVITE),
        role_names=[ROLE_NAMES[role] for role in sorted(wanted)],
    )  # fmt: skip
    return account


def accept_invitation(*, council: Council, token: str, password_hash: str) -> Account:
    """Choose the password of a staff account by its link. Raises LinkUsedUp."""
    account = use_link(token=token, purpose=INVITE, council_id=council.id)
    account.password_hash = password_hash
    account.confirmed_at = clock.now()
    db.session.flush()
    return account


def change_roles(*, account: Account, roles: list[str], actor_id: int | None) -> list[Role]:
    """Let an account have these roles and no others; every session of it ends. Returns the roles that wait for approval.

    Raises NotOneself, UnknownRole, RolesConflict.
    """
    if account.id == actor_id:
        raise NotOneself()
    wanted, held = _roles(roles), held_by(account)
    for role in sorted(held - wanted):
        db.session.execute(delete(RoleGrant).where(RoleGrant.account_id == account.id, RoleGrant.role == role.value))
        _note(account, Tag.ROLE_TAKEN_AWAY, actor_id, role)
    waits = [role for role in sorted(wanted - held) if not _give(account, role, actor_id)]
    if held - wanted:
        end_all_sessions(account_id=account.id)
    db.session.expire(account, ["grants"])
    return waits


def close_account(*, account: Account, actor_id: int | None) -> None:
    """Nobody signs in with this account any more; what it did stays on record. Raises NotOneself."""
    if account.id == actor_id:
        raise NotOneself()
    if account.disabled_at is not None:
        return
    account.disabled_at, account.password_hash = clock.now(), None
    end_all_sessions(account_id=account.id)
    void_links(account_id=account.id, purpose=INVITE)
    _note(account, Tag.STAFF_ACCOUNT_CLOSED, actor_id)


def held_by(account: Account) -> set[Role]:
    """The roles an account has now."""
    return {Role(grant.role) for grant in account.grants if grant.role in set(Role)}


def _roles(texts: list[str]) -> set[Role]:
    wanted = {_role(text) for text in texts}
    if conflict(wanted):
        raise RolesConflict()
    return wanted


def _role(text: str) -> Role:
    try:
        return Role(text)
    except ValueError:
        raise UnknownRole(role=text, known=", ".join(Role)) from None


def _give(account: Account, role: Role, actor_id: int | None) -> bool:
    """Grant a role now; False when it was asked for instead, because it takes two."""
    if actor_id is not None and role in TWO_PERSON:
        payload: Payload = {"account": account.id, "role": role.value}
        approvals.ask(
            council_id=account.council_id, act=GRANT_ROLE.name, subject=f"account:{account.id}", payload=payload,
            requested_by=actor_id,
        )  # fmt: skip
        return False
    db.session.add(RoleGrant(account_id=account.id, role=role.value, granted_at=clock.now(), granted_by=actor_id))
    _note(account, Tag.ROLE_GRANTED, actor_id, role)
    return True


def _note(account: Account, tag: Tag, actor_id: int | None, role: Role | None = None) -> None:
    db.session.flush()
    record(
        council_id=account.council_id, tag=tag, subject=f"account:{account.id}", actor_id=actor_id,
        role="administrator" if actor_id is not None else "system", facts={"role": role.value} if role else None,
    )  # fmt: skip


def _sentence(council_id: int, payload: Payload) -> str:
    account = staff_by_id(council_id, int(payload["account"] or 0))
    return (
        f"Give {account.name or account.email} ({account.email}) the role “{ROLE_NAMES[_role(str(payload['role']))]}”"
    )


def _grant_approved(asked: Asked) -> None:
    """Raises Conflict when the account was closed meanwhile, NotOneself when its own holder approves, RolesConflict."""
    account, role = staff_by_id(asked.council_id, int(asked.payload["account"] or 0)), _role(str(asked.payload["role"]))
    if account.id == asked.decided_by:
        raise NotOneself()
    if account.disabled_at is not None:
        raise Conflict("That account was closed. Refuse the request.")
    if conflict(held_by(account) | {role}):
        raise RolesConflict()
    if role not in held_by(account):
        db.session.add(
            RoleGrant(account_id=account.id, role=role.value, granted_at=clock.now(), granted_by=asked.decided_by)
        )
        _note(account, Tag.ROLE_GRANTED, asked.decided_by, role)


GRANT_ROLE = Act("grant-role", Permission.ADMINISTER, _sentence, _grant_approved)
