"""The options of a draft, one page each."""

from __future__ import annotations

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from participation.consultations import service
from participation.consultations.forms import differences
from participation.consultations.lifecycle import Move
from participation.consultations.manage.door import actor_id, asked, blueprint
from participation.consultations.models import CommissioningOption, Consultation
from participation.consultations.move_forms import MoveForm
from participation.consultations.option_form import OptionForm
from participation.consultations.options import add_option, change_option, remove_option
from participation.consultations.queries import services_of
from participation.consultations.refusals import StaleConsultation
from participation.councils.queries import wards_of
from participation.errors import InvalidInput, NotFound
from participation.transactions import transaction
from participation.web.access import Permission, staff

BELOW = "/consultations/<slug>/options"


def option_called(consultation: Consultation, code: str) -> CommissioningOption:
    """Raises NotFound."""
    found = next((option for option in consultation.options if option.code == code), None)
    if found is None:
        raise NotFound()
    return found


def _form(consultation: Consultation, option: CommissioningOption | None = None, **given: object) -> OptionForm:
    form = OptionForm(**given)
    form.offer(services_of(g.council.id), wards_of(g.council.id))
    form.offer_others(one for one in consultation.options if one is not option)
    return form


def _beside(form: OptionForm, refused: InvalidInput) -> None:
    """Say what the service refused beside its field."""
    named = str(refused.facts.get("field", ""))
    beside = form[named if named in form else "title"]
    beside.errors = [*beside.errors, refused.message]


@blueprint.route(f"{BELOW}/new", methods=["GET", "POST"])
@staff(Permission.EDIT_CONSULTATIONS)
def add(slug: str) -> ResponseReturnValue:
    consultation = asked(slug)
    service.require_move(consultation, Move.EDIT)
    form = _form(consultation)
    if request.method == "GET":
        form.version.data = consultation.version
        return _page(form, consultation)
    if not form.validate():
        return _page(form, consultation), 422
    try:
        with transaction():
            locked = asked(slug, lock=True)
            add_option(consultation=locked, draft=form.draft(), version=form.version.data, actor_id=actor_id())
    except StaleConsultation:
        return _compare(form, slug, None)
    except InvalidInput as refused:
        _beside(form, refused)
        return _page(form, asked(slug)), refused.status
    flash("Option added.", "done")
    return redirect(url_for(".consultation", slug=slug, _anchor="options"), code=303)


@blueprint.route(f"{BELOW}/<code>", methods=["GET", "POST"])
@staff(Permission.EDIT_CONSULTATIONS)
def change(slug: str, code: str) -> ResponseReturnValue:
    consultation = asked(slug)
    service.require_move(consultation, Move.EDIT)
    option = option_called(consultation, code)
    form = _form(consultation, option)
    if request.method == "GET":
        form.show(option)
        form.version.data = consultation.version
        return _page(form, consultation, option)
    if not form.validate():
        return _page(form, consultation, option), 422
    try:
        with transaction():
            locked = asked(slug, lock=True)
            change_option(
                consultation=locked, option=option_called(locked, code), draft=form.draft(), version=form.version.data,
                actor_id=actor_id(),
            )  # fmt: skip
    except StaleConsultation:
        return _compare(form, slug, code)
    except InvalidInput as refused:
        _beside(form, refused)
        again = asked(slug)
        return _page(form, again, option_called(again, code)), refused.status
    flash("Option saved.", "done")
    return redirect(url_for(".consultation", slug=slug, _anchor="options"), code=303)


@blueprint.route(f"{BELOW}/<code>/remove", methods=["GET", "POST"])
@staff(Permission.EDIT_CONSULTATIONS)
def remove(slug: str, code: str) -> ResponseReturnValue:
    consultation, form = asked(slug), MoveForm()
    service.require_move(consultation, Move.EDIT)
    option = option_called(consultation, code)
    if not form.validate_on_submit():
        form.version.data = consultation.version
        return render_template(
            "consultations/manage/remove_option.html", form=form, consultation=consultation, option=option
        )
    with transaction():
        locked = asked(slug, lock=True)
        remove_option(
            consultation=locked, option=option_called(locked, code), version=form.version.data, actor_id=actor_id()
        )
    flash("Option removed.", "done")
    return redirect(url_for(".consultation", slug=slug, _anchor="options"), code=303)


def _page(
    form: OptionForm, consultation: Consultation, option: CommissioningOption | None = None,
    theirs: list[tuple[str, str]] | None = None,
) -> str:  # fmt: skip
    return render_template(
        "consultations/manage/option.html", form=form, consultation=consultation, option=option, theirs=theirs
    )


def _compare(form: OptionForm, slug: str, code: str | None) -> ResponseReturnValue:
    """Somebody else saved first: what was typed stays; sending it again keeps it."""
    latest = asked(slug)
    option = option_called(latest, code) if code else None
    theirs = []
    if option is not None:
        saved = _form(latest, option, formdata=None)
        saved.show(option)
        theirs = differences(form, saved)
    form.version.raw_data, form.version.data = None, latest.version
    return _page(form, latest, option, theirs), StaleConsultation.status
