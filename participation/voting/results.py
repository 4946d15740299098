"""A published result in the words and figures its page shows. Everything comes from the stored outcome; nothing is counted."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from flask import current_app

from participation.consultations.question_types import Choice
from participation.counting import OptionResult, Outcome, Rule, Setting, Ties, rule_named
from participation.counting.areas import TO_COUNCIL
from participation.counting.outcome import Remark
from participation.counting.profile import KEPT, NO_VIEW
from participation.voting.definition import Definition
from participation.voting.models import CountRun, Vote
from participation.voting.queries import has_board, published_count
from participation.web.charts import Bar, Entry, bars

TIE_WORDS = {
    "file": "the order in which the options are listed",
    "id": "the option's code, in the order of a dictionary",
    "cheapest": "the cheaper option first",
    "most-votes": "the option chosen on more ballots first",
    "lot": "a lot drawn from a public seed",
}

# By ballot type: the columns of the table of options, the fact its chart draws, and the words after the number.
COLUMNS = {
    "views": [("Yes", "yes", False), ("No", "no", False), ("No view", "no_view", False)],
    "best_worst": [
        ("Times shown", "shown", False),
        ("Most important", "best", False),
        ("Least important", "worst", False),
    ],
    "balance": [
        ("Middle ballot", "middle", True),
        ("Raise it", "more", False),
        ("Keep it", "same", False),
        ("Cut it", "less", False),
    ],
}
CHARTED = {"views": "yes", "best_worst": "best"}
CHART_WORDS = {"yes": "say yes", "best": "times most important"}


@dataclass(frozen=True, slots=True)
class PotFigures:
    """One pot of a vote by area: its money and what was spent in pence, the ballots that name one of its options."""

    name: str
    money: int
    # Of the money, what other pots left over.
    carried: int
    ballots: int
    spent: int
    options: int
    funded: int

    @property
    def left(self) -> int:
        return self.money - self.spent


@dataclass(frozen=True)
class PublishedResult:
    """What the result page says. `too_few`: so few took part that only this is published."""

    run: CountRun
    outcome: Outcome
    definition: Definition
    too_few: bool
    threshold: int
    has_board: bool

    @property
    def rule(self) -> Rule:
        return rule_named(self.outcome.rule)

    @property
    def spends_money(self) -> bool:
        """Whether the rule divides the money; others elect one option or several, whatever they cost."""
        return "within-budget" in self.rule.promises

    @property
    def columns(self) -> list[tuple[str, str, bool]]:
        """What the table says of each option besides its cost: title, name of the fact, whether it is money.

        Empty where a ballot names an option or does not: then ballots and their share say all.
        """
        return COLUMNS.get(self.outcome.ballot_type, [])

    @property
    def won(self) -> str:
        if self.outcome.ballot_type == "views":
            return "Supported"
        return "Funded" if self.spends_money else "Chosen"

    @property
    def lost(self) -> str:
        return f"Not {self.won.lower()}"

    @property
    def settings(self) -> list[tuple[str, str]]:
        """The rule's settings as (title, value in words)."""
        return [
            (setting.title, _in_words(setting, self.outcome.settings[setting.name])) for setting in self.rule.settings
        ]

    @property
    def ties(self) -> list[str]:
        """The tie policies of the vote in order of force, in words."""
        return tie_words(self.definition.ties)

    @property
    def left(self) -> int:
        return self.outcome.budget - self.outcome.total_cost

    @property
    def winners(self) -> list[OptionResult]:
        """In order of selection."""
        return [self.outcome.option(code) for code in self.outcome.selected]

    @property
    def losers(self) -> list[OptionResult]:
        """By votes, then as listed."""
        return sorted((one for one in self.outcome.options if not one.selected), key=lambda one: -one.votes)

    @cached_property
    def chart(self) -> list[Bar]:
        """A bar per option by ballots naming it, or saying yes or best, most first."""
        main = CHARTED.get(self.outcome.ballot_type)
        votes = {one.code: self.fact(one, main) if main else one.votes for one in self.outcome.options}
        ordered = sorted(self.outcome.options, key=lambda one: -votes[one.code])
        return bars(
            Entry(
                label=self.title(one.code),
                amount=votes[one.code],
                text=f"{votes[one.code]:,} {CHART_WORDS[main]}"
                if main
                else f"{one.votes:,} of {self.outcome.ballots:,}",
                note=self.won if one.selected else self.lost,
                tone="" if one.selected else "other",
            )
            for one in ordered
        )

    def fact(self, option: OptionResult, name: str) -> int:
        """A number the count noted of an option; nothing was noted of one that nobody was asked about."""
        return int(option.facts.get(name, 0))

    def title(self, code: str) -> str:
        election = self.definition.election
        return election.options[election.index[code]].label

    def tie_said(self, policy: str) -> str:
        """A tie policy that decided, in words."""
        return tie_policy(policy)

    @property
    def balance(self) -> list[str]:
        """What the middle steps of all lines come to together, in sentences; none for another rule."""
        facts = self.outcome.facts
        if "left" not in facts:
            return []
        left = int(facts["left"])
        ending = f"{self.money(left)} would be left" if left >= 0 else f"{self.money(-left)} would be missing"
        return [f"Together the middle steps spend {self.money(int(facts['spending']))}. {ending}."]

    @property
    def pots(self) -> list[PotFigures]:
        """A vote by area, pot by pot in the order they were counted; none where there was one pot."""
        facts, options = self.outcome.facts, self.outcome.options
        return [
            PotFigures(
                name=str(facts[f"pot_{number}_name"]), money=int(facts[f"pot_{number}_money"]),
                carried=int(facts.get(f"pot_{number}_carried", 0)),
                ballots=int(facts[f"pot_{number}_ballots"]), spent=int(facts[f"pot_{number}_spent"]),
                options=sum(one.facts["pot"] == number for one in options),
                funded=sum(one.selected and one.facts["pot"] == number for one in options),
            )
            for number in range(1, int(facts.get("pots", 0)) + 1)
        ]  # fmt: skip

    @property
    def leftover_said(self) -> str:
        """What became of money that wards did not spend, by the rule of the vote."""
        areas = self.definition.limits.areas
        if areas is None:
            return ""
        if areas.leftover == TO_COUNCIL:
            carried = sum(pot.carried for pot in self.pots)
            return (
                f"What the wards did not spend, {self.money(carried)}, was added to the money for the whole council, which was "
                "counted last."
            )
        kept = sum(pot.left for pot in self.pots if pot.name != areas.pots[-1].name)
        return f"What a ward did not spend is kept for it: {self.money(kept)} in all."

    @property
    def kept_as_now(self) -> int:
        """Counted ballots that say to keep things as they are."""
        return sum(one.number for one in self.outcome.remarks if one.reason == KEPT)

    @property
    def no_view(self) -> int:
        """Ballots of voters who have no view."""
        return sum(one.number for one in self.outcome.ballots_not_counted if one.reason == NO_VIEW)

    @property
    def others_not_counted(self) -> list[Remark]:
        return [one for one in self.outcome.ballots_not_counted if one.reason != NO_VIEW]

    @property
    def other_remarks(self) -> list[Remark]:
        return [one for one in self.outcome.remarks if one.reason != KEPT]

    def money(self, amount: int) -> str:
        return self.definition.election.money(amount)


