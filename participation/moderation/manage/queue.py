"""The queue: what waits, filtered; take the next one; publish a page at once."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from participation import clock
from participation.errors import NotFound
from participation.moderation import locks, queries, queue, service
from participation.moderation.flags import KIND, KINDS
from participation.moderation.manage.door import actor_id, asked_filters, blueprint, council_id, kept_filters
from participation.moderation.queue import Shown
from participation.moderation.reasons import REASON
from participation.moderation.seen import Seen, seen_of
from participation.transactions import transaction
from participation.web.access import Permission, staff
from participation.web.paging import asked_page, paged
from participation.web.words import plural

PARTS = {
    Shown.WAITING: "Waiting",
    Shown.UNREAD: "Published, not read yet",
    Shown.PUBLISHED: "Published",
    Shown.REFUSED: "Not published",
    Shown.MERGED: "Merged",
}
# Parts in which a whole page can be published at once.
TO_READ = (Shown.WAITING, Shown.UNREAD)


@blueprint.get("", endpoint="queue")
@staff(Permission.MODERATE)
def show_queue() -> str:
    shown = next((part for part in PARTS if part == request.args.get("show", Shown.WAITING)), None)
    if shown is None:
        raise NotFound()
    filters, now = asked_filters(), clock.now()
    needs = paged(queue.queue(council_id(), shown, filters), number=asked_page())
    ids = [need.id for need in needs.rows]
    decisions = queries.latest_decisions(ids)
    return render_template(
        "moderation/queue.html",
        needs=needs, shown=shown, parts=PARTS, to_read=shown in TO_READ, counts=queue.counted(council_id()), filters=filters,
        kept=kept_filters(), consultations=queue.consultations_with_needs(council_id()), decisions=decisions, reasons=REASON,
        kinds=KINDS, kind=KIND, flags=queue.flags_of(ids), flags_waiting=queue.flags_waiting(council_id()),
        waits=queue.waits(council_id(), now), now=now, held=locks.held_by_others(ids, actor_id(), now),
        seen={need.id: seen_of(need, decisions[need.id].id if need.id in decisions else 0) for need in needs.rows},
    )  # fmt: skip


@blueprint.post("/next")
@staff(Permission.MODERATE)
def take_next() -> ResponseReturnValue:
    """Let go of what the moderator held, and take the next one that nobody reads."""
    left = request.form.get("left", "")
    with transaction():
        before = next(iter(queries.items(council_id(), [left])), None) if left else None
        if before is not None:
            locks.release(priority_id=before.id, moderator_id=actor_id())
        following = locks.take_next(
            council_id=council_id(),
            moderator_id=actor_id(),
            filters=asked_filters(),
            after=before.id if before else None,
        )
    if following is None:
        flash("Nothing is left to read that nobody else is reading.")
        return redirect(url_for(".queue", **kept_filters()), code=303)
    return redirect(url_for(".item", public_id=following, **kept_filters()), code=303)


@blueprint.post("/publish")
@staff(Permission.MODERATE)
def publish_page() -> ResponseReturnValue:
    """Publish what is ticked, or the whole page that was shown."""
    which = request.form.get("which")
    if which not in ("ticked", "page"):
        abort(400)
    read = [Seen.read(text) for text in request.form.getlist("ticked" if which == "ticked" else "shown")]
    seen = [one for one in read if one is not None]
    back = url_for(".queue", show=request.form.get("show") or None, **kept_filters())
    if not seen:
        flash("Nothing was ticked, so nothing was published.")
        return redirect(back, code=303)
    with transaction():
        done = service.publish_all(council_id=council_id(), seen=seen, moderator_id=actor_id())
    if done.published:
        flash(f"{plural(done.published, 'need was', 'needs were')} published.", "done")
    if done.skipped:
        flash(
            f"{plural(done.skipped, 'need was', 'needs were')} left as before: somebody else reads or decided it, the author "
            "changed or withdrew it, or you have an interest in it."
        )
    return redirect(back, code=303)
