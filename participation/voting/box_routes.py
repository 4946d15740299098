"""The public log of the box, for everybody, while the vote is open and ever after: its lines, its checkpoints, and receipts."""

from __future__ import annotations

from flask import Response, request
from flask.typing import ResponseReturnValue

from participation.errors import NotFound, Refusal
from participation.transactions import transaction
from participation.voting import box_log, box_words, published_log, queries, receipts, sequencer, witness
from participation.voting.forms import FieldErrors, PageErrors
from participation.voting.log.leaves import box_origin
from participation.voting.place import Here, blueprint, here, page
from participation.voting.recounting import PROGRAM
from participation.web.access import public
from participation.web.paging import asked_page, paged

_LONGEST_TYPED = 4000
_CHECKPOINTS_SHOWN = 10


@blueprint.get("/vote/box")
@public
def box(slug: str) -> ResponseReturnValue:
    """The log, brought up to date first where that is due."""
    at = here(slug)
    paused = not witness.knows(box_origin(at.vote.public_id))
    if not paused and sequencer.is_due(at.vote):
        with transaction():
            sequencer.run(queries.vote_of(at.consultation.id))
        at = here(slug)
    return _page(at, paused=paused)


@blueprint.post("/vote/box")
@public
def check_receipt(slug: str) -> ResponseReturnValue:
    """Whether a receipt is genuine and its ballot in the log. A POST, so that no receipt stands in an address."""
    at, typed = here(slug), request.form.get("receipt", "")[:_LONGEST_TYPED]
    try:
        receipt = receipts.genuine_receipt(
            typed, vote=at.vote.public_id, public_key=bytes.fromhex(at.definition.facts["receipt_public_key"])
        )  # fmt: skip
    except Refusal as refused:
        return _page(at, typed=typed, form=PageErrors([FieldErrors("receipt", [refused.message])])), 422
    return _page(at, typed=typed, receipt=receipt, found=box_words.found(at.vote.id, receipt))


@blueprint.get("/vote/box/proof")
@public
def proof(slug: str) -> Response:
    """The proof that a ballot, named by the fingerprint of its receipt (`h`), is in the log: a file to keep."""
    at, fingerprint = here(slug), request.args.get("h", "")
    found = box_log.proof_of(at.vote, receipts.hash_of(fingerprint))
    if found is None:
        raise NotFound(
            "The log has no ballot with this fingerprint. It may not be up to date yet: try again in an hour."
        )
    return _file(found.text, f"{fingerprint[:8]}.tlog-proof")


@blueprint.get("/vote/box/<name>")
@public
def box_file(slug: str, name: str) -> Response:
    """The files of the log as they are now."""
    at = here(slug)
    if at.vote.definition is None or name not in published_log.LIVE:
        raise NotFound()
    return _file(published_log.LIVE[name](at.vote, at.definition), f"{at.consultation.slug}-{name}")


@blueprint.get("/vote/recount.py")
@public
def recount_program(slug: str) -> Response:
    """The program with which anybody checks receipts, proofs and the published files."""
    here(slug)
    return _file(PROGRAM.read_bytes(), "recount.py")


def _page(at: Here, *, paused: bool = False, form: PageErrors | None = None, **values: object) -> str:
    origin = box_origin(at.vote.public_id)
    listing = paged(box_log.newest_first(at.vote.id), number=asked_page())
    return page(
        "box", at, paused=paused, listing=listing, lines=[box_words.line(row) for row in listing.rows],
        checkpoints=box_log.checkpoints_of(origin, newest=_CHECKPOINTS_SHOWN), form=form or PageErrors([]),
        **{"typed": "", "receipt": None, "found": None, **values},
    )  # fmt: skip


def _file(content: str | bytes, name: str) -> Response:
    headers = {"Content-Disposition": f"attachment; filename={name}", "Cache-Control": "no-cache"}
    return Response(content, mimetype="text/plain", headers=headers)
