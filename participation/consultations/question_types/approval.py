"""Approval: tick every option you support, within the money available where the vote says so."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from participation.consultations.question_types.question_type import (
    Choice,
    QuestionType,
    Sent,
    codes_by_length,
    counted,
)
from participation.counting.areas import ANY, COUNCIL, OWN, TO_COUNCIL, AreaPot, Areas, ward_of
from participation.counting.ballots import Limits, Problem
from participation.counting.elections import Election, Option
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
        if limits.areas is not None:
            return (
                f"{_reach(limits.areas, limits.home)} {sentence}"
                + (" What you choose for an area must fit its money." if limits.max_total is not None else "")
                + (
                    " Money that the wards do not spend is added to the money for the whole council."
                    if limits.areas.leftover == TO_COUNCIL
                    else " Money that a ward does not spend is kept for it."
                )
            )
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
        if limits.areas is not None and limits.max_total is not None:
            return " ".join([sentence, *_left(options, election, limits)])
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
        areas = limits.areas
        if areas is not None and areas.reach == OWN and all(ward_of(option) for option in election.options):
            found.append("Add an option for the whole council, so that residents of every ward can choose something.")
        cheapest = sorted(election.costs)[: max(limits.min_choices, 1)]
        if limits.max_total is not None and cheapest and sum(cheapest) > limits.max_total:
            found.append("Even the cheapest choice costs more than a ballot may, so nobody could vote.")
        return found


def pots_shown(spent: Mapping[str, int], areas: Areas, home: str | None) -> list[AreaPot]:
    """The pots a total speaks of: the voter's own, that of the whole council, and those from which something is chosen."""
    return [pot for pot in areas.pots if pot.ward in spent or pot.ward in (COUNCIL, home)]


def _left(options: Sequence[Option], election: Election, limits: Limits) -> Iterator[str]:
    """A sentence a pot: what is left of it."""
    assert limits.areas is not None
    money, spent = election.money, limits.areas.spent(options)
    for pot in pots_shown(spent, limits.areas, limits.home):
        left = pot.money - spent.get(pot.ward, 0)
        if left < 0:
            yield f"{pot.name}: {money(-left)} more than the {money(pot.money)} there is."
        else:
            yield f"{pot.name}: {money(left)} of {money(pot.money)} is left."


def _reach(areas: Areas, home: str | None) -> str:
    """For which wards a ballot may choose."""
    if areas.reach == ANY:
        return f"Choose for up to {counted(areas.most, 'ward')} and for the whole council."
    own = f"your own ward{f', {areas.name_of(home)},' if home else ''}"
    if home is not None and all(pot.ward != home for pot in areas.pots):
        own = "your own ward, which has no options,"
    if areas.reach == OWN:
        return f"Choose for {own} and for the whole council."
    return f"Choose for {own} for up to {counted(areas.most, 'other ward')} and for the whole council."
