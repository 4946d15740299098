"""The needs summary among the links of a consultation's page, once residents may read one."""

from __future__ import annotations

from datetime import datetime

from participation.commissioning.queries import versions_of
from participation.commissioning.service import is_public, released_at
from participation.consultations.further import Further
from participation.consultations.models import Consultation


def needs_summary(consultation: Consultation, now: datetime) -> list[Further]:
    """For `consultations.further`; asks nothing of the database while none can be public."""
    if released_at(consultation, now) is None:
        return []
    if not any(is_public(version, consultation, now) for version in versions_of(consultation.id)):
        return []
    text = "Read the summary of what residents need that councillors are given"
    return [Further(text, "commissioning.latest", {"slug": consultation.slug})]
