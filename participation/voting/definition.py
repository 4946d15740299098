"""The definition of a vote: everything a voter is asked and everything the count will do, as one canonical text.

Until the first ballot it follows from the consultation and the vote's settings; then it is fixed with its SHA-256. A lawful
change during voting is a new text that names the one before it and why (`voting.changing`); nothing else can change under a
ballot already cast. Whole numbers and short texts only, so that the text has one form.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from fractions import Fraction
from functools import cached_property, lru_cache
from typing import Any, Protocol

from flask import current_app

from participation.consultations.cards import card_of
from participation.consultations.models import BudgetStep, CommissioningOption, Consultation
from participation.consultations.queries import steps_of
from participation.consultations.question_types import QuestionType, question_type
from participation.consultations.question_types.best_worst import SET_SIZE
from participation.counting.areas import WARD_KEEPS, Areas, areas_of, read_areas
from participation.counting.ballots import Limits
from participation.counting.elections import Election, Option, Step
from participation.counting.payloads import keeping
from participation.counting.ties import Ties
from participation.eligibility.queries import rule_of
from participation.eligibility.rules import PROVED_BY_CODE
from participation.voting.keys import server_keys
from participation.voting.models import Vote
from participation.voting.sealing import Envelope, Sealer, padded_length

VERSION = 1
BATCH_SIZE = 25
# What follows from leaving a line of a budget alone.
AS_TODAY = "Nothing changes."
# Fewer ballots than this make no board: a batch would not hide anybody.
SMALLEST_BOARD = 25
# The groups of which tables of votes can be made, and what they are called.
GROUP_TITLES = {
    "ward": "Ward", "age": "Age group", "sex": "Sex", "channel": "How they voted: online, on paper or with help",
}  # fmt: skip
# The longest tracker, ward code, age band, sex and channel an envelope can carry.
_LONGEST_STRATA = {"w": "E00000000", "a": "00-00", "x": "Female", "c": "assisted"}
_LONGEST_TRACKER = "0000-0000-0000-0000"


class VoteSettings(Protocol):
    """What the limits of a ballot are made from: a vote, or the draft of one."""

    @property
    def ballot_type(self) -> str: ...
    @property
    def min_choices(self) -> int: ...
    @property
    def max_choices(self) -> int | None: ...
    @property
    def max_total_pence(self) -> int | None: ...
    @property
    def max_points(self) -> int | None: ...
    @property
    def balanced(self) -> bool: ...
    @property
    def area_reach(self) -> str | None: ...
    @property
    def area_wards(self) -> int | None: ...
    @property
    def ward_money_pence(self) -> int | None: ...
    @property
    def area_leftover(self) -> str | None: ...
    @property
    def budget_pence(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Change:
    """A change during voting, which made version `number` for a public `reason`; `before` is the SHA-256 of what it changed."""

    number: int
    on: date
    reason: str
    before: str


@dataclass(frozen=True)
class Definition:
    """A read definition. `historic`: ballots of a past election count as they were accepted, limits or not."""

    text: str
    facts: Mapping[str, Any]
    election: Election
    limits: Limits
    ties: Ties

    @property
    def digest(self) -> bytes:
        return hashlib.sha256(self.text.encode()).digest()

    @property
    def vote(self) -> str:
        return str(self.facts["vote"])

    @property
    def question(self) -> QuestionType:
        return question_type(self.facts["ballot_type"])

    @property
    def historic(self) -> bool:
        return bool(self.facts["historic"])

    @property
    def rule(self) -> str:
        return str(self.facts["rule"])

    @property
    def settings(self) -> dict[str, str | int | bool]:
        return dict(self.facts["settings"])

    @property
    def counted_limits(self) -> Limits | None:
        """The limits a ballot must keep to be counted."""
        return None if self.historic else self.limits

    @property
    def asks_for_proof(self) -> bool:
        """Whether voters on the roll still have to prove something: a code from a letter, a check by staff."""
        return bool(self.facts["who"]["tier"] >= PROVED_BY_CODE)

    @property
    def who(self) -> str:
        """Who can vote, in words; with how many are on the roll once it is fixed."""
        told = self.facts.get("roll", {})
        says = "People who are registered when voting opens"
        if told.get("late"):
            says += ", and people who register while it is open"
        return f"{says}. {told['size']:,} were on the register when it was fixed." if "size" in told else f"{says}."

    @property
    def table_names(self) -> list[str]:
        """The tables of votes by group that will be published."""
        return [GROUP_TITLES[name] for name in self.facts["breakdowns"]]

    @cached_property
    def changes(self) -> tuple[Change, ...]:
        """What was changed during voting, oldest first."""
        return tuple(
            Change(number, date.fromisoformat(one["on"]), one["reason"], one["definition"])
            for number, one in enumerate(self.facts.get("changes", ()), start=2)
        )

    @property
    def number(self) -> int:
        """1 as it was fixed; one more with each change."""
        return len(self.changes) + 1

    @cached_property
    def earlier(self) -> tuple[tuple[Election, Limits], ...]:
        """The figures and limits of the versions before: a ballot that kept to one of them when it was cast still counts."""
        return tuple(
            (_figures_of(self.election, one), _limits_read(one["limits"])) for one in self.facts.get("changes", ())
        )

    @cached_property
    def sealer(self) -> Sealer:
        """What seals the ballots of this vote."""
        return Sealer(
            vote=self.vote,
            box_public_key=bytes.fromhex(self.facts["box_public_key"]),
            length=self.facts["padded_length"],
        )


def canonical_json(value: object) -> str:
    """Sorted keys, no blanks: equal values have equal bytes."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def definition_of(vote: Vote, consultation: Consultation) -> Definition:
    """The fixed definition, or the one that would be fixed now."""
    text = vote.definition
    if text is not None:
        return read_definition(text)
    election = Election(
        options=options_of(consultation, vote.ballot_type),
        budget=vote.budget_pence,
        title=consultation.title,
    )
    return composed(vote, consultation, election=election)


