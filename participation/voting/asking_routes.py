"""Pages on which an officer asks for an act on the vote that a second one approves: close, extend, open, publish, destroy."""

from __future__ import annotations

from flask import render_template, request
from flask.typing import ResponseReturnValue

from participation import clock
from participation.consultations.lifecycle import Stage, phase_of, stage_of
from participation.consultations.models import Consultation
from participation.consultations.move_forms import ReasonForm
from participation.errors import InvalidInput
from participation.transactions import transaction
from participation.voting import four_eyes, hours, queries, schedule, service
from participation.voting.manage_door import ask_for, asked, blueprint
from participation.voting.officer_forms import ExtendVoteForm
from participation.voting.refusals import WrongStep
from participation.web.access import Permission, staff, step_up


def takes_votes(consultation: Consultation) -> bool:
    """Whether votes are taken now, by our clock: for showing what can be asked for."""
    vote = queries.find_vote(consultation.id)
    open_now = stage_of(consultation, clock.now()) is Stage.VOTING
    return vote is not None and vote.status in hours.OPEN_STATES and open_now


def require_votes(consultation: Consultation, what: str) -> None:
    """Raises WrongStep while no votes are taken."""
    if not takes_votes(consultation):
        raise WrongStep(f"The vote is not open, so it cannot be {what}.")


@blueprint.route("/close", methods=["GET", "POST"])
@staff(Permission.RUN_VOTES)
@step_up
def close(slug: str) -> ResponseReturnValue:
    """End the vote before its date, with a reason that residents see."""
    consultation, form = asked(slug), ReasonForm()
    require_votes(consultation, "closed early")
    if form.validate_on_submit():
        return ask_for(slug, four_eyes.CLOSE, {"reason": form.reason.data})
    page = render_template(
        "voting/manage/close.html", form=form, consultation=consultation, phase=phase_of(consultation, "vote")
    )
    return page, 422 if form.errors else 200


@blueprint.route("/extend", methods=["GET", "POST"])
@staff(Permission.RUN_VOTES)
@step_up
def extend(slug: str) -> ResponseReturnValue:
    """Let the vote end later than announced, with a reason that residents read."""
    consultation, form = asked(slug), ExtendVoteForm()
    require_votes(consultation, "extended")
    closes_at = hours.times_of(queries.vote_of(consultation.id).id)[1]
    if request.method == "GET":
        form.show(closes_at)
    elif form.validate():
        try:
            schedule.require_later(consultation, closes_at, form.until)
        except InvalidInput as refused:
            form.day.errors = [refused.message]
        else:
            return ask_for(slug, four_eyes.EXTEND, {"until": form.until.isoformat(), "reason": form.reason.data})
    page = render_template(
        "voting/manage/extend.html", form=form, consultation=consultation, phase=phase_of(consultation, "vote")
    )
    return page, 422 if form.errors else 200


@blueprint.route("/open-box", methods=["GET", "POST"])
@staff(Permission.RUN_VOTES)
@step_up
def open_box(slug: str) -> ResponseReturnValue:
    """Open the box, once; the page before says what that means."""
    consultation = asked(slug)
    found = queries.vote_of(consultation.id)
    if request.method == "GET":
        return render_template("voting/manage/open_box.html", consultation=consultation, vote=found)
    with transaction():
        service.require_openable(consultation=asked(slug))
    return ask_for(slug, four_eyes.OPEN, {"vote": found.public_id})


@blueprint.post("/publish")
@staff(Permission.RUN_VOTES)
@step_up
def publish(slug: str) -> ResponseReturnValue:
    """Ask for the publication of the newest count: that count and no other is published."""
    vote = queries.vote_of(asked(slug).id)
    run = queries.latest_count(vote.id)
    if vote.status != "opened" or run is None:
        raise WrongStep("There is no counted result to publish.")
    return ask_for(slug, four_eyes.PUBLISH, {"count": run.id})


@blueprint.route("/destroy-key", methods=["GET", "POST"])
@staff(Permission.RUN_VOTES)
@step_up
def destroy_key(slug: str) -> ResponseReturnValue:
    """Delete what could still open the box, after the publication."""
    consultation = asked(slug)
    vote = queries.vote_of(consultation.id)
    if vote.status != "published" or vote.key_destroyed_at is not None:
        raise WrongStep("The key is destroyed once, after the result was published.")
    if request.method == "GET":
        return render_template("voting/manage/destroy_key.html", consultation=consultation, vote=vote)
    return ask_for(slug, four_eyes.DESTROY, {"vote": vote.public_id})
