"""Say what you need without an account, where a consultation is open to everybody (`eligibility.rules.OPEN`).

Nothing is kept of the person, so nothing can be sent to them and nothing can be changed by them afterwards: the pages say so.
"""

from __future__ import annotations

from datetime import datetime

from flask import g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from participation import clock
from participation.consultations.further import Further
from participation.consultations.lifecycle import takes_priorities
from participation.consultations.models import Consultation
from participation.consultations.queries import consultation_by_slug
from participation.councils.queries import wards_of
from participation.councils.scope import council_blueprint
from participation.eligibility.queries import rule_of
from participation.eligibility.rules import OPEN
from participation.priorities import service
from participation.priorities.forms import NeedForm
from participation.priorities.refusals import NeedsAccount, NotTaken
from participation.transactions import transaction
from participation.web.access import here, public

blueprint = council_blueprint("unsigned", __name__, "/consultations/<slug>/priorities/without-account")


def without_account(consultation: Consultation, now: datetime) -> list[Further]:
    """For `consultations.further`: one link for strangers while needs are taken from everybody."""
    is_open = takes_priorities(consultation, now) and rule_of(consultation.id).tier == OPEN
    if not is_open or here():
        return []
    return [Further("Say what you need without an account", "unsigned.submit", {"slug": consultation.slug})]


@blueprint.route("", methods=["GET", "POST"])
@public
def submit(slug: str) -> ResponseReturnValue:
    """Write, check, send, as with an account; whoever has one is led to where it counts."""
    consultation = consultation_by_slug(g.council.id, slug)
    if not takes_priorities(consultation, clock.now()):
        raise NotTaken()
    if rule_of(consultation.id).tier != OPEN:
        raise NeedsAccount()
    if here() and current_user.is_resident:
        return redirect(url_for("priorities.submit", slug=slug), code=303)
    form = NeedForm()
    form.offer(consultation, wards_of(g.council.id))
    if request.method == "GET":
        return _form_page(form, consultation)
    if not form.validate():
        return _form_page(form, consultation), 422
    step = request.form.get("step")
    if step == "change":
        return _form_page(form, consultation)
    if step != "send":
        draft, result = service.screened_draft(form.draft(), consultation.council_id)
        return render_template(
            "priorities/check.html",
            form=form, consultation=consultation, draft=draft, result=result, near=[], supported=frozenset(),
        )  # fmt: skip
    with transaction():
        service.submit_without_account(consultation=consultation_by_slug(g.council.id, slug), draft=form.draft())
    return redirect(url_for(".sent", slug=slug), code=303)


@blueprint.get("/sent")
@public
def sent(slug: str) -> str:
    return render_template("priorities/unsigned_sent.html", consultation=consultation_by_slug(g.council.id, slug))


def _form_page(form: NeedForm, consultation: Consultation) -> str:
    return render_template("priorities/submit.html", form=form, consultation=consultation, unsigned=True)
