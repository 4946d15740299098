"""The blueprint of the staff pages, and how each of them finds its consultation."""

from __future__ import annotations

from flask import g
from flask_login import current_user

from participation.consultations.models import Consultation
from participation.consultations.queries import consultation_by_slug
from participation.councils.scope import council_blueprint

blueprint = council_blueprint("consultation_manage", __name__, "/manage")


def asked(slug: str, *, lock: bool = False) -> Consultation:
    """The consultation of the address, drafts included. Raises ConsultationNotFound."""
    return consultation_by_slug(g.council.id, slug, drafts=True, lock=lock)


def actor_id() -> int:
    return int(current_user.account_id)
