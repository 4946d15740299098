"""Who may hold the key of a box: the server alone (`solo`), or three people of whom any two open it (`two_of_three`).

With solo custody whoever runs the server could open the box early. That is good enough to show and to test the platform, and for
elections that were decided elsewhere and are imported; a real vote always has three key-holders.
"""

from __future__ import annotations

from flask import current_app

from participation.voting.refusals import CustodyRefused

SOLO, TWO_OF_THREE = "solo", "two_of_three"
NAMES = {
    TWO_OF_THREE: "Three key-holders, of whom any two open the box together",
    SOLO: "This server alone: for a demonstration only, because whoever runs the server could open the box early",
}


def offered() -> list[str]:
    """The kinds a vote may have here, the usual one first."""
    return [SOLO, TWO_OF_THREE] if current_app.config["SETTINGS"].server_may_hold_keys else [TWO_OF_THREE]


def require_allowed(custody: str) -> None:
    """Raises CustodyRefused for a key that the server would hold in a real vote."""
    if custody not in offered():
        raise CustodyRefused()
