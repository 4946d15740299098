"""The public page of what became of everything residents chose and said; and its link from the consultation."""

from __future__ import annotations

from datetime import datetime

from flask import g, render_template
from sqlalchemy import exists, select

from participation import clock
from participation.consultations.further import Further
from participation.consultations.models import Consultation
from participation.consultations.queries import consultation_by_slug
from participation.councils.scope import council_blueprint
from participation.extensions import db
from participation.priorities import outcomes
from participation.priorities.evidence import figures_behind
from participation.priorities.models import Outcome
from participation.web.access import public

blueprint = council_blueprint("outcomes", __name__)


@blueprint.get("/consultations/<slug>/outcomes")
@public
def listing(slug: str) -> str:
    """Every option and every published need: what the council says, who does what by when, and what it said before."""
    consultation = consultation_by_slug(g.council.id, slug)
    lines = outcomes.lines_of(consultation)
    return render_template(
        "priorities/outcomes.html",
        consultation=consultation, said=[line for line in lines if line.outcome], unsaid=sum(not line.outcome for line in lines),
        answers=outcomes.ANSWERS, statuses=outcomes.STATUSES, colours=outcomes.COLOURS, is_overdue=outcomes.is_overdue,
        today=clock.today(), figures=figures_behind(line.outcome.id for line in lines if line.outcome),
    )  # fmt: skip


def further_outcomes(consultation: Consultation, _now: datetime) -> list[Further]:
    """For `consultations.further`: linked once something is said."""
    said = db.session.scalar(select(exists().where(Outcome.consultation_id == consultation.id)))
    text = "See what became of each option and each need"
    return [Further(text, "outcomes.listing", {"slug": consultation.slug})] if said else []
