"""Quotes: asked for by those who read needs, decided about by moderators."""

from __future__ import annotations

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from participation import clock
from participation.commissioning.themes import queries, quoting
from participation.commissioning.themes.forms import QuoteForm
from participation.commissioning.themes.refusals import NotInTheNeed
from participation.councils.scope import council_blueprint
from participation.priorities.models import OwnWords
from participation.transactions import transaction
from participation.web.access import Permission, staff
from participation.web.paging import asked_page, paged

blueprint = council_blueprint("quote_manage", __name__, "/manage/quotes")


@blueprint.get("")
@staff(Permission.MODERATE)
def queue() -> str:
    listing = paged(queries.waiting_quotes(g.council.id), number=asked_page())
    return render_template("commissioning/themes/quotes.html", listing=listing, me=current_user.account_id)


@blueprint.post("/<public_id>/decide")
@staff(Permission.MODERATE)
def decide(public_id: str) -> ResponseReturnValue:
    clear = request.form.get("decision") == "clear"
    council_id = g.council.id
    with transaction():
        quoting.decide(
            quote=queries.quote_about(council_id, public_id),
            council_id=council_id,
            clear=clear,
            account_id=current_user.account_id,
            now=clock.now(),
        )
    flash("The words may be quoted." if clear else "The words will not be quoted.", "done")
    return redirect(url_for(".queue"), code=303)


@blueprint.get("/ask/<public_id>")
@staff(Permission.SEE_NEEDS)
def ask(public_id: str) -> str:
    need = queries.published_need(g.council.id, public_id)
    return _ask_page(need, QuoteForm(words=need.need))


@blueprint.post("/ask/<public_id>")
@staff(Permission.SEE_NEEDS)
def asked(public_id: str) -> ResponseReturnValue:
    form = QuoteForm()
    if not form.validate_on_submit():
        return _ask_page(queries.published_need(g.council.id, public_id), form), 422
    try:
        with transaction():
            need = queries.published_need(g.council.id, public_id)
            quoting.ask(need=need, words=form.words.data, account_id=current_user.account_id, now=clock.now())
            code = need.group.code
    except NotInTheNeed as refusal:
        form.words.errors = [*form.words.errors, refusal.message]
        return _ask_page(queries.published_need(g.council.id, public_id), form), refusal.status
    flash("A moderator is asked. The words are used only when they are cleared.", "done")
    return redirect(url_for("theme_manage.service_page", code=code), code=303)


def _ask_page(need: OwnWords, form: QuoteForm) -> str:
    return render_template("commissioning/themes/ask.html", need=need, form=form)
