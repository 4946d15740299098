"""Follow a consultation, choose which mails to have, and leave a kind of mail from the mail itself."""

from __future__ import annotations

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from participation.consultations import following, routes
from participation.consultations.mail_kinds import MAIL_KINDS, MailKind, choices_of, choose, read_stop_token
from participation.consultations.queries import consultation_by_slug
from participation.errors import NotFound
from participation.transactions import transaction
from participation.web.access import public, resident
from participation.web.forms import Form, checkboxes

blueprint = routes.blueprint


class MailsForm(Form):
    """Which mails an account wants."""

    kinds = checkboxes("Emails you want", [(kind.code, kind.label) for kind in MAIL_KINDS.values()])


class StopForm(Form):
    """Confirms that a kind of mail is not wanted any more."""


@blueprint.post("/consultations/<slug>/follow")
@resident
def follow(slug: str) -> ResponseReturnValue:
    """Says what should be, not "the other way round": the same form sent twice means the same."""
    wanted = request.form.get("wanted")
    if wanted not in ("yes", "no"):
        abort(400)
    act = following.follow if wanted == "yes" else following.stop_following
    with transaction():
        act(consultation_id=consultation_by_slug(g.council.id, slug).id, account_id=current_user.account_id)
    told = (
        "We email you what comes of this consultation."
        if wanted == "yes"
        else "We no longer email you about this consultation."
    )
    flash(told, "done")
    return redirect(url_for("consultations.consultation", slug=slug), code=303)


@blueprint.route("/account/emails", methods=["GET", "POST"])
@resident
def emails() -> ResponseReturnValue:
    form, now = MailsForm(), choices_of(current_user.account_id)
    if request.method == "GET":
        form.kinds.data = [code for code, wanted in now.items() if wanted]
    elif form.validate():
        with transaction():
            for code in MAIL_KINDS:
                choose(account_id=current_user.account_id, kind=code, wanted=code in (form.kinds.data or []))
        flash("Saved.", "done")
        return redirect(url_for(".emails"), code=303)
    return render_template("consultations/emails.html", form=form), 422 if form.errors else 200


@blueprint.route("/emails/stop/<token>", methods=["GET", "POST"])
@public
def stop_emails(token: str) -> ResponseReturnValue:
    """From the link in a mail, without signing in: a button, because programs follow links in mails by themselves."""
    account_id, kind = _told_by(token)
    form = StopForm()
    if not form.validate_on_submit():
        return render_template("consultations/stop_emails.html", form=form, kind=kind, stopped=False)
    with transaction():
        choose(account_id=account_id, kind=kind.code, wanted=False)
    return render_template("consultations/stop_emails.html", form=form, kind=kind, stopped=True)


def _told_by(token: str) -> tuple[int, MailKind]:
    found = read_stop_token(token)
    if found is None:
        raise NotFound("We cannot read that link. It may be cut off: copy the whole of it from the email.")
    return found
