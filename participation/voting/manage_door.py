"""The blueprint of the officers' and key-holders' pages of a vote, and how each of them finds its consultation."""

from __future__ import annotations

from flask import flash, g, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from participation.approvals.acts import Act, Payload
from participation.consultations.models import Consultation
from participation.consultations.queries import consultation_by_slug
from participation.councils.scope import council_blueprint
from participation.transactions import transaction
from participation.voting import four_eyes

blueprint = council_blueprint("voting_manage", "participation.voting.manage", "/manage/consultations/<slug>/vote")


def asked(slug: str, *, lock: bool = False) -> Consultation:
    """The consultation of the address, drafts included. Raises ConsultationNotFound."""
    return consultation_by_slug(g.council.id, slug, drafts=True, lock=lock)


def actor_id() -> int:
    return int(current_user.account_id)


def ask_for(slug: str, act: Act, facts: Payload, *, page: str = ".vote") -> ResponseReturnValue:
    """Ask a second officer for an act, and go back to a page of the vote. Raises NeedsSecondOfficer."""
    with transaction():
        four_eyes.ask(consultation=asked(slug), act=act, facts=facts, requested_by=actor_id())
    flash("You asked for this. Another person who may run votes must approve it within 24 hours.", "done")
    return redirect(url_for(page, slug=slug), code=303)
