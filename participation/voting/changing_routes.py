"""The public history of what a vote asks: each version, why it was changed, and the text whose SHA-256 the box's log has."""

from __future__ import annotations

from flask import Response
from flask.typing import ResponseReturnValue

from participation.voting import changing
from participation.voting.place import blueprint, here, page
from participation.web.access import public


@blueprint.get("/vote/changes")
@public
def changes(slug: str) -> ResponseReturnValue:
    at = here(slug)
    return page("changes", at, versions=changing.history(at.vote))


@blueprint.get("/vote/changes/<int:version>.json")
@public
def version_file(slug: str, version: int) -> Response:
    """The canonical text of one version, byte for byte: its SHA-256 is in the log of the box."""
    found = changing.version_of(here(slug).vote, version)
    answer = Response(found.text, mimetype="application/json")
    answer.headers["Content-Disposition"] = f'attachment; filename="definition-{version}.json"'
    return answer
