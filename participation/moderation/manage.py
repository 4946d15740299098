"""Moderators read what residents wrote, oldest first, one at a time or a page at once."""

from __future__ import annotations

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from participation.councils.scope import council_blueprint
from participation.errors import NotFound
from participation.moderation import queries, service
from participation.moderation.forms import RefuseForm
from participation.moderation.queries import Shown
from participation.moderation.reasons import REASON
from participation.moderation.refusals import DecidedMeanwhile
from participation.moderation.seen import Seen, seen_of
from participation.moderation.service import Action
from participation.priorities.models import Priority
from participation.transactions import transaction
from participation.web.access import Permission, staff
from participation.web.paging import asked_page, paged
from participation.web.words import plural

blueprint = council_blueprint("moderation_manage", __name__, "/manage/moderation")

PARTS = {
    Shown.WAITING: "Waiting",
    Shown.UNREAD: "Published, not read yet",
    Shown.PUBLISHED: "Published",
    Shown.REFUSED: "Not published",
}
# Parts in which a whole page can be published at once.
TO_READ = (Shown.WAITING, Shown.UNREAD)


@blueprint.get("")
@staff(Permission.MODERATE)
def queue() -> str:
    shown = next((part for part in PARTS if part == request.args.get("show", Shown.WAITING)), None)
    if shown is None:
        raise NotFound()
    slug = request.args.get("consultation", "")
    needs = paged(queries.queue(g.council.id, shown, consultation_slug=slug), number=asked_page())
    decisions = queries.latest_decisions(need.id for need in needs.rows)
    return render_template(
        "moderation/queue.html",
        needs=needs, shown=shown, parts=PARTS, to_read=shown in TO_READ, counts=queries.counted(g.council.id), slug=slug,
        consultations=queries.consultations_with_needs(g.council.id), decisions=decisions, reasons=REASON,
        seen={need.id: seen_of(need, decisions[need.id].id if need.id in decisions else 0) for need in needs.rows},
    )  # fmt: skip


@blueprint.post("/publish")
@staff(Permission.MODERATE)
def publish_page() -> ResponseReturnValue:
    """Publish what is ticked, or the whole page that was shown."""
    which = request.form.get("which")
    if which not in ("ticked", "page"):
        abort(400)
    read = [Seen.read(text) for text in request.form.getlist("ticked" if which == "ticked" else "shown")]
    seen = [one for one in read if one is not None]
    back = url_for(
        ".queue", show=request.form.get("show") or None, consultation=request.form.get("consultation") or None
    )
    if not seen:
        flash("Nothing was ticked, so nothing was published.")
        return redirect(back, code=303)
    with transaction():
        done = service.publish_all(council_id=g.council.id, seen=seen, moderator_id=current_user.account_id)
    _say(done)
    return redirect(back, code=303)


def _say(done: service.Published) -> None:
    if done.published:
        flash(f"{plural(done.published, 'need was', 'needs were')} published.", "done")
    if done.skipped:
        flash(
            f"{plural(done.skipped, 'need was', 'needs were')} left as before: somebody else decided, or the author "
            "changed or withdrew it."
        )


@blueprint.get("/<public_id>")
@staff(Permission.MODERATE)
def item(public_id: str) -> str:
    """One need with everything decided about it."""
    return _item_page(queries.item(g.council.id, public_id), RefuseForm())


@blueprint.post("/<public_id>")
@staff(Permission.MODERATE)
def decide(public_id: str) -> ResponseReturnValue:
    """Publish it or not; then the next one comes up."""
    seen, action = Seen.read(request.form.get("seen", "")), request.form.get("action")
    if seen is None or seen.public_id != public_id or action not in set(Action):
        abort(400)
    form = RefuseForm()
    if action == Action.REFUSE and not form.validate():
        return _item_page(queries.item(g.council.id, public_id), form, seen), 422
    answers = form.data if action == Action.REFUSE else {}
    try:
        with transaction():
            decision = service.decide(
                council_id=g.council.id, seen=seen, action=Action(action), moderator_id=current_user.account_id,
                reason_code=answers.get("reason"), note=answers.get("note") or "",
            )  # fmt: skip
            title, following = decision.priority.title, _next(decision.priority)
    except DecidedMeanwhile as refusal:
        return _item_page(queries.item(g.council.id, public_id), form, conflict=refusal), refusal.status
    flash(f"{'Published' if action == Action.PUBLISH else 'Not published'}: “{title}”", "done")
    slug = request.args.get("consultation") or None
    if following is None:
        return redirect(url_for(".queue", consultation=slug), code=303)
    return redirect(url_for(".item", public_id=following, consultation=slug), code=303)


def _next(need: Priority) -> str | None:
    return queries.next_in_queue(g.council.id, need, consultation_slug=request.args.get("consultation", ""))


def _item_page(
    need: Priority, form: RefuseForm, seen: Seen | None = None, conflict: DecidedMeanwhile | None = None
) -> str:
    """`seen` is kept when the form comes back with a mistake: the decision stays about what was read first.

    After a `conflict` the page shows what it says now, and the form still holds what the moderator typed.
    """
    history = queries.history(need.id)
    latest = history[0] if history else None
    return render_template(
        "moderation/item.html",
        need=need, form=form, history=history, reasons=REASON, following=_next(need), parts=PARTS,
        seen=seen or seen_of(need, latest.id if latest else 0), waiting=queries.counted(g.council.id)[Shown.WAITING],
        may_publish=service.is_allowed(need, latest, Action.PUBLISH), may_refuse=service.is_allowed(need, latest, Action.REFUSE),
        slug=request.args.get("consultation") or None, conflict=conflict,
    )  # fmt: skip
