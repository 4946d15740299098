"""The read-only feed of published figures, as JSON. What it says is made of the same frozen summaries as every page and file."""

from __future__ import annotations

from datetime import datetime

from flask import Response, g, jsonify, render_template, request, url_for

from participation import clock
from participation.commissioning.documents import document_of
from participation.commissioning.feed import answers, guide, published, tokens
from participation.commissioning.feed.description import description
from participation.commissioning.feed.refusals import BadQuestion
from participation.commissioning.figures import figures_of
from participation.commissioning.service import frozen_summary
from participation.councils.scope import council_blueprint
from participation.errors import Refusal
from participation.exports.json_writer import plain
from participation.web.access import keyed, public

blueprint = council_blueprint("feed", __name__, "/api/v1")


@blueprint.get("")
@public
def about() -> str:
    """The page for developers: how to get a key, ask, be told, and what is hidden."""
    return render_template("commissioning/feed_guide.html", **guide.page(g.council.id, clock.now()))


@blueprint.get("/openapi.json")
@public
def openapi() -> Response:
    """What the feed takes and gives, as an OpenAPI document. No key needed."""
    return jsonify(description(url_for(".openapi", _external=True).rsplit("/", 1)[0]))


@blueprint.get("/summaries")
@keyed
def summaries() -> Response:
    """Published versions, oldest first, so that whoever follows reads on where they stopped."""
    _require("summaries")
    limit, after = _limit(), request.args.get("after", "")
    found, more = published.page_of_records(
        g.council.id, clock.now(), since=_moment("changed_since"), after=after, limit=limit
    )
    return _listed([answers.record(made) for made in found], more, found[-1].public_id if found else "")


@blueprint.get("/summaries/<public_id>")
@keyed
def summary(public_id: str) -> Response:
    """One published version with all its tables."""
    _require("summaries")
    made = published.published_record(g.council.id, public_id, clock.now())
    return jsonify({**answers.record(made), "document": plain(document_of(frozen_summary(made)))})


@blueprint.get("/summaries/<public_id>/figures")
@keyed
def figures(public_id: str) -> Response:
    """The named figures of one published version."""
    _require("figures")
    made = published.published_record(g.council.id, public_id, clock.now())
    known = list(figures_of(frozen_summary(made)))
    limit, after = _limit(), request.args.get("after", "")
    names = [figure.name for figure in known]
    if after and after not in names:
        raise BadQuestion(name="after")
    start = names.index(after) + 1 if after else 0
    found = known[start : start + limit]
    return _listed(
        [answers.figure(made, one) for one in found], start + limit < len(known), found[-1].name if found else ""
    )


@blueprint.errorhandler(Refusal)
def refused(refusal: Refusal) -> tuple[Response, int]:
    """Refusals of the feed are data too (RFC 9457)."""
    answer = jsonify(answers.problem(refusal))
    answer.content_type = "application/problem+json"
    if refusal.status == 401:
        answer.headers["WWW-Authenticate"] = "Bearer"
    return answer, refusal.status


def _require(scope: str) -> None:
    tokens.require(request.headers.get("Authorization", ""), council_id=g.council.id, scope=scope, now=clock.now())


def _limit() -> int:
    text = request.args.get("limit", str(answers.USUAL))
    if not text.isascii() or not text.isdecimal() or not 1 <= int(text[:9]) <= answers.MOST:
        raise BadQuestion(name="limit")
    return int(text)


def _moment(name: str) -> datetime | None:
    """An ISO moment with its offset from UTC."""
    text = request.args.get(name, "")
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as problem:
        raise BadQuestion(name=name) from problem
    if moment.tzinfo is None:
        raise BadQuestion(name=name)
    return moment


def _listed(items: list[dict[str, object]], more: bool, last: str) -> Response:
    following = url_for(request.endpoint, _external=True, **_asked(last)) if more and request.endpoint else None
    return jsonify(answers.listed(items, following))


def _asked(last: str) -> dict[str, str]:
    """The question once more, from after the last item."""
    return {**(request.view_args or {}), **request.args.to_dict(), "after": last}
