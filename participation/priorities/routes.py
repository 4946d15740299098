"""Residents say what they need, read what others need, and support it."""

from __future__ import annotations

from collections.abc import Callable

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from participation import clock
from participation.consultations.lifecycle import takes_priorities
from participation.consultations.models import Consultation
from participation.consultations.queries import consultation_by_slug
from participation.councils.map import ward_map
from participation.councils.queries import wards_of
from participation.councils.scope import council_blueprint
from participation.eligibility.rules import Failure
from participation.priorities import comments, following, queries, service
from participation.priorities.editing import changeable
from participation.priorities.forms import NeedForm
from participation.priorities.merging import all_told_with, merge_of, told_here, where_told
from participation.priorities.models import Priority
from participation.priorities.queries import Order
from participation.priorities.refusals import EditedElsewhere, NoLongerYours, NotShown, NotTaken, PriorityNotFound
from participation.priorities.screening import MASK
from participation.priorities.similar import similar_to
from participation.priorities.standing import why_apart
from participation.priorities.unsigned_routes import without_account
from participation.priorities.verdicts import verdicts_on
from participation.transactions import transaction
from participation.web.access import here, public, resident
from participation.web.paging import asked_page, paged

blueprint = council_blueprint("priorities", __name__)

# What the public reads of an author's appeal, behind the reason.
APPEALED = {
    "waiting": " Its author asked for another look.",
    "upheld": " Its author asked for another look, and another moderator confirmed it.",
}
BELOW = "/consultations/<slug>/priorities"


def _consultation(slug: str) -> Consultation:
    return consultation_by_slug(g.council.id, slug)


def _visitor_id() -> int | None:
    return current_user.account_id if here() and current_user.is_resident else None


def _why_apart(consultation: Consultation) -> Failure | None:
    """The rule that the visitor does not meet, for the sentence that says so before they write or support."""
    visitor_id = _visitor_id()
    return why_apart(consultation, visitor_id) if visitor_id is not None else None


def _own(slug: str, public_id: str, *, lock: bool = False) -> Priority:
    """A priority of the visitor's own; to everybody else it is not there."""
    priority = queries.priority_by_public_id(_consultation(slug).id, public_id, lock=lock)
    if priority.author_id != current_user.account_id:
        raise PriorityNotFound()
    return priority


@blueprint.get(BELOW)
@public
def listing(slug: str) -> str:
    consultation = _consultation(slug)
    is_open = takes_priorities(consultation, clock.now())
    asked = request.args.get("order", "")
    order = Order.SUPPORT if asked == Order.SUPPORT and not is_open else Order.SHUFFLED
    wards = wards_of(g.council.id)
    group_code, ward_code = request.args.get("service", ""), request.args.get("ward", "")
    query = queries.published(consultation.id, group_code=group_code, ward_code=ward_code, order=order)
    needs = paged(query, number=asked_page())
    ids = [priority.id for priority in needs.rows]
    return render_template(
        "priorities/listing.html",
        consultation=consultation, is_open=is_open, order=order, wards=wards, needs=needs, group_code=group_code,
        ward_code=ward_code, whole_council=queries.WHOLE_COUNCIL, supported=queries.supported_by(_visitor_id(), ids),
        supporters=None if is_open else queries.support_counts(ids), unsigned=without_account(consultation, clock.now()),
    )  # fmt: skip


@blueprint.get(f"{BELOW}/where")
@public
def where(slug: str) -> str:
    """The needs by ward: a map, and the table that says the same."""
    consultation, wards = _consultation(slug), wards_of(g.council.id)
    return render_template(
        "priorities/where.html",
        consultation=consultation, wards=wards, map=ward_map(wards), counts=queries.counted_by_ward(consultation.id),
        whole_council=queries.WHOLE_COUNCIL,
    )  # fmt: skip


@blueprint.route(f"{BELOW}/new", methods=["GET", "POST"])
@resident
def submit(slug: str) -> ResponseReturnValue:
    """Write, check, send. Nothing is kept until it is sent, and nothing typed is lost on the way."""
    consultation = _consultation(slug)
    if not takes_priorities(consultation, clock.now()):
        raise NotTaken()
    form = NeedForm()
    form.offer(consultation, wards_of(g.council.id))
    if request.method == "GET":
        form.group.data = request.args.get("service") or None
        return _need_page("priorities/submit.html", form, consultation)
    if not form.validate():
        return _need_page("priorities/submit.html", form, consultation), 422
    if request.form.get("step") == "change":
        return _need_page("priorities/submit.html", form, consultation)
    if request.form.get("step") == "support":
        return _support_instead(slug)
    if request.form.get("step") != "send":
        return _check_page(form, consultation)
    with transaction():
        priority = service.submit(
            consultation=_consultation(slug),
            author_id=current_user.account_id,
            author_ward_id=current_user.ward_id,
            draft=form.draft(),
        )
        public_id = priority.public_id
    return redirect(url_for(".sent", slug=slug, public_id=public_id), code=303)


