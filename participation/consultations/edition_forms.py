"""What staff fill in about a consultation in other languages and formats."""

from __future__ import annotations

from typing import Any

from participation.consultations.editions import KINDS
from participation.consultations.models import Edition
from participation.web.fields import VersionField
from participation.web.forms import Form, at_most, checkboxes, long_text, text, tick


class NeededForm(Form):
    """Which languages and formats residents need."""

    codes = checkboxes(
        "Which languages and formats do residents need?",
        [(kind.code, kind.label) for kind in KINDS],
        hint="Each must say the same as the English text. Without one of them, the launch needs a reason and a second person.",
    )
    version = VersionField()


class EditionForm(Form):
    """One edition: its text, or where it is."""

    title = text("Title in this language or format", rules=[at_most(200, "The title must be 200 characters or fewer")])
    words = long_text(
        "Text",
        hint="The whole text, option by option with everything on its card, and the questions. Blank lines part paragraphs.",
        limit=60_000,
    )
    address = text(
        "Or the address of a document or video",
        hint="It begins with https://",
        rules=[at_most(500, "The address must be 500 characters or fewer")],
    )
    same = tick("It says the same as the English text on this page")
    version = VersionField()

    def show(self, edition: Edition) -> None:
        self.title.data, self.words.data, self.address.data = edition.title, edition.text, edition.address

    def validate(self, extra_validators: Any = None) -> bool:
        valid = bool(super().validate(extra_validators))
        if bool(self.words.data) == bool(self.address.data):
            self.words.errors = ["Enter the text, or an address, not both"]
        elif self.words.data and not self.title.data:
            self.title.errors = ["Enter a title in this language or format"]
        elif self.address.data and not self.address.data.startswith("https://"):
            self.address.errors = ["The address must begin with https://"]
        if not self.same.data:
            self.same.errors = ["Confirm that it says the same as the English text"]
        return valid and not any(field.errors for field in self)
