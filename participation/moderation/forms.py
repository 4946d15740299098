"""What moderators and appealing authors fill in. To publish needs a button only."""

from __future__ import annotations

from typing import Any

from participation.moderation.reasons import REASONS, reason_keys
from participation.moderation.referrals import TO
from participation.web.forms import Form, long_text, needed, radios, select

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
        keys = reason_keys()
        return {
            "items": [
                {"hint": {"text": f"The author reads: {reason.author}"}, "attributes": {"data-key": keys[reason.code]}}
                for reason in REASONS
            ]
        }


class ReferForm(Form):
    """Asks people who know."""

    to = radios(
        "Who should look at it?",
        TO.items(),
        hint="Safeguarding where somebody may be in danger. If it cannot wait, ring 999 first. Legal where a court has a say.",
        rules=[needed("Choose who should look at it")],
    )
    note = long_text("What should they know?", limit=1000, rules=[needed("Enter what they should know")])


class AnswerForm(Form):
    """What those who were asked say is to be done."""

    said = long_text("What they said is to be done", limit=1000, rules=[needed("Enter what they said")])


class SecondReadingForm(Form):
    """What a second moderator would have decided, without knowing what was."""

    choice = radios(
        "What would you decide?",
        [("publish", "Publish it"), ("not", "Do not publish it")],
        rules=[needed("Choose what you would decide")],
    )
    reason = select("Why, if not?", [("", "Choose a reason"), *_REASONS])

    def validate(self, extra_validators: Any = None) -> bool:
        valid = bool(super().validate(extra_validators))
        if self.choice.data == "not" and not self.reason.data:
            self.reason.errors = ["Choose a reason"]
            return False
        return valid


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
