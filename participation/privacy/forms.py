"""What people fill in about their data."""

from __future__ import annotations

from participation.web.forms import Form, needed, password, submit, tick


class DeleteForm(Form):
    """Delete the account for good."""

    password = password("Your password")
    understood = tick(
        "Delete my account. I understand that this cannot be undone",
        rules=[needed("Tick the box to delete your account")],
    )
    delete = submit("Delete my account")
