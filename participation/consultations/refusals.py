"""What a consultation refuses, in words for the person who asked."""

from __future__ import annotations

from participation.errors import Conflict, InvalidInput, NotFound


class ConsultationNotFound(NotFound):
    title = "Consultation not found"
    public = "We cannot find that consultation."


class MoveRefused(Conflict):
    """The consultation's stage does not allow this. Facts: `move`, `stage`."""

    title = "This cannot be done now"
    public = "The consultation is at a stage that does not allow this. Its page for staff lists what can be done now."


class StaleConsultation(Conflict):
    """Somebody else saved a change since the page was opened; the page shown keeps what was typed."""

    title = "Somebody else changed this consultation"
    public = "Somebody else changed this consultation while you were working on it. Compare their version with yours."


class NotReady(InvalidInput):
    """The launch checks found problems. Fact: `problems`, a list of sentences."""

    title = "This consultation is not ready to launch"
    public = "This consultation is not ready to launch."

    @property
    def problems(self) -> list[str]:
        found = self.facts.get("problems")
        return list(found) if isinstance(found, list) else []


class NotFinished(InvalidInput):
    """Something that residents chose or said has no outcome yet. Fact: `problems`, a list of sentences."""

    title = "This consultation is not finished"
    public = "Say what became of everything first."

    @property
    def problems(self) -> list[str]:
        found = self.facts.get("problems")
        return list(found) if isinstance(found, list) else []


class EditionNotFound(NotFound):
    title = "Language or format not found"
    public = "This consultation is not available in that language or format."


class RoundNotOpen(Conflict):
    title = "These questions are closed"
    public = (
        "We ask these questions when the council has answered, half a year later and a year later, for 8 weeks each."
    )


class PhaseNotOpen(Conflict):
    title = "This phase is not open"
    public = "This phase is not open now, so its closing date cannot be changed."


class SecondPersonNeeded(Conflict):
    """Nobody asked for the launch of this version, or who asked tries to approve it."""

    title = "A second person is needed"
    public = "Somebody else has to approve a launch: one person asks, another approves. Nothing was changed."


class ChangedSinceAsked(Conflict):
    """What would be launched is not what somebody asked for: a text, a date, an option, the vote or who may take part."""

    title = "It was changed since"
    public = "The consultation was changed since the launch was asked for. Ask again. Nothing was launched."


class ReasonMissing(InvalidInput):
    """A check is not met and nobody said why it may stay. Fact: `codes`, those of the checks."""

    title = "A reason is missing"
    public = "Say for each check that is not met why it may be launched nevertheless."

    @property
    def codes(self) -> list[str]:
        found = self.facts.get("codes")
        return list(found) if isinstance(found, list) else []
