"""Authors' appeals, each decided by somebody who did not make the decision."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from participation.errors import Refusal
from participation.moderation import appeals as service
from participation.moderation import queries, sealing
from participation.moderation.forms import AppealDecisionForm
from participation.moderation.interests import interested
from participation.moderation.manage.door import actor_id, blueprint, council_id, read_seen
from participation.moderation.models import ModerationAppeal
from participation.moderation.reasons import REASON
from participation.moderation.refusals import DecidedMeanwhile, NoAppeal, WaitsForAnswer
from participation.moderation.seen import Seen, seen_of
from participation.priorities.models import Contribution
from participation.transactions import transaction
from participation.web.access import Permission, staff
from participation.web.paging import asked_page, paged


@blueprint.get("/appeals", endpoint="appeals")
@staff(Permission.MODERATE)
def listed() -> str:
    listing = paged(queries.open_appeals(council_id()), number=asked_page())
    mine = interested([appeal.decision.priority_id for appeal in listing.rows], actor_id())
    return render_template("moderation/appeals.html", listing=listing, actor_id=actor_id(), interested=mine)


@blueprint.route("/appeals/<public_id>", methods=["GET", "POST"])
@staff(Permission.MODERATE)
def appeal(public_id: str) -> ResponseReturnValue:
    need, form = queries.item(council_id(), public_id), AppealDecisionForm()
    found = service.appeal_about(need)
    if found is None:
        raise NoAppeal("Nobody appealed against the latest decision about this need.")
    if request.method == "GET":
        return _page(need, found, form)
    seen = read_seen("seen")
    if seen is None or seen.public_id != public_id:
        abort(400)
    if not form.validate():
        return _page(need, found, form, seen), 422
    overturn, answer = form.outcome.data == "overturned", form.answer.data or ""
    try:
        with transaction():
            service.decide_appeal(
                council_id=council_id(), seen=seen, overturn=overturn, answer=answer, moderator_id=actor_id()
            )
    except (DecidedMeanwhile, WaitsForAnswer) as refusal:
        again = queries.item(council_id(), public_id)
        return _page(again, service.appeal_about(again) or found, form, conflict=refusal), refusal.status
    flash("Decided. The author is told.", "done")
    return redirect(url_for(".appeals"), code=303)


def _page(
    need: Contribution,
    found: ModerationAppeal,
    form: AppealDecisionForm,
    seen: Seen | None = None,
    conflict: Refusal | None = None,
) -> str:
    """`seen` is kept when the form comes back with a mistake; after a `conflict` the page shows what it says now."""
    latest = queries.latest_decisions([need.id])[need.id]
    return render_template(
        "moderation/appeal.html",
        need=need, appeal=found, form=form, reason=REASON.get(found.decision.reason_code or ""), conflict=conflict,
        before=sealing.hidden_text(found.decision_id), may_decide=service.may_decide(found, actor_id()),
        newer=service.overtaken(found), seen=seen or seen_of(need, latest.id),
    )  # fmt: skip
