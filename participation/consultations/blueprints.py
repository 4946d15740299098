"""PURE. What a consultation is for, and a sensible beginning for it: phases, dates, and texts to edit.

A blueprint fills in the form of a new draft and nothing more: every word and every date can be changed, and the checks
before launch are the same. Lengths are six weeks or more, because shorter ones can be challenged (UK notes, section 3).
"""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from datetime import date, timedelta


@dataclass(frozen=True, kw_only=True, slots=True)
class Blueprint:
    """One purpose. Weeks count from the day on which the first phase opens; 0 weeks is no such phase."""

    code: str
    name: str
    when: str
    title: str
    summary: str
    background: str
    what_can_change: str
    what_cannot_change: str
    equality_note: str
    influence: str
    cycle_step: str
    gather_weeks: int = 0
    gap_weeks: int = 0
    shape_weeks: int = 0
    vote_weeks: int = 0
    decide_after_weeks: int = 6
    moderation: str = "pre"

    def dates(self, today: date) -> dict[str, date]:
        """The days of the form's date fields. The first phase opens on the second Monday from now, so that two people can
        check the draft before."""
        opens = today + timedelta(days=14 - today.weekday())
        found: dict[str, date] = {}
        day = opens
        for kind, weeks in (("gather", self.gather_weeks), ("shape", self.shape_weeks), ("vote", self.vote_weeks)):
            if not weeks:
                continue
            if "gather_opens_day" in found and len(found) == 2:
                # What was said is read before anything follows from it.
                day += timedelta(weeks=self.gap_weeks)
            found[f"{kind}_opens_day"] = day
            day += timedelta(weeks=weeks)
            # The last day is a Friday.
            found[f"{kind}_closes_day"] = day - timedelta(days=3)
        found["decision_date"] = day + timedelta(weeks=self.decide_after_weeks)
        return found


_LAW = "What the law says we must do stays. [Say which duties these are, and what the council decided already.]"
_EQUALITY = (
    "[Say who is affected more than others: by age, disability, race, sex and the other protected characteristics, and "
    "people on low incomes. Say what you do about it.]"
)
BLUEPRINTS: tuple[Blueprint, ...] = (
    Blueprint(
        code="needs-survey",
        name="Find out what residents need",
        when="You have no plans yet, and want to know what is needed, by whom and where.",
        title="What do you need from [the service]?",
        summary="Tell us what you, your family and your neighbours need. We have no plans yet.",
        background="[Say why you ask now, what you know already, and what the service does and costs today.]",
        what_can_change="Everything that is not settled by law: what we do, where, for whom, and who does it.",
        what_cannot_change=_LAW,
        equality_note=_EQUALITY,
        influence="involve",
        cycle_step="understand",
        gather_weeks=8,
    ),
    Blueprint(
        code="budget-priorities",
        name="Ask what matters most in next year’s budget",
        when="The council prepares its budget, and wants to know what to protect and what to change.",
        title="What matters most in the budget for [year]?",
        summary="The council has to balance its budget. Tell us what matters most, then choose between ways to do it.",
        background="[Say how large the gap is and why, what each service costs, and what was decided in earlier years.]",
        what_can_change="How much is spent on services that the law leaves to the council, and how they are run.",
        what_cannot_change="The budget must balance. " + _LAW,
        equality_note=_EQUALITY,
        influence="consult",
        cycle_step="plan",
        gather_weeks=4,
        gap_weeks=2,
        vote_weeks=4,
        decide_after_weeks=5,
    ),
    Blueprint(
        code="participatory-budget",
        name="Let residents decide how to spend a fund",
        when="There is a fixed sum, residents propose what to do with it, and their vote is followed.",
        title="How should we spend [the fund]?",
        summary="There is [sum] to spend. Say what is needed, discuss the options, then vote on what to pay for.",
        background="[Say where the money comes from, what it can be spent on, and how ideas become options with a cost.]",
        what_can_change="What the fund pays for. The council starts from the result of the vote.",
        what_cannot_change="The sum. The money is spent once; running costs come from elsewhere.",
        equality_note=_EQUALITY,
        influence="collaborate",
        cycle_step="plan",
        gather_weeks=6,
        gap_weeks=4,
        shape_weeks=2,
        vote_weeks=4,
    ),
    Blueprint(
        code="options-appraisal",
        name="Choose between ways to provide a service",
        when="A service has to be arranged anew, and there are several ways: in-house, a contract, shared, or the community.",
        title="How should [the service] be provided?",
        summary="There are several ways to provide [the service]. Tell us which would work for you.",
        background="[Say what is needed, which ways were considered, which were left out and why, and what each would cost.]",
        what_can_change="Which way is chosen, and what we ask of whoever provides it.",
        what_cannot_change=_LAW,
        equality_note=_EQUALITY,
        influence="consult",
        cycle_step="plan",
        shape_weeks=4,
        vote_weeks=6,
        decide_after_weeks=8,
    ),
    Blueprint(
        code="service-review",
        name="Review a service that is running",
        when="A service has run for a while, and you want to know whether it meets the need.",
        title="How does [the service] work for you?",
        summary="[The service] has been running since [date]. Tell us what works and what is missing.",
        background="[Say what was promised, what it costs, how many people use it, and what they said before. Ask the same "
        "questions as then, so that the answers can be compared.]",
        what_can_change="How the service is run, and what is asked of whoever provides it.",
        what_cannot_change=_LAW,
        equality_note=_EQUALITY,
        influence="consult",
        cycle_step="review",
        gather_weeks=6,
        moderation="pre",
    ),
)
BLUEPRINT: dict[str, Blueprint] = {blueprint.code: blueprint for blueprint in BLUEPRINTS}
_GAP = re.compile(r"\[[^\]]+\]")
_GAPS = frozenset(
    gap
    for blueprint in BLUEPRINTS
    for value in asdict(blueprint).values()
    if isinstance(value, str)
    for gap in _GAP.findall(value)
)


def gaps_in(text: str) -> list[str]:
    """What a blueprint left to be filled in, in square brackets, and still stands in a text; other brackets are no gaps."""
    return [gap for gap in _GAP.findall(text) if gap in _GAPS]
