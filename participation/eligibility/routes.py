"""Residents enter the code of their letter."""

from __future__ import annotations

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from participation.consultations.queries import consultation_by_slug
from participation.councils.scope import council_blueprint
from participation.eligibility import address_codes
from participation.eligibility.forms import CodeForm
from participation.eligibility.queries import proof_of
from participation.eligibility.refusals import CodeRefused, HouseholdTookPart
from participation.transactions import transaction
from participation.web.access import resident
from participation.web.headers import no_referrer

blueprint = council_blueprint("eligibility", __name__, "/consultations/<slug>/code")


@blueprint.route("", methods=["GET", "POST"])
@resident
@no_referrer
def code(slug: str) -> ResponseReturnValue:
    """The page that letters lead to. Their picture fills the code in; only pressing the button uses it."""
    consultation = consultation_by_slug(g.council.id, slug)
    form = CodeForm(code=request.args.get("code", "")[:40])
    proved = proof_of(consultation.id, current_user.account_id) is not None
    if proved or not form.validate_on_submit():
        return render_template("eligibility/code.html", form=form, consultation=consultation, proved=proved)
    try:
        with transaction():
            address_codes.use(
                consultation=consultation_by_slug(g.council.id, slug),
                account_id=current_user.account_id,
                typed=form.code.data,
            )
    except (CodeRefused, HouseholdTookPart) as refused:
        with transaction():
            address_codes.note_failure(account_id=current_user.account_id)
        form.code.errors = [refused.message]
        return render_template("eligibility/code.html", form=form, consultation=consultation, proved=False)
    flash("Thank you. You can take part now", "done")
    return redirect(url_for("consultations.consultation", slug=slug), code=303)
