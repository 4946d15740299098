"""The recount is a second implementation of every rule that a vote can be set up with: both must say the same.

Elections are made by chance from a fixed seed: small and full of ties, with costs that do not fit and ballots that break limits.
"""

from __future__ import annotations

import importlib.util
import json
import random
import sys
from collections.abc import Iterator
from dataclasses import asdict
from fractions import Fraction
from itertools import product
from types import ModuleType
from typing import Any

import pytest

from config.settings import ROOT
from participation.consultations.question_types import QUESTION_TYPES
from participation.counting import RULES, Election, Limits, Option, Profile, Rule, Ties, count
from participation.counting.designs import sets_of
from participation.counting.elections import Step
from participation.counting.payloads import empty, keeping

TIES = ("cheapest,most-votes,id", "most-votes,cheapest,id", "file", "lot:a public seed")
ASKED = {question.name for question in QUESTION_TYPES}
# What a setting is tried with, where it is neither a choice nor a flag.
NUMBERS = {"seats": (1, 2, 3), "threshold": ("none", "file", "3"), "quorum": (0, 3)}


@pytest.fixture(scope="session")
def recount() -> ModuleType:
    spec = importlib.util.spec_from_file_location("recount", ROOT / "recount" / "recount.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def settings_of(rule: Rule) -> Iterator[dict[str, Any]]:
    """Every combination of the settings of a rule."""
    values = []
    for setting in rule.settings:
        if setting.kind == "choice":
            values.append([name for name, _ in setting.choices])
        elif setting.kind == "flag":
            values.append([True, False])
        else:
            values.append(list(NUMBERS[setting.name]))
    for combination in product(*values):
        yield dict(zip((setting.name for setting in rule.settings), combination, strict=True))


def cases() -> list[Any]:
    return [
        pytest.param(rule, ballot_type, id=f"{rule.name}-{ballot_type}")
        for rule in RULES
        for ballot_type in rule.ballot_types
        if ballot_type in ASKED
    ]


def ballot(dice: random.Random, ballot_type: str, election: Election, limits: Limits) -> dict[str, Any]:
    """A ballot as residents cast them, now and then one that may not be counted."""
    codes = [option.code for option in election.options]
    if dice.random() < 0.1:
        # Nothing chosen: no view, or keep as now, which not every type has.
        return dice.choice((empty(ballot_type), keeping(ballot_type)))
    chosen = dice.sample(codes, dice.randint(0, min(4, len(codes))))
    match ballot_type:
        case "approval":
            return {"approve": chosen}
        case "single":
            return {"approve": chosen[:1] if dice.random() < 0.9 else chosen}
        case "points":
            return {"points": {code: dice.randint(0, 4) for code in chosen}}
        case "views":
            return {"views": {code: dice.choice((1, 1, -1)) for code in chosen}}
        case "balance":
            return {"amounts": {option.code: dice.choice(option.steps).amount for option in election.options}}
        case "best_worst":
            return {"sets": [one for places in own_sets(codes, limits) if (one := compared(dice, codes, places))]}
    if len(chosen) > 2 and dice.random() < 0.4:
        return {"rank": [chosen[0], chosen[1:3], *chosen[3:]]}
    return {"rank": chosen}


def own_sets(codes: list[str], limits: Limits) -> tuple[tuple[int, ...], ...]:
    return sets_of(len(codes), limits.set_size) if limits.set_size else ()


def compared(dice: random.Random, codes: list[str], places: tuple[int, ...]) -> dict[str, Any] | None:
    """An answer to one set; some are left out, and some name an option that is not in it."""
    shown = [codes[place] for place in places]
    if dice.random() < 0.2:
        return None
    best, worst = dice.sample(shown if dice.random() < 0.97 else codes, 2)
    return {"shown": shown, "best": best, "worst": worst}


def election_of(dice: random.Random, ballot_type: str) -> Election:
    options = []
    for place in dice.sample(range(7), dice.randint(2, 7)):
        cost = dice.choice((0, 100, 200, 200, 300, 500, 900))
        if ballot_type == "balance":
            amounts = sorted({cost, *(dice.choice((0, 50, 150, 400)) for _ in range(2))})
            steps = tuple(Step(amount) for amount in amounts)
            options.append(Option(f"o{place}", cost, steps=steps, income=dice.random() < 0.3))
        else:
            options.append(Option(f"o{place}", cost))
    return Election(
        tuple(options), budget=dice.choice((0, 400, 700, 1000, 2500)), threshold=dice.choice((None, Fraction(2))),
        top_points=dice.choice((None, None, 3)),
    )  # fmt: skip


def limits_of(dice: random.Random, ballot_type: str) -> Limits:
    return Limits(
        min_choices=dice.choice((0, 1)), max_choices=3, max_points=8 if ballot_type == "points" else None,
        set_size=3 if ballot_type == "best_worst" else None, balanced=ballot_type == "balance" and dice.random() < 0.2,
    )  # fmt: skip


def facts_of(
    election: Election, rule: str, settings: dict[str, Any], ties: Ties, kind: str, limits: Limits
) -> dict[str, Any]:
    """What a definition says of this election."""
    return {
        "options": [
            {
                "code": option.code, "cost": option.cost, "income": option.income,
                "steps": [[step.amount, step.words] for step in option.steps],
            }
            for option in election.options
        ],
        "budget": election.budget, "unit": election.unit, "ballot_type": kind, "historic": False,
        "limits": {name: value for name, value in asdict(limits).items() if value is not None and value is not False},
        "settings": settings, "top_points": election.top_points,
        "threshold": None if election.threshold is None else str(election.threshold), "ties": str(ties), "rule": rule,
    }  # fmt: skip


@pytest.mark.parametrize(("rule", "ballot_type"), cases())
def test_both_count_the_same(recount: ModuleType, rule: Rule, ballot_type: str) -> None:
    dice = random.Random(f"{rule.name} {ballot_type}")
    combinations = list(settings_of(rule))
    counted = 0
    for number in range(max(60, 2 * len(combinations))):
        election, limits = election_of(dice, ballot_type), limits_of(dice, ballot_type)
        ballots = [ballot(dice, ballot_type, election, limits) for _ in range(dice.choice((0, 1, 5, 12, 30)))]
        ties, settings = Ties.parse(dice.choice(TIES)), combinations[number % len(combinations)]
        profile = Profile.from_ballots(election, ballots, ballot_type=ballot_type, limits=limits)
        ours = count(election, profile, rule=rule.name, settings=settings, ties=ties, explain=False)
        facts = facts_of(election, rule.name, rule.clean(settings), ties, ballot_type, limits)
        again = recount.Election(facts, json.loads(json.dumps(ballots)))
        theirs = recount.RULES[rule.name](again)
        said = (facts, ballots)
        assert (again.ballots, again.spoilt) == (ours.ballots, ours.not_counted), said
        assert again.votes == [one.votes for one in ours.options], said
        assert [election.options[place].code for place in theirs.selected] == list(ours.selected), said
        assert [str(score) for score in theirs.scores] == [one.score for one in ours.options], said
        counted += ours.ballots
    assert counted > 100, "hardly any ballot was one that counts"


def test_every_rule_that_can_be_set_up_is_known(recount: ModuleType) -> None:
    assert {rule.name for rule in RULES if set(rule.ballot_types) & ASKED} == set(recount.RULES)


def test_the_program_shares_no_code_with_the_platform() -> None:
    text = (ROOT / "recount" / "recount.py").read_text()
    imported = {
        line.split()[1].partition(".")[0]
        for line in text.splitlines()
        if line.lstrip().startswith(("import ", "from "))
    }
    assert imported - sys.stdlib_module_names == {"cryptography"}
