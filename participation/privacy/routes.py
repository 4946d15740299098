"""Rights over one's data: see it, download it, delete the account."""

from __future__ import annotations

import json

from flask import Response, flash, g, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from participation import clock
from participation.accounts import service as account_service
from participation.accounts.models import Account
from participation.accounts.queries import account_by_id
from participation.councils.scope import council_blueprint
from participation.privacy import erasure
from participation.privacy.forms import DeleteForm
from participation.privacy.held import held_about
from participation.privacy.kept import PERSONAL
from participation.transactions import transaction
from participation.web.access import resident, signed_in

blueprint = council_blueprint("privacy", __name__, "/account/data")


@blueprint.get("")
@signed_in
def held() -> ResponseReturnValue:
    until = {kept.table: kept.until for kept in PERSONAL}
    return render_template("privacy/held.html", sections=held_about(_account()), until=until)


@blueprint.get("/download")
@signed_in
def download() -> Response:
    """The same as JSON: tables with their rows, for people and for other programs."""
    found = {
        "council": g.council.full_name,
        "made_at": clock.now().isoformat(),
        "tables": {
            section.table: {"title": section.title, "rows": list(section.rows)} for section in held_about(_account())
        },
    }
    response = Response(json.dumps(found, ensure_ascii=False, indent=2), mimetype="application/json")
    response.headers["Content-Disposition"] = 'attachment; filename="my-data.json"'
    return response


@blueprint.route("/delete", methods=["GET", "POST"])
@resident
def delete() -> ResponseReturnValue:
    """Says exactly what will happen, asks for the password, and does it."""
    form, account = DeleteForm(), _account()
    has_password = account.password_hash is not None
    valid = form.validate_on_submit()
    if valid and has_password and not _knows_password(form.password.data or ""):
        form.password.errors = ["This is not your password"]
        valid = False
    if not valid:
        said = erasure.said_before(account)
        return render_template("privacy/delete.html", form=form, said=said, has_password=has_password)
    with transaction():
        erasure.erase(council=g.council, account=_account())
    session.clear()
    flash("Your account is deleted", "done")
    response = redirect(url_for("consultations.home"), code=303)
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


def _account() -> Account:
    return account_by_id(current_user.account_id)


def _knows_password(typed: str) -> bool:
    proof = account_service.check_password(council_id=g.council.id, email=current_user.email, password=typed)
    return proof is not None
