"""The pages in docs/rules name the settings of their rule, and the example worked by hand on each comes out."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from participation.counting import RULES, Election, Option, Profile, Step, Ties, count
from participation.counting.pots import Pot, count_pots

DOCUMENTS = Path(__file__).parents[3] / "docs" / "rules"
EXAMPLES = [
    pytest.param(json.loads(block), id=f"{path.stem}-{number}")
    for path in sorted(DOCUMENTS.glob("*.md"))
    for number, block in enumerate(re.findall(r"^```json\n(.*?)^```", path.read_text(), re.DOTALL | re.MULTILINE), 1)
    if '"ballots"' in block
]
PAGES = tuple(rule.name for rule in RULES)


def test_every_page_has_its_example() -> None:
    assert {example.id for example in EXAMPLES} >= {f"{rule}-1" for rule in (*PAGES, "pots")}


@pytest.mark.parametrize("rule", PAGES)
def test_every_rule_has_a_page(rule: str) -> None:
    page = (DOCUMENTS / f"{rule}.md").read_text()
    assert f"`{rule}`" in page.splitlines()[0]


@pytest.mark.parametrize("rule", PAGES)
def test_every_setting_is_on_the_page_of_its_rule(rule: str) -> None:
    page = (DOCUMENTS / f"{rule}.md").read_text()
    for setting in next(one for one in RULES if one.name == rule).settings:
        assert f"`{setting.name}`" in page


@pytest.mark.parametrize("example", EXAMPLES)
def test_the_example_comes_out(example: dict[str, Any]) -> None:
    election = Election(
        options=tuple(
            Option(
                code,
                cost,
                code,
                steps=tuple(Step(amount) for amount in example.get("steps", {}).get(code, ())),
                income=code in example.get("income", ()),
            )
            for code, cost in example["options"]
        ),
        budget=example["budget"],
    )
    ballots = [payload for times, payload in example["ballots"] for _ in range(times)]
    profile = Profile.from_ballots(election, ballots, ballot_type=example["ballot_type"])
    how: dict[str, Any] = {key: example[key] for key in ("rule", "settings")} | {"ties": Ties.parse(example["ties"])}
    if "pots" in example:
        pots = [Pot(name, money, tuple(codes)) for name, money, codes in example["pots"]]
        together = count_pots(election, profile, pots=pots, carry_to=example["carry_to"], **how)
        assert list(together.selected) == example["selected"]
        assert {part.pot.name: part.outcome.ballots for part in together.parts} == example["pot_ballots"]
        return
    outcome = count(election, profile, **how)
    assert list(outcome.selected) == example["selected"]
    for code, score in example["scores"].items():
        assert outcome.option(code).score == score
    for code, facts in example["facts"].items():
        assert {name: outcome.option(code).facts[name] for name in facts} == facts
    if "rounds" in example:
        assert [[step.action, step.option] for step in outcome.rounds] == example["rounds"]
