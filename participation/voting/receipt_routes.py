"""After casting: that a vote is in the box, its receipt, and taking it out again."""

from __future__ import annotations

import secrets

from flask import Response, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from participation.transactions import transaction
from participation.voting import exclusions, service
from participation.voting.ballot_box import Deposit
from participation.voting.forms import seen_number
from participation.voting.place import Here, blueprint, here, page
from participation.voting.queries import consultation_in_brief
from participation.voting.receipts import nonce_bytes, replay_mark, tracker_of
from participation.voting.refusals import ChangedElsewhere, NothingToWithdraw
from participation.web.access import resident


@blueprint.get("/vote/cast")
@resident
def cast(slug: str) -> ResponseReturnValue:
    """That a vote is in the box, and what can be done about it; never what it says."""
    at = here(slug)
    deposit = at.deposit
    if deposit is None:
        return redirect(url_for("voting.ballot", slug=slug), code=303)
    entry = exclusions.entry_of_account(at.vote.id, current_user.account_id)
    return page(
        "standing", at, deposit=deposit, receipt=deposit.receipt(at.vote.public_id),
        excluded=entry is not None and entry.state == "excluded",
    )  # fmt: skip


@blueprint.get("/vote/receipt")
@resident
def receipt(slug: str) -> ResponseReturnValue:
    """The signed receipt as a text file, without the tracker, which the server does not know."""
    at = here(slug)
    deposit = at.deposit
    if deposit is None or not deposit.counts:
        raise NothingToWithdraw("There is no ballot of yours in the box, so there is no receipt.")
    return _file(at, deposit, tracker="")


@blueprint.post("/vote/receipt")
@resident
def receipt_with_tracker(slug: str) -> ResponseReturnValue:
    """The receipt with the tracker, as a file or for printing: the page that cast the ballot still has the nonce."""
    at = here(slug)
    deposit = at.deposit
    nonce = nonce_bytes(request.form.get("nonce", ""))
    if deposit is None or deposit.replay_hash != replay_mark(at.vote.public_id, nonce):
        raise ChangedElsewhere("Your vote was changed after this page was shown. Use the receipt of the newer vote.")
    tracker = tracker_of(at.vote.public_id, nonce)
    if request.form.get("as") == "print":
        return page("receipt", at, deposit=deposit, receipt=deposit.receipt(at.vote.public_id), tracker=tracker)
    return _file(at, deposit, tracker=tracker)


def _file(at: Here, deposit: Deposit, *, tracker: str) -> Response:
    text = render_template(
        "voting/receipt.txt",
        consultation=at.consultation, definition=at.definition, phase=at.phase, tracker=tracker,
        receipt=deposit.receipt(at.vote.public_id),
    )  # fmt: skip
    headers = {
        "Content-Disposition": f"attachment; filename=receipt-{at.vote.public_id}.txt", "Cache-Control": "no-store",
    }  # fmt: skip
    return Response(text, mimetype="text/plain", headers=headers)


@blueprint.get("/vote/withdraw")
@resident
def withdraw(slug: str) -> ResponseReturnValue:
    at = here(slug)
    deposit = at.deposit
    if not at.is_open or deposit is None or not deposit.counts:
        return redirect(url_for("voting.cast", slug=slug), code=303)
    return page("withdraw", at, deposit=deposit, nonce=secrets.token_hex(16))


@blueprint.post("/vote/withdraw")
@resident
def withdraw_now(slug: str) -> ResponseReturnValue:
    with transaction():
        service.withdraw_ballot(
            consultation=consultation_in_brief(g.council.id, slug), account_id=current_user.account_id,
            nonce=request.form.get("nonce", ""), seen_revision=seen_number(request.form, "revision"),
        )  # fmt: skip
    flash("Your vote was withdrawn. You can vote again until the vote closes.", "done")
    return redirect(url_for("voting.cast", slug=slug), code=303)
