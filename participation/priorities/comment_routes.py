"""Residents say what speaks for and against a need or an option."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from participation import clock
from participation.consultations import cards
from participation.consultations.lifecycle import phase_of, takes_comments_on_options
from participation.consultations.meanings import DELIVERY_MODELS
from participation.consultations.models import CommissioningOption
from participation.consultations.queries import consultation_by_slug
from participation.councils.scope import council_blueprint
from participation.errors import NotFound
from participation.priorities import comments, queries, service
from participation.priorities.editing import changeable
from participation.priorities.forms import CommentForm
from participation.priorities.models import Comment, Priority
from participation.priorities.refusals import EditedElsewhere, NoLongerYours, NotTaken
from participation.transactions import transaction
from participation.web.access import public, resident

blueprint = council_blueprint("comments", __name__, "/consultations/<slug>")


def _need(slug: str, public_id: str) -> Priority:
    return queries.priority_by_public_id(consultation_by_slug(g.council.id, slug).id, public_id)


def _own(slug: str, comment_id: str, *, lock: bool = False) -> Comment:
    consultation = consultation_by_slug(g.council.id, slug)
    return comments.comment_of(current_user.account_id, consultation.id, comment_id, lock=lock)


@blueprint.route("/priorities/<public_id>/comment", methods=["GET", "POST"])
@resident
def submit(slug: str, public_id: str) -> ResponseReturnValue:
    page = url_for("priorities.priority", slug=slug, public_id=public_id)
    return _new_comment(partial(_need, slug, public_id), page)


@blueprint.route("/options/<code>/comment", methods=["GET", "POST"])
@resident
def submit_on_option(slug: str, code: str) -> ResponseReturnValue:
    return _new_comment(partial(_option, slug, code), url_for("comments.option", slug=slug, code=code))


def _new_comment(asked: Callable[[], comments.About], page: str) -> ResponseReturnValue:
    """A new comment on what is `asked` for, which is read again in the transaction; then back to its `page`."""
    about, form = asked(), CommentForm()
    comments.require_taken(about)
    if not form.validate_on_submit():
        return _form_page(form, about), 422 if form.errors else 200
    with transaction():
        made = comments.submit(
            about=asked(), author_id=current_user.account_id, author_ward_id=current_user.ward_id, draft=form.draft()
        )
        is_shown = made.state == "published"
    flash("Your comment is published." if is_shown else "We have your comment. A moderator reads it first.", "done")
    return redirect(page, code=303)


def _form_page(form: CommentForm, about: comments.About | None, comment: Comment | None = None, **more: object) -> str:
    return render_template(
        "priorities/comment.html", form=form, comment=comment, need=about if isinstance(about, Priority) else None,
        option=about if isinstance(about, CommissioningOption) else None, **more,
    )  # fmt: skip


def _option(slug: str, code: str) -> CommissioningOption:
    """An option of a consultation in which options are discussed. Raises NotFound."""
    consultation = consultation_by_slug(g.council.id, slug)
    found = next((option for option in consultation.options if option.code == code), None)
    if found is None or phase_of(consultation, "shape") is None:
        raise NotFound()
    return found


@blueprint.get("/options/<code>")
@public
def option(slug: str, code: str) -> str:
    """One option, and what residents say for and against it."""
    found, now = _option(slug, code), clock.now()
    consultation = found.consultation
    return render_template(
        "priorities/option.html",
        option=found, consultation=consultation, phase=phase_of(consultation, "shape"), now=now,
        is_open=takes_comments_on_options(consultation, now), comments=comments.published_on_option(found.id),
        stances=comments.STANCES, delivery_models=DELIVERY_MODELS, with_links=cards.with_links,
        card_facts=partial(cards.facts_of, consultation=consultation),
    )  # fmt: skip


@blueprint.route("/comments/<comment_id>/edit", methods=["GET", "POST"])
@resident
def edit(slug: str, comment_id: str) -> ResponseReturnValue:
    comment, form = _own(slug, comment_id), CommentForm()
    if comment.id not in changeable([comment]):
        raise NoLongerYours()
    if not comments.may_change(comment):
        raise NotTaken()
    if request.method == "GET":
        form.show(comment)
        return _form_page(form, comment.about or comment.option, comment)
    if not form.validate():
        return _form_page(form, comment.about or comment.option, comment), 422
    try:
        with transaction():
            comments.edit(comment=_own(slug, comment_id, lock=True), draft=form.draft(), version=form.version.data)
    except EditedElsewhere as refusal:
        latest = _own(slug, comment_id)
        form.version.raw_data, form.version.data = None, latest.version
        return _form_page(form, latest.about or latest.option, latest, conflict=refusal), refusal.status
    flash("We saved your changes. A moderator will read it.", "done")
    return redirect(url_for("priorities.mine"), code=303)


@blueprint.route("/comments/<comment_id>/withdraw", methods=["GET", "POST"])
@resident
def withdraw(slug: str, comment_id: str) -> ResponseReturnValue:
    if request.method == "GET":
        return render_template("priorities/withdraw_comment.html", comment=_own(slug, comment_id))
    with transaction():
        service.withdraw(priority=_own(slug, comment_id, lock=True))
    flash("You withdrew your comment. It is no longer shown.", "done")
    return redirect(url_for("priorities.mine"), code=303)
