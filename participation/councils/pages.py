"""Pages about the council itself: its colours, its wards, and what the law wants said."""

from __future__ import annotations

from flask import Response

from participation.councils.scope import council_blueprint
from participation.web.access import public

blueprint = council_blueprint("council_pages", __name__)


@blueprint.get("/colours.css")
@public
def colours() -> Response:
    return Response("", mimetype="text/css")


@blueprint.get("/wards")
@public
def wards() -> str:
    return "wards"


@blueprint.get("/accessibility")
@public
def accessibility() -> str:
    return "accessibility"


@blueprint.get("/privacy")
@public
def privacy() -> str:
    return "privacy"