def options_of(consultation: Consultation, ballot_type: str) -> tuple[Option, ...]:
    """The options of a consultation as they are voted on: lines with their steps where a budget is balanced."""
    lines = ballot_type == "balance"
    steps = steps_of(consultation.id) if lines else {}
    return tuple(
        Option(
            code=option.code,
            cost=option.cost_pence,
            title=option.title,
            tags=tuple(_tags(option)),
            steps=_steps(option, steps.get(option.id, [])) if lines else (),
            income=lines and option.is_income,
            needs=tuple(option.needs),
            excludes=tuple(option.excludes),
        )
        for option in consultation.options
    )


def _steps(option: CommissioningOption, found: Sequence[BudgetStep]) -> tuple[Step, ...]:
    """The signed-off steps of a line, today's amount among them, the largest first."""
    steps = [Step(option.cost_pence + step.change_pence, step.consequence) for step in found]
    return tuple(sorted([*steps, Step(option.cost_pence, AS_TODAY)], key=lambda step: -step.amount))


def _tags(option: Any) -> list[str]:
    tags = [f"service:{option.group.code}"] if option.group else []
    return [*tags, f"ward:{option.ward.code}"] if option.ward else tags


def limits_of(vote: Vote | VoteSettings, consultation: Consultation) -> Limits:
    """The limits of a ballot, from the vote's settings and, where it is by area, the wards that have options."""
    return Limits(
        areas=_areas(vote, consultation),
        balanced=vote.balanced,
        set_size=SET_SIZE if vote.ballot_type == "best_worst" else None,
        min_choices=vote.min_choices,
        max_choices=vote.max_choices,
        max_total=vote.max_total_pence,
        max_points=vote.max_points,
    )


def _areas(vote: Vote | VoteSettings, consultation: Consultation) -> Areas | None:
    if vote.area_reach is None:
        return None
    return areas_of(
        options_of(consultation, vote.ballot_type), reach=vote.area_reach, most=vote.area_wards or 1,
        ward_money=vote.ward_money_pence or 0, budget=vote.budget_pence,
        names={option.ward.code: option.ward.name for option in consultation.options if option.ward},
        leftover=vote.area_leftover or WARD_KEEPS,
    )  # fmt: skip


def composed(
    vote: Vote,
    consultation: Consultation,
    *,
    election: Election,
    limits: Limits | None = None,
    historic: bool = False,
    longest_ballot: int = 0,
) -> Definition:
    """Write the definition.

    Of a past election: its own `limits`, and the bytes of the longest payload it holds in `longest_ballot`.
    """
    limits = limits or limits_of(vote, consultation)
    phase = next(phase for phase in consultation.phases if phase.kind == "vote")
    cards = {option.code: _digest(canonical_json(card_of(option))) for option in consultation.options}
    facts = {
        "version": VERSION,
        "vote": vote.public_id,
        "council": consultation.council.slug,
        "consultation": consultation.slug,
        "title": consultation.title,
        "opens_at": phase.opens_at.isoformat(),
        "closes_at": phase.closes_at.isoformat(),
        "ballot_type": vote.ballot_type,
        "limits": {name: value for name, value in asdict(limits).items() if value is not None and value is not False},
        "historic": historic,
        "budget": election.budget,
        "unit": election.unit,
        "currency": election.currency,
        "threshold": str(election.threshold) if election.threshold is not None else None,
        "top_points": election.top_points,
        "options": [
            {
                "code": option.code,
                "cost": option.cost,
                "title": option.title,
                "tags": list(option.tags),
                "card": cards.get(option.code, ""),
                **_line(option),
            }
            for option in election.options
        ],
        "rule": vote.rule,
        "settings": json.loads(vote.rule_settings),
        "ties": vote.ties,
        "custody": vote.custody,
        "box_public_key": (vote.box_public_key or b"").hex(),
        "receipt_public_key": server_keys().receipt_public_key.hex(),
        "log_public_key": server_keys().log_public_key.hex(),
        "padded_length": _padded_length(vote, election, limits, longest_ballot),
        "batch_size": BATCH_SIZE,
        "smallest_board": SMALLEST_BOARD,
        # Tables of votes by group are only ever made of what is named here, before the first ballot.
        "breakdowns": [name for name in vote.breakdowns.split(",") if name],
        # A figure of fewer people than this is hidden in them.
        "smallest_shown": current_app.config["SETTINGS"].suppression_threshold,
        # The rule of who may take part, as it was when the roll was fixed.
        "who": _who(consultation),
        # Who can vote beside those on the roll at opening; its size is added when it is fixed (`with_roll`).
        "roll": {"late": vote.late_registration},
    }
    return read_definition(canonical_json(facts))


