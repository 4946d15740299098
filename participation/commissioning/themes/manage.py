"""The pages of the people who own the codebook: suggest, name, merge, split, rename, assign."""

from __future__ import annotations

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from participation import clock
from participation.budgets.queries import groups_of
from participation.commissioning.themes import queries, service, suggesting
from participation.commissioning.themes.forms import MergeForm, SplitForm, ThemeForm
from participation.commissioning.themes.models import Theme
from participation.commissioning.themes.refusals import NameTaken, NothingChosen
from participation.councils.scope import council_blueprint
from participation.errors import Refusal
from participation.priorities.models import OwnWords
from participation.transactions import transaction
from participation.web.access import Permission, staff
from participation.web.paging import asked_page, paged

blueprint = council_blueprint("theme_manage", __name__, "/manage/themes")
# Three forms on one page: their fields have names of their own.
SPLIT, MERGE = "split", "merge"
owners = staff(Permission.SEE_NEEDS, Permission.MODERATE)


@blueprint.get("")
@owners
def index() -> str:
    """The services, and how far each is."""
    coverage = queries.coverage(g.council.id)
    rows = [(group, coverage[group.id]) for group in groups_of(g.council.id) if group.id in coverage]
    return render_template("commissioning/themes/index.html", rows=rows)


@blueprint.get("/<code>")
@owners
def service_page(code: str) -> str:
    return _service_page(code, ThemeForm())


@blueprint.post("/<code>/new")
@owners
def create(code: str) -> ResponseReturnValue:
    """A new theme, with the needs that were ticked under it."""
    form = ThemeForm()
    if not form.validate_on_submit():
        return _service_page(code, form), 422
    try:
        with transaction():
            group, now = queries.group_of(g.council.id, code), clock.now()
            theme = service.create(
                group=group,
                name=form.name.data,
                name_cy=form.name_cy.data or "",
                definition=form.definition.data or "",
                account_id=current_user.account_id,
                now=now,
            )
            name = theme.name
    except NameTaken as refusal:
        return _service_page(code, _with_error(form, refusal)), refusal.status
    flash(f"“{name}” is a theme now. Put needs under it.", "done")
    return redirect(url_for(".service_page", code=code), code=303)


@blueprint.post("/<code>/assign")
@owners
def assign(code: str) -> ResponseReturnValue:
    """Put the ticked needs under one theme: read one by one, or accepted as suggested."""
    how = "accepted" if request.form.get("how") == "accepted" else "read"
    with transaction():
        theme = queries.theme_by_public_id(g.council.id, request.form.get("theme", ""), lock=True)
        needs = queries.needs_by_public_id(theme.group_id, request.form.getlist("needs"))
        number = service.assign(theme=theme, needs=needs, how=how, account_id=current_user.account_id, now=clock.now())
        name = theme.name
    flash(f"{number} {'need is' if number == 1 else 'needs are'} now under “{name}”.", "done")
    return redirect(url_for(".service_page", code=code, page=request.form.get("page") or None), code=303)


@blueprint.get("/theme/<public_id>")
@owners
def theme(public_id: str) -> str:
    found = queries.theme_by_public_id(g.council.id, public_id)
    return _theme_page(found, ThemeForm(obj=found))


@blueprint.post("/theme/<public_id>/rename")
@owners
def rename(public_id: str) -> ResponseReturnValue:
    form = ThemeForm()
    if not form.validate_on_submit():
        return _theme_page(queries.theme_by_public_id(g.council.id, public_id), form), 422
    try:
        with transaction():
            service.rename(
                council_id=g.council.id,
                public_id=public_id,
                version=form.version.data,
                name=form.name.data,
                name_cy=form.name_cy.data or "",
                definition=form.definition.data or "",
                account_id=current_user.account_id,
                now=clock.now(),
            )
    except NameTaken as refusal:
        found = queries.theme_by_public_id(g.council.id, public_id)
        return _theme_page(found, _with_error(form, refusal)), refusal.status
    flash("The theme is saved.", "done")
    return redirect(url_for(".theme", public_id=public_id), code=303)


