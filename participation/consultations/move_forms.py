"""What moderators fill in to launch, stop or answer a consultation."""

from __future__ import annotations

from typing import Any

from participation.consultations.drafts import ResponseDraft
from participation.consultations.meanings import CLOSING_REASONS
from participation.consultations.models import ConsultationResponse
from participation.web.fields import VersionField
from participation.web.forms import Form, date_parts, long_text, needed, radios


class MoveForm(Form):
    """Confirms a move that needs nothing but the version that was looked at."""

    version = VersionField()


class ReasonForm(Form):
    """Why something stops; residents read the sentence of the chosen code."""

    reason = radios(
        "Why?",
        [(meaning.code, meaning.label) for meaning in CLOSING_REASONS.values()],
        hint="Residents see this.",
        rules=[needed("Choose why")],
    )


class ResponseForm(Form):
    """ "We asked, you said, we did"."""

    we_asked = long_text(
        "We asked", hint="The question, in one or two sentences.", limit=2000, rules=[needed("Enter what you asked")]
    )
    you_said = long_text(
        "You said",
        hint="At most five points, each with its number from the result.",
        limit=5000,
        rules=[needed("Enter what residents said")],
    )
    we_did = long_text(
        "We did",
        hint="What was accepted, what was not and why, how much, by when, and who answers for it.",
        limit=5000,
        rules=[needed("Enter what the council did")],
    )
    decided_on = date_parts("When it was decided", rules=[needed("Enter when it was decided")])
    version = VersionField()

    def show(self, response: ConsultationResponse) -> None:
        for name in ("we_asked", "you_said", "we_did", "decided_on"):
            self[name].data = getattr(response, name)

    def draft(self) -> ResponseDraft:
        answers: dict[str, Any] = self.data
        return ResponseDraft(**{name: answers[name] for name in ("we_asked", "you_said", "we_did", "decided_on")})
