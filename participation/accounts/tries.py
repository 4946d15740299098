"""A line in the log for every attempt to sign in: by what, and whether it was accepted. Never who: the log holds nobody.

ASVS 5.0, 16.3.1. What a member of staff did after that is in the governance record.
"""

from __future__ import annotations

import logging

PASSWORD, EMAILED_CODE, LINK = "password", "emailed code", "emailed link"
APP_CODE, PASSKEY, ELSEWHERE = "app or recovery code", "passkey", "another service"

logger = logging.getLogger(__name__)


def note(means: str, *, accepted: bool) -> None:
    """Say in the log that somebody tried; `means` is one of the words above."""
    logger.info("sign-in %s by %s", "accepted" if accepted else "refused", means)
