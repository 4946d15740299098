"""Questions beside the ballot of a draft, and what residents answered once the vote is over."""

from __future__ import annotations

from flask import current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from participation import clock
from participation.consultations import beside, queries
from participation.consultations.beside_forms import QuestionForm
from participation.consultations.lifecycle import Move, last_close, may_move
from participation.consultations.manage.door import actor_id, asked, blueprint
from participation.consultations.move_forms import MoveForm
from participation.consultations.refusals import PhaseNotOpen
from participation.errors import InvalidInput
from participation.transactions import transaction
from participation.web.access import Permission, staff

BELOW = "/consultations/<slug>/questions"


@blueprint.get(BELOW)
@staff(Permission.EDIT_CONSULTATIONS)
def questions(slug: str) -> ResponseReturnValue:
    """The questions, and in a draft a form for another one."""
    return _page(slug, QuestionForm())


@blueprint.post(BELOW)
@staff(Permission.EDIT_CONSULTATIONS)
def ask_beside(slug: str) -> ResponseReturnValue:
    form = QuestionForm()
    if not form.validate():
        return _page(slug, form), 422
    try:
        with transaction():
            beside.add_question(
                consultation=asked(slug, lock=True), draft=form.draft(), version=form.version.data, actor_id=actor_id()
            )
    except InvalidInput as refused:
        named = str(refused.facts.get("field", ""))
        beside_field = form[named if named in form else "words"]
        beside_field.errors = [*beside_field.errors, refused.message]
        return _page(slug, form), 422
    flash("Question added.", "done")
    return redirect(url_for(".questions", slug=slug), code=303)


@blueprint.post(f"{BELOW}/<int:version>/remove")
@staff(Permission.EDIT_CONSULTATIONS)
def drop_question(slug: str, version: int) -> ResponseReturnValue:
    """`version` is the position of the question in the draft."""
    form = MoveForm()
    if form.validate():
        with transaction():
            beside.remove_question(
                consultation=asked(slug, lock=True), position=version, version=form.version.data, actor_id=actor_id()
            )
        flash("Question removed.", "done")
    return redirect(url_for(".questions", slug=slug), code=303)


@blueprint.get(f"{BELOW}/answers")
@staff(Permission.MODERATE)
def answers(slug: str) -> ResponseReturnValue:
    """What residents answered. Raises PhaseNotOpen while they still vote: nobody reads how it is going."""
    consultation = asked(slug)
    closed = last_close(consultation.phases)
    if closed is None or clock.now() < closed:
        raise PhaseNotOpen("Answers can be read when the vote is over.")
    threshold = current_app.config["SETTINGS"].suppression_threshold
    return render_template(
        "consultations/manage/answers.html", consultation=consultation, read=beside.read_all(consultation.id),
        threshold=threshold,
    )  # fmt: skip


def _page(slug: str, form: QuestionForm) -> str:
    consultation = asked(slug)
    form.version.raw_data, form.version.data = None, consultation.version
    return render_template(
        "consultations/manage/questions.html", consultation=consultation, form=form, answers_of=beside.answers_of,
        questions=queries.questions_of(consultation.id), may_edit=may_move(consultation, Move.EDIT, clock.now()),
    )  # fmt: skip
