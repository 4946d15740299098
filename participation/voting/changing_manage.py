"""Pages on which an officer asks to change what a vote asks while residents vote; a second one approves it."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from participation.consultations.models import CommissioningOption, Consultation
from participation.errors import NotFound
from participation.voting import changing, four_eyes, queries
from participation.voting.asking_routes import require_votes
from participation.voting.changing import FigureChange, OptionChange
from participation.voting.definition import Definition, definition_of
from participation.voting.manage_door import ask_for, asked, blueprint
from participation.voting.officer_forms import ChangeFiguresForm, ChangeOptionForm
from participation.voting.refusals import ChangeRefused
from participation.web.access import Permission, staff, step_up


@blueprint.get("/change")
@staff(Permission.RUN_VOTES)
@step_up
def change(slug: str) -> ResponseReturnValue:
    """What can be changed, and what that means for who has voted."""
    consultation = asked(slug)
    require_votes(consultation, "changed")
    return render_template("voting/manage/change.html", consultation=consultation, definition=_definition(consultation))


@blueprint.route("/change/options/<code>", methods=["GET", "POST"])
@staff(Permission.RUN_VOTES)
@step_up
def change_option(slug: str, code: str) -> ResponseReturnValue:
    """Another title, description or cost of an option."""
    consultation = asked(slug)
    require_votes(consultation, "changed")
    option = next((one for one in consultation.options if one.code == code), None)
    if option is None:
        raise NotFound()
    form = ChangeOptionForm()
    if not form.is_submitted():
        form.show(option)
    elif form.validate():
        to = OptionChange(
            code=code,
            title=str(form.title.data),
            description=str(form.description.data),
            cost_pence=form.cost.data or 0,
        )
        return _asked(slug, consultation, form, to, option)
    return _page(consultation, form, option)


@blueprint.route("/change/figures", methods=["GET", "POST"])
@staff(Permission.RUN_VOTES)
@step_up
def change_figures(slug: str) -> ResponseReturnValue:
    """Other money, or fewer options on a ballot."""
    consultation = asked(slug)
    require_votes(consultation, "changed")
    form, definition = ChangeFiguresForm(), _definition(consultation)
    if not form.is_submitted():
        form.budget.data, form.max_choices.data = definition.election.budget, definition.limits.max_choices
    elif form.validate():
        to = FigureChange(budget_pence=form.budget.data or 0, max_choices=form.max_choices.data)
        return _asked(slug, consultation, form, to)
    return _page(consultation, form)


def _definition(consultation: Consultation) -> Definition:
    return definition_of(queries.vote_of(consultation.id), consultation)


def _asked(
    slug: str, consultation: Consultation, form: ChangeOptionForm | ChangeFiguresForm, to: OptionChange | FigureChange,
    option: CommissioningOption | None = None,
) -> ResponseReturnValue:  # fmt: skip
    """Asked for, where it can be changed; what stands against it is said beside its field."""
    vote = queries.vote_of(consultation.id)
    try:
        changing.require_possible(consultation, vote, to)
    except ChangeRefused as refused:
        named = str(refused.facts.get("field", ""))
        beside = form[named if named in form else "reason"]
        beside.errors = [*beside.errors, refused.message]
        return _page(consultation, form, option)
    number = definition_of(vote, consultation).number
    return ask_for(slug, four_eyes.CHANGE, changing.facts_of(to, reason=str(form.reason.data), version=number))


def _page(
    consultation: Consultation, form: ChangeOptionForm | ChangeFiguresForm, option: CommissioningOption | None = None
) -> ResponseReturnValue:
    page = render_template("voting/manage/change_one.html", consultation=consultation, form=form, option=option)
    return page, 422 if form.errors else 200
