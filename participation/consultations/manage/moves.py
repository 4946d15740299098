"""Take back, close early, give more time, withdraw, answer, and finish."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from participation import clock
from participation.consultations import archiving, service
from participation.consultations.forms import differences
from participation.consultations.lifecycle import PHASE_TYPE, Move, open_phases
from participation.consultations.manage.door import actor_id, asked, blueprint
from participation.consultations.models import Consultation
from participation.consultations.move_forms import ExtendForm, MoveForm, ReasonForm, ResponseForm
from participation.consultations.refusals import NotFinished, PhaseNotOpen, StaleConsultation
from participation.errors import InvalidInput
from participation.transactions import transaction
from participation.web.access import Permission, staff

BELOW = "/consultations/<slug>"


@blueprint.route(f"{BELOW}/recall", methods=["GET", "POST"])
@staff(Permission.EDIT_CONSULTATIONS)
def recall(slug: str) -> ResponseReturnValue:
    """Back to a draft before it opens."""
    found, form = asked(slug), MoveForm()
    service.require_move(found, Move.RECALL)
    if not form.validate_on_submit():
        return render_template("consultations/manage/recall.html", form=form, consultation=found)
    with transaction():
        service.recall(consultation=asked(slug, lock=True), actor_id=actor_id())
    flash("It is a draft again. Residents can no longer see it.", "done")
    return redirect(url_for(".consultation", slug=slug), code=303)


@blueprint.route(f"{BELOW}/close/<kind>", methods=["GET", "POST"])
@staff(Permission.EDIT_CONSULTATIONS)
def close(slug: str, kind: str) -> ResponseReturnValue:
    """End an open phase before its date, with a reason that residents see; a vote is ended by the vote's own page."""
    found, form = asked(slug), ReasonForm()
    service.require_move(found, Move.CLOSE_PHASE)
    if kind == "vote":
        return redirect(url_for("voting_manage.close", slug=slug), code=303)
    phase = next((phase for phase in open_phases(found.phases, clock.now()) if phase.kind == kind), None)
    if phase is None:
        raise PhaseNotOpen()
    if not form.validate_on_submit():
        page = render_template(
            "consultations/manage/close.html", form=form, consultation=found, phase=phase, name=PHASE_TYPE[kind].name
        )
        return page, 422 if form.errors else 200
    with transaction():
        service.close_phase(
            consultation=asked(slug, lock=True), kind=kind, reason_code=form.reason.data, actor_id=actor_id()
        )
    flash("Closed. Residents see why.", "done")
    return redirect(url_for(".consultation", slug=slug), code=303)


@blueprint.route(f"{BELOW}/extend/<kind>", methods=["GET", "POST"])
@staff(Permission.EDIT_CONSULTATIONS)
def extend(slug: str, kind: str) -> ResponseReturnValue:
    """Move the closing date of an open phase, with a reason that residents read."""
    found, form = asked(slug), ExtendForm()
    service.require_move(found, Move.EXTEND)
    phase = next((phase for phase in open_phases(found.phases, clock.now()) if phase.kind == kind), None)
    if phase is None or kind == "vote":
        raise PhaseNotOpen()
    if request.method == "GET":
        form.show(phase.closes_at, found.version)
    elif form.validate():
        try:
            with transaction():
                service.extend_phase(
                    consultation=asked(slug, lock=True), kind=kind, closes_at=form.closes_at, reason=form.reason.data or "",
                    version=form.version.data, actor_id=actor_id(),
                )  # fmt: skip
        except InvalidInput as refusal:
            form.closes_day.errors = [refusal.message]
        else:
            flash("Residents have more time. They read why.", "done")
            return redirect(url_for(".consultation", slug=slug), code=303)
    page = render_template(
        "consultations/manage/extend.html", form=form, consultation=asked(slug), phase=phase, name=PHASE_TYPE[kind].name
    )
    return page, 422 if form.errors else 200


@blueprint.route(f"{BELOW}/withdraw", methods=["GET", "POST"])
@staff(Permission.EDIT_CONSULTATIONS)
def withdraw(slug: str) -> ResponseReturnValue:
    found, form = asked(slug), ReasonForm()
    service.require_move(found, Move.WITHDRAW)
    if found.launched_at is None:
        form.reason.description = "Only staff can see it: residents never saw the draft."
    if not form.validate_on_submit():
        page = render_template("consultations/manage/withdraw.html", form=form, consultation=found)
        return page, 422 if form.errors else 200
    with transaction():
        service.withdraw(consultation=asked(slug, lock=True), reason_code=form.reason.data, actor_id=actor_id())
    flash("Withdrawn.", "done")
    return redirect(url_for(".consultation", slug=slug), code=303)


@blueprint.route(f"{BELOW}/archive", methods=["GET", "POST"])
@staff(Permission.EDIT_CONSULTATIONS)
def archive(slug: str) -> ResponseReturnValue:
    """Finish it: answered, and everything residents chose or said has an outcome."""
    found, form = asked(slug), MoveForm()
    service.require_move(found, Move.ARCHIVE)
    if request.method == "GET":
        form.version.data = found.version
        return _archive_page(form, found)
    try:
        with transaction():
            service.archive(consultation=asked(slug, lock=True), version=form.version.data, actor_id=actor_id())
    except NotFinished as refusal:
        return _archive_page(form, asked(slug)), refusal.status
    flash("Finished. Residents can still read all of it.", "done")
    return redirect(url_for(".consultation", slug=slug), code=303)


def _archive_page(form: MoveForm, consultation: Consultation) -> str:
    return render_template(
        "consultations/manage/archive.html",
        form=form,
        consultation=consultation,
        missing=archiving.missing(consultation),
    )


@blueprint.route(f"{BELOW}/response", methods=["GET", "POST"])
@staff(Permission.EDIT_CONSULTATIONS)
def response(slug: str) -> ResponseReturnValue:
    """ "We asked, you said, we did": the answer that every consultation owes."""
    found, form = asked(slug), ResponseForm()
    service.require_move(found, Move.RESPOND)
    if request.method == "GET":
        form.version.data = found.version
        if found.response is not None:
            form.show(found.response)
        return _response_page(form, found)
    if not form.validate():
        return _response_page(form, found), 422
    try:
        with transaction():
            service.publish_response(
                consultation=asked(slug, lock=True), draft=form.draft(), version=form.version.data, actor_id=actor_id()
            )
    except InvalidInput as refusal:
        form.decided_on.errors = [refusal.message]
        return _response_page(form, asked(slug)), refusal.status
    except StaleConsultation as refusal:
        return _compare(form, asked(slug)), refusal.status
    flash("Published. Residents can read what the council did.", "done")
    return redirect(url_for(".consultation", slug=slug), code=303)


def _response_page(form: ResponseForm, consultation: Consultation, theirs: list[tuple[str, str]] | None = None) -> str:
    return render_template("consultations/manage/response.html", form=form, consultation=consultation, theirs=theirs)


def _compare(form: ResponseForm, latest: Consultation) -> str:
    """Somebody else saved first: what was typed stays; sending it again keeps it."""
    theirs = []
    if latest.response is not None:
        saved = ResponseForm(formdata=None)
        saved.show(latest.response)
        theirs = differences(form, saved)
    form.version.raw_data, form.version.data = None, latest.version
    return _response_page(form, latest, theirs)
