"""The live picture, for those who moderate and those who commission."""

from __future__ import annotations

from flask import g, render_template

from participation.commissioning.live.fold import waiting
from participation.commissioning.live.picture import picture
from participation.consultations.queries import consultation_by_slug
from participation.councils.scope import council_blueprint
from participation.web.access import Permission, staff

blueprint = council_blueprint("live_manage", __name__, "/manage/live")


@blueprint.get("/<slug>")
@staff(Permission.SEE_NEEDS, Permission.MODERATE)
def live(slug: str) -> str:
    consultation = consultation_by_slug(g.council.id, slug)
    return render_template(
        "commissioning/live.html", consultation=consultation, live=picture(consultation), noted=waiting()
    )
