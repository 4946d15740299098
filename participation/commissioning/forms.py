"""What a commissioner fills in: a signature under figures, and the choice of what to look at."""

from __future__ import annotations

from wtforms import HiddenField

from participation.web.forms import Form, needed, submit, tick


class SignForm(Form):
    """Freezes a version. `figures` is the digest of the figures that were on the page."""

    figures = HiddenField()
    read = tick(
        "I have read these figures and their limits, and I sign them off",
        rules=[needed("Tick the box to say that you have read the figures and their limits")],
    )
    freeze = submit("Freeze this version")
