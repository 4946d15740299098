"""The page of acts that wait for a second person, and the buttons that decide them."""

from __future__ import annotations

import json

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from participation import clock
from participation.accounts.queries import names_of
from participation.approvals import service as approvals
from participation.approvals.acts import act_named, acts_for
from participation.approvals.queries import approval_by_public_id, waiting
from participation.approvals.refusals import ApprovalNotFound
from participation.councils.scope import council_blueprint
from participation.transactions import transaction
from participation.web.access import Permission, staff, step_up
from participation.web.paging import asked_page, paged

blueprint = council_blueprint("approvals_manage", __name__, "/manage/approvals")


@blueprint.get("")
@staff(*Permission)
def index() -> ResponseReturnValue:
    """What waits among the acts that the visitor may decide."""
    listing = paged(waiting(g.council.id, acts_for(current_user.permissions), clock.now()), number=asked_page())
    names = names_of(one.requested_by for one in listing.rows)
    details = {one.id: act_named(one.act).details(g.council.id, json.loads(one.payload)) for one in listing.rows}
    return render_template("accounts/approvals.html", listing=listing, names=names, details=details)


@blueprint.post("/<public_id>/approve")
@staff(*Permission)
@step_up
def approve(public_id: str) -> ResponseReturnValue:
    """`seen` is the hash of what the page showed; only that is carried out."""
    _require_mine(public_id)
    with transaction():
        approvals.approve(
            council_id=g.council.id, public_id=public_id, seen_hash=request.form.get("seen", ""),
            decided_by=current_user.account_id,
        )  # fmt: skip
    flash("Approved and done", "done")
    return redirect(url_for("approvals_manage.index"), code=303)


@blueprint.post("/<public_id>/refuse")
@staff(*Permission)
def refuse(public_id: str) -> ResponseReturnValue:
    """Nothing runs; for who asked, it takes the request back."""
    _require_mine(public_id)
    with transaction():
        approvals.refuse(council_id=g.council.id, public_id=public_id, decided_by=current_user.account_id)
    flash("The request is closed. Nothing was changed", "done")
    return redirect(url_for("approvals_manage.index"), code=303)


def _require_mine(public_id: str) -> None:
    """Raises ApprovalNotFound for an act that the visitor has no part in."""
    if approval_by_public_id(g.council.id, public_id).act not in acts_for(current_user.permissions):
        raise ApprovalNotFound()
