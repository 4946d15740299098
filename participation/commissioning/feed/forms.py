"""What an administrator fills in about the feed."""

from __future__ import annotations

from participation.commissioning.feed.tokens import SCOPES
from participation.web.forms import Form, at_most, checkboxes, needed, submit, text


class TokenForm(Form):
    name = text(
        "Who will use the key",
        hint="For example the council’s open data site",
        rules=[needed("Enter who will use the key"), at_most(80, "Enter 80 characters or fewer")],
    )
    scopes = checkboxes("What it may read", tuple(SCOPES.items()), rules=[needed("Choose what the key may read")])
    make = submit("Make a key")


class WebhookForm(Form):
    url = text(
        "Address to tell when figures are published",
        hint="It starts with https:// and is on a host that the settings of the service name",
        rules=[needed("Enter an address"), at_most(400, "Enter 400 characters or fewer")],
    )
    add = submit("Add the address")
