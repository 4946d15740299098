"""Stub: replaced by the feature."""

from __future__ import annotations

from participation.councils.scope import council_blueprint
from participation.web.access import public

blueprint = council_blueprint("consultations", __name__)


@blueprint.get("/")
@public
def home() -> str:
    return "home"


@blueprint.get("/consultations")
@public
def index() -> str:
    return "index"
