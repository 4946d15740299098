"""The mails that were written, for reading in the browser in development and demonstration."""

from __future__ import annotations

from participation.councils.scope import council_blueprint
from participation.web.access import public

blueprint = council_blueprint("outbox", __name__, "/mails")


@blueprint.get("")
@public
def index() -> str:
    return "mails"
