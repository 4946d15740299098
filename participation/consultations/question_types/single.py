"""Single choice: one option, by radio buttons."""

from __future__ import annotations

from collections.abc import Sequence

from participation.consultations.question_types.question_type import (
    Choice,
    Draw,
    QuestionType,
    Sent,
    Way,
    codes_by_length,
)
from participation.counting.ballots import Limits, Problem
from participation.counting.elections import Election
from participation.counting.payloads import Payload


class SingleChoice(QuestionType):
    name = "single"
    title = "Choose one option"
    explanation = "Residents choose the one option they want most. Two similar options can take votes from each other."
    template = "voting/types/single.html"

    def instruction(self, election: Election, limits: Limits) -> str:
        return f"Choose one of the {len(election.options)} options."

    def field(self, position: int) -> str:
        """One field for all: its value is the listed position."""
        return self.name

    @property
    def instead_field(self) -> str:
        """Among the options, so that only one of all can be chosen."""
        return self.name

    def instead_ways(self, election: Election) -> tuple[Way, ...]:
        return super().instead_ways(election)[1:]

    def value(self, sent: Sent, position: int) -> str:
        return "on" if super().value(sent, position) == str(position) else ""

    def parse(self, sent: Sent, election: Election) -> tuple[Payload, tuple[Problem, ...]]:
        chosen = [option.code for position, option in enumerate(election.options) if self.value(sent, position)]
        return {"approve": chosen}, ()

    def sent_from(self, payload: Payload, election: Election) -> dict[str, list[str]]:
        return {self.field(0): [str(election.index[code])]} if (code := next(iter(payload["approve"]), "")) else {}

    def chosen(self, payload: Payload, election: Election) -> list[Choice]:
        return [Choice(election.options[election.index[code]], "") for code in payload["approve"]]

    def running_total(self, payload: Payload, election: Election, limits: Limits) -> str:
        for choice in self.chosen(payload, election):
            return f"You have chosen {choice.option.label}."
        return "You have not chosen an option yet."

    def guess(self, positions: Sequence[int], draw: Draw, election: Election, limits: Limits) -> dict[str, list[str]]:
        return {self.name: [str(positions[0])]}

    def longest(self, election: Election, limits: Limits) -> Payload:
        return {"approve": codes_by_length(election, 1)}

    def senseless(self, election: Election, limits: Limits) -> list[str]:
        if len(election.options) < 2:
            return ["There must be at least 2 options to choose between."]
        return []
