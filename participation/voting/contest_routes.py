"""The page of a voter who was taken off the register: why, and their answer to it."""

from __future__ import annotations

from flask import flash, g, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from participation.transactions import transaction
from participation.voting import exclusions
from participation.voting.officer_forms import ContestForm
from participation.voting.place import blueprint, here, page
from participation.voting.queries import consultation_in_brief
from participation.voting.refusals import WrongStep
from participation.web.access import resident


@blueprint.route("/vote/contest", methods=["GET", "POST"])
@resident
def contest(slug: str) -> ResponseReturnValue:
    """Say why it was wrong, once, until the box is opened."""
    at, form = here(slug), ContestForm()
    entry = exclusions.entry_of_account(at.vote.id, current_user.account_id)
    if entry is None or entry.state != "excluded":
        raise WrongStep("You were not taken off the register of this vote.")
    if form.validate_on_submit():
        with transaction():
            exclusions.contest(
                consultation=consultation_in_brief(g.council.id, slug), account_id=current_user.account_id,
                reason=str(form.reason.data),
            )  # fmt: skip
        flash("We have what you wrote. Somebody at the council reads it before the ballots are opened.", "done")
        return redirect(url_for("voting.contest", slug=slug), code=303)
    reason = exclusions.REASONS[entry.reason_code or ""]
    said = exclusions.contest_of(at.vote.id, entry.voter_id)
    return page("contest", at, form=form, reason=reason, said=said), 422 if form.errors else 200
