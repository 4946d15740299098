"""Bring in a file of figures: choose it, read what it would change, then store it."""

from __future__ import annotations

from govuk_frontend_wtf.wtforms_widgets import GovFileInput
from wtforms import FileField, HiddenField

from participation.web.forms import Form, at_most, needed, submit, text


class ChooseFiguresForm(Form):
    file = FileField("File of figures", description="An ODS, Excel or CSV file of 10MB or less", widget=GovFileInput())
    check = submit("Check the file")


class StoreFiguresForm(Form):
    """Carries the checked figures of this council, so that nothing is kept on the server between the two steps."""

    file_name = HiddenField()
    figures = HiddenField()
    source = text(
        "Where do the figures come from?",
        hint="Pages show this beside the figures",
        rules=[needed("Enter where the figures come from"), at_most(300, "The source must be 300 characters or fewer")],
    )
    licence = text(
        "What licence do they have?",
        hint="For example, Open Government Licence v3.0",
        rules=[needed("Enter the licence of the figures"), at_most(200, "The licence must be 200 characters or fewer")],
    )
    save = submit("Publish these figures")
