"""The mails that were written, for reading in the browser in development and demonstration. Elsewhere: not found."""

from __future__ import annotations

import re

from flask import current_app, g, render_template
from flask.typing import ResponseReturnValue
from markupsafe import Markup, escape
from sqlalchemy import select

from participation.councils.scope import council_blueprint
from participation.errors import NotFound
from participation.extensions import db
from participation.web.access import public
from participation.web.headers import no_referrer
from participation.web.models import OutboxMail
from participation.web.paging import asked_page, paged

blueprint = council_blueprint("outbox", __name__, "/mails")

_LINK = re.compile(r"https?://[^\s<>\"]+")


@blueprint.before_request
def _only_where_mails_are_shown() -> None:
    """Raises NotFound."""
    if not current_app.config["SETTINGS"].mails_are_shown:
        raise NotFound()


@blueprint.get("")
@public
def index() -> ResponseReturnValue:
    of_council = select(OutboxMail).where(OutboxMail.council_id == g.council.id)
    newest_first = of_council.order_by(OutboxMail.created_at.desc(), OutboxMail.id.desc())
    return render_template("accounts/outbox.html", listing=paged(newest_first, number=asked_page()))


@blueprint.get("/<int:mail_id>")
@public
@no_referrer
def mail(mail_id: int) -> ResponseReturnValue:
    found = db.session.get(OutboxMail, mail_id)
    if found is None or found.council_id != g.council.id:
        raise NotFound()
    return render_template("accounts/mail.html", mail=found, text=_linked(found.body))


def _linked(text: str) -> Markup:
    """The text of a mail with its addresses as links, as mail programs show them."""
    html, place = Markup(""), 0
    for found in _LINK.finditer(text):
        html += escape(text[place : found.start()])
        html += Markup('<a class="govuk-link" href="{0}">{0}</a>').format(found[0])
        place = found.end()
    return html + escape(text[place:])
