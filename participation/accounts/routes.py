"""Register, confirm an address, sign in and out, choose a new password."""

from __future__ import annotations

from flask import flash, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_user

from participation.accounts import elsewhere, email_codes, links, passwords, service, staffing, tries
from participation.accounts.browsers import browser_of
from participation.accounts.forms import (
    AddressForm,
    AskCodeForm,
    CodeForm,
    ConfirmForm,
    InvitationForm,
    RegisterForm,
    ResetForm,
    SecondStepForm,
    SignInForm,
    UsePasskeyForm,
)
from participation.accounts.identity import visitor_of
from participation.accounts.kept_work import packed, unpacked
from participation.accounts.models import Account
from participation.accounts.refusals import LinkUsedUp
from participation.councils.queries import PostcodeAnswer, look_up_postcode, shown_postcode
from participation.councils.scope import council_blueprint
from participation.errors import SignInNeeded
from participation.transactions import transaction
from participation.web.access import here, public
from participation.web.headers import no_referrer
from participation.web.limits import address_block
from participation.web.pacing import evenly_paced
from participation.web.pages import error_page
from participation.web.return_to import safe_page

blueprint = council_blueprint("accounts", __name__)


def signed_in_as(token: str) -> None:
    """Give this browser the cookie of a new session; whatever the cookie held before is gone."""
    session.clear()
    g.pop("csrf_token", None)  # flask-wtf keeps the old session's form token for the rest of the request
    login_user(visitor_of(token))


def this_browser() -> str:
    return browser_of(request.user_agent.string)


def easy_words() -> list[str]:
    """What a stranger would try first as a password here."""
    return [g.council.name, g.council.full_name, g.council.slug]


def _start(account: Account) -> str:
    return service.start_session(account=account, browser=this_browser())


def first_page(asked: str | None) -> str:
    """Where a person goes after signing in: the page they came from, or the start of their work."""
    home = url_for("consultation_manage.home" if current_user.is_staff else "consultations.home")
    return safe_page(asked) or home


@blueprint.route("/register", methods=["GET", "POST"])
@public
@evenly_paced
def register() -> ResponseReturnValue:
    form = RegisterForm(next=request.args.get("next", ""))
    if not form.is_submitted():
        return render_template("accounts/register.html", form=form)
    valid = form.validate()
    place = look_up_postcode(g.council.id, form.postcode.data or "")
    if place.code is not None and place.ward is None:
        return _outside(form, place)
    strong = form.accepts_password(kind="resident", email=form.email.data or "", words=easy_words())
    if not (valid and strong):
        return render_template("accounts/register.html", form=form)
    password_hash = passwords.hashed(form.password.data)
    home = service.Home.at(place, **form.said)
    with transaction():
        service.register(
            council=g.council, email=form.email.data, password_hash=password_hash, home=home,
            onward=safe_page(form.next.data), network=address_block(),
        )  # fmt: skip
    return redirect(url_for("accounts.registered"), code=303)


def _outside(form: RegisterForm, place: PostcodeAnswer) -> ResponseReturnValue:
    """Not an error: where to be heard instead, and the same form again for a postcode that was mistyped."""
    kept = {name: value for name, value in form.data.items() if name not in ("password", "csrf_token")}
    again = RegisterForm(formdata=None, data=kept)
    return render_template(
        "accounts/outside.html", again=again, postcode=shown_postcode(place.code or ""), elsewhere=place.elsewhere
    )


@blueprint.get("/register/check-your-email")
@public
def registered() -> ResponseReturnValue:
    return render_template("accounts/registered.html")


@blueprint.route("/register/send-again", methods=["GET", "POST"])
@public
@evenly_paced
def resend() -> ResponseReturnValue:
    form = AddressForm()
    if not form.validate_on_submit():
        return render_template("accounts/resend.html", form=form)
    with transaction():
        service.resend_confirmation(council=g.council, email=form.email.data)
    return redirect(url_for("accounts.registered"), code=303)


