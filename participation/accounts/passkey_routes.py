"""Pages of passkeys: add and remove one, and use one as the second step. They need scripts; codes do not."""

from __future__ import annotations

from flask import flash, g, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from participation.accounts import passkeys, service, tries
from participation.accounts.forms import AddPasskeyForm, RemovePasskeyForm, UsePasskeyForm
from participation.accounts.passkeys import Site
from participation.accounts.queries import account_by_id
from participation.accounts.routes import carry_on, signed_in_as
from participation.councils.scope import council_blueprint
from participation.errors import NotFound
from participation.transactions import transaction
from participation.web.access import Permission, half_signed_in, staff, step_up

blueprint = council_blueprint("passkeys", __name__, "/account/passkeys")

_ADDING, _USING = "passkey_to_add", "passkey_to_use"


def _here() -> Site:
    """Raises NotFound where browsers allow no passkeys."""
    here = passkeys.site()
    if here is None:
        raise NotFound()
    return here


@blueprint.route("", methods=["GET", "POST"])
@staff(*Permission)
@step_up
def index() -> ResponseReturnValue:
    """One's passkeys, and the button that adds one."""
    here, form = passkeys.site(), AddPasskeyForm()
    if here is not None and form.validate_on_submit():
        with transaction():
            added = passkeys.add(
                here=here, account=account_by_id(current_user.account_id), challenge=session.pop(_ADDING, ""),
                answer=form.answer.data or "", name=form.name.data,
            )  # fmt: skip
        if added:
            flash("The passkey was added", "done")
            return redirect(url_for("passkeys.index"), code=303)
        form.name.errors = ["The passkey could not be added. Try again"]
    options = ""
    if here is not None:
        account = account_by_id(current_user.account_id)
        options, session[_ADDING] = passkeys.creation_options(here=here, council=g.council, account=account)
    found = passkeys.keys_of(current_user.account_id)
    return render_template("accounts/passkeys.html", form=form, keys=found, options=options, remove=RemovePasskeyForm())


@blueprint.post("/remove")
@staff(*Permission)
@step_up
def remove() -> ResponseReturnValue:
    form = RemovePasskeyForm()
    if form.validate() and (form.passkey.data or "").isdigit():
        with transaction():
            passkeys.remove(account_id=current_user.account_id, passkey_id=int(form.passkey.data[:9]))
        flash("The passkey was removed", "done")
    return redirect(url_for("passkeys.index"), code=303)


@blueprint.post("/use")
@half_signed_in
def use() -> ResponseReturnValue:
    """The browser's answer to the challenge of the page of the second step."""
    form, here = UsePasskeyForm(), _here()
    token = None
    if form.validate():
        with transaction():
            right = passkeys.prove(
                here=here, council=g.council, account=account_by_id(current_user.account_id),
                challenge=session.pop(_USING, ""), answer=form.answer.data or "",
            )  # fmt: skip
            token = service.note_proof(token=current_user.token) if right else None
    tries.note(tries.PASSKEY, accepted=token is not None)
    if token is None:
        flash("The passkey was not accepted. Try again, or enter a code", "important")
        return redirect(url_for("proving.enter_code", next=form.next.data or None), code=303)
    signed_in_as(token)
    return carry_on(form)


def challenge_for_page() -> str:
    """Options for the page of the second step, kept in the cookie; "" when the visitor has no passkey or cannot use one."""
    here = passkeys.site()
    if here is None or not passkeys.keys_of(current_user.account_id):
        return ""
    options, session[_USING] = passkeys.request_options(here=here, account_id=current_user.account_id)
    return options
