"""What was referred to safeguarding or to the lawyers: asked, listed, answered."""

from __future__ import annotations

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from participation import clock
from participation.moderation import queries
from participation.moderation import referrals as service
from participation.moderation.forms import AnswerForm, ReferForm
from participation.moderation.manage.door import actor_id, blueprint, council_id, kept_filters
from participation.transactions import transaction
from participation.web.access import Permission, staff
from participation.web.paging import asked_page, paged


@blueprint.get("/referrals", endpoint="referrals")
@staff(Permission.MODERATE)
def listed() -> str:
    listing = paged(service.waiting(council_id()), number=asked_page())
    contacts = {to: service.contact_of(g.council, to) for to in service.TO}
    return render_template(
        "moderation/referrals.html", listing=listing, to=service.TO, contacts=contacts, now=clock.now()
    )


@blueprint.route("/<public_id>/refer", methods=["GET", "POST"])
@staff(Permission.MODERATE)
def refer(public_id: str) -> ResponseReturnValue:
    need, form = queries.item(council_id(), public_id), ReferForm()
    if not form.validate_on_submit():
        contacts = {to: service.contact_of(g.council, to) for to in service.TO}
        page = render_template("moderation/refer.html", need=need, form=form, to=service.TO, contacts=contacts)
        return page, 422 if form.errors else 200
    with transaction():
        service.refer(
            priority=queries.item(council_id(), public_id),
            to=form.to.data,
            note=form.note.data or "",
            moderator_id=actor_id(),
        )
    flash("Referred. They are told by email.", "done")
    return redirect(url_for(".item", public_id=public_id, **kept_filters()), code=303)


@blueprint.route("/<public_id>/referrals/<int:referral_id>", methods=["GET", "POST"])
@staff(Permission.MODERATE)
def answer_referral(public_id: str, referral_id: int) -> ResponseReturnValue:
    need, form = queries.item(council_id(), public_id), AnswerForm()
    if not form.validate_on_submit():
        asked = [one for one in service.about(need.id) if one.id == referral_id]
        page = render_template("moderation/answer_referral.html", need=need, form=form, asked=asked, to=service.TO)
        return page, 422 if form.errors else 200
    with transaction():
        service.answer(
            priority=queries.item(council_id(), public_id), referral_id=referral_id, said=form.said.data or "",
            actor_id=actor_id(),
        )  # fmt: skip
    flash("Saved. It can be decided now.", "done")
    return redirect(url_for(".item", public_id=public_id, **kept_filters()), code=303)
