"""Who may take part is said before a consultation is launched, or two people let the usual rule stand.

Registered with `consultations.gates` by the application.
"""

from __future__ import annotations

from participation.consultations.models import Consultation
from participation.eligibility.models import EligibilityRule
from participation.eligibility.rules import TIERS, Rule
from participation.extensions import Model, db

USUAL = f"each person who lives in the council’s area, with {TIERS[Rule().tier][0].lower()}{TIERS[Rule().tier][1:]}"


def eligibility_is_declared(consultation: Consultation) -> list[str]:
    """A sentence until somebody saved who may take part, also where the usual rule is right."""
    if db.session.get(EligibilityRule, consultation.id) is not None:
        return []
    return [f"Say who may take part, and save it. Until then the usual rule stands: {USUAL}."]


def rule_of(consultation_id: int) -> list[Model]:
    """What was said about who may take part, as rows that an approval of the launch covers."""
    rule = db.session.get(EligibilityRule, consultation_id)
    return [rule, *rule.wards] if rule is not None else []
