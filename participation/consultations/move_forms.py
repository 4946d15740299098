"""What moderators fill in to launch, stop or answer a consultation."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from participation.consultations.drafts import ResponseDraft
from participation.consultations.forms import TIME_HINT, is_time
from participation.consultations.gates import Doubt
from participation.consultations.meanings import CLOSING_REASONS
from participation.consultations.models import ConsultationResponse
from participation.consultations.moments import in_uk, time_of, time_text, uk_moment
from participation.web.fields import VersionField
from participation.web.forms import Form, date_parts, long_text, needed, radios, text


class MoveForm(Form):
    """Confirms a move that needs nothing but the version that was looked at."""

    version = VersionField()


class SendBackForm(Form):
    """A second person does not approve a launch."""

    note = long_text("What has to change?", limit=1000, rules=[needed("Enter what has to change")])
    version = VersionField()


def asking_form(doubts: Sequence[Doubt]) -> type[MoveForm]:
    """Asks for a reason for each check that is not met, and nothing else."""
    fields = {
        doubt.code: long_text(
            " ".join(doubt.sentences),
            hint="Say why it is launched nevertheless. A second person reads this, and it is kept.",
            limit=500,
            rules=[needed("Say why it is launched nevertheless")],
        )
        for doubt in doubts
    }
    return type("AskingForm", (MoveForm,), fields)


class ExtendForm(Form):
    """A later closing date, and why."""

    closes_day = date_parts("New closing day", rules=[needed("Enter the new closing day")])
    closes_time = text(
        "New closing time", hint=TIME_HINT, width="10", rules=[needed("Enter the new closing time"), is_time]
    )
    reason = long_text(
        "Why do residents get more time?", hint="Residents read this.", limit=500, rules=[needed("Enter why")]
    )
    version = VersionField()

    def show(self, closes_at: datetime, version: int) -> None:
        self.closes_day.data, self.closes_time.data = in_uk(closes_at).date(), time_text(closes_at)
        self.version.data = version

    def validate(self, extra_validators: Any = None) -> bool:
        if not super().validate(extra_validators) or self.closes_day.data is None:
            return False
        try:
            self.closes_at = uk_moment(self.closes_day.data, time_of(str(self.closes_time.data)))
        except ValueError:
            self.closes_time.errors = ["The clocks change that night and skip this time. Choose another one"]
            return False
        return True


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
