"""The front door: one council goes straight in, several are listed."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from participation.councils.queries import all_councils
from participation.web.access import public

blueprint = Blueprint("councils", __name__)


@blueprint.get("/")
@public
def index() -> ResponseReturnValue:
    councils = all_councils()
    if len(councils) == 1:
        return redirect(url_for("consultations.home", council_slug=councils[0].slug))
    return render_template("councils/index.html", councils=councils)


@blueprint.get("/healthy")
@public
def healthy() -> ResponseReturnValue:
    """For load balancers: answers when the database does."""
    all_councils()
    return {"status": "ok"}
