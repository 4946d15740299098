"""Yes, no or no view to each option: each is a question of its own."""

from __future__ import annotations

from collections.abc import Sequence

from participation.consultations.question_types.question_type import (
    Choice,
    Draw,
    QuestionType,
    Sent,
    Way,
    codes_by_length,
    counted,
)
from participation.counting.ballots import Limits, Problem
from participation.counting.elections import Election
from participation.counting.payloads import Payload

YES, NO, NO_VIEW = "yes", "no", "none"
WORDS = {YES: 1, NO: -1}
NAMES = {1: "Yes", -1: "No"}


class Views(QuestionType):
    name = "views"
    title = "Yes or no to each option"
    explanation = "Residents say yes or no to each option, or have no view. Several, all or none can be supported."
    template = "voting/types/ways.html"
    nothing = "Say yes or no to at least 1 option, or say below that you have no view on any."

    def instruction(self, election: Election, limits: Limits) -> str:
        return f"Say yes or no to each of the {len(election.options)} options. No view counts for neither side."

    def ways(self, election: Election, position: int) -> tuple[Way, ...]:
        return (Way(YES, "Yes"), Way(NO, "No"), Way(NO_VIEW, "No view", usual=True))

    def value(self, sent: Sent, position: int) -> str:
        said = super().value(sent, position)
        return said if said in WORDS else NO_VIEW

    def parse(self, sent: Sent, election: Election) -> tuple[Payload, tuple[Problem, ...]]:
        said = {option.code: self.value(sent, position) for position, option in enumerate(election.options)}
        return {"views": {code: WORDS[word] for code, word in said.items() if word in WORDS}}, ()

    def sent_from(self, payload: Payload, election: Election) -> dict[str, list[str]]:
        return {self.field(election.index[code]): [YES if view > 0 else NO] for code, view in payload["views"].items()}

    def chosen(self, payload: Payload, election: Election) -> list[Choice]:
        views = payload["views"]
        return [Choice(option, NAMES[views[option.code]]) for option in election.options if option.code in views]

    def running_total(self, payload: Payload, election: Election, limits: Limits) -> str:
        return f"You have said yes or no to {len(payload['views'])} of {counted(len(election.options), 'option')}."

    def guess(self, positions: Sequence[int], draw: Draw, election: Election, limits: Limits) -> dict[str, list[str]]:
        return {self.field(position): [(YES, NO)[draw(2)]] for position in positions}

    def longest(self, election: Election, limits: Limits) -> Payload:
        return {"views": dict.fromkeys(codes_by_length(election, None), -1)}
