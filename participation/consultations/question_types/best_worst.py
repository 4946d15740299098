"""Best and worst: of a few options at a time, the one that matters most and the one that matters least."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from participation.consultations.question_types.question_type import (
    Choice,
    Draw,
    Part,
    QuestionType,
    Sent,
    codes_by_length,
    counted,
)
from participation.counting.ballots import Limits, Problem
from participation.counting.designs import SMALLEST, sets_of
from participation.counting.elections import Election
from participation.counting.payloads import Payload

# Options shown together: few enough to compare on a phone.
SET_SIZE = 4


class BestWorst(QuestionType):
    name = "best_worst"
    title = "Most and least important"
    explanation = "Residents see a few options at a time and say which matters most and which least. For long lists."
    template = "voting/types/best_worst.html"
    nothing = "Answer at least 1 question, or say that you have no view."

    def instruction(self, election: Election, limits: Limits) -> str:
        questions = len(sets_of(len(election.options), limits.set_size or SET_SIZE))
        return (
            f"In each of {counted(questions, 'question')}, choose the option that matters most to you and the one that matters "
            "least. You can leave questions out."
        )

    def parts(self, sent: Sent, election: Election, limits: Limits) -> tuple[Part, ...]:
        found = []
        for number, positions in enumerate(sets_of(len(election.options), limits.set_size or SET_SIZE), start=1):
            fields = (f"{self.name}-{number}-most", f"{self.name}-{number}-least")
            values = tuple((sent.get(field) or [""])[0].strip() for field in fields)
            found.append(Part(number, positions, fields, values))
        return tuple(found)

    def fields(self, election: Election) -> frozenset[str]:
        return frozenset(field for part in self.parts({}, election, Limits(set_size=SET_SIZE)) for field in part.fields)

    def parse(self, sent: Sent, election: Election) -> tuple[Payload, tuple[Problem, ...]]:
        """A question with one answer, or the same option twice, is a problem; one without answers is left out."""
        sets: list[dict[str, Any]] = []
        wrong: list[Problem] = []
        codes = [option.code for option in election.options]
        for part in self.parts(sent, election, Limits(set_size=SET_SIZE)):
            shown = {str(position): codes[position] for position in part.positions}
            most, least = (shown.get(value, "") for value in part.values)
            if not most and not least:
                continue
            if not most or not least:
                word = "most" if not most else "least"
                wrong.append(
                    Problem("half", "", f"In question {part.number}, choose the option that matters {word} too.")
                )
            elif most == least:
                wrong.append(Problem("same", "", f"In question {part.number}, choose two different options."))
            else:
                sets.append({"shown": [codes[position] for position in part.positions], "best": most, "worst": least})
        return {"sets": sets}, tuple(wrong)

    def sent_from(self, payload: Payload, election: Election) -> dict[str, list[str]]:
        answers = {frozenset(one["shown"]): one for one in payload["sets"]}
        sent = {}
        for part in self.parts({}, election, Limits(set_size=SET_SIZE)):
            one = answers.get(frozenset(election.options[position].code for position in part.positions))
            if one:
                for field, which in zip(part.fields, ("best", "worst"), strict=True):
                    sent[field] = [str(election.index[one[which]])]
        return sent

    def chosen(self, payload: Payload, election: Election) -> list[Choice]:
        return [
            Choice(election.options[election.index[one[which]]], f"question {number}: matters {word}")
            for number, one in enumerate(payload["sets"], start=1)
            for which, word in (("best", "most"), ("worst", "least"))
        ]

    def running_total(self, payload: Payload, election: Election, limits: Limits) -> str:
        questions = len(sets_of(len(election.options), limits.set_size or SET_SIZE))
        return f"You have answered {len(payload['sets'])} of {counted(questions, 'question')}."

    def guess(self, positions: Sequence[int], draw: Draw, election: Election, limits: Limits) -> dict[str, list[str]]:
        """What stands first of these positions matters most, what stands last least."""
        place = {position: number for number, position in enumerate(positions)}
        sent = {}
        for part in self.parts({}, election, limits):
            known = sorted((position for position in part.positions if position in place), key=place.__getitem__)
            if len(known) > 1:
                sent[part.fields[0]], sent[part.fields[1]] = [str(known[0])], [str(known[-1])]
        return sent

    def longest(self, election: Election, limits: Limits) -> Payload:
        long = codes_by_length(election, 2)
        return {
            "sets": [
                {
                    "shown": [election.options[position].code for position in positions],
                    "best": long[0],
                    "worst": long[-1],
                }
                for positions in sets_of(len(election.options), limits.set_size or SET_SIZE)
            ]
        }

    def senseless(self, election: Election, limits: Limits) -> list[str]:
        questions = len(sets_of(len(election.options), limits.set_size or SET_SIZE))
        if len(election.options) < SMALLEST:
            return [f"There must be at least {SMALLEST} options to compare."]
        if limits.min_choices > questions:
            return [f"There are only {counted(questions, 'question')}, so nobody could answer {limits.min_choices}."]
        return []