def _check_page(form: NeedForm, consultation: Consultation) -> str:
    """What is about to be sent, what was found in it, and what others said already. Nothing is blocked."""
    draft, result = service.screened_draft(form.draft(), consultation.council_id)
    near = similar_to(consultation.id, draft.title, draft.need)
    return render_template(
        "priorities/check.html",
        form=form, consultation=consultation, draft=draft, result=result, near=near,
        supported=queries.supported_by(_visitor_id(), [one.priority.id for one in near]),
    )  # fmt: skip


def _support_instead(slug: str) -> ResponseReturnValue:
    """Somebody else had said it: their need is supported, and what was written is not sent."""
    public_id = request.form.get("similar", "")
    public_id = _about_support(slug, public_id, _support)
    flash("You support this need. What you wrote was not sent.", "done")
    return redirect(url_for(".priority", slug=slug, public_id=public_id), code=303)


def _about_support(slug: str, public_id: str, act: Callable[[Priority], None]) -> str:
    """Do it to the need, or to that which it was merged into since the page was made; the address of the one it was done to.

    No moderator merges it before this is done. One who did so just before is waited for; then it is tried again.
    """
    for last in (False, False, True):
        with transaction():
            found = queries.priority_by_public_id(_consultation(slug).id, where_told(public_id)[-1], hold=True)
            if found.state != "merged" or last:
                act(found)
                return found.public_id
    raise NotTaken()


def _support(need: Priority) -> None:
    service.support(priority=need, account_id=current_user.account_id, ward_id=current_user.ward_id)


def _stop_supporting(need: Priority) -> None:
    service.stop_supporting(priority=need, account_id=current_user.account_id)


def _need_page(template: str, form: NeedForm, consultation: Consultation, priority: Priority | None = None) -> str:
    return render_template(
        template, form=form, consultation=consultation, priority=priority, apart=_why_apart(consultation)
    )


@blueprint.get(f"{BELOW}/<public_id>/sent")
@resident
def sent(slug: str, public_id: str) -> str:
    found = _own(slug, public_id)
    return render_template(
        "priorities/sent.html",
        priority=found, consultation=_consultation(slug), something_masked=MASK in f"{found.title} {found.need}",
    )  # fmt: skip


@blueprint.get(f"{BELOW}/<public_id>")
@public
def priority(slug: str, public_id: str) -> ResponseReturnValue:
    """One need, with what was merged into it; of a merged one, the need it went into."""
    consultation = _consultation(slug)
    found = queries.priority_by_public_id(consultation.id, public_id)
    visitor_id = _visitor_id()
    own = visitor_id is not None and found.author_id == visitor_id
    told_in = merge_of([found.id]).get(found.id)
    if told_in is not None:
        return redirect(url_for(".priority", slug=slug, public_id=told_in.kept.public_id), code=302)
    if not own:
        _require_shown(found)
    is_open = takes_priorities(consultation, clock.now())
    return render_template(
        "priorities/priority.html",
        consultation=consultation, priority=found, own=own, is_open=is_open, told_here=told_here(found.id),
        verdict=verdicts_on([found.id]).get(found.id), comments=comments.published(all_told_with(found.id)),
        stances=comments.STANCES, follows=following.follows(found.id, visitor_id),
        supports=found.id in queries.supported_by(visitor_id, [found.id]), apart=_why_apart(consultation) if is_open else None,
        supporters=None if is_open else queries.support_counts([found.id])[found.id],
    )  # fmt: skip


def _require_shown(found: Priority) -> None:
    """Raises PriorityNotFound for what was never public, NotShown with the public reason for what no longer is."""
    if found.state == "waiting":
        raise PriorityNotFound()
    if found.state == "withdrawn":
        raise NotShown(why="The resident who wrote this need withdrew it.")
    if found.state == "refused":
        verdict = verdicts_on([found.id]).get(found.id)
        reason = f" {verdict.reason}" if verdict and verdict.reason else ""
        appeal = APPEALED.get(verdict.appeal or "", "") if verdict else ""
        raise NotShown(why=f"A moderator decided not to show this need.{reason}{appeal}")


