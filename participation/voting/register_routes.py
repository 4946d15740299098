"""Officers' pages of the register after the close: who was taken off, why, and what they say to it."""

from __future__ import annotations

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from participation import clock
from participation.consultations.lifecycle import phase_of
from participation.transactions import transaction
from participation.voting import additions, exclusions, four_eyes, queries
from participation.voting.check_window import window_end
from participation.voting.manage_door import actor_id, ask_for, asked, blueprint
from participation.voting.officer_forms import AddVoterForm, ExcludeForm
from participation.voting.refusals import NotOnTheRoll
from participation.voting.schedule import close_on_time
from participation.web.access import Permission, staff, step_up

VOTER = "/register/<int:voter_id>"


@blueprint.get("/register")
@staff(Permission.RUN_VOTES)
def register(slug: str) -> ResponseReturnValue:
    """Who is off the register, and the form that asks to take somebody off."""
    return _page(slug, ExcludeForm())


@blueprint.post("/register")
@staff(Permission.RUN_VOTES)
@step_up
def exclude(slug: str) -> ResponseReturnValue:
    """Ask a second person to take a voter off the register."""
    form = ExcludeForm()
    if not form.validate():
        return _page(slug, form), 422
    with transaction():
        close_on_time(consultation=asked(slug))
        vote = exclusions.require_window(asked(slug))
        vote_id = vote.id
    try:
        entry = exclusions.voter_named(vote_id, g.council.id, form.email.data)
    except NotOnTheRoll as refused:
        form.email.errors = [refused.message]
        return _page(slug, form), 422
    facts = {"account": entry.voter_id, "reason": form.reason.data}
    return ask_for(slug, four_eyes.EXCLUDE, facts, page=".register")


@blueprint.route("/register/add", methods=["GET", "POST"])
@staff(Permission.RUN_VOTES)
@step_up
def add_voter(slug: str) -> ResponseReturnValue:
    """Ask a second person to put somebody on the register who was left out when it was fixed."""
    form, consultation = AddVoterForm(), asked(slug)
    vote = queries.vote_of(consultation.id)
    if form.is_submitted() and form.validate():
        try:
            account_id = additions.person_named(g.council.id, form.email.data).id
            with transaction():
                additions.require_possible(asked(slug), account_id)
        except NotOnTheRoll as refused:
            form.email.errors = [refused.message]
        else:
            return ask_for(slug, four_eyes.ADD, {"account": account_id, "reason": form.reason.data})
    html = render_template("voting/manage/add_voter.html", consultation=consultation, vote=vote, form=form)
    return html, 422 if form.errors else 200


@blueprint.post(f"{VOTER}/reinstate")
@staff(Permission.RUN_VOTES)
@step_up
def reinstate(slug: str, voter_id: int) -> ResponseReturnValue:
    """Ask a second person to put a voter back on the register."""
    return ask_for(slug, four_eyes.REINSTATE, {"account": voter_id}, page=".register")


@blueprint.post(f"{VOTER}/keep")
@staff(Permission.RUN_VOTES)
@step_up
def keep(slug: str, voter_id: int) -> ResponseReturnValue:
    """Answer a voter that they stay off the register."""
    with transaction():
        exclusions.keep(consultation=asked(slug), voter_id=voter_id, actor_id=actor_id())
    flash("The voter is told that they stay off the register", "done")
    return redirect(url_for(".register", slug=slug), code=303)


def _page(slug: str, form: ExcludeForm) -> str:
    consultation = asked(slug)
    vote = queries.vote_of(consultation.id)
    closed_at, now = vote.closed_at, clock.now()
    ends = window_end(vote, closed_at) if closed_at else None
    voting = phase_of(consultation, "vote")
    is_early = closed_at is None and voting is not None and now < voting.closes_at
    is_over = bool(closed_at and ends and closed_at < ends <= now)
    return render_template(
        "voting/manage/register.html",
        consultation=consultation, vote=vote, form=form, excluded=exclusions.listed(vote.id),
        ends=ends, is_over=is_over, opens=voting.closes_at if voting and is_early else None,
    )  # fmt: skip
