"""Residents say how it turned out, when the council answered and again later; everybody reads what was said."""

from __future__ import annotations

from flask import current_app, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from participation import clock
from participation.consultations import follow_routes
from participation.consultations import satisfaction as service
from participation.consultations.queries import consultation_by_slug
from participation.consultations.satisfaction import QUESTIONS, SCALE
from participation.errors import NotFound
from participation.transactions import transaction
from participation.web.access import here, public, resident
from participation.web.forms import Form, needed, radios

blueprint = follow_routes.blueprint
_ANSWERS = [(str(value), words) for value, words in SCALE.items()]


class SatisfactionForm(Form):
    """The three questions; their words are those of every round."""

    met = radios(QUESTIONS["met"], _ANSWERS, rules=[needed("Choose whether it meets the need")])
    told = radios(QUESTIONS["told"], _ANSWERS, rules=[needed("Choose whether you were told enough")])
    heard = radios(QUESTIONS["heard"], _ANSWERS, rules=[needed("Choose whether it made a difference")])


@blueprint.get("/consultations/<slug>/satisfaction")
@public
def satisfaction(slug: str) -> str:
    form = SatisfactionForm(formdata=None)
    answer = None
    if here() and current_user.is_resident:
        answer = service.answer_of(consultation_by_slug(g.council.id, slug), current_user.account_id)
    for question in QUESTIONS if answer is not None else ():
        form[question].data = str(getattr(answer, question))
    return _page(slug, form)


@blueprint.post("/consultations/<slug>/satisfaction")
@resident
def say_satisfaction(slug: str) -> ResponseReturnValue:
    form = SatisfactionForm()
    if not form.validate():
        return _page(slug, form), 422
    with transaction():
        service.say(
            consultation=consultation_by_slug(g.council.id, slug), account_id=current_user.account_id,
            answers={question: int(form[question].data) for question in QUESTIONS},
        )  # fmt: skip
    flash("We have your answers. You can change them until these questions close.", "done")
    return redirect(url_for(".satisfaction", slug=slug), code=303)


def _page(slug: str, form: SatisfactionForm) -> str:
    """Raises NotFound before the council has answered."""
    found = consultation_by_slug(g.council.id, slug)
    if found.response is None:
        raise NotFound()
    threshold = int(current_app.config["SETTINGS"].suppression_threshold)
    return render_template(
        "consultations/satisfaction.html",
        consultation=found, form=form, open_round=service.open_round(found.response.published_at, clock.now()),
        results=service.results(found, threshold), questions=QUESTIONS, scale=SCALE, names=service.NAMES, threshold=threshold,
        next_page=request.path,
    )  # fmt: skip
