"""Points: share a number of points between the options; more points say "this matters more to me"."""

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

# What one option can hold when the vote sets no limit; keeps every ballot of a vote within one length.
MOST_DIGITS = 6


class Points(QuestionType):
    name = "points"
    title = "Share points"
    explanation = "Residents share a number of points between the options, more for what matters more to them."
    template = "voting/types/points.html"
    nothing = "Give points to an option, or say that you have no view."

    def instruction(self, election: Election, limits: Limits) -> str:
        if limits.max_points is None:
            sentence = "Give points to the options you support: more points for what matters more to you."
        else:
            options = counted(len(election.options), "option")
            sentence = f"Share up to {counted(limits.max_points, 'point')} between the {options}."
        if limits.max_choices is not None:
            sentence += f" Give points to up to {counted(limits.max_choices, 'option')}."
        return sentence

    def parse(self, sent: Sent, election: Election) -> tuple[Payload, tuple[Problem, ...]]:
        points: dict[str, int] = {}
        wrong: list[Problem] = []
        for position, option in enumerate(election.options):
            typed = self.value(sent, position)
            if not typed:
                continue
            if not (typed.isascii() and typed.isdigit() and len(typed) <= MOST_DIGITS):
                wrong.append(
                    Problem("not-points", option.code, f"The points for {option.label} must be a whole number, like 2.")
                )
            elif int(typed):
                points[option.code] = int(typed)
        return {"points": points}, tuple(wrong)

    def sent_from(self, payload: Payload, election: Election) -> dict[str, list[str]]:
        return {self.field(election.index[code]): [str(points)] for code, points in payload["points"].items()}

    def chosen(self, payload: Payload, election: Election) -> list[Choice]:
        given = payload["points"]
        options = [option for option in election.options if given.get(option.code)]
        options.sort(key=lambda option: -given[option.code])
        return [Choice(option, counted(given[option.code], "point")) for option in options]

    def running_total(self, payload: Payload, election: Election, limits: Limits) -> str:
        total = sum(payload["points"].values())
        given = f"to {len(payload['points'])} of {counted(len(election.options), 'option')}"
        if limits.max_points is None:
            return f"You have given {counted(total, 'point')} {given}."
        left = limits.max_points - total
        if left < 0:
            return f"You have given {counted(total, 'point')}, {-left:,} more than the {limits.max_points:,} you have."
        return f"You have given {total:,} of {counted(limits.max_points, 'point')} {given}. {left:,} left."

    def longest(self, election: Election, limits: Limits) -> Payload:
        most = 10**MOST_DIGITS - 1
        return {"points": dict.fromkeys(codes_by_length(election, limits.max_choices), most)}

    def senseless(self, election: Election, limits: Limits) -> list[str]:
        found = super().senseless(election, limits)
        if limits.max_points is not None and limits.max_points < max(limits.min_choices, 1):
            found.append("There are too few points for the fewest options a ballot must name.")
        return found
