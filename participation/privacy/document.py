"""`docs/data-protection.md`, made from the retention table and the schema itself."""

from __future__ import annotations

from flask import render_template

from participation.extensions import db
from participation.privacy.kept import OF_STAFF, PERSONAL, WITHOUT_PEOPLE


def document() -> str:
    """The whole document as Markdown, ending with a line break."""
    columns = {kept.table: db.metadata.tables[kept.table].columns.keys() for kept in PERSONAL}
    text = render_template(
        "privacy/data_protection.md", personal=PERSONAL, columns=columns, of_staff=sorted(OF_STAFF.items()),
        without_people=sorted(WITHOUT_PEOPLE),
    )  # fmt: skip
    return text.rstrip() + "\n"