def published_result(vote: Vote, definition: Definition) -> PublishedResult:
    """Raises ResultNotPublished, for everybody, until it is."""
    run = published_count(vote)
    threshold = current_app.config["SETTINGS"].suppression_threshold
    outcome = Outcome.from_json(run.outcome)
    return PublishedResult(
        run=run,
        outcome=outcome,
        definition=definition,
        too_few=outcome.ballots + outcome.not_counted < threshold,
        threshold=threshold,
        has_board=has_board(vote.id),
    )


def _in_words(setting: Setting, value: str | int | bool) -> str:
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if setting.kind == "threshold" and value == "none":
        return "No score is needed"
    said = dict(setting.choices).get(str(value), str(value))
    return said[:1].upper() + said[1:]


def tie_words(ties: Ties) -> list[str]:
    """Tie policies in words, in order of force."""
    return [tie_policy(policy) for policy in ties.policies]


def tie_policy(policy: str) -> str:
    """One tie policy in words."""
    name, _, seed = policy.partition(":")
    return TIE_WORDS[name] + (f" (“{seed}”)" if seed else "")


def ballots_shown(definition: Definition, payloads: Iterable[str]) -> list[tuple[list[Choice], str]]:
    """The ballots of a batch as a person reads them: what each chooses, and what one says that chooses nothing."""
    question = definition.question
    read = [json.loads(payload) for payload in payloads]
    return [
        (chosen, "" if chosen else "Nothing chosen" if definition.historic else question.says(payload))
        for payload in read
        for chosen in [question.chosen(payload, definition.election)]
    ]
