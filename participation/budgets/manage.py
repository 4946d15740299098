"""For staff: bring in budgets and spending. A file is checked first and says what it would change; then it is published."""

from __future__ import annotations

from pathlib import PurePath

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from participation.budgets import delivery_manage, service
from participation.budgets.forms import ChooseFiguresForm, StoreFiguresForm, column_field, columns_form
from participation.budgets.kinds import KIND_WORDS
from participation.budgets.manage_door import blueprint
from participation.budgets.queries import datasets_of
from participation.budgets.refusals import ColumnsUnknown, likely_kind, names_in
from participation.budgets.service import Examined
from participation.budgets.wording import changes_in_words
from participation.councils.tables import Table, as_csv, table_of
from participation.errors import ImportRefused
from participation.transactions import transaction
from participation.web.access import Permission, staff
from participation.web.paging import asked_page, paged

# The pages of this module hang on the same blueprint.
PAGES = (delivery_manage,)

__all__ = ["blueprint"]


@blueprint.get("")
@staff(Permission.ADMINISTER)
def figures() -> str:
    return _choose(ChooseFiguresForm())


@blueprint.post("")
@staff(Permission.ADMINISTER)
def check() -> ResponseReturnValue:
    """Say what a file would change. Nothing is written, so there is no transaction."""
    form = ChooseFiguresForm()
    chosen = form.file.data
    if not form.validate() or not chosen:
        form.file.errors = [*form.file.errors, "Choose a file of figures"]
        return _choose(form)
    try:
        examined = service.examine(
            council=g.council, file_name=PurePath(chosen.filename or "figures.csv").name[:200], data=chosen.read()
        )
    except ColumnsUnknown as unknown:
        return _which_column(unknown.table)
    except ImportRefused as refused:
        form.file.errors = [refused.message]
        return _choose(form)
    ready = StoreFiguresForm(formdata=None, data=_carried(examined))
    return _checked(ready, examined)


@blueprint.post("/columns")
@staff(Permission.ADMINISTER)
def columns() -> ResponseReturnValue:
    """Check a file whose columns somebody has named. "Show its columns" only changes what is asked."""
    form = columns_form(request.form.get("kind", ""))()
    asked = {"council": g.council, "file_name": form.file_name.data or "", "data": (form.figures.data or "").encode()}
    try:
        form.offer(table_of(asked["file_name"], asked["data"]).columns)
    except ImportRefused as refused:
        return _choose(ChooseFiguresForm(formdata=None), refused.message)
    if "show" in request.form or not form.validate():
        return render_template("budgets/columns.html", form=form)
    try:
        examined = service.examine(**asked, columns=form.mapping())
    except ImportRefused as refused:
        form.form_errors.append(refused.message)
        return render_template("budgets/columns.html", form=form)
    return _checked(StoreFiguresForm(formdata=None, data=_carried(examined)), examined)


@blueprint.post("/publish")
@staff(Permission.ADMINISTER)
def publish() -> ResponseReturnValue:
    """Store the figures that were checked; they are read and checked again."""
    form = StoreFiguresForm()
    asked = {"council": g.council, "file_name": form.file_name.data or "", "data": (form.figures.data or "").encode()}
    if not form.validate():
        return _checked(form, service.examine(**asked))
    with transaction():
        service.store(
            examined=service.examine(**asked),
            source=form.source.data,
            licence=form.licence.data,
            actor_id=current_user.account_id,
            role="administrator",
        )
    flash("The figures are published.", "done")
    return redirect(url_for("budget_manage.figures"), code=303)


def _which_column(table: Table) -> str:
    """Ask which column is which, of the kind of file that has most of its names."""
    likely = likely_kind(table)
    form = columns_form(likely.name)(
        formdata=None,
        data={
            "file_name": table.file,
            "figures": as_csv(table, table.columns),
            "kind": likely.name,
            **{column_field(name): column for column, name in names_in(likely, table).items()},
        },
    )
    form.offer(table.columns)
    return render_template("budgets/columns.html", form=form)


def _choose(form: ChooseFiguresForm, problem: str = "") -> str:
    if problem:
        form.file.errors = [problem]
    listing = paged(datasets_of(g.council.id), number=asked_page())
    return render_template("budgets/figures.html", form=form, listing=listing)


def _carried(examined: Examined) -> dict[str, str]:
    return {
        "file_name": examined.table.file,
        "figures": as_csv(examined.table, [column for column in examined.table.columns if column]),
        "source": examined.table.source,
    }


def _checked(form: StoreFiguresForm, examined: Examined) -> str:
    return render_template(
        "budgets/checked.html",
        form=form,
        examined=examined,
        kind=KIND_WORDS[examined.kind.name],
        changes=changes_in_words(examined.difference.changes),
    )
