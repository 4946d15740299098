"""Authors' appeals, each decided by somebody who did not make the decision."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from participation.moderation import appeals as service
from participation.moderation import queries, sealing
from participation.moderation.forms import AppealDecisionForm
from participation.moderation.manage.door import actor_id, blueprint, council_id
from participation.moderation.reasons import REASON
from participation.moderation.refusals import NoAppeal
from participation.transactions import transaction
from participation.web.access import Permission, staff
from participation.web.paging import asked_page, paged


@blueprint.get("/appeals", endpoint="appeals")
@staff(Permission.MODERATE)
def listed() -> str:
    listing = paged(queries.open_appeals(council_id()), number=asked_page())
    return render_template("moderation/appeals.html", listing=listing, actor_id=actor_id())


@blueprint.route("/appeals/<public_id>", methods=["GET", "POST"])
@staff(Permission.MODERATE)
def appeal(public_id: str) -> ResponseReturnValue:
    need, form = queries.item(council_id(), public_id), AppealDecisionForm()
    found = service.appeal_about(need)
    if found is None:
        raise NoAppeal("Nobody appealed against the latest decision about this need.")
    if request.method == "GET" or not form.validate():
        page = render_template(
            "moderation/appeal.html",
            need=need, appeal=found, form=form, reason=REASON.get(found.decision.reason_code or ""),
            before=sealing.hidden_text(found.decision_id), may_decide=service.may_decide(found, actor_id()),
        )  # fmt: skip
        return page, 422 if form.errors else 200
    overturn, answer = form.outcome.data == "overturned", form.answer.data or ""
    with transaction():
        service.decide_appeal(
            council_id=council_id(), public_id=public_id, overturn=overturn, answer=answer, moderator_id=actor_id()
        )
    flash("Decided. The author is told.", "done")
    return redirect(url_for(".appeals"), code=303)
