"""Write a consultation, look at it, change it."""

from __future__ import annotations

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from participation import clock
from participation.audit.history import told
from participation.audit.record import events_about
from participation.consultations import gates, launching, service
from participation.consultations.blueprints import BLUEPRINT
from participation.consultations.forms import ConsultationForm, differences
from participation.consultations.lifecycle import MOVES, PHASE_TYPE, STAGE_WORDS, Move, open_phases, stage_of
from participation.consultations.manage.door import actor_id, asked, blueprint
from participation.consultations.meanings import DELIVERY_MODELS
from participation.consultations.queries import services_of
from participation.consultations.refusals import StaleConsultation
from participation.consultations.routes import consultation_page
from participation.transactions import transaction
from participation.web.access import Permission, staff


@blueprint.get("/consultations/<slug>")
@staff(Permission.EDIT_CONSULTATIONS, Permission.MODERATE, Permission.RUN_VOTES)
def consultation(slug: str) -> str:
    """Where it stands, what can be done now, and what happened to it."""
    found, now = asked(slug), clock.now()
    stage = stage_of(found, now)
    events = events_about(g.council.id, f"consultation:{found.id}")
    return render_template(
        "consultations/manage/consultation.html",
        consultation=found, stage=stage, words=STAGE_WORDS[stage], moves=MOVES[stage], Move=Move, phase_type=PHASE_TYPE,
        open_phases=open_phases(found.phases, now), delivery_models=DELIVERY_MODELS,
        waiting=launching.open_request(found) if Move.LAUNCH in MOVES[stage] else None,
        problems=gates.problems(found) if Move.LAUNCH in MOVES[stage] else [],
        history=told(events),
    )  # fmt: skip


@blueprint.get("/consultations/<slug>/preview")
@staff(Permission.EDIT_CONSULTATIONS)
def preview(slug: str) -> str:
    return consultation_page(asked(slug), preview=True)


@blueprint.route("/consultations/new", methods=["GET", "POST"])
@staff(Permission.EDIT_CONSULTATIONS)
def create() -> ResponseReturnValue:
    form = ConsultationForm()
    form.offer(services_of(g.council.id))
    if request.method == "GET":
        form.suggest()
        chosen = BLUEPRINT.get(request.args.get("purpose", ""))
        if chosen is not None:
            form.begin(chosen, clock.today())
        return render_template("consultations/manage/create.html", form=form, chosen=chosen)
    if not form.validate():
        return render_template("consultations/manage/create.html", form=form), 422
    with transaction():
        made = service.create(council_id=g.council.id, draft=form.draft(), actor_id=actor_id())
        slug = made.slug
    flash("Saved as a draft. Only staff can see it.", "done")
    return redirect(url_for(".consultation", slug=slug), code=303)


@blueprint.route("/consultations/<slug>/edit", methods=["GET", "POST"])
@staff(Permission.EDIT_CONSULTATIONS)
def edit(slug: str) -> ResponseReturnValue:
    found = asked(slug)
    service.require_move(found, Move.EDIT)
    form = ConsultationForm()
    form.offer(services_of(g.council.id))
    if request.method == "GET":
        form.show(found)
        return render_template("consultations/manage/edit.html", form=form, consultation=found)
    if not form.validate():
        return render_template("consultations/manage/edit.html", form=form, consultation=found), 422
    try:
        with transaction():
            service.change(
                consultation=asked(slug, lock=True), draft=form.draft(), version=form.version.data, actor_id=actor_id()
            )
    except StaleConsultation:
        return _compare(form, slug)
    flash("Saved.", "done")
    return redirect(url_for(".consultation", slug=slug), code=303)


def _compare(form: ConsultationForm, slug: str) -> ResponseReturnValue:
    """Somebody else saved first: what was typed stays in the form, beside what they saved. Sending it again keeps it."""
    latest = asked(slug)
    theirs = ConsultationForm(formdata=None)
    theirs.offer(services_of(g.council.id))
    theirs.show(latest)
    form.version.raw_data, form.version.data = None, latest.version
    page = render_template(
        "consultations/manage/edit.html", form=form, consultation=latest, theirs=differences(form, theirs)
    )
    return page, StaleConsultation.status
