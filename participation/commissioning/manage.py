"""Stub: replaced by the feature."""

from __future__ import annotations

from participation.councils.scope import council_blueprint
from participation.web.access import public

blueprint = council_blueprint("commissioning_manage", __name__, "/manage/needs")


@blueprint.get("")
@public
def dashboard() -> str:
    return "dashboard"
