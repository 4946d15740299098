"""What an option's card says, as one mapping: what is shown beside the option, compared, and fixed with a vote."""

from __future__ import annotations

from participation.consultations.models import CommissioningOption


def card_of(option: CommissioningOption) -> dict[str, str]:
    """Every field of the card by its name, as text; "" where it says nothing. Title and cost stand on the ballot itself."""
    return {
        "description": option.description,
        "delivery_model": option.delivery_model or "",
        "limits_reason": option.limits_reason,
    }
