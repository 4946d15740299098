"""The commissioner's page on which a planned contracting process is declared: only then is there a planning release."""

from __future__ import annotations

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from participation import clock
from participation.commissioning import queries, service
from participation.commissioning.forms import ContractForm, DropContractForm
from participation.commissioning.refusals import OcidTaken
from participation.consultations.models import Consultation
from participation.consultations.queries import consultation_by_slug
from participation.councils.scope import council_blueprint
from participation.transactions import transaction
from participation.web.access import Permission, staff

blueprint = council_blueprint("contract_manage", __name__, "/manage/contracts")


@blueprint.get("/<slug>")
@staff(Permission.SEE_NEEDS)
def contract(slug: str) -> str:
    consultation = consultation_by_slug(g.council.id, slug)
    return _page(consultation, ContractForm(obj=queries.planned_contract(consultation.id)))


@blueprint.post("/<slug>")
@staff(Permission.SEE_NEEDS)
def plan(slug: str) -> ResponseReturnValue:
    form = ContractForm()
    if not form.validate_on_submit():
        return _page(consultation_by_slug(g.council.id, slug), form)
    try:
        with transaction():
            service.plan_contract(
                consultation=consultation_by_slug(g.council.id, slug),
                account_id=current_user.account_id,
                ocid=form.ocid.data,
                title=form.title.data,
                tender_on=form.tender_on.data,
                now=clock.now(),
            )
    except OcidTaken as refusal:
        form.ocid.errors = [*form.ocid.errors, refusal.message]
        return _page(consultation_by_slug(g.council.id, slug), form), refusal.status
    flash("The planned contract is saved. Published summaries now have a planning release.", "done")
    return redirect(url_for("commissioning_manage.summary", slug=slug), code=303)


@blueprint.post("/<slug>/drop")
@staff(Permission.SEE_NEEDS)
def drop(slug: str) -> ResponseReturnValue:
    with transaction():
        service.drop_contract(consultation=consultation_by_slug(g.council.id, slug), account_id=current_user.account_id)
    flash("No contract is planned after this consultation.", "done")
    return redirect(url_for("commissioning_manage.summary", slug=slug), code=303)


def _page(consultation: Consultation, form: ContractForm) -> str:
    planned = queries.planned_contract(consultation.id)
    return render_template(
        "commissioning/contract.html", consultation=consultation, form=form, planned=planned, drop=DropContractForm()
    )
