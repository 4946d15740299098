"""`participation staff`: invite and list council staff."""

from __future__ import annotations

import click
from sqlalchemy import select

from participation.accounts import second_step, staffing
from participation.accounts.models import Account
from participation.accounts.queries import account_by_email, staff_of
from participation.accounts.roles import Role
from participation.cli.app import with_app
from participation.councils.models import Council
from participation.councils.queries import all_councils
from participation.errors import NotFound
from participation.extensions import db
from participation.transactions import transaction


@click.group("staff")
def staff() -> None:
    """Invite and list council staff."""


@staff.command("invite")
@click.argument("council")
@click.argument("email")
@click.option("--name", required=True, help="The name colleagues see.")
@click.option("--role", "roles", multiple=True, required=True, help=f"One of: {', '.join(Role)}. Can be given again.")
@with_app
def invite(council: str, email: str, name: str, roles: tuple[str, ...]) -> None:
    """Invite EMAIL to a staff account of COUNCIL (its short name, like lambeth).

    The link to choose a password is in the mail, works once and for 7 days. Inviting again sends a new one.
    """
    with transaction():
        staffing.invite(council=_council(council), email=email, name=name, roles=list(roles))
    click.echo(f"{email} was invited. The link is in the mail: `participation mail send` delivers it.")


@staff.command("grant")
@click.argument("council")
@click.argument("email")
@click.option("--role", "roles", multiple=True, required=True, help=f"One of: {', '.join(Role)}. Can be given again.")
@with_app
def grant(council: str, email: str, roles: tuple[str, ...]) -> None:
    """Give a member of staff more roles without a second person: for councils with one administrator."""
    with transaction():
        account = _member(council, email)
        held = [role.value for role in staffing.held_by(account)]
        staffing.change_roles(account=account, roles=[*held, *roles], actor_id=None)
    click.echo(f"{email} has these roles as well now: {', '.join(roles)}.")


@staff.command("reset-second-step")
@click.argument("council")
@click.argument("email")
@with_app
def reset_second_step(council: str, email: str) -> None:
    """Let a member of staff set up a new authenticator app. Make sure first that it is them who asks."""
    with transaction():
        second_step.reset(council=_council(council), account=_member(council, email), actor_id=None)
    click.echo(f"{email} sets up a new second step at the next sign-in, and is told by mail.")


def _member(council: str, email: str) -> Account:
    """Raises NotFound."""
    account = account_by_email(_council(council).id, email)
    if account is None or account.kind != "staff":
        raise NotFound(f"There is no staff account {email}.")
    return account


@staff.command("list")
@click.argument("council")
@with_app
def list_staff(council: str) -> None:
    """List the staff accounts of COUNCIL with their roles."""
    for account in db.session.scalars(staff_of(_council(council).id)):
        roles = ", ".join(grant.role for grant in account.grants) or "no role"
        click.echo(f"{account.email:40} {account.name or '':24} {roles:40} {_state(account)}")


def _state(account: Account) -> str:
    if account.disabled_at is not None:
        return "disabled"
    return "active" if account.confirmed_at is not None else "invited"


def _council(slug: str) -> Council:
    """Raises NotFound naming the councils that are there."""
    found = db.session.execute(select(Council).where(Council.slug == slug)).scalar_one_or_none()
    if found is None:
        known = ", ".join(one.slug for one in all_councils()) or "none is loaded yet"
        raise NotFound(f"There is no council {slug!r}. Councils: {known}.")
    return found
