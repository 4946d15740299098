"""What moderators fill in when they do not publish something. To publish needs a button only."""

from __future__ import annotations

from typing import Any

from participation.moderation.reasons import REASONS
from participation.web.forms import Form, long_text, needed, radios


class RefuseForm(Form):
    """Does not publish what was seen, and says why."""

    reason = radios(
        "Why is it not published?",
        [(reason.code, reason.label) for reason in REASONS],
        rules=[needed("Choose why it is not published")],
    )
    note = long_text(
        "Note to the author",
        hint="Optional. Only the author reads it. Say what they can change.",
        limit=1000,
    )

    @property
    def told(self) -> dict[str, Any]:
        """What the author is told for each reason, as hints beside the choices."""
        return {"items": [{"hint": {"text": f"The author reads: {reason.author}"}} for reason in REASONS]}
