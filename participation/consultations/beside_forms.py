"""What staff fill in for a question beside the ballot."""

from __future__ import annotations

from participation.consultations.beside import AGREE, CHOICE, TEXT, QuestionDraft
from participation.web.fields import VersionField
from participation.web.forms import Form, at_most, long_text, needed, radios, text


class QuestionForm(Form):
    """One question: one idea, always optional for residents."""

    kind = radios(
        "How do residents answer?",
        [
            (TEXT, "In their own words"),
            (CHOICE, "By choosing one of the answers you give"),
            (AGREE, "By saying how far they agree with a statement"),
        ],
        rules=[needed("Choose how residents answer")],
    )
    words = text(
        "Question or statement", hint="Ask one thing. Do not lead to an answer.",
        rules=[needed("Enter the question or statement"), at_most(250, "It must be 250 characters or fewer")],
    )  # fmt: skip
    choices = long_text("Answers, one on each line", hint="Only when residents choose one of them.", limit=1000)
    version = VersionField()

    def draft(self) -> QuestionDraft:
        lines = [line.strip() for line in str(self.choices.data or "").splitlines()]
        return QuestionDraft(
            kind=str(self.kind.data), words=str(self.words.data), choices=tuple(line for line in lines if line)
        )
