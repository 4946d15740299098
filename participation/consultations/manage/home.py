"""The staff home page: what needs doing, and every consultation."""

from __future__ import annotations

from flask import g, render_template, request

from participation import clock
from participation.consultations import queries
from participation.consultations.duties import duties_of
from participation.consultations.lifecycle import STAGE_WORDS, stage_of
from participation.consultations.manage.door import blueprint
from participation.consultations.queries import Shown
from participation.errors import NotFound
from participation.web.access import Permission, may, staff
from participation.web.paging import asked_page, paged

PARTS = {
    Shown.DRAFTS: "Drafts",
    Shown.UPCOMING: "Opening soon",
    Shown.OPEN: "Open now",
    Shown.WAITING: "To count or to answer",
    Shown.ANSWERED: "Answered",
    Shown.WITHDRAWN: "Withdrawn",
}


@blueprint.get("")
@staff(*Permission)
def home() -> str:
    now = clock.now()
    part = _asked_part()
    listing = paged(
        queries.listed(g.council.id, now=now, shown=part, drafts=may(Permission.EDIT_CONSULTATIONS)),
        number=asked_page(),
    )
    duties = [duty for duty in duties_of(g.council.id, now) if may(duty.permission)]
    return render_template(
        "consultations/manage/home.html",
        duties=duties, listing=listing, part=part, parts=PARTS, counts=queries.counted_by_part(g.council.id, now),
        stage_of=stage_of, now=now, STAGE_WORDS=STAGE_WORDS,
    )  # fmt: skip


def _asked_part() -> Shown | None:
    """The part of the address; None is everything. Raises NotFound for a part that does not exist."""
    asked = request.args.get("show", "")
    if not asked:
        return None
    found = next((part for part in PARTS if part == asked), None)
    if found is None:
        raise NotFound()
    return found
