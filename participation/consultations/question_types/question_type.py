"""What every type of question can do: say itself, read what a page sent, and show what was chosen.

A type knows shape only. Whether a ballot may be cast is the one rule in `counting.ballots.problems`, which `read` asks.
`Sent` is what a form sent, field by field, exactly as typed: it is what a page with errors shows again.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from participation.counting.ballots import Limits, Problem, problems
from participation.counting.elections import Election, Option
from participation.counting.payloads import KEEP, KEEPING, Payload, arranged, empty, keeping, keeps

Draw = Callable[[int], int]
Sent = Mapping[str, list[str]]
# A typed number longer than this is shown again cut off; no amount, place or number of points has so many digits.
_LONGEST_TYPED = 20
NO_VIEW = "no-view"
# What is said of a ballot that chooses nothing, on the page and where ballots are read.
SAID = {NO_VIEW: "You have no view on this.", KEEP: "Keep things as they are, with none of the options."}


@dataclass(frozen=True, slots=True)
class Answer:
    """What was read: a payload in its stored form, and every reason why it cannot be cast (none: it can)."""

    payload: Payload
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """One line of "what you chose": the option and what was said about it ("1st", "3 points", "" for an approval)."""

    option: Option
    mark: str


@dataclass(frozen=True, slots=True)
class Way:
    """One way to answer about one option, as a radio button: what is sent, what it is called, and what follows from it."""

    value: str
    label: str
    note: str = ""
    # What a running total adds, in whole units.
    amount: int = 0
    # Whether an option without an answer has this one.
    usual: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """One question of a ballot that asks several: listed positions of its options, the fields and what was sent in them."""

    number: int
    positions: tuple[int, ...]
    fields: tuple[str, ...]
    values: tuple[str, ...]


class QuestionType(ABC):
    """One type of ballot. `name` is its payload type in the counting engine; `template` draws the inputs of one option."""

    name: str
    title: str
    # For the officer who chooses a type.
    explanation: str
    template: str
    # Whether what is chosen is paid for at its cost: then pages say so beside it.
    costs = True
    # What to do about a page on which nothing is chosen.
    nothing = "Choose an option, or say that you have no view."

    def price(self, option: Option, election: Election) -> str:
        """The amount beside an option."""
        return election.money(option.cost)

    @abstractmethod
    def instruction(self, election: Election, limits: Limits) -> str:
        """One or two sentences above the options: what to do and within which limits."""

    def field(self, position: int) -> str:
        """The name of the field of the option at a listed position; what an option is called never matters to a form."""
        return f"{self.name}-{position}"

    def value(self, sent: Sent, position: int) -> str:
        """What was sent for one option, as typed, without blanks around it; "" when nothing was."""
        return (sent.get(self.field(position)) or [""])[0].strip()

    def ways(self, election: Election, position: int) -> tuple[Way, ...]:
        """The radio buttons of one option; none where an option has another kind of input."""
        return ()

    def parts(self, sent: Sent, election: Election, limits: Limits) -> tuple[Part, ...]:
        """The questions of a ballot that asks several about a few options each; none for one question about all."""
        return ()

    @abstractmethod
    def parse(self, sent: Sent, election: Election) -> tuple[Payload, tuple[Problem, ...]]:
        """The payload and what is wrong with its shape ("abc" is not a number)."""

    @abstractmethod
    def sent_from(self, payload: Payload, election: Election) -> dict[str, list[str]]:
        """The fields that would send this payload: the other way round from `parse`."""

    @abstractmethod
    def chosen(self, payload: Payload, election: Election) -> list[Choice]:
        """What was chosen, in the order in which a resident would say it."""

    @abstractmethod
    def running_total(self, payload: Payload, election: Election, limits: Limits) -> str:
        """What has been used up and what is left, in a sentence."""

    @abstractmethod
    def longest(self, election: Election, limits: Limits) -> Payload:
        """A payload no shorter than any valid one: all ciphertexts of a vote have its length."""

    def senseless(self, election: Election, limits: Limits) -> list[str]:
        """Sentences about settings under which nobody could cast a sensible ballot; empty when they will do."""
        found = []
        options = len(election.options)
        if limits.min_choices > options:
            found.append(f"There are only {options} options, so nobody could choose {limits.min_choices}.")
        if limits.max_choices is not None and limits.max_choices < max(limits.min_choices, 1):
            found.append("The most options on a ballot must be at least the fewest, and at least 1.")
        return found

    def guess(self, positions: Sequence[int], draw: Draw, election: Election, limits: Limits) -> dict[str, list[str]]:
        """What nobody in particular might send about the options at these positions: for rehearsals on made-up ballots.

        `draw(n)` gives a number from 0 to n - 1.
        """
        return {self.field(position): [str(place)] for place, position in enumerate(positions, start=1)}

    @property
    def instead_field(self) -> str:
        """The field in which a voter says something instead of choosing."""
        return f"{self.name}-instead"

    def instead_ways(self, election: Election) -> tuple[Way, ...]:
        """What can be said instead of choosing: always "no view", and "keep as now" where no option and no line says it."""
        ways = (
            Way("", "Count what I chose above", usual=True),
            Way(KEEP, "Keep things as they are: I want none of these options"),
            Way(NO_VIEW, "I have no view"),
        )
        return ways if self.name in KEEPING and all(election.costs) else (ways[0], ways[2])

    def instead(self, sent: Sent, election: Election) -> str:
        """What was said instead of choosing: KEEP, NO_VIEW or ""."""
        said = (sent.get(self.instead_field) or [""])[0].strip()
        return said if said and said in [way.value for way in self.instead_ways(election)] else ""

    def chooses(self, payload: Payload, election: Election) -> bool:
        """Whether anything is chosen in a payload, whatever it is."""
        return _marks_something(payload)

    def total(self, sent: Sent, election: Election, limits: Limits) -> str:
        """The sentence below the options for what was sent so far."""
        payload, said = self.parse(sent, election)[0], self.instead(sent, election)
        return (
            SAID[said]
            if said and not self.chooses(payload, election)
            else self.running_total(payload, election, limits)
        )

    def sent_again(self, payload: Payload, election: Election) -> dict[str, list[str]]:
        """As `sent_from`, also of a ballot that chooses nothing."""
        if _marks_something(payload):
            return self.sent_from(payload, election)
        return {self.instead_field: [KEEP if keeps(payload) else NO_VIEW]}

    def said(self, instead: str) -> str:
        """The words for what is said instead of choosing."""
        return SAID[instead]

    def says(self, payload: Payload) -> str:
        """What a ballot that chooses nothing says."""
        return SAID[KEEP if keeps(payload) else NO_VIEW]

    def kept(self, form: Sent, election: Election) -> dict[str, list[str]]:
        """Of everything a form sent, only the fields of this question, cut to sensible lengths."""
        fields = self.fields(election) | {self.instead_field}
        return {
            name: [value[:_LONGEST_TYPED] for value in values[:1]] for name, values in form.items() if name in fields
        }

    def fields(self, election: Election) -> frozenset[str]:
        """The names of all fields of this question."""
        return frozenset(self.field(position) for position in range(len(election.options)))

    def read(self, sent: Sent, election: Election, limits: Limits) -> Answer:
        """Read the marks and ask the one rule. Never raises for what was typed."""
        payload, misshapen = self.parse(sent, election)
        said, chosen = self.instead(sent, election), bool(misshapen) or self.chooses(payload, election)
        if said and chosen:
            return Answer(payload, (Problem("instead-too", "", f"{_CONFLICT[said]} Say one of the two."),))
        if said:
            return Answer(keeping(self.name) if said == KEEP else empty(self.name), ())
        if not misshapen and not _marks_something(payload):
            few = f"Choose at least {counted(limits.min_choices, 'option')}, or say that you have no view."
            return Answer(payload, (Problem("too-few", "", few if limits.min_choices > 1 else self.nothing),))
        found = misshapen or problems(payload, ballot_type=self.name, election=election, limits=limits)
        return Answer(payload if found else arranged(payload, ballot_type=self.name, election=election), tuple(found))


_CONFLICT = {
    NO_VIEW: "You said that you have no view, and you chose something as well.",
    KEEP: "You said to keep things as they are, and you chose something as well.",
}


def _marks_something(payload: Payload) -> bool:
    return any(value for name, value in payload.items() if name != KEEP)


def codes_by_length(election: Election, most: int | None) -> list[str]:
    """The longest codes, as many as one ballot may name."""
    codes = sorted((option.code for option in election.options), key=lambda code: (-len(code.encode()), code))
    return codes if most is None else codes[:most]


def counted(number: int, noun: str) -> str:
    """1 -> "1 option", 2 -> "2 options"."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
