"""Staff say what became of each option and each need, and see what is overdue."""

from __future__ import annotations

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from participation import clock
from participation.consultations.models import Consultation
from participation.consultations.queries import consultation_by_slug
from participation.councils.scope import council_blueprint
from participation.errors import InvalidInput, NotFound
from participation.priorities import outcomes
from participation.priorities.evidence import figures_behind
from participation.priorities.outcome_form import OutcomeForm
from participation.priorities.refusals import OutcomeChanged
from participation.transactions import transaction
from participation.web.access import Permission, staff
from participation.web.paging import asked_page, paged

blueprint = council_blueprint("outcomes_manage", __name__, "/manage")

BELOW = "/consultations/<slug>/outcomes"


def _consultation(slug: str, *, lock: bool = False) -> Consultation:
    return consultation_by_slug(g.council.id, slug, lock=lock)


@blueprint.get(BELOW)
@staff(Permission.EDIT_CONSULTATIONS)
def listing(slug: str) -> str:
    consultation = _consultation(slug)
    return render_template(
        "priorities/manage/outcomes.html",
        consultation=consultation, lines=outcomes.lines_of(consultation), answers=outcomes.ANSWERS, statuses=outcomes.STATUSES,
        is_overdue=outcomes.is_overdue, today=clock.today(),
    )  # fmt: skip


@blueprint.get("/overdue")
@staff(Permission.EDIT_CONSULTATIONS)
def overdue() -> str:
    """Everything that was promised for a day that is over."""
    listing = paged(outcomes.overdue(g.council.id, clock.today()), number=asked_page())
    return render_template("priorities/manage/overdue.html", listing=listing, statuses=outcomes.STATUSES)


@blueprint.route(f"{BELOW}/<line_code>", methods=["GET", "POST"])
@staff(Permission.EDIT_CONSULTATIONS)
def say(slug: str, line_code: str) -> ResponseReturnValue:
    consultation = _consultation(slug)
    line = _line(consultation, line_code)
    form = OutcomeForm()
    if request.method == "GET":
        if line.outcome:
            form.show(line.outcome)
        return _page(form, consultation, line)
    if not form.validate():
        return _page(form, consultation, line), 422
    try:
        with transaction():
            locked = _consultation(slug, lock=True)
            outcomes.say(
                consultation=locked, line=_line(locked, line_code), draft=form.draft(), version=form.version.data,
                actor_id=current_user.account_id,
            )  # fmt: skip
    except InvalidInput as refusal:
        form[str(refusal.facts.get("field", "owner"))].errors = [refusal.message]
        return _page(form, _consultation(slug), line), refusal.status
    except OutcomeChanged as refusal:
        latest = _line(_consultation(slug), line_code)
        form.version.raw_data, form.version.data = None, latest.outcome.version if latest.outcome else 0
        return _page(form, _consultation(slug), latest, refusal), refusal.status
    flash("Published. Residents can read it.", "done")
    return redirect(url_for(".listing", slug=slug), code=303)


def _line(consultation: Consultation, line_code: str) -> outcomes.Line:
    found = outcomes.line_of(consultation, line_code)
    if found is None:
        raise NotFound()
    return found


def _page(
    form: OutcomeForm, consultation: Consultation, line: outcomes.Line, conflict: OutcomeChanged | None = None
) -> str:
    return render_template(
        "priorities/manage/outcome.html",
        form=form, consultation=consultation, line=line, conflict=conflict, answers=outcomes.ANSWERS, statuses=outcomes.STATUSES,
        figures=figures_behind([line.outcome.id]) if line.outcome else {},
    )  # fmt: skip
