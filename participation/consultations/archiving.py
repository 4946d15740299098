"""What must be true before an answered consultation is put away; features above hand in their checks once, at start.

Needs and options end in outcomes, which this room does not know: `priorities` says which of them have none.
"""

from __future__ import annotations

from collections.abc import Callable

from participation.consultations.models import Consultation

# Sentences about what is missing; none means that nothing is.
Check = Callable[[Consultation], list[str]]

CHECKS: tuple[Check, ...] = ()


def register_check(check: Check) -> None:
    """Add what a feature above needs; adding it again changes nothing."""
    global CHECKS
    if check not in CHECKS:
        CHECKS = (*CHECKS, check)


def missing(consultation: Consultation) -> list[str]:
    """Everything that stands between an answered consultation and its archive."""
    return [sentence for check in CHECKS for sentence in check(consultation)]
