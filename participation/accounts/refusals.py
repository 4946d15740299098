"""What accounts refuse, in words for the person."""

from __future__ import annotations

from participation.errors import Conflict, Refusal


class LinkUsedUp(Refusal):
    """A link that was used, has expired, was replaced by a newer one, or never existed: the four are not told apart."""

    status = 410
    title = "This link no longer works"
    public = "Links from our emails work once and for a limited time. Ask for a new one."


class StaffAddressTaken(Conflict):
    """Somebody is invited as staff with an address that has an account already."""

    public = "{email} already has an account here. Use another address for the staff account."


class UnknownRole(Refusal):
    status = 422
    title = "There is no such role"
    public = "{role} is not a role. Choose from: {known}."
