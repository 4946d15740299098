"""The recount is a second implementation of every rule that a vote can be set up with: both must say the same.

Elections are made by chance from a fixed seed: small and full of ties, with costs that do not fit and ballots that break limits.
"""

from __future__ import annotations

import importlib.util
import json
import random
from collections.abc import Iterator
from fractions import Fraction
from itertools import product
from types import ModuleType
from typing import Any

import pytest

from config.settings import ROOT
from participation.consultations.question_types import QUESTION_TYPES
from participation.counting import RULES, Election, Limits, Option, Profile, Rule, Ties, count

TIES = ("cheapest,most-votes,id", "most-votes,cheapest,id", "file", "lot:a public seed")
ASKED = {question.name for question in QUESTION_TYPES}
# What a setting is tried with, where it is neither a choice nor a flag.
NUMBERS = {"seats": (1, 2, 3), "threshold": ("none", "file", "3")}


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


def ballot(dice: random.Random, ballot_type: str, codes: list[str]) -> dict[str, Any]:
    chosen = dice.sample(codes, dice.randint(0, min(4, len(codes))))
    if ballot_type == "approval":
        return {"approve": chosen}
    if ballot_type == "points":
        return {"points": {code: dice.randint(0, 4) for code in chosen}}
    if len(chosen) > 2 and dice.random() < 0.4:
        return {"rank": [chosen[0], chosen[1:3], *chosen[3:]]}
    return {"rank": chosen}


def facts_of(
    election: Election, rule: str, settings: dict[str, Any], ties: str, ballot_type: str, limits: Limits
) -> dict[str, Any]:
    return {
        "options": [{"code": option.code, "cost": option.cost} for option in election.options],
        "budget": election.budget, "unit": election.unit, "ballot_type": ballot_type, "historic": False,
        "limits": {"min_choices": limits.min_choices, "max_choices": limits.max_choices, "max_points": limits.max_points},
        "settings": settings, "top_points": election.top_points,
        "threshold": None if election.threshold is None else str(election.threshold), "ties": ties, "rule": rule,
    }  # fmt: skip


@pytest.mark.parametrize(("rule", "ballot_type"), cases())
def test_both_count_the_same(recount: ModuleType, rule: Rule, ballot_type: str) -> None:
    dice = random.Random(f"{rule.name} {ballot_type}")
    combinations = list(settings_of(rule))
    for number in range(max(60, 2 * len(combinations))):
        codes = [f"o{place}" for place in range(dice.randint(1, 7))]
        dice.shuffle(codes)
        options = tuple(Option(code, dice.choice((0, 100, 200, 200, 300, 500, 900))) for code in codes)
        election = Election(
            options, budget=dice.choice((0, 400, 700, 1000, 2500)), threshold=dice.choice((None, Fraction(2))),
            top_points=dice.choice((None, None, 3)),
        )  # fmt: skip
        ballots = [ballot(dice, ballot_type, codes) for _ in range(dice.choice((0, 1, 5, 12, 30)))]
        limits = Limits(
            min_choices=dice.choice((0, 1)), max_choices=3, max_points=8 if ballot_type == "points" else None
        )
        ties, settings = dice.choice(TIES), combinations[number % len(combinations)]
        profile = Profile.from_ballots(election, ballots, ballot_type=ballot_type, limits=limits)
        ours = count(election, profile, rule=rule.name, settings=settings, ties=Ties.parse(ties), explain=False)
        facts = facts_of(election, rule.name, rule.clean(settings), str(Ties.parse(ties)), ballot_type, limits)
        again = recount.Election(facts, json.loads(json.dumps(ballots)))
        theirs = recount.RULES[rule.name](again)
        said = (facts, ballots)
        assert (again.ballots, again.spoilt) == (ours.ballots, ours.not_counted), said
        assert again.votes == [one.votes for one in ours.options], said
        assert [election.options[place].code for place in theirs.selected] == list(ours.selected), said
        assert [str(score) for score in theirs.scores] == [one.score for one in ours.options], said


def test_every_rule_that_can_be_set_up_is_known(recount: ModuleType) -> None:
    assert {rule.name for rule in RULES if set(rule.ballot_types) & ASKED} == set(recount.RULES)


def test_the_program_shares_no_code_with_the_platform() -> None:
    text = (ROOT / "recount" / "recount.py").read_text()
    imported = {
        line.split()[1].partition(".")[0]
        for line in text.splitlines()
        if line.lstrip().startswith(("import ", "from "))
    }
    standard = {
        "__future__", "argparse", "base64", "binascii", "collections", "csv", "fractions", "hashlib", "itertools", "json", "math",
        "pathlib", "sys", "typing",
    }  # fmt: skip
    assert imported - standard == {"cryptography"}
