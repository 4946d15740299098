"""Every page belongs to a council: its blueprint hangs below the council's part of the address.

    blueprint = council_blueprint("budgets", __name__, "/services")

puts the pages at /lambeth/services..., sets `g.council` and `g.council_id` before the view and fills the council into `url_for`.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from flask import Blueprint, current_app, g, request

from participation.councils.queries import council_by_slug
from participation.errors import NotFound


def council_blueprint(name: str, import_name: str, path: str = "") -> Blueprint:
    """A blueprint whose views find the council in `g.council` and do not take it as an argument."""
    blueprint = Blueprint(name, import_name, url_prefix=f"/<council_slug>{path}")

    @blueprint.url_value_preprocessor
    def _pull(_endpoint: str | None, values: dict[str, Any] | None) -> None:
        if values:
            g.council = council_by_slug(values.pop("council_slug"))
            # Beside it, for whoever began a transaction since, which forgets everything that was read before.
            g.council_id = g.council.id

    return blueprint


def council_of_a_lost_address() -> None:
    """`before_request` of the application: an address that leads nowhere still belongs to the council it names."""
    if request.endpoint is None and "council" not in g:
        with suppress(NotFound):
            g.council = council_by_slug(request.path.split("/")[1])


def fill_in_council(endpoint: str, values: dict[str, Any]) -> None:
    """`url_defaults` of the application: links within a council need not name it."""
    from_page = g.get("council")
    if from_page is None or "council_slug" in values:
        return
    if current_app.url_map.is_endpoint_expecting(endpoint, "council_slug"):
        values["council_slug"] = from_page.slug