@blueprint.route("/confirm/<token>", methods=["GET", "POST"])
@public
@no_referrer
def confirm(token: str) -> ResponseReturnValue:
    """The link of the mail. It asks for the password, so that nobody confirms an account that a stranger opened for them."""
    owner = links.owner_of(token=token, purpose=links.CONFIRM, council_id=g.council.id)
    form = ConfirmForm(next=request.args.get("next", ""))
    if not form.validate_on_submit():
        return render_template("accounts/confirm.html", form=form, email=owner.email)
    right = passwords.matches(owner.password_hash, form.password.data)
    tries.note(tries.PASSWORD, accepted=right)
    if not right:
        form.password.errors = ["This is not the password you chose when you created the account"]
        return render_template("accounts/confirm.html", form=form, email=owner.email)
    with transaction():
        signed_in = _start(service.confirm(council=g.council, token=token))
    signed_in_as(signed_in)
    flash("Your email address is confirmed and you are signed in", "done")
    return redirect(first_page(form.next.data), code=303)


@blueprint.route("/sign-in", methods=["GET", "POST"])
@public
@evenly_paced
def sign_in() -> ResponseReturnValue:
    form = SignInForm(next=request.args.get("next", ""))
    if not form.is_submitted() and here():
        return redirect(first_page(form.next.data), code=303)
    if not form.validate_on_submit():
        return _sign_in_page(form)
    proof = service.check_password(council_id=g.council.id, email=form.email.data, password=form.password.data)
    if proof is None:
        return _not_this_password(form)
    with transaction():
        account = service.proven_account(proof=proof)
        if account is not None and account.confirmed_at is None:
            service.remind_to_confirm(council=g.council, account=account, onward=safe_page(form.next.data))
            return redirect(url_for("accounts.registered"), code=303)
        token = _start(account) if account is not None else None
    if token is None:
        return _not_this_password(form)
    tries.note(tries.PASSWORD, accepted=True)
    signed_in_as(token)
    return carry_on(form)


@blueprint.route("/sign-in/code", methods=["GET", "POST"])
@public
@evenly_paced
def ask_code() -> ResponseReturnValue:
    """A code by email instead of the password."""
    form = AskCodeForm(next=request.args.get("next", ""))
    if not form.validate_on_submit():
        return render_template("accounts/ask_code.html", form=form)
    with transaction():
        email_codes.send_code(council=g.council, email=form.email.data)
    session["code_for"] = form.email.data
    return redirect(url_for("accounts.enter_code", next=safe_page(form.next.data)), code=303)


@blueprint.route("/sign-in/code/enter", methods=["GET", "POST"])
@public
@evenly_paced
def enter_code() -> ResponseReturnValue:
    form = CodeForm(email=session.get("code_for", ""), next=request.args.get("next", ""))
    if not form.email.data:
        return render_template("accounts/ask_code.html", form=AskCodeForm(formdata=None, next=form.next.data))
    if not form.validate_on_submit():
        return render_template("accounts/enter_code.html", form=form)
    with transaction():
        account = email_codes.use_code(council=g.council, email=form.email.data, code=form.code.data)
        token = _start(account) if account is not None else None
    tries.note(tries.EMAILED_CODE, accepted=token is not None)
    if token is None:
        form.code.errors = [
            "Enter the newest code we sent you, or ask for another one. A code works for 10 minutes and 5 tries"
        ]
        return render_template("accounts/enter_code.html", form=form)
    signed_in_as(token)
    return redirect(first_page(form.next.data), code=303)


@blueprint.app_errorhandler(SignInNeeded)
def sign_in_first(refusal: SignInNeeded) -> ResponseReturnValue:
    """Of any page: sign in, then come back to it, or carry on with the form that was sent meanwhile."""
    if g.get("council") is None:
        return error_page(refusal.status, refusal.title, refusal.message)
    here_now = request.full_path.rstrip("?")
    if request.method != "POST":
        return redirect(url_for("accounts.sign_in", next=here_now), code=303)
    form = SignInForm(formdata=None, next=here_now, kept=packed(request.form))
    return _sign_in_page(form), refusal.status


