"""What authors can do about a moderator's decision."""

from __future__ import annotations

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from participation.councils.scope import council_blueprint
from participation.moderation import appeals, queries
from participation.moderation.forms import AppealForm
from participation.moderation.reasons import REASON
from participation.moderation.refusals import NoAppeal
from participation.priorities.models import Contribution
from participation.priorities.refusals import PriorityNotFound
from participation.transactions import transaction
from participation.web.access import resident

blueprint = council_blueprint("moderation", __name__)


def _own(public_id: str) -> Contribution:
    found = queries.item(g.council.id, public_id)
    if found.author_id != current_user.account_id:
        raise PriorityNotFound()
    return found


@blueprint.route("/account/priorities/<public_id>/appeal", methods=["GET", "POST"])
@resident
def appeal(public_id: str) -> ResponseReturnValue:
    """Ask another moderator to look at a decision."""
    need, form = _own(public_id), AppealForm()
    decision = appeals.appealable(need)
    if decision is None:
        raise NoAppeal()
    if request.method == "GET" or not form.validate():
        reason = REASON.get(decision.reason_code or "")
        page = render_template("moderation/ask_again.html", need=need, decision=decision, reason=reason, form=form)
        return page, 422 if form.errors else 200
    with transaction():
        appeals.file_appeal(priority=_own(public_id), statement=form.statement.data or "")
    flash("We have your appeal. Another moderator decides it, usually within 5 working days. We email you.", "done")
    return redirect(url_for("priorities.mine"), code=303)
