"""The queue: what waits, filtered; take the next one; decide about several at once."""

from __future__ import annotations

from dataclasses import dataclass

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from participation import clock
from participation.errors import NotFound
from participation.moderation import locks, queries, queue, service
from participation.moderation.flags import KIND, KINDS
from participation.moderation.manage.door import actor_id, asked_filters, blueprint, council_id, kept_filters
from participation.moderation.queue import Filters, Shown
from participation.moderation.reasons import REASON, reason_keys
from participation.moderation.seen import Seen, seen_of
from participation.moderation.service import Action, Decided
from participation.priorities.models import Contribution
from participation.transactions import transaction
from participation.web.access import Permission, staff
from participation.web.paging import Listing, asked_page, paged
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
LONGEST_NOTE = 1000


@dataclass(frozen=True, slots=True)
class Typed:
    """What a decision about several held when something was missing, so that nothing of it is lost: the values that were
    ticked, the reason, the note, and the `problem` with the control that it is about."""

    ticked: frozenset[str] = frozenset()
    reason: str = ""
    note: str = ""
    problem: str = ""
    at: str = ""


@blueprint.get("", endpoint="queue")
@staff(Permission.MODERATE)
def show_queue() -> str:
    shown = next((part for part in PARTS if part == request.args.get("show", Shown.WAITING)), None)
    if shown is None:
        raise NotFound()
    return _queue_page(shown, Typed())


def _queue_page(shown: Shown, typed: Typed) -> str:
    filters, now = asked_filters(), clock.now()
    needs = _listed(shown, filters, typed)
    ids = [need.id for need in needs.rows]
    decisions = queries.latest_decisions(ids)
    seen = {need.id: seen_of(need, decisions[need.id].id if need.id in decisions else 0) for need in needs.rows}
    return render_template(
        "moderation/queue.html",
        needs=needs, shown=shown, parts=PARTS, to_read=shown in TO_READ, counts=queue.counted(council_id()), filters=filters,
        kept=kept_filters(), consultations=queue.consultations_with_needs(council_id()), decisions=decisions, reasons=REASON,
        written=queue.KINDS, kinds=KINDS, kind=KIND, flags=queue.flags_of(ids), flags_waiting=queue.flags_waiting(council_id()),
        waits=queue.waits(council_id(), now), now=now, held=locks.held_by_others(ids, actor_id(), now),
        seen=seen,
        typed=typed, keys=reason_keys(), elsewhere=sorted(typed.ticked - {str(one) for one in seen.values()}),
    )  # fmt: skip


def _listed(shown: Shown, filters: Filters, typed: Typed) -> Listing[Contribution]:
    """The page of the queue that is asked for. Where others emptied it meanwhile, what was typed comes back on the first."""
    try:
        return paged(queue.queue(council_id(), shown, filters), number=asked_page())
    except NotFound:
        if not typed.problem:
            raise
        return paged(queue.queue(council_id(), shown, filters), number=1)


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


@blueprint.post("/decide-several")
@staff(Permission.MODERATE)
def decide_several() -> ResponseReturnValue:
    """Publish what is ticked or the whole page that was shown, or refuse what is ticked for one reason."""
    which = request.form.get("which")
    if which not in ("ticked", "page", "refuse"):
        abort(400)
    read = [Seen.read(text) for text in request.form.getlist("shown" if which == "page" else "ticked")]
    seen = [one for one in read if one is not None]
    action = Action.REFUSE if which == "refuse" else Action.PUBLISH
    reason, note = request.form.get("reason") or None, request.form.get("note", "").strip()[:LONGEST_NOTE]
    problem, at = ("", "") if seen else ("Nothing was ticked, so nothing was changed.", "needs")
    if seen and action is Action.REFUSE and reason not in REASON:
        problem, at = "Choose why they are not published. Nothing was changed.", "reason"
    shown = next((part for part in TO_READ if part == request.form.get("show")), Shown.WAITING)
    if problem:
        ticked = frozenset(request.form.getlist("ticked"))
        return _queue_page(shown, Typed(ticked, reason or "", note, problem, at)), 422
    with transaction():
        done = service.decide_all(
            council_id=council_id(), seen=seen, action=action, moderator_id=actor_id(), reason_code=reason, note=note,
        )  # fmt: skip
    _tell(done, action)
    return redirect(url_for(".queue", show=shown.value, **kept_filters()), code=303)


def _tell(done: Decided, action: Action) -> None:
    what = "not published, and the authors are told" if action is Action.REFUSE else "published"
    if done.done:
        flash(f"{plural(done.done, 'text was', 'texts were')} {what}.", "done")
    if done.skipped:
        flash(
            f"{plural(done.skipped, 'text was', 'texts were')} left as before: somebody else reads or decided it, the author "
            "changed or withdrew it, it was referred, or you have an interest in it."
        )
