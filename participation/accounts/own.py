"""One's own account: what is held, where one is signed in, a new password, a corrected address."""

from __future__ import annotations

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from participation import clock
from participation.accounts import addresses, elsewhere, links, passwords, routes, service
from participation.accounts.forms import NOT_SAID, EmailForm, EndSessionForm, HomeForm, PasswordForm, PressForm
from participation.accounts.identity import ABSOLUTE, hashed
from participation.accounts.queries import account_by_id, sessions_of
from participation.accounts.roles import ROLE_NAMES, Role
from participation.accounts.routes import easy_words, signed_in_as, this_browser
from participation.councils.queries import look_up_postcode, shown_postcode
from participation.errors import NotFound
from participation.transactions import transaction
from participation.web.access import public, resident, signed_in
from participation.web.headers import no_referrer
from participation.web.paging import asked_page, paged

blueprint = routes.blueprint


@blueprint.get("/account")
@signed_in
def account() -> ResponseReturnValue:
    found = account_by_id(current_user.account_id)
    role_names = [ROLE_NAMES[Role(grant.role)] for grant in found.grants]
    linked = elsewhere.is_linked(found.id)
    linkable = elsewhere.LABELS[found.kind] if linked or elsewhere.service_for(found.kind) is not None else None
    return render_template(
        "accounts/account.html", account=found, role_names=role_names, linkable=linkable, linked=linked
    )


@blueprint.get("/account/signed-in")
@signed_in
def sessions() -> ResponseReturnValue:
    since = clock.now() - ABSOLUTE[current_user.kind]
    listing = paged(sessions_of(current_user.account_id, since), number=asked_page())
    return render_template("accounts/sessions.html", listing=listing, here=hashed(current_user.token))


@blueprint.post("/account/signed-in/end")
@signed_in
def end_session() -> ResponseReturnValue:
    form = EndSessionForm()
    if not form.validate():
        raise NotFound()
    try:
        token_hash = bytes.fromhex(form.session.data or "")
    except ValueError:
        raise NotFound() from None
    with transaction():
        service.end_own_session(account_id=current_user.account_id, token_hash=token_hash)
    flash("That browser is signed out", "done")
    return redirect(url_for("accounts.sessions"), code=303)


@blueprint.post("/account/signed-in/end-others")
@signed_in
def end_other_sessions() -> ResponseReturnValue:
    with transaction():
        service.end_all_sessions(account_id=current_user.account_id, keep=hashed(current_user.token))
    flash("You are signed out everywhere else", "done")
    return redirect(url_for("accounts.sessions"), code=303)


@blueprint.route("/account/password", methods=["GET", "POST"])
@signed_in
def password() -> ResponseReturnValue:
    form, kind, email = PasswordForm(), current_user.kind, current_user.email
    form.ask_for(kind)
    valid = form.validate_on_submit() and form.accepts_password(kind=kind, email=email, words=easy_words())
    proof = None
    if valid:
        proof = service.check_password(council_id=g.council.id, email=email, password=form.current.data)
        if proof is None:
            form.current.errors = ["This is not your current password"]
    if proof is None:
        return render_template("accounts/password.html", form=form)
    password_hash = passwords.hashed(form.new.data)
    with transaction():
        found = account_by_id(current_user.account_id)
        service.change_password(council=g.council, account=found, password_hash=password_hash)
        token = service.start_session(account=found, browser=this_browser(), proved_at=current_user.proved_at)
    signed_in_as(token)
    flash("Your password was changed. You are signed out everywhere else", "done")
    return redirect(url_for("accounts.account"), code=303)


@blueprint.route("/account/email", methods=["GET", "POST"])
@signed_in
def email() -> ResponseReturnValue:
    """Ask to use another address: a link goes there, and a notice to the one of now."""
    form = EmailForm()
    valid = form.validate_on_submit()
    if valid and not _knows_password(form.password.data):
        form.password.errors = ["This is not your password"]
        valid = False
    if not valid:
        return render_template("accounts/email.html", form=form)
    with transaction():
        found = account_by_id(current_user.account_id)
        addresses.ask_for_change(council=g.council, account=found, new_email=form.email.data)
    flash("We sent a link to the new address. Until you open it, nothing changes", "done")
    return redirect(url_for("accounts.account"), code=303)


def _knows_password(typed: str) -> bool:
    return service.check_password(council_id=g.council.id, email=current_user.email, password=typed) is not None


@blueprint.route("/email/<token>", methods=["GET", "POST"])
@public
@no_referrer
def confirm_email(token: str) -> ResponseReturnValue:
    """The link in the new mailbox. It asks for a press of a button, because mail programs open links by themselves."""
    links.owner_of(token=token, purpose=links.ADDRESS, council_id=g.council.id)
    form = PressForm()
    if not form.validate_on_submit():
        return render_template("accounts/confirm_email.html", form=form)
    with transaction():
        addresses.change(council=g.council, token=token)
    flash("Your email address was changed. Sign in with the new one", "done")
    return redirect(url_for("accounts.sign_in"), code=303)


@blueprint.route("/account/details", methods=["GET", "POST"])
@resident
def details() -> ResponseReturnValue:
    found = account_by_id(current_user.account_id)
    profile = found.resident
    if profile is None:
        raise NotFound()
    form = HomeForm(age_band=profile.age_band or NOT_SAID, sex=profile.sex or NOT_SAID)
    if not form.validate_on_submit():
        return render_template("accounts/details.html", form=form, profile=profile)
    place = look_up_postcode(g.council.id, form.postcode.data)
    if place.ward is None:
        return render_template(
            "accounts/moved_away.html", postcode=shown_postcode(place.code or ""), elsewhere=place.elsewhere
        )
    home = service.Home.at(place, **form.said)
    with transaction():
        service.change_home(account=account_by_id(current_user.account_id), home=home)
    flash("Your details were changed", "done")
    return redirect(url_for("accounts.account"), code=303)
