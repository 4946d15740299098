"""What moderators and appealing authors fill in. To publish needs a button only."""

from __future__ import annotations

from typing import Any

from participation.moderation.reasons import REASONS
from participation.web.forms import Form, long_text, needed, radios

_REASONS = [(reason.code, reason.label) for reason in REASONS]


class RefuseForm(Form):
    """Does not publish what was seen, and says why."""

    reason = radios("Why is it not published?", _REASONS, rules=[needed("Choose why it is not published")])
    note = long_text(
        "Note to the author",
        hint="Optional. Only the author reads it. Say what they can change.",
        limit=1000,
    )

    @property
    def told(self) -> dict[str, Any]:
        """What the author is told for each reason, as hints beside the choices."""
        return {"items": [{"hint": {"text": f"The author reads: {reason.author}"}} for reason in REASONS]}


class HidePartForm(Form):
    """Publishes what was seen without a part of it."""

    passage = long_text(
        "Part to hide",
        hint="Copy it from the text above, exactly as it stands there. Everywhere it stands, “[removed: …]” takes its place.",
        limit=2000,
        rules=[needed("Enter the part to hide")],
    )
    reason = radios("Why is it hidden?", _REASONS, rules=[needed("Choose why it is hidden")])
    note = long_text("Note to the author", hint="Optional. Only the author reads it.", limit=1000)


class AppealForm(Form):
    """The author asks for another look."""

    statement = long_text(
        "Why should we look again?",
        hint="A moderator who had not decided about it before reads this.",
        limit=1500,
        rules=[needed("Enter why we should look again")],
    )


class AppealDecisionForm(Form):
    """Another moderator's decision about an appeal."""

    outcome = radios(
        "What do you decide?",
        [("upheld", "The decision stands"), ("overturned", "The author is right: show it as it was")],
        rules=[needed("Choose what you decide")],
    )
    answer = long_text(
        "Your answer to the author",
        hint="Say what you looked at, and why.",
        limit=1000,
        rules=[needed("Enter your answer")],
    )
