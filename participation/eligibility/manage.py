"""Staff set who may take part, make and void codes, and see that the numbers add up."""

from __future__ import annotations

from flask import Response, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from participation import clock
from participation.consultations.models import Consultation
from participation.consultations.queries import consultation_by_slug
from participation.councils.queries import wards_of
from participation.councils.scope import council_blueprint
from participation.eligibility import address_codes, service
from participation.eligibility.address_codes import LIVES, Letter
from participation.eligibility.forms import MOST_AT_ONCE, BatchForm, CheckForm, ReferenceForm, RuleForm
from participation.eligibility.printing import IN_ONE_FILE, Envelope, letters_csv, letters_pdf, letters_zip
from participation.eligibility.queries import proofs_by_staff, reconciliation, rule_of
from participation.eligibility.refusals import BatchRefused, RuleRefused
from participation.eligibility.rules import TIERS, UNITS
from participation.extensions import db
from participation.transactions import transaction
from participation.web.access import Permission, staff, step_up
from participation.web.forms import as_choices
from participation.web.mail import public_link
from participation.web.words import plural

blueprint = council_blueprint("eligibility_manage", __name__, "/manage/consultations/<slug>/eligibility")


def _consultation(slug: str) -> Consultation:
    return consultation_by_slug(g.council.id, slug, drafts=True)


@blueprint.route("", methods=["GET", "POST"])
@staff(Permission.EDIT_CONSULTATIONS)
def rule(slug: str) -> ResponseReturnValue:
    """Who may take part: set while the consultation is a draft, shown afterwards."""
    consultation, wards = _consultation(slug), wards_of(g.council.id)
    names = {ward.code: (ward.id, ward.name) for ward in wards}
    now = rule_of(consultation.id)
    chosen = [ward.code for ward in wards if (ward.id, ward.name) in now.wards]
    form = RuleForm(tier=str(now.tier), unit=now.unit, wards=chosen, oldest=now.oldest)
    form.wards.choices = as_choices((ward.code, ward.name) for ward in wards)
    if form.validate_on_submit():
        try:
            with transaction():
                service.set_rule(
                    consultation=_consultation(slug), rule=form.rule(names), actor_id=current_user.account_id
                )
        except RuleRefused as refused:
            form.unit.errors = [refused.message]
        else:
            flash("Saved who may take part", "done")
            return redirect(url_for("consultation_manage.consultation", slug=slug), code=303)
    return render_template(
        "eligibility/rule.html", form=form, consultation=consultation, rule=now, tiers=TIERS, units=UNITS
    )


@blueprint.get("/codes")
@staff(Permission.ADMINISTER)
def codes(slug: str) -> ResponseReturnValue:
    return _codes_page(
        _consultation(slug), BatchForm(formdata=None), ReferenceForm(formdata=None), CheckForm(formdata=None)
    )


def _codes_page(
    consultation: Consultation, batch: BatchForm, reference: ReferenceForm, check: CheckForm
) -> ResponseReturnValue:
    shown = next((form for form in (batch, reference, check) if form.errors), batch)
    page = render_template(
        "eligibility/codes.html", consultation=consultation, form=shown, batch_form=batch, reference_form=reference,
        check_form=check, batches=reconciliation(consultation.id), by_staff=proofs_by_staff(consultation.id),
        rule=rule_of(consultation.id), tiers=TIERS,
    )  # fmt: skip
    return page, 422 if shown.errors else 200


@blueprint.post("/codes/make")
@staff(Permission.ADMINISTER)
@step_up
def make(slug: str) -> ResponseReturnValue:
    """The answer holds the codes in clear; after it nobody has them but who downloaded it."""
    form = BatchForm()
    try:
        if not form.validate():
            raise BatchRefused()
        lines = form.lines()
        if len(lines) > MOST_AT_ONCE:
            raise BatchRefused(f"Enter {MOST_AT_ONCE:,} addresses or fewer at a time.")
        with transaction():
            letters = address_codes.make(
                consultation=_consultation(slug), addresses=lines, kind=form.kind.data, actor_id=current_user.account_id
            )
    except BatchRefused as refused:
        if not form.errors:
            form.addresses.errors = [refused.message]
        return _codes_page(_consultation(slug), form, ReferenceForm(formdata=None), CheckForm(formdata=None))
    return _download(_consultation(slug), letters, form.format.data)


@blueprint.post("/codes/one")
@staff(Permission.ADMINISTER)
@step_up
def one(slug: str) -> ResponseReturnValue:
    """A letter that came back, or one that is sent again."""
    form, actor = ReferenceForm(), current_user.account_id
    letters: list[Letter] = []
    try:
        if not form.validate():
            raise BatchRefused()
        with transaction():
            consultation, reference = _consultation(slug), form.reference.data
            if "reissue" in request.form:
                lines = tuple(part.strip() for part in (form.lines.data or "").split(";") if part.strip())
                letters = address_codes.reissue(
                    consultation=consultation, reference=reference, lines=lines, actor_id=actor
                )
            else:
                address_codes.mark_returned(consultation=consultation, reference=reference, actor_id=actor)
    except BatchRefused as refused:
        if not form.errors:
            form.reference.errors = [refused.message]
        return _codes_page(_consultation(slug), BatchForm(formdata=None), form, CheckForm(formdata=None))
    if letters:
        return _download(_consultation(slug), letters, "pdf")
    flash("The code of that letter no longer works", "done")
    return redirect(url_for("eligibility_manage.codes", slug=slug), code=303)


@blueprint.post("/codes/stop/<batch_id>")
@staff(Permission.ADMINISTER)
@step_up
def stop(slug: str, batch_id: str) -> ResponseReturnValue:
    """A download broke off, or letters were lost: all codes of the batch that nobody used stop working."""
    with transaction():
        stopped = address_codes.stop_batch(
            consultation=_consultation(slug), public_id=batch_id, actor_id=current_user.account_id
        )
    flash(f"{plural(stopped, 'code')} will not work any more. Make new ones below", "done")
    return redirect(url_for("eligibility_manage.codes", slug=slug), code=303)


@blueprint.post("/checked")
@staff(Permission.ADMINISTER)
@step_up
def checked(slug: str) -> ResponseReturnValue:
    """Staff saw proof: the assisted route, and the register check of electoral services."""
    form = CheckForm()
    try:
        if not form.validate():
            raise RuleRefused()
        with transaction():
            service.record_check(
                consultation=_consultation(slug), email=form.email.data, actor_id=current_user.account_id
            )
    except RuleRefused as refused:
        if not form.errors:
            form.email.errors = [refused.message]
        return _codes_page(_consultation(slug), BatchForm(formdata=None), ReferenceForm(formdata=None), form)
    flash("Recorded. They can take part now", "done")
    return redirect(url_for("eligibility_manage.codes", slug=slug), code=303)


def _download(consultation: Consultation, letters: list[Letter], kind: str) -> Response:
    address = public_link("eligibility.code", council_slug=g.council.slug, slug=consultation.slug)
    envelope = Envelope(
        g.council.full_name, consultation.title, address, g.council.contact_email, clock.today(), clock.now() + LIVES
    )
    name = f"codes-{consultation.slug}"
    db.session.rollback()
    if kind == "csv":
        response = Response(letters_csv(letters), mimetype="text/csv")
    elif len(letters) <= IN_ONE_FILE:
        response = Response(letters_pdf(envelope, letters), mimetype="application/pdf")
    else:
        kind, response = "zip", Response(letters_zip(envelope, letters, name), mimetype="application/zip")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.{kind}"'
    return response
