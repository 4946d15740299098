"""What is refused to moderators."""

from __future__ import annotations

from participation.errors import Conflict


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
