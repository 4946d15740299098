"""What a commissioner fills in: a signature under figures, and the choice of what to look at."""

from __future__ import annotations

import re
from typing import Any

from wtforms import HiddenField
from wtforms.validators import ValidationError

from participation.web.forms import Form, Rule, at_most, date_parts, long_text, needed, submit, text, tick

# The prefix the register gives has six characters (release schema, `ocid`).
OCID = r"ocds-[a-z0-9]{6}-\S+"
SAID_LIMIT = 3000


def matching(pattern: str, message: str) -> Rule:
    def check(_form: Any, field: Any) -> None:
        if field.data and not re.fullmatch(pattern, field.data):
            raise ValidationError(message)

    return check


class ContractForm(Form):
    """A contracting process the council really plans."""

    title = text(
        "What will be contracted",
        hint="In one sentence, without the name of a provider",
        rules=[needed("Enter what will be contracted"), at_most(200, "Enter 200 characters or fewer")],
    )
    ocid = text(
        "Open Contracting ID",
        hint="The prefix your council was given and your own reference, for example ocds-a1b2c3-PARKS-2027",
        rules=[
            needed("Enter the Open Contracting ID"),
            matching(OCID, "An Open Contracting ID starts with ocds-, six letters or numbers and a hyphen"),
            at_most(80, "Enter 80 characters or fewer"),
        ],
    )
    tender_on = date_parts("When tenders will be invited", hint="Leave it empty if the date is not set")
    save = submit("Save")


class DropContractForm(Form):
    drop = submit("No contract is planned any more")


class SignForm(Form):
    """Freezes a version. `figures` is the digest of the figures that were on the page."""

    figures = HiddenField()
    contrary = long_text(
        "Evidence that points the other way",
        hint="For example complaints, performance figures or another survey. Leave it empty if you know of none.",
        limit=SAID_LIMIT,
    )
    limits = long_text(
        "Limits that the figures do not show",
        hint="For example a group you could not reach, or something that happened while people answered.",
        limit=SAID_LIMIT,
    )
    read = tick(
        "I have read these figures and their limits, and I sign them off",
        rules=[needed("Tick the box to say that you have read the figures and their limits")],
    )
    freeze = submit("Freeze this version")
