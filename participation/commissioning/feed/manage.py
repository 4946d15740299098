"""The administrator's page of the feed: keys, and addresses to be told."""

from __future__ import annotations

from flask import current_app, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from participation import clock
from participation.commissioning.feed import tokens, webhooks
from participation.commissioning.feed.forms import TokenForm, WebhookForm
from participation.commissioning.feed.refusals import HostNotAllowed
from participation.councils.scope import council_blueprint
from participation.transactions import transaction
from participation.web.access import Permission, staff

blueprint = council_blueprint("feed_manage", __name__, "/manage/feed")


@blueprint.get("")
@staff(Permission.ADMINISTER)
def index() -> str:
    return _page(TokenForm(), WebhookForm())


@blueprint.post("/keys")
@staff(Permission.ADMINISTER)
def make() -> ResponseReturnValue:
    """A new key, shown on the answer to this request and never again."""
    form = TokenForm()
    if not form.validate_on_submit():
        return _page(form, WebhookForm(formdata=None)), 422
    with transaction():
        _, text = tokens.make(
            council_id=g.council.id,
            name=form.name.data,
            scopes=form.scopes.data,
            account_id=current_user.account_id,
            now=clock.now(),
        )
    return _page(TokenForm(formdata=None), WebhookForm(formdata=None), secret=("key", text))


@blueprint.post("/keys/<public_id>/revoke")
@staff(Permission.ADMINISTER)
def revoke(public_id: str) -> ResponseReturnValue:
    with transaction():
        tokens.revoke(council_id=g.council.id, public_id=public_id, account_id=current_user.account_id, now=clock.now())
    flash("The key is taken back.", "done")
    return redirect(url_for(".index"), code=303)


@blueprint.post("/addresses")
@staff(Permission.ADMINISTER)
def add() -> ResponseReturnValue:
    """A new address; the secret its deliveries are signed with is shown on the answer to this request."""
    form, settings = WebhookForm(), current_app.config["SETTINGS"]
    if not form.validate_on_submit():
        return _page(TokenForm(formdata=None), form, shown=form), 422
    try:
        with transaction():
            made = webhooks.add(
                council_id=g.council.id,
                url=form.url.data,
                account_id=current_user.account_id,
                now=clock.now(),
                settings=settings,
            )
            secret = webhooks.secret_of(made, settings)
    except HostNotAllowed as refusal:
        form.url.errors = [*form.url.errors, refusal.message]
        return _page(TokenForm(formdata=None), form, shown=form), refusal.status
    return _page(TokenForm(formdata=None), WebhookForm(formdata=None), secret=("secret", secret))


@blueprint.post("/addresses/<public_id>/stop")
@staff(Permission.ADMINISTER)
def stop(public_id: str) -> ResponseReturnValue:
    with transaction():
        webhooks.stop(council_id=g.council.id, public_id=public_id, account_id=current_user.account_id, now=clock.now())
    flash("The address is told nothing more.", "done")
    return redirect(url_for(".index"), code=303)


def _page(
    key: TokenForm,
    address: WebhookForm,
    *,
    shown: TokenForm | WebhookForm | None = None,
    secret: tuple[str, str] | None = None,
) -> str:
    return render_template(
        "commissioning/feed.html",
        form=shown or key,
        key=key,
        address=address,
        secret=secret,
        tokens=tokens.tokens_of(g.council.id),
        webhooks=webhooks.webhooks_of(g.council.id),
        scopes=tokens.SCOPES,
        now=clock.now(),
    )
