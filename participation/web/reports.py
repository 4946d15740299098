"""Where browsers report what the content security policy stopped."""

from __future__ import annotations

import json
import logging

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from participation.extensions import csrf
from participation.web.access import public

logger = logging.getLogger(__name__)
blueprint = Blueprint("reports", __name__)

LONGEST = 20_000


@blueprint.post("/csp")
@csrf.exempt  # type: ignore[untyped-decorator]  # flask-wtf has no types
@public
def csp() -> ResponseReturnValue:
    """Log which rule stopped what, without the address of the page: it may hold a token."""
    for directive in _directives(request.get_data()[:LONGEST]):
        logger.warning("content security policy stopped something: %s", directive)
    return "", 204


def _directives(body: bytes) -> list[str]:
    """The rules named in a report; whatever else a stranger sends is nothing."""
    try:
        reports = json.loads(body)
    except (ValueError, RecursionError):
        return []
    bodies = [report.get("body") for report in reports if isinstance(report, dict)] if isinstance(reports, list) else []
    named = [str(found.get("effectiveDirective", "")) for found in bodies if isinstance(found, dict)]
    return [name[:40] for name in named[:10] if name.replace("-", "").isalpha() and name.isascii()]
