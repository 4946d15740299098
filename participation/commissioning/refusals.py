"""What the needs record refuses, in words for the person who asked."""

from __future__ import annotations

from participation.errors import Conflict, InvalidInput, NotFound, Refusal


class SummaryNotFound(NotFound):
    title = "Summary not found"
    public = "We cannot find that needs summary."


class NoContractPlanned(NotFound):
    """A planning release without a contracting process would say something untrue."""

    title = "There is no planning release"
    public = "No contracting process is planned after this consultation, so there is no planning release."


class NoBallots(NotFound):
    """There was no vote, its result is not published, or too few took part for ballots to be published."""

    title = "There are no published ballots"
    public = "No ballots of this consultation are published."


class FigureNotFound(NotFound):
    title = "Figure not found"
    public = "There is no figure of that name in this version."


class OutcomeNotFound(NotFound):
    title = "Decision not found"
    public = "We cannot find that decision about this consultation."


class NotInTheRounds(InvalidInput):
    """What is said to be the same is not in one of the two rounds, or one is a need and the other an option."""

    title = "These two cannot be compared"
    public = "Choose a need or an option of this consultation, and one of the same kind of an earlier one."


class OcidTaken(InvalidInput):
    """One contracting process has one planning release."""

    title = "That ID belongs to another consultation"
    public = "Enter an Open Contracting ID that no other consultation has"


class FreezeRefused(Conflict):
    """A summary cannot be frozen now; the page shows why and keeps the figures in view."""

    title = "This summary cannot be frozen now"


class FiguresMoved(FreezeRefused):
    """The figures are no longer the ones that were read: nobody signs what they have not seen."""

    public = "The figures changed while you were reading. Read them again, then sign."


class NothingNew(FreezeRefused):
    """Equal figures need no second version. Fact: `version`."""

    public = "Nothing has changed since version {version}, so there is nothing new to freeze."


class TooFewNewcomers(FreezeRefused):
    """Two versions this close would tell who joined or left. Facts: `threshold`, `version`."""

    public = (
        "Fewer than {threshold} people joined or left since version {version}. Anybody who compared the two versions could "
        "work out who they are. Version {version} stands until more has changed."
    )


class RecordDamaged(Refusal):
    """A frozen body no longer has the digest it was signed with. Fact: `public_id`."""

    status = 500
    title = "This summary has been altered"
    public = "The stored figures of {public_id} do not match the digest they were signed with, so they are not shown."