def _who(consultation: Consultation) -> dict[str, Any]:
    rule = rule_of(consultation.id)
    codes = {ward.id: ward.code for ward in consultation.council.wards} if rule.wards else {}
    return {
        "tier": rule.tier, "unit": rule.unit, "wards": sorted(codes[number] for number, _ in rule.wards),
        "youngest": consultation.minimum_age, "oldest": rule.oldest,
    }  # fmt: skip


def with_roll(definition: Definition, sizes: Mapping[str, Any]) -> Definition:
    """The definition with how many were on the roll when it was fixed (`voting.roll.published_sizes`)."""
    facts = definition.facts
    return read_definition(canonical_json({**facts, "roll": {**facts["roll"], **sizes}}))


def amended(before: Definition, after: Definition, *, reason: str, on: date) -> Definition:
    """The version that takes the place of `before`: what `after` asks, with the history of the vote.

    The envelope keeps its length, so that no ballot shows which version it was cast under, and the times stay as they were fixed.
    """
    change = {
        "definition": before.digest.hex(),
        "reason": reason,
        "on": on.isoformat(),
        "limits": before.facts["limits"],
        "budget": before.election.budget,
        "costs": {option.code: option.cost for option in before.election.options},
    }
    kept = {
        name: before.facts[name]
        for name in ("opens_at", "closes_at", "padded_length", "breakdowns", "smallest_shown", "who", "roll")
    }
    return read_definition(
        canonical_json({**after.facts, **kept, "changes": [*before.facts.get("changes", ()), change]})
    )


def _figures_of(election: Election, change: Mapping[str, Any]) -> Election:
    """The same options with the money of an earlier version."""
    costs = change["costs"]
    options = tuple(replace(option, cost=costs[option.code]) for option in election.options)
    return replace(election, options=options, budget=change["budget"])


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _line(option: Option) -> dict[str, Any]:
    """What only a line of a budget has, and what it is linked to; other options keep the form they always had."""
    links = {name: list(codes) for name, codes in (("needs", option.needs), ("excludes", option.excludes)) if codes}
    if not option.steps:
        return links
    return {"income": option.income, "steps": [[step.amount, step.words] for step in option.steps], **links}


def _padded_length(vote: Vote, election: Election, limits: Limits, longest_ballot: int) -> int:
    longest = question_type(vote.ballot_type).longest(election, limits)
    least = len(canonical_json(keeping(vote.ballot_type)))
    empty = Envelope(vote.public_id, _LONGEST_TRACKER, {}, _LONGEST_STRATA)
    return padded_length(len(empty.to_bytes()) + max(len(canonical_json(longest).encode()), least, longest_ballot))


@lru_cache(maxsize=64)
def read_definition(text: str) -> Definition:
    """Read what `composed` wrote."""
    facts = json.loads(text)
    election = Election(
        options=tuple(
            Option(
                option["code"],
                option["cost"],
                option["title"],
                tuple(option["tags"]),
                tuple(Step(amount, words) for amount, words in option.get("steps", ())),
                option.get("income", False),
                tuple(option.get("needs", ())),
                tuple(option.get("excludes", ())),
            )
            for option in facts["options"]
        ),
        budget=facts["budget"],
        unit=facts["unit"],
        currency=facts["currency"],
        threshold=Fraction(facts["threshold"]) if facts["threshold"] is not None else None,
        top_points=facts["top_points"],
        title=facts["title"],
    )
    return Definition(text, facts, election, _limits_read(facts["limits"]), Ties.parse(facts["ties"]))


def _limits_read(facts: Mapping[str, Any]) -> Limits:
    areas = facts.get("areas")
    return Limits(**{**facts, "areas": read_areas(areas) if areas else None})
