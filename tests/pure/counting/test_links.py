"""Options that need or exclude one another: no ballot and no outcome breaks a link, and the independent recount agrees."""

from __future__ import annotations

import importlib.util
import json
from types import ModuleType
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from config.settings import ROOT
from participation.consultations.question_types import question_type
from participation.counting import Election, Limits, Option, Profile, Ties, count

LIMITS = Limits(min_choices=0)


@pytest.fixture(scope="module")
def recount() -> ModuleType:
    spec = importlib.util.spec_from_file_location("recount", ROOT / "recount" / "recount.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@st.composite
def elections(draw: st.DrawFn) -> Election:
    """An option may need earlier ones, so that nothing needs itself, and exclude any other."""
    size = draw(st.integers(2, 6))
    options = []
    for place in range(size):
        needs = draw(st.sets(st.integers(0, place - 1), max_size=2)) if place else set()
        others = sorted(set(range(size)) - needs - {place})
        excludes = draw(st.sets(st.sampled_from(others), max_size=1)) if others else set()
        named = [tuple(f"o{one}" for one in sorted(codes)) for codes in (needs, excludes)]
        options.append(Option(f"o{place}", draw(st.integers(0, 9)), needs=named[0], excludes=named[1]))
    return Election(tuple(options), draw(st.integers(0, 30)))


def holds(election: Election, chosen: set[str]) -> bool:
    """Every link of these options is kept, in words of its own."""
    return all(
        set(option.needs) <= chosen and not set(option.excludes) & chosen
        for option in election.options
        if option.code in chosen
    )


@settings(max_examples=300, deadline=None)
@given(elections(), st.data())
def test_a_ballot_is_accepted_exactly_when_it_keeps_every_link(election: Election, data: st.DataObject) -> None:
    question = question_type("approval")
    places = data.draw(st.sets(st.integers(0, len(election.options) - 1)))
    sent = {question.field(place): ["on"] for place in places} or {question.instead_field: ["no-view"]}
    answer = question.read(sent, election, LIMITS)
    assert bool(not answer.problems) == holds(election, {f"o{place}" for place in places})


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(elections(), st.data())
def test_no_outcome_breaks_a_link_and_both_programs_agree(
    recount: ModuleType, election: Election, data: st.DataObject
) -> None:
    codes = [option.code for option in election.options]
    ballots = [{"approve": sorted(one)} for one in data.draw(st.lists(st.sets(st.sampled_from(codes)), max_size=10))]
    profile = Profile.from_ballots(election, ballots, limits=LIMITS)
    ours = count(election, profile, rule="greedy", settings={}, ties=Ties.parse("id"))
    assert holds(election, set(ours.selected))
    assert ours.total_cost <= election.budget
    again = recount.Election(facts_of(election), json.loads(json.dumps(ballots)))
    theirs = recount.RULES["greedy"](again)
    assert (again.ballots, again.spoilt) == (ours.ballots, ours.not_counted)
    assert tuple(codes[place] for place in theirs.selected) == ours.selected


def facts_of(election: Election) -> dict[str, Any]:
    return {
        "ballot_type": "approval", "limits": {"min_choices": 0}, "historic": False, "budget": election.budget, "unit": 100,
        "threshold": None, "top_points": None, "settings": {"skip": True, "threshold": "none"}, "ties": "id",
        "options": [
            {"code": one.code, "cost": one.cost, "tags": [], "needs": list(one.needs), "excludes": list(one.excludes)}
            for one in election.options
        ],
    }  # fmt: skip


def test_an_option_that_is_needed_has_its_turn_first_and_the_reasons_say_so() -> None:
    """Path and bench are level; the bench needs the path. The pond cannot join the path, and has fewer votes."""
    election = Election(
        (
            Option("bench", 5, "Bench", needs=("path",)),
            Option("path", 5, "Path"),
            Option("pond", 1, "Pond", excludes=("path",)),
            Option("lamp", 1, "Lamp", needs=("pond",)),
        ),
        20,
    )
    ballots = [{"approve": ["bench", "path"]}] * 3 + [{"approve": ["pond", "lamp"]}] * 2
    outcome = count(
        election, Profile.from_ballots(election, ballots), rule="greedy", settings={}, ties=Ties.parse("file")
    )
    assert outcome.selected == ("path", "bench")
    assert outcome.option("pond").sentence.endswith("but it cannot join Path, which is funded.")
    assert outcome.option("lamp").sentence.endswith("but it needs Pond, which is not funded.")
    assert outcome.rounds[2].note == "Pond has 2 votes, but it cannot join Path, which is funded."
