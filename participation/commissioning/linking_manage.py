"""The commissioner's page on which a person says what is the same as in an earlier round, and what is not."""

from __future__ import annotations

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from participation import clock
from participation.commissioning import linking
from participation.commissioning.refusals import NotInTheRounds
from participation.consultations.queries import consultation_by_slug
from participation.councils.scope import council_blueprint
from participation.transactions import transaction
from participation.web.access import Permission, staff

blueprint = council_blueprint("linking_manage", __name__, "/manage/earlier-rounds")


@blueprint.get("/<slug>")
@staff(Permission.SEE_NEEDS)
def rounds(slug: str) -> str:
    """Earlier consultations, and for those that asked the same question what is compared."""
    consultation = consultation_by_slug(g.council.id, slug)
    found = linking.earlier_rounds(consultation)
    used = [one.consultation.id for one in linking.same_rounds(consultation)]
    return render_template(
        "commissioning/earlier_rounds.html",
        consultation=consultation,
        rounds=found,
        used=[(one, linking.pairs_of(consultation, one), linking.things_then(one))
              for one in found if one.consultation.id in used],
        now=linking.things_now(consultation),
    )  # fmt: skip


@blueprint.post("/<slug>/<int:earlier>/question")
@staff(Permission.SEE_NEEDS)
def question(slug: str, earlier: int) -> ResponseReturnValue:
    """Whether an earlier consultation asked the same question."""
    same = request.form.get("same") == "yes"
    _say(slug, earlier, linking.QUESTION, "", "", same=same)
    flash("Saved. The earlier round is compared." if same else "Saved. The earlier round is not compared.", "done")
    return redirect(url_for(".rounds", slug=slug), code=303)


@blueprint.post("/<slug>/<int:earlier>/things")
@staff(Permission.SEE_NEEDS)
def things(slug: str, earlier: int) -> ResponseReturnValue:
    """Whether a need or an option is the same as one then."""
    kind, _, code = request.form.get("now", "").partition(":")
    then_kind, _, earlier_code = request.form.get("then", "").partition(":")
    if not code or kind != then_kind:
        raise NotInTheRounds()
    same = request.form.get("same") == "yes"
    _say(slug, earlier, kind, code, earlier_code, same=same)
    flash("Saved. They are compared as the same." if same else "Saved. They are not compared.", "done")
    return redirect(url_for(".rounds", slug=slug), code=303)


def _say(slug: str, earlier: int, kind: str, code: str, earlier_code: str, *, same: bool) -> None:
    with transaction():
        linking.say(
            consultation=consultation_by_slug(g.council_id, slug),
            earlier_id=earlier,
            kind=kind,
            code=code,
            earlier_code=earlier_code,
            same=same,
            account_id=current_user.account_id,
            now=clock.now(),
        )
