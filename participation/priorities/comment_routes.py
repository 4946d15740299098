"""Residents say what speaks for and against a need."""

from __future__ import annotations

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from participation.consultations.queries import consultation_by_slug
from participation.councils.scope import council_blueprint
from participation.priorities import comments, queries, service
from participation.priorities.forms import CommentForm
from participation.priorities.models import Comment, Priority
from participation.priorities.refusals import EditedElsewhere, NoLongerYours, NotTaken
from participation.transactions import transaction
from participation.web.access import resident

blueprint = council_blueprint("comments", __name__, "/consultations/<slug>")


def _need(slug: str, public_id: str) -> Priority:
    return queries.priority_by_public_id(consultation_by_slug(g.council.id, slug).id, public_id)


def _own(slug: str, comment_id: str, *, lock: bool = False) -> Comment:
    consultation = consultation_by_slug(g.council.id, slug)
    return comments.comment_of(current_user.account_id, consultation.id, comment_id, lock=lock)


@blueprint.route("/priorities/<public_id>/comment", methods=["GET", "POST"])
@resident
def submit(slug: str, public_id: str) -> ResponseReturnValue:
    need, form = _need(slug, public_id), CommentForm()
    if need.state != "published" or not comments.takes_comments(need.consultation):
        raise NotTaken()
    if not form.validate_on_submit():
        return render_template(
            "priorities/comment.html", form=form, need=need, comment=None
        ), 422 if form.errors else 200
    with transaction():
        made = comments.submit(
            need=_need(slug, public_id), author_id=current_user.account_id, author_ward_id=current_user.ward_id,
            draft=form.draft(),
        )  # fmt: skip
        is_shown = made.state == "published"
    flash("Your comment is published." if is_shown else "We have your comment. A moderator reads it first.", "done")
    return redirect(url_for("priorities.priority", slug=slug, public_id=public_id), code=303)


@blueprint.route("/comments/<comment_id>/edit", methods=["GET", "POST"])
@resident
def edit(slug: str, comment_id: str) -> ResponseReturnValue:
    comment, form = _own(slug, comment_id), CommentForm()
    if comment.state not in service.EDITABLE:
        raise NoLongerYours()
    if not comments.takes_comments(comment.consultation):
        raise NotTaken()
    if request.method == "GET":
        form.show(comment)
        return render_template("priorities/comment.html", form=form, need=comment.about, comment=comment)
    if not form.validate():
        return render_template("priorities/comment.html", form=form, need=comment.about, comment=comment), 422
    try:
        with transaction():
            comments.edit(comment=_own(slug, comment_id, lock=True), draft=form.draft(), version=form.version.data)
    except EditedElsewhere as refusal:
        latest = _own(slug, comment_id)
        form.version.raw_data, form.version.data = None, latest.version
        page = render_template(
            "priorities/comment.html", form=form, need=latest.about, comment=latest, conflict=refusal
        )
        return page, refusal.status
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
