"""Ranking: number the options in order of preference, best first. Options without a number are not ranked."""

from __future__ import annotations

from participation.consultations.question_types.question_type import (
    Choice,
    QuestionType,
    Sent,
    codes_by_length,
    counted,
)
from participation.counting.ballots import Limits, Problem
from participation.counting.elections import Election, Option
from participation.counting.payloads import Payload


class Ranking(QuestionType):
    name = "ranking"
    title = "Put options in order"
    explanation = "Residents number the options: 1 for the one they want most, then 2, and so on."
    template = "voting/types/ranking.html"
    nothing = "Number at least 1 option, or say that you have no view."

    def instruction(self, election: Election, limits: Limits) -> str:
        sentence = (
            f"Number the {len(election.options)} options in the order you want them: "
            "1 for the one you want most, then 2, and so on."
        )
        if limits.min_choices == limits.max_choices:
            return f"{sentence} Number {counted(limits.min_choices, 'option')}."
        if limits.max_choices is not None:
            sentence += f" Number up to {counted(limits.max_choices, 'option')}."
        if limits.min_choices > 1:
            return f"{sentence} Number at least {counted(limits.min_choices, 'option')}."
        return f"{sentence} You can stop after one."

    def parse(self, sent: Sent, election: Election) -> tuple[Payload, tuple[Problem, ...]]:
        places: dict[int, list[Option]] = {}
        wrong: list[Problem] = []
        for position, option in enumerate(election.options):
            typed = self.value(sent, position)
            if not typed:
                continue
            if not (typed.isascii() and typed.isdigit() and int(typed) > 0):
                wrong.append(
                    Problem("not-a-place", option.code, f"The place of {option.label} must be a whole number, like 1.")
                )
                continue
            places.setdefault(int(typed), []).append(option)
        for place, options in sorted(places.items()):
            if len(options) > 1:
                names = " and ".join(option.label for option in options)
                wrong.append(
                    Problem(
                        "same-place", options[-1].code, f"Give each option its own place: {names} both have {place}."
                    )
                )
        return {"rank": [option.code for _, options in sorted(places.items()) for option in options]}, tuple(wrong)

    def sent_from(self, payload: Payload, election: Election) -> dict[str, list[str]]:
        flat = [code for entry in payload["rank"] for code in ([entry] if isinstance(entry, str) else entry)]
        return {self.field(election.index[code]): [str(place)] for place, code in enumerate(flat, start=1)}

    def chosen(self, payload: Payload, election: Election) -> list[Choice]:
        return [
            Choice(election.options[election.index[code]], ordinal(place))
            for place, entry in enumerate(payload["rank"], start=1)
            for code in ([entry] if isinstance(entry, str) else entry)
            if code in election.index
        ]

    def running_total(self, payload: Payload, election: Election, limits: Limits) -> str:
        most = limits.max_choices or len(election.options)
        return f"You have numbered {len(payload['rank'])} of {counted(most, 'option')}."

    def longest(self, election: Election, limits: Limits) -> Payload:
        return {"rank": codes_by_length(election, limits.max_choices)}

    def moved(self, sent: Sent, election: Election, position: int, step: int) -> dict[str, list[str]]:
        """The fields after "Move up" (step -1) or "Move down" (step 1) on one option.

        An option without a number enters at the end; the last one leaves when it is moved down.
        """
        payload, _ = self.parse(sent, election)
        order: list[str] = list(payload["rank"])
        code = election.options[position].code
        if code not in order:
            order = [*order, code] if step < 0 else order
        else:
            place = order.index(code)
            order.remove(code)
            if place + step <= len(order):
                order.insert(max(0, place + step), code)
        return self.sent_from({"rank": order}, election)


def ordinal(place: int) -> str:
    """1 -> "1st", 2 -> "2nd", 11 -> "11th"."""
    if place % 100 in (11, 12, 13):
        return f"{place}th"
    return f"{place}{ {1: 'st', 2: 'nd', 3: 'rd'}.get(place % 10, 'th') }"
