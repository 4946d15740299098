"""Stored summaries fit the schema that is made from their dataclasses."""

from __future__ import annotations

import json

import pytest

from participation.needs import summarise
from participation.needs.schema import json_schema
from tests.pure.exports.schema_check import problems
from tests.pure.needs import town


@pytest.mark.parametrize("number", [12, 120, 1200])
def test_summaries_fit(number: int) -> None:
    assert problems(json.loads(summarise(town.evidence(number)).to_json()), json_schema()) == []


def test_a_hidden_figure_with_a_value_does_not_fit() -> None:
    body = json.loads(summarise(town.evidence(120)).to_json())
    body["ballots"] = {"hidden": True, "value": 3}
    assert problems(body, json_schema())
    body["ballots"] = {"value": 3}
    body["secret"] = 1
    assert problems(body, json_schema()) == ["$: unexpected secret"]
