"""What is refused to moderators, and to authors who appeal."""

from __future__ import annotations

from participation.errors import Conflict, InvalidInput


class DecidedMeanwhile(Conflict):
    """The text is not the one that was read, or somebody else decided first. Nothing was changed."""

    title = "This has changed"
    public = (
        "Somebody else decided about this need, or its author changed it, while you were reading. "
        "Your decision was not saved. Read it again and decide then."
    )


class NothingToDecide(Conflict):
    title = "There is nothing to decide"
    public = "Its author withdrew this need, or it already is as you want it. Nothing was changed."


class HeldByAnother(Conflict):
    """Another moderator took it to read, and their time is not over."""

    title = "Somebody else is reading this"
    public = (
        "Another moderator is reading this need. Read another one, or come back in 10 minutes. Nothing was changed."
    )


class InterestDeclared(Conflict):
    title = "Somebody else decides about this"
    public = (
        "You said that you have an interest in this need, so another moderator decides about it. Nothing was changed."
    )


class WaitsForAnswer(Conflict):
    """It was referred, and nobody has answered yet."""

    title = "This waits for an answer"
    public = "It was referred to safeguarding or to the lawyers. It cannot be published before they have answered."


class NothingToReadAgain(Conflict):
    """It is not in the sample, somebody read it already, or it has changed."""

    title = "There is nothing to read again"
    public = "This is not waiting for a second reading by you. Nothing was changed."


class PassageNotThere(InvalidInput):
    """What should be hidden is not in the text, word for word."""

    title = "That passage is not in the text"
    public = "The passage must be copied from the text exactly as it stands there."


class NoAppeal(Conflict):
    title = "You cannot appeal this"
    public = "You can appeal once, within 28 days, when a moderator did not publish what you wrote or hid a part of it."


class AppealNeedsAnother(Conflict):
    title = "Somebody else decides this appeal"
    public = "The appeal is about a decision of yours, so another moderator decides it. Nothing was changed."
