"""For moderators: hand over what voters wrote beside their ballots and let us use."""

from __future__ import annotations

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from participation import clock
from participation.consultations.beside import to_be_used
from participation.consultations.queries import consultation_by_slug
from participation.councils.scope import council_blueprint
from participation.priorities import worded
from participation.transactions import transaction
from participation.web.access import Permission, staff

blueprint = council_blueprint("worded_manage", __name__, "/manage/words-beside-votes")


@blueprint.get("/<slug>")
@staff(Permission.MODERATE)
def words(slug: str) -> str:
    """How many texts can be handed over, once the result is published."""
    consultation = consultation_by_slug(g.council.id, slug)
    is_out = consultation.result_published_at is not None
    number = len(to_be_used(consultation.id)) if is_out else 0
    return render_template("priorities/manage/words.html", consultation=consultation, is_out=is_out, number=number)


@blueprint.post("/<slug>")
@staff(Permission.MODERATE)
def bring_in(slug: str) -> ResponseReturnValue:
    """All of them at once. Raises ResultNotOut."""
    with transaction():
        consultation = consultation_by_slug(g.council.id, slug, lock=True)
        number = worded.bring_in(consultation=consultation, actor_id=current_user.account_id, now=clock.now())
    flash(f"{number} {'text waits' if number == 1 else 'texts wait'} for a moderator now.", "done")
    return redirect(url_for("moderation_manage.queue"), code=303)
