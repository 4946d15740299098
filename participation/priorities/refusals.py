"""What is refused around priorities, in words for residents."""

from __future__ import annotations

from participation.errors import Conflict, NotFound, Refusal


class PriorityNotFound(NotFound):
    title = "Need not found"
    public = "We cannot find that need. It may be waiting for a moderator."


class CommentNotFound(NotFound):
    title = "Comment not found"
    public = "We cannot find that comment among yours."


class ResultNotOut(Conflict):
    """What voters wrote beside their ballots stays where it is until the result is published."""

    title = "The result is not published yet"
    public = "What voters wrote can be handed to moderators once the result is published."


class NotTaken(Conflict):
    """The consultation takes no priorities, or no comments on this, at the moment."""

    title = "You cannot do this now"
    public = "This consultation is not open for this at the moment, so nothing was changed."


class NeedsAccount(Conflict):
    """Only consultations that are open to everybody take needs without an account."""

    title = "You need an account for this one"
    public = "Sign in or create an account to say what you need here. It takes an email address and a postcode."


class NoLongerYours(Conflict):
    """It was published, or taken back: what others may have supported is not changed under them."""

    title = "This can no longer be changed"
    public = "This need can no longer be changed. You can still withdraw it if it is published."


class EditedElsewhere(Conflict):
    title = "This need has changed"
    public = "You changed it in another window. Your new text is below and is not saved yet. Save it to keep it."


class MergeRefused(Conflict):
    title = "These cannot be merged or parted"
    public = (
        "Needs can be merged into one that is published in the same consultation, and parted again for 28 days. "
        "Nothing was changed."
    )


class NotShown(Refusal):
    """It was public or somebody knows its address, and it is not shown. Fact: `why`, one sentence."""

    status = 410
    title = "This need is not shown"
    public = "{why}"


class OutcomeTooEarly(Conflict):
    """Residents can still take part: nothing may be decided yet."""

    title = "It is too early for that"
    public = "Residents can still take part, so nothing can be said yet about what becomes of it."


class OutcomeChanged(Conflict):
    title = "Somebody else changed this"
    public = "Somebody else saved an answer about this meanwhile. Read theirs, and save yours again to replace it."
