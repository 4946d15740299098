"""How a new draft begins: from a purpose, or as a copy of one that was held before."""

from __future__ import annotations

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from participation import clock
from participation.consultations import copying
from participation.consultations.blueprints import BLUEPRINTS
from participation.consultations.manage.door import actor_id, asked, blueprint
from participation.consultations.move_forms import MoveForm
from participation.consultations.queries import consultations_of
from participation.transactions import transaction
from participation.web.access import Permission, staff


@blueprint.get("/purposes")
@staff(Permission.EDIT_CONSULTATIONS)
def purposes() -> str:
    """What a consultation can be for, each with the phases it begins with."""
    past = consultations_of(g.council.id, drafts=False)
    return render_template(
        "consultations/manage/purposes.html", blueprints=BLUEPRINTS, today=clock.today(), past=past[:20]
    )


@blueprint.route("/consultations/<slug>/copy", methods=["GET", "POST"])
@staff(Permission.EDIT_CONSULTATIONS)
def copy(slug: str) -> ResponseReturnValue:
    """A new draft with the same texts and options."""
    form, found = MoveForm(), asked(slug)
    if not form.validate_on_submit():
        return render_template("consultations/manage/copy.html", form=form, consultation=found)
    with transaction():
        made = copying.copy(consultation=asked(slug), actor_id=actor_id())
        address = made.slug
    flash("Copied into a draft. Check every text and date before you launch it.", "done")
    return redirect(url_for(".edit", slug=address), code=303)
