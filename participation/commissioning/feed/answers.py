"""The shapes of the feed's answers: what the feed gives, and what the page for developers shows as examples."""

from __future__ import annotations

from collections.abc import Sequence

from flask import url_for

from participation.commissioning.figures import NamedFigure
from participation.commissioning.models import NeedsRecord
from participation.errors import Refusal

MOST, USUAL = 100, 25


def listed(items: Sequence[dict[str, object]], following: str | None) -> dict[str, object]:
    """A page of a list; `following` is the address of the next."""
    return {"items": list(items), "next": following}


def record(made: NeedsRecord) -> dict[str, object]:
    """One published version, without its tables."""
    consultation = made.consultation
    return {
        "id": made.public_id,
        "consultation": consultation.slug,
        "title": consultation.title,
        "version": made.version,
        "frozen_at": made.created_at.isoformat(),
        "digest": made.digest,
        "signed_digest": made.signed_digest,
        "contrary": made.contrary,
        "limits": made.limits,
        "supersedes": made.supersedes.public_id if made.supersedes else None,
        "url": url_for("commissioning.record", public_id=made.public_id, _external=True),
    }


def figure(made: NeedsRecord, one: NamedFigure) -> dict[str, object]:
    """One named figure of a version."""
    return {
        "name": one.name,
        "title": one.title,
        "what": one.what,
        "value": one.number,
        "share": one.proportion,
        "url": url_for("commissioning.figure", public_id=made.public_id, name=one.name, _external=True),
    }


def problem(refusal: Refusal) -> dict[str, object]:
    """Why a request was refused (RFC 9457)."""
    return {"status": refusal.status, "title": refusal.title, "detail": refusal.message}
