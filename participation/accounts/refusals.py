"""What accounts refuse, in words for the person."""

from __future__ import annotations

from participation.errors import Conflict, Refusal


class LinkUsedUp(Refusal):
    """A link that was used, has expired, was replaced by a newer one, or never existed: the four are not told apart."""

    status = 410
    title = "This link no longer works"
    public = "Links from our emails work once and for a limited time. Ask for a new one."


class AlreadySetUp(Conflict):
    title = "Your second step is set up already"
    public = "To use another app, ask an administrator to reset your second step first."


class SecondStepLocked(Refusal):
    """Too many wrong codes. Fact: `minutes` until the next try."""

    status = 429
    title = "Too many wrong codes"
    public = "Wait {minutes} minutes, then try again. We told the owner of this account by email."


class RolesConflict(Conflict):
    """Roles that one person may not have together."""

    title = "These roles cannot be given to one person"
    public = (
        "Whoever administers accounts cannot run votes or hold a key: a single person could then make voters and open "
        "the box. Give the roles to two people."
    )


class ElsewhereFailed(Refusal):
    """The sign-in service did not say who it was, or what it said does not hold. Why is not told to the visitor."""

    status = 400
    title = "You could not be signed in"
    public = "The other service did not confirm that it is you. Go back to the sign-in page and try again."


class LinkedElsewhere(Conflict):
    title = "This is linked to another account"
    public = "Your sign-in there is linked to another account here. Sign in to that one."


class NotOneself(Conflict):
    title = "You cannot do this to your own account"
    public = "Ask another administrator."


class StaffAddressTaken(Conflict):
    """Somebody is invited as staff with an address that has an account already."""

    public = "{email} already has an account here. Use another address for the staff account."


class UnknownRole(Refusal):
    status = 422
    title = "There is no such role"
    public = "{role} is not a role. Choose from: {known}."
