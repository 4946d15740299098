"""A moderator reads again what somebody else decided, without being told how."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from participation.moderation import second_readings as service
from participation.moderation.forms import SecondReadingForm
from participation.moderation.manage.door import actor_id, blueprint, council_id
from participation.transactions import transaction
from participation.web.access import Permission, staff


@blueprint.route("/read-again", methods=["GET", "POST"])
@staff(Permission.MODERATE)
def read_again() -> ResponseReturnValue:
    """The next one, as it was read first; nothing on the page tells what became of it."""
    form = SecondReadingForm()
    if request.method == "GET" or not form.validate():
        page = render_template(
            "moderation/read_again.html", form=form, decision=service.next_for(council_id(), actor_id())
        )
        return page, 422 if form.errors else 200
    number = request.form.get("decision", "")
    if not number.isdecimal() or len(number) > 18:
        abort(400)
    with transaction():
        service.keep(
            council_id=council_id(), decision_id=int(number), would_publish=form.choice.data == "publish",
            reason_code=form.reason.data or None, moderator_id=actor_id(),
        )  # fmt: skip
    flash("Kept. It changes nothing about what is shown.", "done")
    return redirect(url_for(".read_again"), code=303)
