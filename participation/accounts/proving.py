"""Pages of the second step: set it up, enter a code after the password, and again before a dangerous act."""

from __future__ import annotations

import segno
from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from participation.accounts import routes, second_step, service, tries
from participation.accounts.codes import shown_code
from participation.accounts.forms import SecondStepForm, SetUpForm
from participation.accounts.kept_work import packed
from participation.accounts.passkey_routes import challenge_for_page
from participation.accounts.queries import account_by_id
from participation.accounts.routes import carry_on, signed_in_as
from participation.councils.scope import council_blueprint
from participation.errors import SecondStepNeeded
from participation.extensions import db
from participation.transactions import transaction
from participation.web.access import half_signed_in, signed_in, step_up
from participation.web.return_to import safe_page

blueprint = council_blueprint("proving", __name__, "/account/second-step")


@blueprint.route("", methods=["GET", "POST"])
@half_signed_in
def enter_code() -> ResponseReturnValue:
    form = SecondStepForm(next=request.args.get("next", ""))
    if not second_step.is_set_up(current_user.account_id):
        return redirect(url_for("proving.set_up", next=safe_page(form.next.data)), code=303)
    if not form.validate_on_submit():
        return _ask(form)
    with transaction():
        account = account_by_id(current_user.account_id)
        right = second_step.prove(council=g.council, account=account, code=form.code.data)
        token = service.note_proof(token=current_user.token) if right else None
    tries.note(tries.APP_CODE, accepted=token is not None)
    if token is None:
        form.code.errors = ["This code is not right, or was used before. Wait for the next one and enter that"]
        return _ask(form)
    signed_in_as(token)
    return carry_on(form)


def _ask(form: SecondStepForm) -> str:
    return render_template("accounts/second_step.html", form=form, passkey_options=challenge_for_page())


@blueprint.route("/set-up", methods=["GET", "POST"])
@half_signed_in
def set_up() -> ResponseReturnValue:
    form = SetUpForm(next=request.args.get("next", ""))
    account, secret = account_by_id(current_user.account_id), second_step.proposed_secret(current_user.token)
    if second_step.has_app(account.id) or current_user.password_suffices:
        left = second_step.unused_recovery_codes(account.id)
        return render_template("accounts/second_step_on.html", left=left, demo=current_user.password_suffices)
    if form.validate_on_submit():
        with transaction():
            account = account_by_id(current_user.account_id)
            codes = second_step.set_up(account=account, secret=secret, code=form.code.data)
            token = service.note_proof(token=current_user.token) if codes else None
        if codes and token:
            signed_in_as(token)
            return _recovery_codes(codes, safe_page(form.next.data))
        form.code.errors = ["This is not the code that the app shows now. Check that your device has the right time"]
    address = second_step.app_address(council=g.council, account=account, secret=secret)
    picture = segno.make(address, error="m").svg_data_uri(scale=4, border=4)
    return render_template("accounts/second_step_set_up.html", form=form, secret=_grouped(secret), picture=picture)


@blueprint.post("/recovery-codes")
@signed_in
@step_up
def new_recovery_codes() -> ResponseReturnValue:
    with transaction():
        codes = second_step.new_recovery_codes(account_id=current_user.account_id) if _has_app() else []
    if not codes:
        return redirect(url_for("accounts.account"), code=303)
    return _recovery_codes(codes, None)


def _has_app() -> bool:
    return current_user.is_staff and second_step.has_app(current_user.account_id)


def _recovery_codes(codes: list[str], onward: str | None) -> ResponseReturnValue:
    """Answered directly and not by a redirect: the codes are in this one answer and nowhere else."""
    db.session.rollback()
    shown = [shown_code(code) for code in codes]
    return render_template("accounts/recovery_codes.html", codes=shown, onward=onward or routes.first_page(None))


def _grouped(secret: str) -> str:
    """In groups of four, as apps show it."""
    return " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))


@blueprint.app_errorhandler(SecondStepNeeded)
def prove_first(refusal: SecondStepNeeded) -> ResponseReturnValue:
    """Of any page: the second step, then back to the page, or on with the form that was sent meanwhile."""
    here_now = request.full_path.rstrip("?")
    if request.method != "POST":
        return redirect(url_for("proving.enter_code", next=here_now), code=303)
    if not second_step.is_set_up(current_user.account_id):
        flash("Set up your second step first. Then send the form again", "important")
        return redirect(url_for("proving.set_up"), code=303)
    form = SecondStepForm(formdata=None, next=here_now, kept=packed(request.form))
    return _ask(form), refusal.status