@blueprint.post(f"{BELOW}/<public_id>/support")
@resident
def support(slug: str, public_id: str) -> ResponseReturnValue:
    """Says what should be, not "the other way round": the same form sent twice means the same."""
    wanted = request.form.get("wanted", "yes")
    if wanted not in ("yes", "no"):
        abort(400)
    public_id = _about_support(slug, public_id, _support if wanted == "yes" else _stop_supporting)
    flash("You support this need." if wanted == "yes" else "You no longer support this need.", "done")
    return redirect(url_for(".priority", slug=slug, public_id=public_id), code=303)


@blueprint.post(f"{BELOW}/<public_id>/follow")
@resident
def follow(slug: str, public_id: str) -> ResponseReturnValue:
    """Says what should be, so that the same form sent twice means the same."""
    wanted = request.form.get("wanted")
    if wanted not in ("yes", "no"):
        abort(400)
    act = following.follow if wanted == "yes" else following.stop_following
    with transaction():
        found = queries.priority_by_public_id(_consultation(slug).id, public_id)
        act(need=found, account_id=current_user.account_id)
    flash("We email you what becomes of it." if wanted == "yes" else "We no longer email you about it.", "done")
    return redirect(url_for(".priority", slug=slug, public_id=public_id), code=303)


@blueprint.route(f"{BELOW}/<public_id>/edit", methods=["GET", "POST"])
@resident
def edit(slug: str, public_id: str) -> ResponseReturnValue:
    consultation, found = _consultation(slug), _own(slug, public_id)
    if found.id not in changeable([found]):
        raise NoLongerYours()
    if not takes_priorities(consultation, clock.now()):
        raise NotTaken()
    form = NeedForm()
    form.offer(consultation, wards_of(g.council.id))
    if request.method == "GET":
        form.show(found)
        return _need_page("priorities/edit.html", form, consultation, found)
    if not form.validate():
        return _need_page("priorities/edit.html", form, consultation, found), 422
    try:
        with transaction():
            service.edit(priority=_own(slug, public_id, lock=True), draft=form.draft(), version=form.version.data)
    except EditedElsewhere as refusal:
        return _compare(form, slug, public_id, refusal)
    flash("We saved your changes. A moderator will read it.", "done")
    if service.screened_draft(form.draft(), g.council.id)[1].masked:
        flash("We took out a number that must not be public. We did not keep it.")
    return redirect(url_for(".mine"), code=303)


def _compare(form: NeedForm, slug: str, public_id: str, refusal: EditedElsewhere) -> ResponseReturnValue:
    """It was changed elsewhere: what was typed stays in the form, below what it says now."""
    latest = _own(slug, public_id)
    form.version.raw_data, form.version.data = None, latest.version
    page = render_template(
        "priorities/edit.html",
        form=form, consultation=latest.consultation, priority=latest, conflict=refusal, apart=_why_apart(latest.consultation),
    )  # fmt: skip
    return page, refusal.status


@blueprint.route(f"{BELOW}/<public_id>/withdraw", methods=["GET", "POST"])
@resident
def withdraw(slug: str, public_id: str) -> ResponseReturnValue:
    if request.method == "GET":
        return render_template("priorities/withdraw.html", priority=_own(slug, public_id))
    with transaction():
        service.withdraw(priority=_own(slug, public_id, lock=True))
    flash("You withdrew your need. It is no longer shown or counted.", "done")
    return redirect(url_for(".mine"), code=303)


@blueprint.get("/account/priorities")
@resident
def mine() -> str:
    """What the visitor submitted, what became of it, and why."""
    needs = paged(queries.of_author(current_user.account_id), number=asked_page())
    now = clock.now()
    editable = changeable(need for need in needs.rows if takes_priorities(need.consultation, now))
    said = comments.of_author(current_user.account_id)
    verdicts = verdicts_on(one.id for one in (*needs.rows, *said))
    told_in = merge_of(need.id for need in needs.rows)
    return render_template(
        "priorities/mine.html",
        needs=needs, said=said, verdicts=verdicts, editable=editable, told_in=told_in, now=now, stances=comments.STANCES,
        may_change=comments.may_change(*said),
    )  # fmt: skip
