"""Go to a sign-in service and come back; link it to one's account first."""

from __future__ import annotations

from flask import flash, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from participation import clock
from participation.accounts import elsewhere, letters, service, tries
from participation.accounts.elsewhere import Service, Told
from participation.accounts.forms import ElsewhereForm
from participation.accounts.identity import hashed
from participation.accounts.queries import account_by_id
from participation.accounts.routes import first_page, signed_in_as, this_browser
from participation.councils.scope import council_blueprint
from participation.errors import NotFound
from participation.transactions import transaction
from participation.web.access import here, public, signed_in
from participation.web.headers import no_referrer
from participation.web.mail import public_link
from participation.web.return_to import safe_page

blueprint = council_blueprint("elsewhere", __name__, "/sign-in/with/<kind>")

_KEPT = "elsewhere"


def _service(kind: str) -> Service:
    """Raises NotFound where none is set up."""
    found = elsewhere.service_for(kind)
    if found is None:
        raise NotFound()
    return found


def _back(kind: str) -> str:
    return public_link("elsewhere.back", council_slug=g.council.slug, kind=kind)


def _go(kind: str, purpose: str) -> ResponseReturnValue:
    address, kept = elsewhere.begin(_service(kind), back=_back(kind))
    session[_KEPT] = {**kept, "kind": kind, "purpose": purpose, "next": safe_page(request.args.get("next")) or ""}
    return redirect(address, code=303)


@blueprint.get("")
@public
def go(kind: str) -> ResponseReturnValue:
    return _go(kind, "sign-in")


@blueprint.get("/link")
@signed_in
def link(kind: str) -> ResponseReturnValue:
    """Says what a link does; its button goes to the service. Of one that is there, how to take it away."""
    linked = kind == current_user.kind and elsewhere.is_linked(current_user.account_id)
    if not linked and _service(kind).kind != current_user.kind:
        raise NotFound()
    return _link_page(kind, ElsewhereForm(formdata=None), linked=linked)


def _link_page(kind: str, form: ElsewhereForm, *, linked: bool) -> str:
    return render_template(
        "accounts/link_elsewhere.html", label=elsewhere.LABELS[kind], kind=kind, linked=linked, form=form
    )


def _is_its_owner(form: ElsewhereForm) -> bool:
    """Whoever finds a browser signed in must not be able to come back by another way: the password says who it is."""
    if not form.validate():
        return False
    typed = form.password.data
    if service.check_password(council_id=g.council.id, email=current_user.email, password=typed) is None:
        form.password.errors = ["This is not your password"]
        return False
    return True


@blueprint.post("/link")
@signed_in
def go_and_link(kind: str) -> ResponseReturnValue:
    if _service(kind).kind != current_user.kind:
        raise NotFound()
    form = ElsewhereForm()
    if not _is_its_owner(form):
        return _link_page(kind, form, linked=False)
    address, kept = elsewhere.begin(_service(kind), back=_back(kind))
    session[_KEPT] = {**kept, "kind": kind, "purpose": "link", "next": ""}
    # A page with a link and not a redirect: the content security policy lets forms of ours lead to pages of ours alone.
    return render_template("accounts/go_elsewhere.html", label=elsewhere.LABELS[kind], address=address)


@blueprint.post("/unlink")
@signed_in
def unlink(kind: str) -> ResponseReturnValue:
    """Also where the service is set up no more. Every other browser is signed out, in case one came in that way."""
    if kind != current_user.kind:
        raise NotFound()
    form = ElsewhereForm()
    if not _is_its_owner(form):
        return _link_page(kind, form, linked=True)
    with transaction():
        account = account_by_id(current_user.account_id)
        if elsewhere.is_linked(account.id):
            elsewhere.unlink(account=account)
            service.end_all_sessions(account_id=account.id, keep=hashed(current_user.token))
            letters.send_linked(council=g.council, account=account, label=elsewhere.LABELS[kind], linked=False)
    flash(f"You no longer sign in with {elsewhere.LABELS[kind]}", "done")
    return redirect(url_for("accounts.account"), code=303)


@blueprint.get("/back")
@public
@no_referrer
def back(kind: str) -> ResponseReturnValue:
    """The service sends the browser here. What it says is believed only with the state this browser was given."""
    found, kept = _service(kind), session.pop(_KEPT, {})
    if kept.get("kind") != kind:
        kept = {}
    told = elsewhere.finish(
        found, back=_back(kind), kept=kept, state=request.args.get("state", ""), code=request.args.get("code", "")
    )
    if kept["purpose"] == "link":
        return _link(told)
    return _sign_in(told, kind, kept["next"])


def _link(told: Told) -> ResponseReturnValue:
    if not here():
        return redirect(url_for("accounts.sign_in"), code=303)
    with transaction():
        account = account_by_id(current_user.account_id)
        elsewhere.link(account=account, told=told)
        letters.send_linked(council=g.council, account=account, label=elsewhere.LABELS[account.kind], linked=True)
    flash("From now on you can sign in with it", "done")
    return redirect(url_for("accounts.account"), code=303)


def _sign_in(told: Told, kind: str, onward: str) -> ResponseReturnValue:
    with transaction():
        account = elsewhere.account_of(council_id=g.council.id, told=told)
        if account is None or account.kind != kind:
            tries.note(tries.ELSEWHERE, accepted=False)
            return render_template("accounts/not_linked.html", label=elsewhere.LABELS[kind])
        # Staff who proved a second factor there need not prove ours as well.
        proved_at = clock.now() if told.second_factor and kind == "staff" else None
        token = service.start_session(account=account, browser=this_browser(), proved_at=proved_at)
    tries.note(tries.ELSEWHERE, accepted=True)
    signed_in_as(token)
    return redirect(first_page(onward), code=303)
