"""For staff: the groups that the council's wards are in."""

from __future__ import annotations

from collections.abc import Sequence

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from participation import clock
from participation.councils.forms import GroupNamesForm, wards_form
from participation.councils.groups import DEFAULT_WORD, WardGroups, groups_at, set_groups, sets_of
from participation.councils.queries import council_by_slug, wards_of
from participation.councils.refusals import GroupsRefused
from participation.councils.scope import council_blueprint
from participation.transactions import transaction
from participation.web.access import Permission, staff
from participation.web.forms import Form

blueprint = council_blueprint("council_manage", __name__, "/manage/ward-groups")


@blueprint.get("")
@staff(Permission.ADMINISTER)
def groups() -> str:
    """The groups there are, with their wards."""
    wards = wards_of(g.council.id)
    sets = sets_of(g.council.id)
    now = groups_at(sets, wards)
    lines = (
        [
            (
                name,
                [ward.name for ward in wards if now.code(ward.code) == code],
                sum(ward.population for ward in wards if now.code(ward.code) == code),
            )
            for code, name in now.groups
        ]
        if now
        else []
    )
    lacking = [ward.name for ward in wards if ward.code not in sets[0][1].names] if sets and sets[0][1].names else []
    return render_template("councils/groups.html", groups=now, lines=lines, lacking=lacking)


@blueprint.route("/names", methods=["GET", "POST"])
@staff(Permission.ADMINISTER)
def names() -> ResponseReturnValue:
    """First the names; the wards follow on the next page, which nothing is kept for."""
    form, now = GroupNamesForm(), _now()
    if request.method == "GET":
        form.show(now)
    elif form.validate():
        return _wards_page(form.word.data, form.listed)
    return render_template("councils/group_names.html", form=form), 422 if form.errors else 200


@blueprint.post("/wards")
@staff(Permission.ADMINISTER)
def wards() -> ResponseReturnValue:
    """Which ward is in which group; keeps the whole set at once."""
    word, listed = request.form.get("word", ""), request.form.get("names", "").splitlines()
    found = wards_of(g.council.id)
    form = wards_form(found, listed, _now())
    if not form.validate():
        return _wards_page(word, listed, form=form), 422
    chosen = {ward.code: form[f"ward_{ward.code}"].data for ward in found}
    try:
        with transaction():
            council = council_by_slug(g.council.slug)
            set_groups(council=council, word=word, names=chosen, actor_id=current_user.account_id, now=clock.now())
    except GroupsRefused as refusal:
        form.form_errors.append(refusal.message)
        return _wards_page(word, listed, form=form), 422
    flash("Saved. Needs summaries of consultations that have shown no figures by group yet use these groups.", "done")
    return redirect(url_for(".groups"), code=303)


@blueprint.post("/none")
@staff(Permission.ADMINISTER)
def none() -> ResponseReturnValue:
    """The wards are in no groups any more."""
    with transaction():
        council = council_by_slug(g.council.slug)
        now = _now()
        word = now.word if now else DEFAULT_WORD
        set_groups(council=council, word=word, names={}, actor_id=current_user.account_id, now=clock.now())
    flash("The wards are in no groups any more.", "done")
    return redirect(url_for(".groups"), code=303)


def _now() -> WardGroups | None:
    return groups_at(sets_of(g.council_id), wards_of(g.council_id))


def _wards_page(word: str, listed: Sequence[str], form: Form | None = None) -> str:
    found = wards_of(g.council_id)
    return render_template(
        "councils/group_wards.html",
        form=form or wards_form(found, listed, _now()),
        word=word,
        names=listed,
        wards=found,
    )
