"""What is refused about acts that need two people, in words for staff."""

from __future__ import annotations

from participation.errors import Conflict, NotAllowed, NotFound


class ApprovalNotFound(NotFound):
    public = "There is no such request."


class SamePerson(NotAllowed):
    """Whoever asks cannot approve."""

    title = "Somebody else must decide this"
    public = "You asked for this yourself, so another person must decide it."


class ApprovalOver(Conflict):
    """Decided before, or too old. Fact: `why`."""

    title = "This request is over"
    public = "{why} Nothing was changed."


class PayloadChanged(Conflict):
    """What would run is not what the page showed."""

    title = "This is not what you were shown"
    public = "What was asked for has changed since the page was opened. Nothing was carried out."
