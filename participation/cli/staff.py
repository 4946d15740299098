"""`participation staff`: invite and list council staff."""

from __future__ import annotations

import click
from sqlalchemy import select

from participation.accounts import staffing
from participation.accounts.models import Account
from participation.accounts.queries import staff_of
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
