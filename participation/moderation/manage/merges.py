"""Merge one need into another that says the same, after reading both; and part them again."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from participation.moderation import merges as service
from participation.moderation import queries
from participation.moderation.manage.door import actor_id, blueprint, council_id, kept_filters, read_seen
from participation.moderation.seen import seen_of
from participation.needs.near_duplicates import care_needed
from participation.priorities.merging import distinct_supporters
from participation.priorities.queries import support_counts
from participation.transactions import transaction
from participation.web.access import Permission, staff


@blueprint.route("/<public_id>/merge/<kept_id>", methods=["GET", "POST"])
@staff(Permission.MODERATE)
def merge(public_id: str, kept_id: str) -> ResponseReturnValue:
    """Both texts side by side, what may make them different, and how many people support either."""
    if request.method == "GET":
        merged, kept = queries.item(council_id(), public_id), queries.item(council_id(), kept_id)
        latest = queries.latest_decisions([merged.id, kept.id])
        return render_template(
            "moderation/merge.html",
            merged=merged, kept=kept, counts=support_counts([merged.id, kept.id]), filters=kept_filters(),
            together=distinct_supporters(merged.id, kept.id),
            care=care_needed(f"{merged.title} {merged.need}", f"{kept.title} {kept.need}"),
            seen={one.id: seen_of(one, latest[one.id].id if one.id in latest else 0) for one in (merged, kept)},
        )  # fmt: skip
    seen, into = read_seen("seen"), read_seen("into")
    if seen is None or into is None or (seen.public_id, into.public_id) != (public_id, kept_id):
        abort(400)
    with transaction():
        service.merge(council_id=council_id(), seen=seen, into=into, moderator_id=actor_id())
    flash("Merged. Both authors are told.", "done")
    return redirect(url_for(".item", public_id=public_id, **kept_filters()), code=303)


@blueprint.post("/<public_id>/unmerge")
@staff(Permission.MODERATE)
def unmerge(public_id: str) -> ResponseReturnValue:
    with transaction():
        service.undo(council_id=council_id(), public_id=public_id, moderator_id=actor_id())
    flash("Parted again. Supporters are as they were.", "done")
    return redirect(url_for(".item", public_id=public_id, **kept_filters()), code=303)
