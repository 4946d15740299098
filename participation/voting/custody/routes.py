"""Pages of the key: officers name its three holders; each holder makes, repeats and at the opening enters a phrase."""

from __future__ import annotations

from flask import Response, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from participation import clock
from participation.consultations import service as consultation_service
from participation.consultations.lifecycle import Move, may_move
from participation.consultations.models import Consultation
from participation.extensions import db
from participation.transactions import transaction
from participation.voting import ballot_box, queries
from participation.voting.custody import ceremony, holders
from participation.voting.manage_door import actor_id, asked, blueprint
from participation.voting.models import Vote
from participation.voting.officer_forms import HoldersForm, PhraseForm
from participation.voting.refusals import HoldersRefused, WrongPhrase
from participation.web.access import Permission, staff, step_up


@blueprint.route("/holders", methods=["GET", "POST"])
@staff(Permission.RUN_VOTES)
@step_up
def name_holders(slug: str) -> ResponseReturnValue:
    """Name the three people of whom any two open the box."""
    consultation, form = asked(slug), HoldersForm()
    consultation_service.require_move(consultation, Move.EDIT)
    vote = queries.vote_of(consultation.id)
    people = holders.candidates(consultation.council_id)
    form.offer(people)
    if request.method == "GET":
        form.show([one.account_id for one in holders.holders_of(vote.id)])
    elif form.validate() and _were_named(form, slug):
        flash("The key-holders are named. Each of them is told by email what to do.", "done")
        return redirect(url_for(".vote", slug=slug), code=303)
    page = render_template("voting/manage/holders.html", form=form, consultation=asked(slug), people=people)
    return page, 422 if form.errors else 200


def _were_named(form: HoldersForm, slug: str) -> bool:
    try:
        with transaction():
            holders.name_holders(consultation=asked(slug, lock=True), account_ids=form.chosen, actor_id=actor_id())
    except HoldersRefused as refused:
        form.holder_1.errors = [refused.message]
        return False
    return True


@blueprint.get("/key")
@staff(Permission.HOLD_KEYS)
@step_up
def key(slug: str) -> ResponseReturnValue:
    """A holder's own page: what they have to do now."""
    return _key_page(slug, PhraseForm())


@blueprint.post("/key/phrase")
@staff(Permission.HOLD_KEYS)
@step_up
def make_phrase(slug: str) -> ResponseReturnValue:
    """Answered directly and not by a redirect: the phrase is in this one answer and nowhere else."""
    with transaction():
        phrase = holders.make_phrase(consultation=asked(slug, lock=True), account_id=actor_id())
    db.session.rollback()
    page = render_template("voting/manage/phrase.html", consultation=asked(slug), words=phrase.split())
    return _not_kept(page)


@blueprint.post("/key")
@staff(Permission.HOLD_KEYS)
@step_up
def enter_phrase(slug: str) -> ResponseReturnValue:
    """The phrase once more: a half of the opening once officers agreed to it, a rehearsal at any time before."""
    form = PhraseForm()
    if not form.validate():
        return _key_page(slug, form), 422
    try:
        with transaction() as act:
            told = _entered(asked(slug, lock=True), str(form.password.data))
            act.after_commit(ballot_box.scrub)
    except WrongPhrase as refused:
        form.password.errors = [refused.message]
        return _key_page(slug, form), refused.status
    flash(told, "done")
    return redirect(url_for(".key", slug=slug), code=303)


def _entered(consultation: Consultation, phrase: str) -> str:
    if not _is_wanted(queries.vote_of(consultation.id)):
        holders.rehearse(consultation=consultation, account_id=actor_id(), phrase=phrase)
        return "That is your phrase. Keep it safe until the vote has closed."
    if ceremony.enter_phrase(consultation=consultation, account_id=actor_id(), phrase=phrase):
        return "The box is open. Officers count the ballots now."
    return "Your half is in. A second key-holder must enter theirs within 15 minutes."


def _key_page(slug: str, form: PhraseForm) -> Response:
    consultation = asked(slug)
    vote = queries.vote_of(consultation.id)
    holder = holders.holder_of(vote.id, actor_id())
    entered = ceremony.entries(vote, clock.now())
    return _not_kept(
        render_template(
            "voting/manage/key.html",
            form=form, consultation=consultation, vote=vote, holder=holder,
            drafted=may_move(consultation, Move.EDIT, clock.now()),
            mine=any(one.slot == holder.slot for one in entered), others=any(one.slot != holder.slot for one in entered),
            wanted=_is_wanted(vote), together=ceremony.TOGETHER,
        )
    )  # fmt: skip


def _is_wanted(vote: Vote) -> bool:
    """Whether phrases are wanted now to open the box."""
    return vote.status == "closed" and vote.opening_approved_at is not None


def _not_kept(page: str) -> Response:
    """No browser or proxy keeps these pages."""
    response = make_response(page)
    response.headers["Cache-Control"] = "no-store"
    return response
