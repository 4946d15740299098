"""Votes by area over random elections: page, server and count hold a ballot to one rule, written here a second time in words."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from participation.consultations.question_types import question_type
from participation.counting import Election, Limits, Option, Profile, Ties, count, problems
from participation.counting.areas import areas_of
from participation.counting.pots import area_pots, carried_to, count_pots, together

WARDS = ("E1", "E2", "E3")
NAMES = {"E1": "Bede", "E2": "Cleadon", "E3": "Dene"}
MONEY = st.integers(0, 300)


@st.composite
def elections(draw: st.DrawFn) -> tuple[Election, Limits]:
    """Options of three wards and of none, with small amounts that are met exactly as often as missed by a penny."""
    places = draw(st.lists(st.sampled_from((*WARDS, "")), min_size=2, max_size=8).filter(any))
    options = tuple(
        Option(f"o{number}", draw(MONEY), f"Option {number}", tags=(f"ward:{ward}",) if ward else ())
        for number, ward in enumerate(places)
    )
    ward_money = draw(st.integers(0, 400))
    budget = ward_money * len({place for place in places if place}) + draw(st.integers(0, 600))
    areas = areas_of(
        options, reach=draw(st.sampled_from(("own", "any", "own_and_more"))), most=draw(st.integers(1, 2)),
        ward_money=ward_money, budget=budget, names=NAMES, leftover=draw(st.sampled_from(("ward", "council"))),
    )  # fmt: skip
    limits = Limits(
        areas=areas, min_choices=0, max_total=draw(st.sampled_from((None, budget))),
        home=draw(st.sampled_from((*WARDS, None))),
    )  # fmt: skip
    return Election(options, budget), limits


def ward(option: Option) -> str:
    return option.tags[0][5:] if option.tags else ""


def keeps(chosen: list[Option], limits: Limits, *, home: str | None) -> bool:
    """The rule in the words of the page. Without a home: what can be said of a ballot whose voter nobody knows."""
    areas = limits.areas
    assert areas is not None
    wards = {ward(option) for option in chosen} - {""}
    if areas.reach == "own" and (wards - {home} if home else len(wards) > 1):
        return False
    if areas.reach == "any" and len(wards) > areas.most:
        return False
    if areas.reach == "own_and_more" and len(wards - {home}) > areas.most + (home is None):
        return False
    return limits.max_total is None or all(
        sum(option.cost for option in chosen if ward(option) == pot.ward) <= pot.money for pot in areas.pots
    )


@pytest.mark.slow
@settings(max_examples=400, deadline=None)
@given(elections(), st.data())
def test_a_ballot_is_accepted_exactly_when_it_keeps_its_areas_and_is_then_counted(
    case: Any, data: st.DataObject
) -> None:
    (election, limits), question = case, question_type("approval")
    places = data.draw(st.sets(st.integers(0, len(election.options) - 1)))
    sent = {question.field(place): ["on"] for place in places} or {question.instead_field: ["no-view"]}
    answer = question.read(question.kept(sent, election), election, limits)
    chosen = [option for place, option in enumerate(election.options) if place in places]
    assert bool(not answer.problems) == keeps(chosen, limits, home=limits.home)
    nobody = Limits(areas=limits.areas, min_choices=0, max_total=limits.max_total)
    found = problems(answer.payload, ballot_type="approval", election=election, limits=nobody)
    assert bool(not found) == keeps(chosen, limits, home=None)
    # The count knows less than the server, so it never refuses what was accepted.
    assert answer.problems or not found
    if not answer.problems:
        assert Profile.from_ballots(election, [answer.payload], limits=nobody).ballots == bool(places)


@settings(max_examples=150, deadline=None)
@given(elections(), st.data())
def test_what_the_page_says_is_left_is_left_to_the_penny(case: Any, data: st.DataObject) -> None:
    (election, limits), question = case, question_type("approval")
    assert limits.areas is not None
    limits = Limits(areas=limits.areas, max_total=election.budget, home=limits.home)
    codes = data.draw(st.sets(st.sampled_from([option.code for option in election.options])))
    said = question.running_total({"approve": sorted(codes)}, election, limits)
    for pot in limits.areas.pots:
        spent = sum(option.cost for option in election.options if option.code in codes and ward(option) == pot.ward)
        if f"{pot.name}: " not in said:
            assert spent == 0
            continue
        amount = re.search(rf"{pot.name}: £([0-9.,]+)( more)?", said)
        assert amount is not None
        whole, _, part = amount[1].partition(".")
        pence = int(whole.replace(",", "")) * 100 + int(part or 0)
        assert (-pence if amount[2] else pence) == pot.money - spent


@settings(max_examples=100, deadline=None)
@given(elections(), st.data())
def test_each_pot_is_counted_on_its_own_and_none_is_overspent(case: Any, data: st.DataObject) -> None:
    election, limits = case
    assert limits.areas is not None
    codes = [option.code for option in election.options]
    ballots = [{"approve": sorted(one)} for one in data.draw(st.lists(st.sets(st.sampled_from(codes)), max_size=12))]
    profile = Profile.from_ballots(election, ballots)
    pots = area_pots(election, limits.areas)
    carry_to = carried_to(limits.areas, pots)
    parts = count_pots(
        election, profile, pots=pots, rule="greedy", settings={}, ties=Ties.parse("id"), carry_to=carry_to
    )
    outcome = together(election, profile, parts)
    assert [one.code for one in outcome.options] == codes
    assert [one.votes for one in outcome.options] == [sum(code in one["approve"] for one in ballots) for code in codes]
    assert sorted(one.position or 0 for one in outcome.options if one.selected) == list(
        range(1, len(outcome.selected) + 1)
    )
    assert [one.number for one in outcome.rounds] == list(range(1, len(outcome.rounds) + 1))
    left = 0
    for number, pot in enumerate(pots, start=1):
        # What the wards leave goes to the whole council, which comes last, exactly where the vote says so.
        to_all = pot.name == "The whole council" and limits.areas.leftover == "council"
        money = pot.money + (left if to_all else 0)
        own = Election(tuple(option for option in election.options if option.code in pot.codes), money)
        restricted = [{"approve": [code for code in one["approve"] if code in pot.codes]} for one in ballots]
        alone = count(
            own, Profile.from_ballots(own, [one for one in restricted if one["approve"]]), rule="greedy", settings={},
            ties=Ties.parse("id"),
        )  # fmt: skip
        funded = tuple(code for code in outcome.selected if code in pot.codes)
        assert funded == alone.selected
        assert outcome.facts[f"pot_{number}_spent"] == alone.total_cost <= money == outcome.facts[f"pot_{number}_money"]
        assert outcome.facts[f"pot_{number}_carried"] == money - pot.money
        left += money - alone.total_cost
    assert outcome.total_cost <= election.budget
