"""Launch with two people: check and ask, then approve or send back."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from participation import clock
from participation.accounts.queries import account_by_id
from participation.consultations import gates, launching, service
from participation.consultations.lifecycle import PHASE_TYPE, Move
from participation.consultations.manage.door import actor_id, asked, blueprint
from participation.consultations.models import Consultation, LaunchRequest
from participation.consultations.move_forms import MoveForm, SendBackForm, asking_form
from participation.consultations.refusals import NotReady, ReasonMissing
from participation.transactions import transaction
from participation.web.access import Permission, staff, step_up

BELOW = "/consultations/<slug>/launch"


@blueprint.route(BELOW, methods=["GET", "POST"])
@staff(Permission.EDIT_CONSULTATIONS)
def launch(slug: str) -> ResponseReturnValue:
    """Every check. Where nobody asked yet: reasons for what is not met, and the request to a second person."""
    found = asked(slug)
    service.require_move(found, Move.LAUNCH)
    form = asking_form(gates.doubts(found))()
    if request.method == "GET":
        form.version.data = found.version
        return _page(found, form)
    if not form.validate():
        return _page(found, form), 422
    reasons = {doubt.code: str(form[doubt.code].data) for doubt in gates.doubts(found)}
    try:
        with transaction():
            launching.ask(
                consultation=asked(slug, lock=True), version=form.version.data, reasons=reasons, actor_id=actor_id()
            )
    except (NotReady, ReasonMissing) as refusal:
        return _page(asked(slug), form), refusal.status
    flash("Sent. Somebody else who edits consultations approves it now.", "done")
    return redirect(url_for(".consultation", slug=slug), code=303)


@blueprint.post(f"{BELOW}/approve")
@staff(Permission.EDIT_CONSULTATIONS)
@step_up
def approve(slug: str) -> ResponseReturnValue:
    """The second person accepts the reasons: it is launched."""
    form = MoveForm()
    try:
        with transaction():
            launching.approve(
                consultation=asked(slug, lock=True), version=form.version.data, seen_hash=request.form.get("seen", ""),
                actor_id=actor_id(),
            )  # fmt: skip
    except (NotReady, ReasonMissing) as refusal:
        found = asked(slug)
        return _page(found, asking_form(gates.doubts(found))()), refusal.status
    flash("Launched. It opens and closes by its dates.", "done")
    return redirect(url_for(".consultation", slug=slug), code=303)


@blueprint.post(f"{BELOW}/send-back")
@staff(Permission.EDIT_CONSULTATIONS)
def send_back(slug: str) -> ResponseReturnValue:
    """The second person does not: the draft goes back, with a note."""
    found, form = asked(slug), SendBackForm()
    if not form.validate():
        return _page(found, form), 422
    with transaction():
        launching.send_back(
            consultation=asked(slug, lock=True),
            version=form.version.data,
            note=form.note.data or "",
            actor_id=actor_id(),
        )
    flash("Sent back. Who asked reads your note.", "done")
    return redirect(url_for(".consultation", slug=slug), code=303)


def _page(consultation: Consultation, form: Any) -> str:
    waiting, last = launching.open_request(consultation), launching.last_request(consultation.id)
    back = SendBackForm() if not isinstance(form, SendBackForm) else form
    for one in (form, back):
        one.version.raw_data, one.version.data = None, consultation.version
    own = waiting is not None and waiting.approval.requested_by == actor_id()
    return render_template(
        "consultations/manage/launch.html",
        form=form, send_back=back, consultation=consultation, problems=gates.problems(consultation),
        doubts=gates.doubts(consultation), waiting=waiting, own=own,
        asker=_asker(waiting), last=last if last is not waiting else None, ages=gates.reading_ages(consultation),
        oldest=gates.OLDEST_READER, phase_type=PHASE_TYPE, now=clock.now(),
        no_reason=launching.NO_REASON,
    )  # fmt: skip


def _asker(waiting: LaunchRequest | None) -> str:
    return (account_by_id(waiting.approval.requested_by).name if waiting else "") or "Somebody"
