"""Tying decisions to figures: two acts on the page of a figure."""

from __future__ import annotations

from flask import flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from participation import clock
from participation.commissioning import citing, queries
from participation.councils.scope import council_blueprint
from participation.transactions import transaction
from participation.web.access import Permission, staff

blueprint = council_blueprint("citing_manage", __name__, "/manage/citations")


@blueprint.post("/<public_id>/<name>/cite")
@staff(Permission.SEE_NEEDS)
def cite(public_id: str, name: str) -> ResponseReturnValue:
    with transaction():
        citing.cite(
            made=queries.record_by_public_id(g.council.id, public_id),
            figure=name,
            outcome_id=_asked_outcome(),
            account_id=current_user.account_id,
            now=clock.now(),
        )
    flash("The decision is tied to this figure.", "done")
    return redirect(url_for("commissioning.figure", public_id=public_id, name=name), code=303)


@blueprint.post("/<public_id>/<name>/withdraw")
@staff(Permission.SEE_NEEDS)
def withdraw(public_id: str, name: str) -> ResponseReturnValue:
    with transaction():
        citing.withdraw(
            made=queries.record_by_public_id(g.council.id, public_id),
            figure=name,
            outcome_id=_asked_outcome(),
            account_id=current_user.account_id,
            now=clock.now(),
        )
    flash("The decision does not rest on this figure any more.", "done")
    return redirect(url_for("commissioning.figure", public_id=public_id, name=name), code=303)


def _asked_outcome() -> int:
    """The outcome that was chosen; 0, which there is not, for anything that is no number."""
    asked = request.form.get("outcome", "")
    return int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 10 else 0
