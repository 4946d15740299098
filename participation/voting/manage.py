"""Officers' pages of a vote: set it up, see where it stands, close it early, open the box, count, publish.

No page here shows a figure before publication; afterwards officers read the same result page as everybody.
"""

from __future__ import annotations

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from participation import clock
from participation.audit.record import events_about
from participation.audit.tags import EXPLAINED, Tag
from participation.consultations import service as consultation_service
from participation.consultations.lifecycle import Move, Stage, may_move, phase_of, stage_of
from participation.consultations.models import Consultation
from participation.consultations.move_forms import ReasonForm
from participation.consultations.queries import consultation_by_slug
from participation.councils.scope import council_blueprint
from participation.counting import rule_named
from participation.errors import InvalidInput
from participation.transactions import transaction
from participation.voting import ballot_box, hours, queries, service, what_if
from participation.voting.definition import definition_of
from participation.voting.models import Vote
from participation.voting.progress import steps
from participation.voting.refusals import WrongStep
from participation.voting.result_routes import asked_rule
from participation.voting.results import tie_words
from participation.voting.setup_form import OFFERED, SetUpForm, form_for
from participation.web.access import Permission, staff
from participation.web.words import moment

blueprint = council_blueprint("voting_manage", __name__, "/manage/consultations/<slug>/vote")


def asked(slug: str, *, lock: bool = False) -> Consultation:
    """The consultation of the address, drafts included. Raises ConsultationNotFound."""
    return consultation_by_slug(g.council.id, slug, drafts=True, lock=lock)


def actor_id() -> int:
    return int(current_user.account_id)


@blueprint.get("")
@staff(Permission.RUN_VOTES)
def vote(slug: str) -> ResponseReturnValue:
    """Where the vote stands, what comes next and who must do it."""
    consultation = asked(slug)
    found, phase = queries.find_vote(consultation.id), phase_of(consultation, "vote")
    stage = stage_of(consultation, clock.now())
    definition = definition_of(found, consultation) if found and phase else None
    return render_template(
        "voting/manage/vote.html",
        consultation=consultation, vote=found, phase=phase, stage=stage, definition=definition,
        rule=rule_named(definition.rule) if definition else None, ties=tie_words(definition.ties) if definition else [],
        may_set_up=may_move(consultation, Move.EDIT, clock.now()), may_close=_takes_votes(consultation),
        history=events_about(g.council.id, f"vote:{found.id}") if found else [], explained=EXPLAINED, Tag=Tag,
        steps=steps(
            vote=found, stage=stage, opens=moment(phase.opens_at if phase else None),
            closes=moment(phase.closes_at if phase else None), counted=bool(found and queries.is_counted(found.id)),
        ),
    )  # fmt: skip


def _takes_votes(consultation: Consultation) -> bool:
    vote = queries.find_vote(consultation.id)
    open_now = stage_of(consultation, clock.now()) is Stage.VOTING
    return vote is not None and vote.status in hours.OPEN_STATES and open_now


@blueprint.route("/set-up", methods=["GET", "POST"])
@staff(Permission.RUN_VOTES)
def set_up(slug: str) -> ResponseReturnValue:
    """The money, the ballot and the rule of a draft's vote."""
    consultation = asked(slug)
    consultation_service.require_move(consultation, Move.EDIT)
    found = queries.find_vote(consultation.id)
    form = form_for(_rule_of_settings(found))()
    if request.method == "GET":
        if found is None:
            form.suggest()
        else:
            form.show(found)
        return render_template("voting/manage/set_up.html", form=form, consultation=consultation, vote=found)
    if not form.validate() or not _was_set_up(form, slug):
        return render_template("voting/manage/set_up.html", form=form, consultation=asked(slug), vote=found), 422
    flash("The vote is set up.", "done")
    if form.rule.data != form.settings_for and rule_named(form.rule.data).settings:
        flash("This rule has settings of its own, filled in with the usual values. Check them below.")
        return redirect(url_for(".set_up", slug=slug, _anchor="settings"), code=303)
    return redirect(url_for(".vote", slug=slug), code=303)


def _rule_of_settings(found: Vote | None) -> str:
    """The rule whose settings the form shows: the one it was opened with, as the form itself says."""
    if request.method == "GET":
        return found.rule if found else ""
    named = request.form.get("settings_of", "")
    return named if named in {rule.name for rule in OFFERED} else ""


def _was_set_up(form: SetUpForm, slug: str) -> bool:
    """Whether the service took it; a refusal is said beside its field."""
    try:
        with transaction():
            service.set_up(consultation=asked(slug, lock=True), draft=form.draft(), actor_id=actor_id())
    except InvalidInput as refused:
        named = str(refused.facts.get("field", ""))
        beside = form[named if named in form else "rule"]
        beside.errors = [*beside.errors, refused.message]
        return False
    return True


@blueprint.route("/close", methods=["GET", "POST"])
@staff(Permission.RUN_VOTES)
def close(slug: str) -> ResponseReturnValue:
    """End the vote before its date, with a reason that residents see."""
    consultation, form = asked(slug), ReasonForm()
    if not _takes_votes(consultation):
        raise WrongStep("The vote is not open, so it cannot be closed early.")
    if not form.validate_on_submit():
        page = render_template(
            "voting/manage/close.html", form=form, consultation=consultation, phase=phase_of(consultation, "vote")
        )
        return page, 422 if form.errors else 200
    with transaction():
        service.close_early(consultation=asked(slug), reason_code=form.reason.data, actor_id=actor_id())
    flash("The vote is closed. Residents see why.", "done")
    return redirect(url_for(".vote", slug=slug), code=303)


@blueprint.route("/open-box", methods=["GET", "POST"])
@staff(Permission.RUN_VOTES)
def open_box(slug: str) -> ResponseReturnValue:
    """Open the box, once; the page before says what that means."""
    consultation = asked(slug)
    found = queries.vote_of(consultation.id)
    if request.method == "GET":
        return render_template("voting/manage/open_box.html", consultation=consultation, vote=found)
    with transaction() as act:
        service.open_box(consultation=asked(slug), actor_id=actor_id())
        act.after_commit(ballot_box.scrub)
    flash("The box is open. Ballots are parted from voters, and the key is destroyed. Count them now.", "done")
    return redirect(url_for(".vote", slug=slug), code=303)


@blueprint.post("/count")
@staff(Permission.RUN_VOTES)
def count(slug: str) -> ResponseReturnValue:
    with transaction():
        service.count(consultation=asked(slug), actor_id=actor_id())
    flash("The ballots are counted. The result is closed to everybody until it is published.", "done")
    return redirect(url_for(".vote", slug=slug), code=303)


@blueprint.post("/publish")
@staff(Permission.RUN_VOTES)
def publish(slug: str) -> ResponseReturnValue:
    with transaction():
        service.publish(consultation=asked(slug, lock=True), actor_id=actor_id())
    flash("The result is published.", "done")
    return redirect(url_for("voting.result", slug=slug), code=303)


@blueprint.get("/try-rule")
@staff(Permission.RUN_VOTES)
def try_rule(slug: str) -> ResponseReturnValue:
    """A rehearsal on made-up ballots, at any time; the real ones are for everybody once they are published."""
    consultation = asked(slug)
    definition = definition_of(queries.vote_of(consultation.id), consultation)
    trial = what_if.tried(definition, what_if.made_up(definition), asked_rule(definition))
    return render_template(
        "voting/what_if.html",
        consultation=consultation, definition=definition, trial=trial, rules=what_if.rules_for(definition), published=None,
        rehearsal=True, back_to=url_for(".vote", slug=slug),
    )  # fmt: skip
