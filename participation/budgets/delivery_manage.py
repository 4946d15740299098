"""For staff: say who delivers a service today, where contracts and figures do not show it. Pages label it as their word."""

from __future__ import annotations

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from participation.budgets import stating
from participation.budgets.forms import StatementForm
from participation.budgets.manage_door import blueprint
from participation.budgets.queries import group_by_code, provided_groups, statement_of, statements_of
from participation.budgets.taxonomy import delivery_label
from participation.transactions import transaction
from participation.web.access import Permission, staff


@blueprint.get("/delivery")
@staff(Permission.ADMINISTER)
def deliveries() -> str:
    """Every service with what staff said of it."""
    return render_template(
        "budgets/deliveries.html", groups=provided_groups(g.council.id), statements=statements_of(g.council.id),
        delivery_label=delivery_label,
    )  # fmt: skip


@blueprint.route("/delivery/<code>", methods=["GET", "POST"])
@staff(Permission.ADMINISTER)
def state_delivery(code: str) -> ResponseReturnValue:
    """Say it of one service, say it anew, or take it back."""
    group, form = group_by_code(g.council.id, code), StatementForm()
    found = statement_of(group.id)
    if request.method == "GET":
        form.show(found)
    elif "take_back" in request.form:
        with transaction():
            stating.take_back(group=group_by_code(g.council.id, code), actor_id=current_user.account_id)
        flash("Taken back. The page shows what contracts and figures say.", "done")
        return redirect(url_for(".deliveries"), code=303)
    elif form.validate():
        with transaction():
            stating.state(group=group_by_code(g.council.id, code), draft=form.draft(), actor_id=current_user.account_id)
        flash(f"Saved for {group.plain_name}.", "done")
        return redirect(url_for(".deliveries"), code=303)
    page = render_template("budgets/state_delivery.html", form=form, group=group, found=found)
    return page, 422 if form.errors else 200
