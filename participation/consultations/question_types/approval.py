"""Approval: tick every option you support, within the money available where the vote says so."""

from __future__ import annotations

from participation.consultations.question_types.question_type import (
    Choice,
    QuestionType,
    Sent,
    codes_by_length,
    counted,
)
from participation.counting.ballots import Limits, Problem
from participation.counting.elections import Election
from participation.counting.payloads import Payload


class Approval(QuestionType):
    name = "approval"
    title = "Choose options"
    explanation = "Residents tick the options they support. You can keep them within the money available."
    template = "voting/types/approval.html"

    def instruction(self, election: Election, limits: Limits) -> str:
        if limits.min_choices == limits.max_choices:
            sentence = f"Choose {counted(limits.min_choices, 'option')}."
        elif limits.max_choices is not None:
            sentence = f"Choose up to {counted(limits.max_choices, 'option')}."
        else:
            sentence = "Choose all the options you support."
        if limits.max_total is not None:
            sentence += f" Together they can cost up to {election.money(limits.max_total)}."
        return sentence

    def parse(self, sent: Sent, election: Election) -> tuple[Payload, tuple[Problem, ...]]:
        ticked = [option.code for position, option in enumerate(election.options) if self.value(sent, position)]
        return {"approve": ticked}, ()

    def sent_from(self, payload: Payload, election: Election) -> dict[str, list[str]]:
        return {self.field(election.index[code]): ["on"] for code in payload["approve"]}

    def chosen(self, payload: Payload, election: Election) -> list[Choice]:
        chosen = set(payload["approve"])
        return [Choice(option, "") for option in election.options if option.code in chosen]

    def running_total(self, payload: Payload, election: Election, limits: Limits) -> str:
        options = [choice.option for choice in self.chosen(payload, election)]
        total = sum(option.cost for option in options)
        sentence = f"You have chosen {counted(len(options), 'option')}, costing {election.money(total)}."
        if limits.max_total is None:
            return sentence
        left = limits.max_total - total
        if left < 0:
            return (
                f"{sentence} That is {election.money(-left)} more than the {election.money(limits.max_total)} there is."
            )
        return f"{sentence} {election.money(left)} of {election.money(limits.max_total)} is left."

    def longest(self, election: Election, limits: Limits) -> Payload:
        return {"approve": codes_by_length(election, limits.max_choices)}

    def senseless(self, election: Election, limits: Limits) -> list[str]:
        found = super().senseless(election, limits)
        cheapest = sorted(election.costs)[: max(limits.min_choices, 1)]
        if limits.max_total is not None and cheapest and sum(cheapest) > limits.max_total:
            found.append("Even the cheapest choice costs more than a ballot may, so nobody could vote.")
        return found
