"""Who may take part is said before a consultation is launched; registered with `consultations.gates` by the application."""

from __future__ import annotations

from participation.consultations.models import Consultation
from participation.eligibility.models import EligibilityRule
from participation.extensions import db


def eligibility_is_declared(consultation: Consultation) -> list[str]:
    """A sentence until somebody saved who may take part, also where the usual rule is right."""
    if db.session.get(EligibilityRule, consultation.id) is not None:
        return []
    return ["Say who may take part, and save it."]
