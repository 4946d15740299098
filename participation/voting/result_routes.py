"""For everybody: how votes are kept secret, the published result and its files, and finding a ballot on the board."""

from __future__ import annotations

from flask import Response, request, url_for
from flask.typing import ResponseReturnValue

from participation.counting import Rule
from participation.errors import NotFound
from participation.voting import breakdowns, exclusions, publication, queries, results, what_if
from participation.voting.definition import Definition
from participation.voting.forms import FieldErrors, PageErrors
from participation.voting.place import Here, blueprint, here, page
from participation.voting.receipts import TrackerRefused, typed_tracker
from participation.web.access import public

_LONGEST_TYPED = 60


@blueprint.get("/vote/secrecy")
@public
def secrecy(slug: str) -> ResponseReturnValue:
    """How a vote is kept secret, and what has to be trusted."""
    return page("secrecy", here(slug))


def _with_result(slug: str) -> Here:
    """The vote, if the registry of phases and stages lets its result be seen now. Raises NotFound."""
    at = here(slug)
    if not at.shows_result:
        raise NotFound()
    return at


@blueprint.get("/vote/find")
@public
def find_ballot(slug: str) -> ResponseReturnValue:
    at = _with_result(slug)
    result = results.published_result(at.vote, at.definition)
    return page("find", at, result=result, typed="", batch=None, form=PageErrors([]))


@blueprint.post("/vote/find")
@public
def found_ballot(slug: str) -> ResponseReturnValue:
    """The batch of a tracker. A POST that answers at once, so that no tracker stands in an address or a log."""
    at = _with_result(slug)
    result = results.published_result(at.vote, at.definition)
    typed = request.form.get("tracker", "")[:_LONGEST_TYPED]
    batch, problem = None, "There is no ballot with this tracker. Check what you typed."
    try:
        batch = queries.batch_of(at.vote.id, typed_tracker(typed))
    except TrackerRefused as refused:
        problem = refused.message
    if batch is None:
        form = PageErrors([FieldErrors("tracker", [problem])])
        return page("find", at, result=result, typed=typed, batch=None, form=form), 422
    ballots = results.ballots_shown(at.definition, queries.ballots_in(at.vote.id, batch))
    return page("find", at, result=result, typed=typed, batch=batch, ballots=ballots, form=PageErrors([]))


@blueprint.get("/result")
@public
def result(slug: str) -> ResponseReturnValue:
    """The published result; before that a page that says when to come back, the same for everybody."""
    at = here(slug)
    if not at.shows_result:
        return page("no_result", at)
    found = results.published_result(at.vote, at.definition)
    names = {ward.code: ward.name for ward in at.consultation.council.wards} if at.definition.table_names else {}
    return page(
        "result", at, result=found, files=publication.files_of(found), excluded=exclusions.counted(at.vote.id),
        tables=[] if found.too_few else breakdowns.tables_of(at.vote.id, at.definition, names),
    )  # fmt: skip


@blueprint.get("/result/another-rule")
@public
def try_rule(slug: str) -> ResponseReturnValue:
    """What another rule would have chosen from the published ballots."""
    at = _with_result(slug)
    found = results.published_result(at.vote, at.definition)
    if found.too_few or not found.has_board:
        raise NotFound()
    payloads = list(queries.opened_payloads(at.vote.id))
    return page(
        "what_if", at, published=found, rules=what_if.rules_for(at.definition), rehearsal=(),
        tie_policy=results.tie_policy,
        trial=what_if.tried(at.definition, payloads, asked_rule(at.definition)), back_to=url_for("voting.result", slug=slug),
    )  # fmt: skip


def asked_rule(definition: Definition) -> Rule:
    """The rule of the address, or the vote's own. Raises NotFound for one that cannot count these ballots."""
    wanted = request.args.get("rule", definition.rule)
    found = next((rule for rule in what_if.rules_for(definition) if rule.name == wanted), None)
    if found is None:
        raise NotFound()
    return found


@blueprint.get("/result/<name>")
@public
def download(slug: str, name: str) -> Response:
    """One published file of the vote."""
    at = _with_result(slug)
    file = publication.file_named(name, vote=at.vote, consultation=at.consultation, definition=at.definition)
    headers = {"Content-Disposition": f"attachment; filename={at.consultation.slug}-{name}"}
    return Response(file.content, mimetype=file.mimetype, headers=headers)
