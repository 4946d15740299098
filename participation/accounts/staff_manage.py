"""Pages of administrators: who is staff, with which roles; invite, change, reset, close."""

from __future__ import annotations

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from participation import clock
from participation.accounts import second_step, staffing
from participation.accounts.forms import InviteForm, RolesForm
from participation.accounts.models import Account
from participation.accounts.queries import staff_by_id, staff_of
from participation.accounts.refusals import RolesConflict, StaffAddressTaken
from participation.accounts.roles import ROLE_NAMES, TWO_PERSON, Role
from participation.approvals.queries import waiting_about
from participation.councils.scope import council_blueprint
from participation.errors import InvalidInput
from participation.transactions import transaction
from participation.web.access import Permission, staff, step_up
from participation.web.paging import asked_page, paged

blueprint = council_blueprint("staff_manage", __name__, "/manage/staff")


def _state(account: Account) -> str:
    if account.disabled_at is not None:
        return "Closed"
    return "Active" if account.confirmed_at is not None else "Invited"


def _role_names(account: Account) -> list[str]:
    return [ROLE_NAMES[role] for role in sorted(staffing.held_by(account))]


@blueprint.get("")
@staff(Permission.ADMINISTER)
def index() -> ResponseReturnValue:
    listing = paged(staff_of(g.council.id), number=asked_page())
    return render_template("accounts/staff.html", listing=listing, state_of=_state, roles_of=_role_names)


@blueprint.route("/invite", methods=["GET", "POST"])
@staff(Permission.ADMINISTER)
@step_up
def invite() -> ResponseReturnValue:
    form = InviteForm()
    if not form.validate_on_submit():
        return _invite_page(form)
    try:
        with transaction():
            staffing.invite(
                council=g.council, email=form.email.data, name=form.name.data, roles=form.roles.data or [],
                invited_by=current_user.account_id,
            )  # fmt: skip
    except StaffAddressTaken as taken:
        form.email.errors = [taken.message]
        return _invite_page(form)
    except (InvalidInput, RolesConflict) as wrong:
        form.roles.errors = [wrong.message]
        return _invite_page(form)
    waits = [ROLE_NAMES[role] for role in sorted(TWO_PERSON) if role.value in form.roles.data]
    _tell(f"{form.name.data} was invited by email", waits)
    return redirect(url_for("staff_manage.index"), code=303)


def _invite_page(form: InviteForm) -> ResponseReturnValue:
    return render_template(
        "accounts/invite.html", form=form, two_person=[ROLE_NAMES[role] for role in sorted(TWO_PERSON)]
    )


def _tell(done: str, waits: list[str]) -> None:
    more = f". Another administrator must approve: {', '.join(waits)}" if waits else ""
    flash(done + more, "done")


@blueprint.get("/<int:account_id>")
@staff(Permission.ADMINISTER)
def member(account_id: int) -> ResponseReturnValue:
    account = staff_by_id(g.council.id, account_id)
    form = RolesForm(roles=[role.value for role in sorted(staffing.held_by(account))])
    return _member_page(account, form)


def _member_page(account: Account, form: RolesForm) -> ResponseReturnValue:
    waiting = waiting_about(g.council.id, f"account:{account.id}", clock.now())
    return render_template(
        "accounts/staff_member.html", account=account, form=form, state=_state(account),
        oneself=account.id == current_user.account_id, second_step=second_step.is_set_up(account.id),
        waiting=[one.sentence for one in waiting],
        two_person=[ROLE_NAMES[role] for role in sorted(TWO_PERSON)],
    )  # fmt: skip


@blueprint.post("/<int:account_id>/roles")
@staff(Permission.ADMINISTER)
@step_up
def change_roles(account_id: int) -> ResponseReturnValue:
    form = RolesForm()
    if not form.validate():
        return _member_page(staff_by_id(g.council.id, account_id), form)
    try:
        with transaction():
            account = staff_by_id(g.council.id, account_id)
            waits = staffing.change_roles(
                account=account, roles=form.roles.data or [], actor_id=current_user.account_id
            )
    except RolesConflict as wrong:
        form.roles.errors = [wrong.message]
        return _member_page(staff_by_id(g.council.id, account_id), form)
    _tell("The roles were saved", [ROLE_NAMES[Role(role)] for role in waits])
    return redirect(url_for("staff_manage.member", account_id=account_id), code=303)


@blueprint.post("/<int:account_id>/second-step/reset")
@staff(Permission.ADMINISTER)
@step_up
def reset_second_step(account_id: int) -> ResponseReturnValue:
    with transaction():
        account = staff_by_id(g.council.id, account_id)
        second_step.reset(council=g.council, account=account, actor_id=current_user.account_id)
    flash("The second step was reset. They set up a new one when they next sign in", "done")
    return redirect(url_for("staff_manage.member", account_id=account_id), code=303)


@blueprint.post("/<int:account_id>/close")
@staff(Permission.ADMINISTER)
@step_up
def close(account_id: int) -> ResponseReturnValue:
    with transaction():
        staffing.close_account(account=staff_by_id(g.council.id, account_id), actor_id=current_user.account_id)
    flash("The account is closed. Nobody can sign in with it", "done")
    return redirect(url_for("staff_manage.member", account_id=account_id), code=303)
