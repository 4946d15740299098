"""The link to the page of codes, for consultations that need one; registered with `consultations.further` by the application."""

from __future__ import annotations

from datetime import datetime

from participation.consultations.further import Further
from participation.consultations.models import Consultation
from participation.eligibility.queries import rule_of


def code_page(consultation: Consultation, now: datetime) -> list[Further]:
    """One link while something is open to those with a code."""
    is_open = any(phase.opens_at <= now < phase.closes_at for phase in consultation.phases)
    if not is_open or rule_of(consultation.id).tier != 2:
        return []
    return [Further("Enter the code from your letter", "eligibility.code", {"slug": consultation.slug})]
