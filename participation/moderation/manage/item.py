"""One need with everything about it: publish, refuse, hide a part, or leave it to somebody else."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from participation import clock
from participation.errors import Refusal
from participation.moderation import appeals, locks, queries, queue, referrals, service
from participation.moderation.flags import KIND
from participation.moderation.forms import HidePartForm, RefuseForm
from participation.moderation.interests import declare_interest, declare_interest_in_option, interested
from participation.moderation.manage.door import actor_id, asked_filters, blueprint, council_id, kept_filters, read_seen
from participation.moderation.manage.queue import PARTS
from participation.moderation.models import ModerationDecision
from participation.moderation.queue import Shown
from participation.moderation.reasons import REASON, reason_keys
from participation.moderation.refusals import (
    DecidedMeanwhile,
    HeldByAnother,
    InterestDeclared,
    PassageNotThere,
    WaitsForAnswer,
)
from participation.moderation.seen import Seen, seen_of
from participation.moderation.service import Action
from participation.priorities import merging
from participation.priorities.models import Comment, Contribution, Priority
from participation.priorities.similar import similar_to
from participation.transactions import transaction
from participation.web.access import Permission, staff

SAID = {Action.PUBLISH: "Published", Action.REFUSE: "Not published", Action.HIDE_PART: "Published without a part"}
FORMS: dict[str, type[RefuseForm] | type[HidePartForm]] = {"refuse": RefuseForm, "hide_part": HidePartForm}


@blueprint.get("/<public_id>")
@staff(Permission.MODERATE)
def item(public_id: str) -> str:
    """One need with everything decided about it."""
    return _item_page(queries.item(council_id(), public_id), RefuseForm())


@blueprint.get("/<public_id>/hide-part")
@staff(Permission.MODERATE)
def hide_part(public_id: str) -> str:
    """The page on which a part of it is hidden."""
    return _item_page(queries.item(council_id(), public_id), HidePartForm())


@blueprint.post("/<public_id>")
@staff(Permission.MODERATE)
def decide(public_id: str) -> ResponseReturnValue:
    """Publish it, refuse it or hide a part; then the next one is taken and comes up."""
    seen, action = read_seen("seen"), request.form.get("action", "")
    if seen is None or seen.public_id != public_id or action not in set(Action):
        abort(400)
    form = FORMS.get(action, RefuseForm)()
    if action in FORMS and not form.validate():
        return _item_page(queries.item(council_id(), public_id), form, seen), 422
    try:
        with transaction():
            decision = _decide(seen, Action(action), form)
            title, following = decision.priority.title, _take_after(decision.priority)
    except PassageNotThere as refusal:
        form["passage"].errors = [refusal.message]
        return _item_page(queries.item(council_id(), public_id), form, seen), refusal.status
    except (DecidedMeanwhile, HeldByAnother, InterestDeclared, WaitsForAnswer) as refusal:
        return _item_page(queries.item(council_id(), public_id), form, conflict=refusal), refusal.status
    flash(f"{SAID[Action(action)]}: “{title}”", "done")
    return _on_to(following)


def _decide(seen: Seen, action: Action, form: RefuseForm | HidePartForm) -> ModerationDecision:
    answers = form.data if action is not Action.PUBLISH else {}
    return service.decide(
        council_id=council_id(), seen=seen, action=action, moderator_id=actor_id(), reason_code=answers.get("reason"),
        note=answers.get("note") or "", passage=answers.get("passage") or "",
    )  # fmt: skip


def _take_after(priority: Contribution) -> str | None:
    return locks.take_next(council_id=council_id(), moderator_id=actor_id(), filters=asked_filters(), after=priority.id)


def _on_to(following: str | None) -> ResponseReturnValue:
    if following is None:
        return redirect(url_for(".queue", **kept_filters()), code=303)
    return redirect(url_for(".item", public_id=following, **kept_filters()), code=303)


@blueprint.post("/<public_id>/interest")
@staff(Permission.MODERATE)
def interest(public_id: str) -> ResponseReturnValue:
    """The moderator has an interest in it, or in the option it is about: somebody else decides."""
    with transaction():
        priority = queries.item(council_id(), public_id)
        declare = declare_interest_in_option if request.form.get("in") == "option" else declare_interest
        declare(priority=priority, moderator_id=actor_id())
        following = _take_after(priority)
    flash("Somebody else decides about that one.", "done")
    return _on_to(following)


def _item_page(
    need: Contribution, form: RefuseForm | HidePartForm, seen: Seen | None = None, conflict: Refusal | None = None
) -> str:
    """`seen` is kept when the form comes back with a mistake: the decision stays about what was read first.

    After a `conflict` the page shows what it says now, and the form still holds what the moderator typed.
    """
    history = queries.history(need.id)
    latest, now = (history[0] if history else None), clock.now()
    held = locks.held_by_others([need.id], actor_id(), now).get(need.id)
    declared = need.id in interested([need.id], actor_id())
    allowed = {
        action.value: held is None and not declared and service.is_allowed(need, latest, action) for action in Action
    }
    mergeable = isinstance(need, Priority) and need.state in merging.MERGEABLE and held is None and not declared
    near = similar_to(need.consultation_id, need.title, need.need, but=need.id, most=5) if mergeable else []
    return render_template(
        "moderation/item.html",
        need=need, about=need.about if isinstance(need, Comment) else None,
        option=need.option if isinstance(need, Comment) else None,
        referred=referrals.about(need.id), to=referrals.TO, form=form,
        hides=isinstance(form, HidePartForm), history=history, appeals=appeals.decided_appeals_of(need.id),
        reasons=REASON, parts=PARTS, kind=KIND, flags=queue.flags_of([need.id]).get(need.id, []), held=held, declared=declared,
        seen=seen or seen_of(need, latest.id if latest else 0), waiting=queue.counted(council_id())[Shown.WAITING],
        allowed=allowed, near=near, told_in=merging.merge_of([need.id]).get(need.id), may_undo=merging.may_undo,
        told_here=merging.told_here(need.id), kept=kept_filters(), conflict=conflict, now=now,
        keys=reason_keys(),
    )  # fmt: skip
