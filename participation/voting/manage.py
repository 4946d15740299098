"""Officers' pages of a vote: set it up, see where it stands and who must do what next, count.

No page here shows a figure before publication; afterwards officers read the same result page as everybody.
"""

from __future__ import annotations

import json

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from participation import clock
from participation.accounts.queries import names_of
from participation.audit.history import told
from participation.audit.record import events_about
from participation.consultations import service as consultation_service
from participation.consultations.lifecycle import Move, may_move, phase_of, stage_of
from participation.counting import rule_named
from participation.errors import InvalidInput
from participation.transactions import transaction
from participation.voting import (
    asking_routes,
    changing,
    changing_manage,
    four_eyes,
    queries,
    register_routes,
    service,
    what_if,
)
from participation.voting.custody import kinds
from participation.voting.custody import routes as key_routes
from participation.voting.custody.kinds import NAMES
from participation.voting.definition import definition_of
from participation.voting.manage_door import actor_id, asked, blueprint
from participation.voting.models import Vote
from participation.voting.progress import standing, steps
from participation.voting.result_routes import asked_rule
from participation.voting.results import tie_policy, tie_words
from participation.voting.setup_form import OFFERED, SetUpForm, form_for
from participation.web.access import Permission, staff

# The pages of these modules hang on the same blueprint.
PAGES = (asking_routes, changing_manage, register_routes, key_routes)

__all__ = ["blueprint"]


@blueprint.get("")
@staff(Permission.RUN_VOTES)
def vote(slug: str) -> ResponseReturnValue:
    """Where the vote stands, what comes next and who must do it."""
    consultation = asked(slug)
    found, phase = queries.find_vote(consultation.id), phase_of(consultation, "vote")
    stage = stage_of(consultation, clock.now())
    definition = definition_of(found, consultation) if found and phase else None
    seen = standing(consultation=consultation, vote=found, stage=stage)
    return render_template(
        "voting/manage/vote.html",
        consultation=consultation, vote=found, phase=phase, stage=stage, definition=definition,
        rule=rule_named(definition.rule) if definition else None, ties=tie_words(definition.ties) if definition else [],
        may_set_up=may_move(consultation, Move.EDIT, clock.now()), may_close=asking_routes.takes_votes(consultation),
        history=told(events_about(g.council.id, f"vote:{found.id}")) if found else [],
        standing=seen, steps=steps(seen), waiting=seen.requests,
        asked_for={one.act for one in seen.requests}, names=names_of(one.requested_by for one in seen.requests),
        NAMES=NAMES,
        changes_asked_for=[
            changing.in_words(json.loads(one.payload)) for one in seen.requests if one.act == four_eyes.CHANGE.name
        ],
    )  # fmt: skip


@blueprint.route("/set-up", methods=["GET", "POST"])
@staff(Permission.RUN_VOTES)
def set_up(slug: str) -> ResponseReturnValue:
    """The money, the ballot and the rule of a draft's vote."""
    consultation = asked(slug)
    consultation_service.require_move(consultation, Move.EDIT)
    found = queries.find_vote(consultation.id)
    form = form_for(_rule_of_settings(found))()
    form.offer_custody(kinds.offered())
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


@blueprint.post("/count")
@staff(Permission.RUN_VOTES)
def count(slug: str) -> ResponseReturnValue:
    with transaction():
        service.count(consultation=asked(slug), actor_id=actor_id())
    flash("The ballots are counted. The result is closed to everybody until it is published.", "done")
    return redirect(url_for(".vote", slug=slug), code=303)


@blueprint.get("/try-rule")
@staff(Permission.RUN_VOTES)
def try_rule(slug: str) -> ResponseReturnValue:
    """A rehearsal on made-up ballots, at any time; the real ones are for everybody once they are published."""
    consultation = asked(slug)
    definition = definition_of(queries.vote_of(consultation.id), consultation)
    number = what_if.FEW if request.args.get("ballots") == str(what_if.FEW) else what_if.MADE_UP
    trial = what_if.tried(definition, what_if.made_up(definition, number), asked_rule(definition))
    return render_template(
        "voting/what_if.html",
        consultation=consultation, definition=definition, trial=trial, rules=what_if.rules_for(definition), published=None,
        rehearsal=(what_if.MADE_UP, what_if.FEW), number=number, tie_policy=tie_policy, back_to=url_for(".vote", slug=slug),
    )  # fmt: skip