@blueprint.post("/theme/<public_id>/merge")
@owners
def merge(public_id: str) -> ResponseReturnValue:
    form = MergeForm(prefix=MERGE)
    form.into.choices = _others(queries.theme_by_public_id(g.council.id, public_id))
    if not form.validate_on_submit():
        found = queries.theme_by_public_id(g.council.id, public_id)
        return _theme_page(found, ThemeForm(obj=found), merging=form), 422
    with transaction():
        kept = service.merge(
            council_id=g.council.id,
            public_id=public_id,
            version=form.version.data,
            into=form.into.data,
            account_id=current_user.account_id,
            now=clock.now(),
        ).public_id
    flash("The themes are merged.", "done")
    return redirect(url_for(".theme", public_id=kept), code=303)


@blueprint.post("/theme/<public_id>/split")
@owners
def split(public_id: str) -> ResponseReturnValue:
    form = SplitForm(prefix=SPLIT)
    problem: Refusal | None = None
    if form.validate_on_submit():
        try:
            with transaction():
                made = service.split(
                    council_id=g.council.id,
                    public_id=public_id,
                    version=form.version.data,
                    name=form.name.data,
                    needs=request.form.getlist("needs"),
                    account_id=current_user.account_id,
                    now=clock.now(),
                ).public_id
            flash("The ticked needs are under a theme of their own.", "done")
            return redirect(url_for(".theme", public_id=made), code=303)
        except (NameTaken, NothingChosen) as refusal:
            problem = refusal
    found = queries.theme_by_public_id(g.council.id, public_id)
    if problem is not None:
        form.form_errors.append(problem.message)
    return _theme_page(found, ThemeForm(obj=found), splitting=form, shown=form), 422


@blueprint.post("/theme/<public_id>/retire")
@owners
def retire(public_id: str) -> ResponseReturnValue:
    form = SplitForm(prefix=SPLIT)
    with transaction():
        found = queries.theme_by_public_id(g.council.id, public_id)
        code = found.group.code
        service.retire(
            council_id=g.council.id,
            public_id=public_id,
            version=int(form.version.data or 0),
            account_id=current_user.account_id,
            now=clock.now(),
        )
    flash("The theme is retired. Its needs are under no theme again.", "done")
    return redirect(url_for(".service_page", code=code), code=303)


@blueprint.post("/theme/<public_id>/take-out/<need>")
@owners
def take_out(public_id: str, need: str) -> ResponseReturnValue:
    with transaction():
        found = queries.theme_by_public_id(g.council.id, public_id, lock=True)
        for one in queries.needs_by_public_id(found.group_id, [need]):
            service.unassign(theme=found, need=one, account_id=current_user.account_id, now=clock.now())
    return redirect(url_for(".theme", public_id=public_id), code=303)


def _with_error(form: ThemeForm, refusal: NameTaken) -> ThemeForm:
    form.name.errors = [*form.name.errors, refusal.message]
    return form


def _others(found: Theme) -> list[tuple[str, str]]:
    return [(one.public_id, one.name) for one in queries.themes_of(found.group_id) if one.id != found.id]


def _service_page(code: str, form: ThemeForm) -> str:
    group = queries.group_of(g.council.id, code)
    themes = queries.themes_of(group.id)
    listing = paged(queries.without_theme(group.id), number=asked_page())
    wants_new = request.args.get("possible") == "yes"
    return render_template(
        "commissioning/themes/service.html",
        group=group,
        themes=themes,
        counts=queries.counts([one.id for one in themes]),
        listing=listing,
        suggested=suggesting.suggestions(listing.rows, themes, g.council),
        possible=suggesting.possible_themes(group.id, g.council) if wants_new else None,
        form=form,
    )


def _theme_page(
    found: Theme,
    form: ThemeForm,
    *,
    merging: MergeForm | None = None,
    splitting: SplitForm | None = None,
    shown: SplitForm | None = None,
) -> str:
    listing = paged(queries.needs_under(found.id), number=asked_page())
    joined = merging or MergeForm(formdata=None, version=found.version, prefix=MERGE)
    joined.into.choices = _others(found)
    return render_template(
        "commissioning/themes/theme.html",
        theme=found,
        form=shown or form,
        naming=form,
        merging=joined,
        splitting=splitting or SplitForm(formdata=None, version=found.version, prefix=SPLIT),
        listing=listing,
        count=queries.counts([found.id]).get(found.id, queries.ThemeCount()),
        quotes=_quotes(listing.rows),
        changes=queries.changes(found.id),
    )


def _quotes(needs: list[OwnWords]) -> dict[int, object]:
    return dict(queries.quotes_of([need.id for need in needs]))
