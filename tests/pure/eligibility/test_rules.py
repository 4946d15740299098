"""Each refusal names the rule that failed and says what the person can do."""

from __future__ import annotations

import pytest

from participation.eligibility.rules import TIERS, UNITS, Facts, Rule, failure

CONTACT = "contact@exampleton.example"
NORTH = ((1, "Northfield"),)


def facts(**changes: object) -> Facts:
    given: dict[str, object] = {"ward_id": 1, "ward_name": "Northfield", "age_band": "25-34", "proved": ""}
    return Facts(**{**given, **changes})  # type: ignore[arg-type]  # by design


@pytest.mark.parametrize(
    ("rule", "person", "failed"),
    [
        (Rule(), facts(), None),
        (Rule(tier=0), facts(), None),
        (Rule(wards=NORTH), facts(), None),
        (Rule(wards=NORTH), facts(ward_id=2, ward_name="Southgate"), "area"),
        (Rule(oldest=24), facts(), "age"),
        (Rule(oldest=24), facts(age_band="16-24"), None),
        (Rule(oldest=24), facts(age_band=None), None),
        (Rule(oldest=64), facts(age_band="65+"), "age"),
        (Rule(tier=2), facts(), "code"),
        (Rule(tier=2), facts(proved="code"), None),
        (Rule(tier=2), facts(proved="staff"), None),
        (Rule(tier=3), facts(proved="code"), "check"),
        (Rule(tier=3), facts(proved="staff"), None),
        (Rule(tier=2, wards=NORTH, oldest=24), facts(ward_id=2, ward_name="Southgate"), "area"),
    ],
)
def test_the_first_rule_that_fails(rule: Rule, person: Facts, failed: str | None) -> None:
    found = failure(rule, person, contact=CONTACT)
    assert (found.rule if found else None) == failed
    if found:
        assert CONTACT in found.instead
        assert found.sentence == f"{found.why} {found.instead}"


def test_the_words_name_both_wards() -> None:
    found = failure(Rule(wards=NORTH), facts(ward_id=2, ward_name="Southgate"), contact=CONTACT)
    assert found is not None
    assert found.why == "This is for people who live in Northfield, and you live in Southgate."


@pytest.mark.parametrize("tier", TIERS)
@pytest.mark.parametrize("unit", UNITS)
def test_units_need_a_proof_that_tells_them_apart(tier: int, unit: str) -> None:
    makes_sense = tier >= {"person": 0, "household": 2, "organisation": 3}[unit]
    assert (Rule(tier=tier, unit=unit).problem() is None) is makes_sense
