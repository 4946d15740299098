"""Steps of a budget line, for a vote in which residents balance a budget: one page a line."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from participation import clock
from participation.consultations import service
from participation.consultations.lifecycle import Move
from participation.consultations.line_forms import LineForm, RemoveStepForm, SignOffForm, StepForm
from participation.consultations.lines import add_step, remove_step, set_line, sign_off
from participation.consultations.manage.door import actor_id, asked, blueprint
from participation.consultations.manage.options import option_called
from participation.errors import InvalidInput
from participation.transactions import transaction
from participation.web.access import Permission, staff

BELOW = "/consultations/<slug>/options/<code>/steps"
# Several forms on one page: the fields of this one have names of their own.
SIGN = "sign"


@blueprint.get(BELOW)
@staff(Permission.EDIT_CONSULTATIONS)
def steps(slug: str, code: str) -> ResponseReturnValue:
    """What the line is, the steps it has, and a form for another one."""
    return _page(slug, code)


@blueprint.post(BELOW)
@staff(Permission.EDIT_CONSULTATIONS)
def change_line(slug: str, code: str) -> ResponseReturnValue:
    form = LineForm()
    if not form.validate():
        return _page(slug, code, line=form), 422
    try:
        with transaction():
            locked = asked(slug, lock=True)
            set_line(
                consultation=locked, option=option_called(locked, code), draft=form.draft(), version=form.version.data,
                actor_id=actor_id(),
            )  # fmt: skip
    except InvalidInput as refused:
        return _page(slug, code, line=_said(form, refused)), 422
    return _saved("Line saved.", slug, code)


@blueprint.post(f"{BELOW}/new")
@staff(Permission.EDIT_CONSULTATIONS)
def new_step(slug: str, code: str) -> ResponseReturnValue:
    form = StepForm()
    if not form.validate():
        return _page(slug, code, step=form), 422
    try:
        with transaction():
            locked = asked(slug, lock=True)
            add_step(
                consultation=locked, option=option_called(locked, code), draft=form.draft(), version=form.version.data,
                actor_id=actor_id(),
            )  # fmt: skip
    except InvalidInput as refused:
        return _page(slug, code, step=_said(form, refused)), 422
    return _saved("Step added.", slug, code)


@blueprint.post(f"{BELOW}/sign")
@staff(Permission.EDIT_CONSULTATIONS)
def sign_steps(slug: str, code: str) -> ResponseReturnValue:
    """Say who signed off the steps that came with a copy."""
    form = SignOffForm(prefix=SIGN)
    if not form.validate():
        return _page(slug, code, sign=form), 422
    try:
        with transaction():
            locked = asked(slug, lock=True)
            sign_off(
                consultation=locked, option=option_called(locked, code), by=form.signed_off_by.data or "",
                on=form.signed_off_on.data or clock.today(), version=form.version.data, actor_id=actor_id(),
            )  # fmt: skip
    except InvalidInput as refused:
        return _page(slug, code, sign=_said(form, refused)), 422
    return _saved("Steps signed off.", slug, code)


@blueprint.post(f"{BELOW}/remove")
@staff(Permission.EDIT_CONSULTATIONS)
def drop_step(slug: str, code: str) -> ResponseReturnValue:
    form = RemoveStepForm()
    if not form.validate() or not (form.change.data or "").removeprefix("-").isdecimal():
        raise InvalidInput("That step is not there any more.")
    with transaction():
        locked = asked(slug, lock=True)
        remove_step(
            consultation=locked, option=option_called(locked, code), change_pence=int(form.change.data),
            version=form.version.data, actor_id=actor_id(),
        )  # fmt: skip
    return _saved("Step removed.", slug, code)


def _saved(words: str, slug: str, code: str) -> ResponseReturnValue:
    flash(words, "done")
    return redirect(url_for(".steps", slug=slug, code=code), code=303)


def _said(form: LineForm | SignOffForm, refused: InvalidInput) -> LineForm | SignOffForm:
    """The refusal at the field it is about."""
    field = form[str(refused.facts.get("field", "version"))]
    field.errors = [*field.errors, refused.message]
    return form


def _page(
    slug: str,
    code: str,
    *,
    line: LineForm | SignOffForm | None = None,
    step: LineForm | SignOffForm | None = None,
    sign: LineForm | SignOffForm | None = None,
) -> str:
    consultation = asked(slug)
    service.require_move(consultation, Move.EDIT)
    option = option_called(consultation, code)
    if line is None:
        line = LineForm(formdata=None)
        line.show(option)
    shown = step or StepForm(formdata=None)
    signing = sign or SignOffForm(formdata=None, prefix=SIGN)
    line.version.data = shown.version.data = signing.version.data = consultation.version
    return render_template(
        "consultations/manage/steps.html",
        consultation=consultation, option=option, line=line, step=shown, sign=signing,
        form=sign or step or line,
    )  # fmt: skip