def _sign_in_page(form: SignInForm) -> str:
    services = [kind for kind in elsewhere.LABELS if elsewhere.service_for(kind) is not None]
    return render_template(
        "accounts/sign_in.html", form=form, onward=safe_page(form.next.data),
        services=services, labels=elsewhere.LABELS,
    )  # fmt: skip


def _not_this_password(form: SignInForm) -> ResponseReturnValue:
    tries.note(tries.PASSWORD, accepted=False)
    form.email.errors = ["Check your email address and password. One of them is not right"]
    return _sign_in_page(form)


def carry_on(form: SignInForm | SecondStepForm | UsePasskeyForm) -> ResponseReturnValue:
    fields, target = unpacked(form.kept.data), safe_page(form.next.data, method="POST")
    if fields and target:
        return render_template("accounts/carry_on.html", fields=fields, target=target)
    return redirect(first_page(form.next.data), code=303)


@blueprint.post("/sign-out")
@public
def sign_out() -> ResponseReturnValue:
    if current_user.is_authenticated:
        with transaction():
            service.end_session(token=current_user.token)
    session.clear()
    flash("You are signed out", "done")
    response = redirect(url_for("consultations.home"), code=303)
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


@blueprint.route("/forgotten-password", methods=["GET", "POST"])
@public
@evenly_paced
def forgotten() -> ResponseReturnValue:
    form = AddressForm()
    if not form.validate_on_submit():
        return render_template("accounts/forgotten.html", form=form)
    with transaction():
        service.send_reset(council=g.council, email=form.email.data)
    return redirect(url_for("accounts.forgotten_sent"), code=303)


@blueprint.get("/forgotten-password/check-your-email")
@public
def forgotten_sent() -> ResponseReturnValue:
    return render_template("accounts/forgotten_sent.html")


@blueprint.route("/reset/<token>", methods=["GET", "POST"])
@public
@no_referrer
def reset(token: str) -> ResponseReturnValue:
    owner = links.owner_of(token=token, purpose=links.RESET, council_id=g.council.id)
    form = ResetForm()
    form.ask_for(owner.kind)
    if not form.validate_on_submit() or not form.accepts_password(
        kind=owner.kind, email=owner.email, words=easy_words()
    ):
        return render_template("accounts/reset.html", form=form, email=owner.email)
    password_hash = passwords.hashed(form.password.data)
    with transaction():
        account = service.reset_password(council=g.council, token=token, password_hash=password_hash)
        signed_in = _start(account)
    tries.note(tries.LINK, accepted=True)
    signed_in_as(signed_in)
    flash("Your password was changed and you are signed in", "done")
    return redirect(first_page(None), code=303)


@blueprint.route("/invitation/<token>", methods=["GET", "POST"])
@public
@no_referrer
def invitation(token: str) -> ResponseReturnValue:
    """The link of an invited member of staff."""
    owner = links.owner_of(token=token, purpose=links.INVITE, council_id=g.council.id)
    form = InvitationForm()
    if not form.validate_on_submit() or not form.accepts_password(kind="staff", email=owner.email, words=easy_words()):
        return render_template("accounts/invitation.html", form=form, email=owner.email, name=owner.name)
    password_hash = passwords.hashed(form.password.data)
    with transaction():
        signed_in = _start(staffing.accept_invitation(council=g.council, token=token, password_hash=password_hash))
    signed_in_as(signed_in)
    flash("Your account is ready and you are signed in", "done")
    return redirect(first_page(None), code=303)


@blueprint.errorhandler(LinkUsedUp)
def _link_used_up(refusal: LinkUsedUp) -> ResponseReturnValue:
    return render_template("accounts/link_used_up.html", refusal=refusal), refusal.status
