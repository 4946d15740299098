"""What the vote refuses, in words for the person who asked."""

from __future__ import annotations

from participation.counting.ballots import Problem
from participation.errors import Conflict, InvalidInput, NotAllowed, NotFound


class VoteNotFound(NotFound):
    title = "There is no vote here"
    public = "This consultation has no vote."


class ResultNotPublished(NotFound):
    title = "There is no result yet"
    public = "The result of this vote has not been published yet."


class VoteNotOpen(NotAllowed):
    """Too early. Fact: `opens` in words."""

    title = "The vote has not opened yet"
    public = "You can vote from {opens}."


class VoteClosed(NotAllowed):
    """Too late by the database's clock. Fact: `closed` in words."""

    title = "The vote has closed"
    public = "The vote closed at {closed}. A ballot sent after that cannot be counted."


class VoteStopped(NotAllowed):
    title = "This consultation is not open"
    public = "The council is not taking votes in this consultation."


class NotEligible(NotAllowed):
    """Not a voter of this vote. The sentence says why."""

    title = "You cannot vote here"
    public = "You cannot vote here."


class RegisteredTooLate(NotAllowed):
    """Not on the roll, which was fixed at opening. Fact: `contact`."""

    title = "You registered after voting opened"
    public = (
        "The list of people who can vote was fixed when voting opened, and you are not on it. You can still take part in the "
        "next vote. If you registered in time, or could not because of a disability, write to {contact}."
    )


class ChangedElsewhere(Conflict):
    """The ballot in the box is not the one this page knew of: another window or device was quicker."""

    title = "Your vote was changed somewhere else"
    public = (
        "Your vote was cast or changed in another window or on another device after you opened this page. "
        "That one counts. Open the vote again if you want to change it."
    )


class DefinitionChanged(Conflict):
    """What voters are asked was changed after this page was opened."""

    title = "The question changed while you were voting"
    public = "The council changed what is asked after you opened this page, so nothing was cast. Read what changed, then vote."


class TooManyChanges(Conflict):
    title = "You have changed your vote too often"
    public = "You can change your vote {limit} times. The last ballot you cast counts."


class NothingToWithdraw(Conflict):
    title = "You have no vote to withdraw"
    public = "There is no ballot of yours in the box."


class BallotRefused(InvalidInput):
    """The marks break the rules of this vote. Fact: `problems`, from `counting.ballots.problems`."""

    title = "Your vote was not cast"
    public = "Your vote was not cast. {first}"

    @property
    def problems(self) -> tuple[Problem, ...]:
        found = self.facts.get("problems")
        return found if isinstance(found, tuple) else ()


class SetUpRefused(InvalidInput):
    title = "The vote cannot be set up like this"


class ChangeRefused(InvalidInput):
    title = "This cannot change while residents vote"


class WrongStep(Conflict):
    """An officer's act that the state of the vote does not allow."""

    title = "This cannot be done now"


class BoxDamaged(Conflict):
    """Opening stopped: something in the box is not what was put there. Nothing was changed."""

    title = "The box could not be opened"
    public = "Opening stopped and nothing was changed: {problem}."


class BoxRolledBack(Conflict):
    """The database was restored to a time before a checkpoint that this machine has seen: acknowledged ballots are missing."""

    title = "This vote is paused"
    public = (
        "Our records of this vote were restored from an older copy, so some ballots may be missing. Nothing can be cast until "
        "the council has said what happens next."
    )


class RecountFailed(Conflict):
    """The independent recount of the files that were to be published failed. Nothing was published."""

    title = "The result was not published"
    public = "The independent recount did not agree, so nothing was published: {problem}"


class CustodyRefused(NotAllowed):
    """A vote whose key the server would hold, where real votes are held."""

    title = "This vote needs three key-holders"
    public = (
        "The server may hold the key of a ballot box in a demonstration only. Name three key-holders for this vote before "
        "residents vote."
    )


class HoldersRefused(InvalidInput):
    """The people named cannot hold the key of this box."""

    title = "These people cannot hold the key"


class NotAHolder(NotAllowed):
    title = "You do not hold a key of this vote"
    public = "You are not one of the three key-holders of this vote."


class WrongPhrase(InvalidInput):
    title = "This is not your phrase"
    public = "This is not your phrase for this vote. Check each word."


class NotOnTheRoll(InvalidInput):
    """Nobody with this address has a ballot in the box. Fact: `email`."""

    title = "Nobody was found"
    public = "Nobody with this email address has a ballot in this box."


class NeedsSecondOfficer(NotAllowed):
    """An act for two people in a council in which one person alone may run votes."""

    title = "This needs a second person"
    public = (
        "This needs two people who may run votes, and you are the only one in this council. Ask an administrator to make "
        "somebody else a returning officer or a moderator. That person then approves what you ask for."
    )
