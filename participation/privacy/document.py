"""`docs/data-protection.md`, made from the retention table and the schema itself."""

from __future__ import annotations

from flask import render_template

from participation.privacy.impact import RISKS, TO_ADD
from participation.privacy.kept import OF_STAFF, PERSONAL, WITHOUT_PEOPLE
from participation.privacy.pages import columns


def document() -> str:
    """The whole document as Markdown, ending with a line break."""
    text = render_template(
        "privacy/data_protection.md", personal=PERSONAL, columns=columns(), risks=RISKS, to_add=TO_ADD,
        of_staff=sorted(OF_STAFF.items()),
        without_people=sorted(WITHOUT_PEOPLE),
    )  # fmt: skip
    return text.rstrip() + "\n"
