"""Stub: replaced by the feature."""

from __future__ import annotations

from participation.councils.scope import council_blueprint
from participation.web.access import public

blueprint = council_blueprint("voting", __name__)
