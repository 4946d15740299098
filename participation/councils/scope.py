"""Every page belongs to a council: its blueprint hangs below the council's part of the address.

    blueprint = council_blueprint("budgets", __name__, "/services")

puts the pages at /lambeth/services..., sets `g.council` before the view and fills the council into `url_for`.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, current_app, g

from participation.councils.queries import council_by_slug


def council_blueprint(name: str, import_name: str, path: str = "") -> Blueprint:
    """A blueprint whose views find the council in `g.council` and do not take it as an argument."""
    blueprint = Blueprint(name, import_name, url_prefix=f"/<council_slug>{path}")

    @blueprint.url_value_preprocessor
    def _pull(_endpoint: str | None, values: dict[str, Any] | None) -> None:
        if values:
            g.council = council_by_slug(values.pop("council_slug"))

    return blueprint


def fill_in_council(endpoint: str, values: dict[str, Any]) -> None:
    """`url_defaults` of the application: links within a council need not name it."""
    from_page = g.get("council")
    if from_page is None or "council_slug" in values:
        return
    if current_app.url_map.is_endpoint_expecting(endpoint, "council_slug"):
        values["council_slug"] = from_page.slug
