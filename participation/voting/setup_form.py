"""The form in which an officer sets up a vote. The settings shown are those of the rule it was opened with."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from wtforms.validators import ValidationError

from participation.consultations.question_types import QUESTION_TYPES
from participation.counting import RULES, Rule, Setting, rule_named
from participation.counting.areas import ANY, OWN, OWN_AND_MORE, TO_COUNCIL, WARD_KEEPS
from participation.counting.ties import DEFAULT
from participation.voting.custody.kinds import NAMES, offered
from participation.voting.definition import GROUP_TITLES
from participation.voting.models import Vote
from participation.voting.service import VoteDraft
from participation.web.forms import (
    Form,
    as_choices,
    between,
    checkboxes,
    needed,
    pounds,
    radios,
    select,
    text,
    whole_number,
)

# A rule for each kind of ballot that this platform can ask with.
OFFERED: tuple[Rule, ...] = tuple(
    rule for rule in RULES if set(rule.ballot_types) & {question.name for question in QUESTION_TYPES}
)
TIES = (
    (DEFAULT, "The cheaper option first, then the one on more ballots"),
    ("most-votes,cheapest,id", "The option on more ballots first, then the cheaper one"),
    ("file", "In the order in which the options are listed"),
    ("lot", "By a lot from a public seed, written below"),
)
LOT = "lot"
# The choice that is no vote by area.
WHOLE_COUNCIL = "whole"
# Ballots that may be limited to a number of options, and those that answer about everything.
LIMITED, WHOLE = ("approval", "ranking", "points"), ("single", "balance")


def options_rule(form: Any, field: Any) -> None:
    """The rule must be able to count the ballots."""
    rule = next((rule for rule in OFFERED if rule.name == field.data), None)
    if rule is not None and form.ballot_type.data and form.ballot_type.data not in rule.ballot_types:
        raise ValidationError(f"“{rule.title}” cannot count this type of ballot. Choose another rule")


class SetUpForm(Form):
    """Money, ballot, limits, rule and ties. `for_rule` adds the fields of a rule's settings."""

    budget = pounds(
        "Money available",
        hint="What the options that are chosen may cost together, for example 100,000. When residents balance a budget: "
        "the money that comes in whatever they choose",
        rules=[needed("Enter the money available")],
    )
    balanced = radios(
        "Must the budget add up exactly?",
        [("no", "No, money may be left over"), ("yes", "Yes, nothing may be left over")],
        hint="Only when residents balance a budget.",
    )
    ballot_type = radios(
        "How residents vote",
        [(question.name, f"{question.title}. {question.explanation}") for question in QUESTION_TYPES],
        rules=[needed("Choose how residents vote")],
    )
    within_budget = radios(
        "Must the choices on one ballot fit the money available?",
        [("yes", "Yes, residents see what is left as they choose"), ("no", "No, residents can choose anything")],
        hint="Only when residents choose options.",
    )
    area_reach = radios(
        "Is there money for each ward?",
        [
            (WHOLE_COUNCIL, "No, everybody chooses from all options and all share the money"),
            (OWN, "Yes, and residents choose for their own ward and for the whole council"),
            (OWN_AND_MORE, "Yes, and residents choose for their own ward, some other wards and the whole council"),
            (ANY, "Yes, and residents choose for any wards, up to a number, and for the whole council"),
        ],
        hint="Only when residents choose options. What the wards do not get is for options of the whole council.",
    )
    area_wards = whole_number(
        "How many wards? (optional)",
        hint="Wards beside their own, or any wards. 1 if you leave it empty",
        rules=[between(1, 100, "The number of wards must be between 1 and 100")],
    )
    ward_money = pounds("Money for each ward that has options", hint="Only when there is money for each ward")
    area_leftover = radios(
        "What happens to money that a ward does not spend?",
        [
            (WARD_KEEPS, "It is kept for the ward, and not spent by this vote"),
            (TO_COUNCIL, "It is added to the money for the whole council, which is counted last"),
        ],
        hint="Only when there is money for each ward. Residents read this before they vote.",
    )
    min_choices = whole_number(
        "Fewest options on a ballot",
        hint="Usually 1",
        rules=[between(1, 1000, "The fewest options must be 1 or more")],
    )
    max_choices = whole_number(
        "Most options on a ballot (optional)",
        hint="Leave empty for no limit",
        rules=[between(1, 1000, "The most options must be 1 or more")],
    )
    max_points = whole_number(
        "Points each resident can give",
        hint="Only when residents share points, for example 10",
        rules=[between(1, 999_999, "The points must be between 1 and 999,999")],
    )
    rule = radios(
        "How the ballots are counted",
        [(rule.name, f"{rule.title}. {rule.description}") for rule in OFFERED],
        hint="The rule is fixed when the first ballot is cast, and published with the result.",
        rules=[needed("Choose how the ballots are counted"), options_rule],
    )
    ties = select("When options are level", TIES, rules=[needed("Choose what happens when options are level")])
    seed = text("Public seed of the lot (optional)", hint="Only for a lot: for example the numbers of a lottery draw")
    late_registration = radios(
        "Who can vote?",
        [
            ("no", "People who are registered when voting opens"),
            ("yes", "Also people who register while voting is open"),
        ],
        hint="People the council should reach through the vote itself, for example with posters, need the second.",
    )
    breakdowns = checkboxes(
        "Tables of votes by group (optional)",
        list(GROUP_TITLES.items()),
        hint="Named now or never: after the count nothing links a ballot to a group. Small numbers are hidden, and voters are "
        "told before they vote. Not for ballots that balance a budget or that ask for the most and least important.",
    )
    custody = radios(
        "Who holds the key of the ballot box",
        hint="Whoever holds the key could open ballots before the close.",
        rules=[needed("Choose who holds the key")],
    )
    settings_for: str = ""

    def offer_custody(self, offered: Sequence[str]) -> None:
        """The kinds of custody that are allowed here; a single one is chosen already."""
        self.custody.choices = as_choices((name, NAMES[name]) for name in offered)
        if len(offered) == 1 and not self.custody.raw_data:
            self.custody.data = offered[0]

    def draft(self) -> VoteDraft:
        """What was typed, for the service. Settings of another rule than the one chosen fall back to that rule's own."""
        budget: Any = self.budget.data
        approval, points = self.ballot_type.data == "approval", self.ballot_type.data == "points"
        return VoteDraft(
            ballot_type=self.ballot_type.data,
            budget_pence=budget,
            rule=self.rule.data,
            settings=self.chosen_settings(),
            ties=f"{LOT}:{self.seed.data}" if self.ties.data == LOT else self.ties.data,
            min_choices=(self.min_choices.data or 1) if self.ballot_type.data not in WHOLE else 1,
            max_choices=self.max_choices.data if self.ballot_type.data in LIMITED else None,
            balanced=self.ballot_type.data == "balance" and self.balanced.data == "yes",
            max_total_pence=budget if approval and self.within_budget.data != "no" else None,
            max_points=self.max_points.data if points else None,
            **self._areas(),
            late_registration=self.late_registration.data == "yes",
            breakdowns=self.breakdowns.data or [],
            custody=self.custody.data,
        )

    def _areas(self) -> dict[str, Any]:
        if self.ballot_type.data != "approval" or self.area_reach.data in (None, WHOLE_COUNCIL):
            return {}
        return {
            "area_reach": self.area_reach.data,
            "area_wards": self.area_wards.data or 1,
            "ward_money_pence": self.ward_money.data,
            "area_leftover": self.area_leftover.data or WARD_KEEPS,
        }

    def chosen_settings(self) -> dict[str, str | int | bool]:
        if self.rule.data != self.settings_for:
            return {}
        found: dict[str, str | int | bool] = {}
        for setting in rule_named(self.settings_for).settings:
            value = self[field_of(setting)].data
            found[setting.name] = value == "yes" if setting.kind == "flag" else value
        return found

    def validate(self, extra_validators: Any = None) -> bool:
        valid: bool = super().validate(extra_validators)
        for wrong, field, message in (
            (self.ballot_type.data == "points" and not self.max_points.data, self.max_points,
             "Enter how many points each resident can give"),
            (bool(self._areas()) and self.ward_money.data is None, self.ward_money, "Enter the money for each ward"),
            (self.ties.data == LOT and not self.seed.data, self.seed, "Enter the seed of the lot"),
            ("," in (self.seed.data or ""), self.seed, "Leave commas out of the seed"),
        ):  # fmt: skip
            if wrong:
                field.errors = [*field.errors, message]
                valid = False
        return valid

    def show(self, vote: Vote) -> None:
        """Fill the form in from a vote that was set up before."""
        self.budget.data, self.ballot_type.data = vote.budget_pence, vote.ballot_type
        self.balanced.data = "yes" if vote.balanced else "no"
        self.within_budget.data = "no" if vote.max_total_pence is None else "yes"
        self.min_choices.data, self.max_choices.data = vote.min_choices, vote.max_choices
        self.max_points.data, self.rule.data = vote.max_points, vote.rule
        self.area_reach.data, self.area_wards.data = vote.area_reach or WHOLE_COUNCIL, vote.area_wards
        self.ward_money.data, self.area_leftover.data = vote.ward_money_pence, vote.area_leftover or WARD_KEEPS
        self.custody.data = vote.custody
        self.late_registration.data = "yes" if vote.late_registration else "no"
        self.breakdowns.data = [name for name in vote.breakdowns.split(",") if name]
        lot, _, seed = vote.ties.partition(":")
        self.ties.data, self.seed.data = (LOT, seed) if lot == LOT else (vote.ties, "")
        settings = json.loads(vote.rule_settings)
        for setting in rule_named(vote.rule).settings:
            value = settings.get(setting.name, setting.default)
            self[field_of(setting)].data = ("yes" if value else "no") if setting.kind == "flag" else str(value)

    def suggest(self) -> None:
        """A new vote: what most votes want."""
        self.ballot_type.data, self.within_budget.data, self.min_choices.data = "approval", "yes", 1
        self.rule.data, self.ties.data, self.balanced.data = OFFERED[0].name, DEFAULT, "no"
        self.custody.data, self.area_reach.data = offered()[0], WHOLE_COUNCIL
        self.area_leftover.data = WARD_KEEPS
        self.late_registration.data, self.breakdowns.data = "no", []

    @property
    def setting_fields(self) -> list[Any]:
        if not self.settings_for:
            return []
        return [self[field_of(setting)] for setting in rule_named(self.settings_for).settings]


def field_of(setting: Setting) -> str:
    return f"setting_{setting.name}"


def form_for(rule: str) -> type[SetUpForm]:
    """The form with a field for each setting of a rule ("" is none yet)."""
    fields = {} if not rule else {field_of(setting): _field(setting) for setting in rule_named(rule).settings}
    return type("SetUpForm", (SetUpForm,), {**fields, "settings_for": rule})


def _field(setting: Setting) -> Any:
    if setting.kind == "choice":
        return radios(setting.title, setting.choices, rules=[needed("Choose one")])
    if setting.kind == "flag":
        return radios(setting.title, [("yes", "Yes"), ("no", "No")], rules=[needed("Choose yes or no")])
    if setting.kind == "number":
        return whole_number(setting.title, rules=[needed("Enter a whole number")])
    return text(setting.title, hint="A number, or “none”", rules=[needed("Enter a number, or “none”")])
