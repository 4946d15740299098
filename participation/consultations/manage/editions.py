"""Staff say which languages and formats a consultation is needed in, and add each of them."""

from __future__ import annotations

from functools import partial

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from participation.consultations import cards, editions, queries, service
from participation.consultations.edition_forms import EditionForm, NeededForm
from participation.consultations.lifecycle import Move
from participation.consultations.manage.door import actor_id, asked, blueprint
from participation.consultations.meanings import DELIVERY_MODELS
from participation.consultations.models import Consultation
from participation.consultations.refusals import EditionNotFound
from participation.transactions import transaction
from participation.web.access import Permission, staff

BELOW = "/consultations/<slug>/editions"


@blueprint.route(BELOW, methods=["GET", "POST"], endpoint="editions")
@staff(Permission.EDIT_CONSULTATIONS)
def needed(slug: str) -> ResponseReturnValue:
    """Which are needed, and how each stands. Which ones is settled once the consultation is launched."""
    found, form = asked(slug), NeededForm()
    if request.method == "POST" and form.validate():
        with transaction():
            locked = asked(slug, lock=True)
            service.require_move(locked, Move.EDIT)
            service.require_version(locked, form.version.data)
            editions.need(consultation=locked, codes=form.codes.data or [])
            service.touch(consultation=locked, actor_id=actor_id())
        flash("Saved.", "done")
        return redirect(url_for(".editions", slug=slug), code=303)
    states = editions.states(found)
    if request.method == "GET":
        form.codes.data, form.version.data = list(states), found.version
    page = render_template(
        "consultations/manage/editions.html",
        form=form, consultation=found, states=states, kinds=editions.KIND, declared=editions.declared(found),
    )  # fmt: skip
    return page, 422 if form.errors else 200


@blueprint.route(f"{BELOW}/<edition>", methods=["GET", "POST"])
@staff(Permission.EDIT_CONSULTATIONS)
def edition(slug: str, edition: str) -> ResponseReturnValue:
    """Add one, or bring it up to the English texts as they are now; also after the launch."""
    found, form = asked(slug), EditionForm()
    if edition not in editions.states(found):
        raise EditionNotFound()
    if request.method == "GET":
        saved = next((one for one in found.editions if one.code == edition), None)
        if saved is not None:
            form.show(saved)
        form.version.data = found.version
        return _page(found, edition, form)
    if not form.validate():
        return _page(found, edition, form), 422
    with transaction():
        locked = asked(slug, lock=True)
        service.require_version(locked, form.version.data)
        editions.save(
            consultation=locked, code=edition, title=form.title.data or "", text=form.words.data or "",
            address=form.address.data or "", actor_id=actor_id(),
        )  # fmt: skip
    flash("Saved.", "done")
    return redirect(url_for(".editions", slug=slug), code=303)


def _page(consultation: Consultation, code: str, form: EditionForm) -> str:
    steps = queries.steps_of(consultation.id)
    return render_template(
        "consultations/manage/edition.html",
        form=form, consultation=consultation, kind=editions.KIND[code], delivery_models=DELIVERY_MODELS,
        card_facts=partial(cards.facts_of, consultation=consultation), with_links=cards.with_links,
        lines=[
            (option, steps.get(option.id, [])) for option in consultation.options if option.limits_reason or option.id in steps
        ],
        questions=queries.questions_of(consultation.id),
    )  # fmt: skip
