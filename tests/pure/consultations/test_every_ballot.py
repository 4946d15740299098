"""Over random elections and answers: no accepted ballot breaks its rule, none that keeps it is refused, and the page agrees.

The rules are written here a second time, from the words residents read, without the code that is tested.
"""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from participation.consultations.question_types import QuestionType, question_type
from participation.consultations.question_types.best_worst import SET_SIZE
from participation.counting import Election, Limits, Option, Profile, Step, Ties, canonical, count, problems
from participation.counting.balance import balance_of, can_balance_exactly, most_left
from participation.counting.designs import sets_of
from participation.counting.outcome import Remark
from participation.counting.payloads import keeping
from participation.counting.profile import NO_VIEW

MONEY = st.integers(0, 400)
FAST = settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@st.composite
def elections(draw: st.DrawFn, least: int = 3) -> Election:
    """A few options with small amounts, so that limits are met exactly as often as they are missed by a penny."""
    size = draw(st.integers(least, 7))
    options = []
    for place in range(size):
        cost = draw(MONEY)
        others = draw(st.sets(MONEY, max_size=3)) | {cost}
        steps = tuple(Step(amount, f"At {amount}.") for amount in sorted(others, reverse=True))
        options.append(Option(f"o{place}", cost, f"Option {place}", steps=steps, income=draw(st.booleans())))
    return Election(tuple(options), draw(st.integers(0, 1500)))


def limits_for(draw: st.DrawFn, name: str, size: int) -> Limits:
    least = draw(st.integers(0, size))
    most = draw(st.none() | st.integers(max(least, 1), size))
    match name:
        case "approval":
            return Limits(min_choices=least, max_choices=most, max_total=draw(st.none() | st.integers(0, 1500)))
        case "ranking":
            return Limits(min_choices=least, max_choices=most)
        case "points":
            return Limits(min_choices=least, max_choices=most, max_points=draw(st.none() | st.integers(1, 20)))
        case "views":
            return Limits(min_choices=least)
        case "best_worst":
            return Limits(min_choices=draw(st.integers(1, 2)), set_size=SET_SIZE)
        case "balance":
            return Limits(balanced=draw(st.booleans()))
        case _:
            return Limits()


def answer_of(draw: st.DrawFn, question: QuestionType, election: Election) -> dict[str, list[str]]:
    """What a person, or somebody with a tool, may send: mostly sensible values, some that are not."""
    values = {
        "approval": ["on", ""],
        "single": [*map(str, range(len(election.options) + 1)), ""],
        "views": ["yes", "no", "none", "maybe"],
        "ranking": ["", "1", "2", "3", "4", "0", "x"],
        "points": ["", "0", "1", "3", "9", "x", "-1"],
        "best_worst": ["", *map(str, range(len(election.options) + 1))],
        "balance": ["", "x", "401"],
    }[question.name]
    sent = {question.instead_field: [draw(st.sampled_from(["", "", "", "no-view", "keep", "other"]))]}
    for field in sorted(question.fields(election)):
        own = values
        if question.name == "balance" and draw(st.integers(0, 9)):
            own = [way.value for way in question.ways(election, int(field.rpartition("-")[2]))]
        sent[field] = [draw(st.sampled_from(own))]
    return sent


def instead(name: str, sent: dict[str, list[str]], election: Election) -> str:
    """What is said instead of choosing: "no view" everywhere, "keep as now" where no option costs nothing and no line stays."""
    said = sent["single" if name == "single" else f"{name}-instead"][0]
    keeping = name not in ("views", "balance") and all(option.cost for option in election.options)
    return said if said == "no-view" or (said == "keep" and keeping) else ""


def silent(name: str, sent: dict[str, list[str]], election: Election) -> bool:
    """Whether nothing is chosen on a page: what it has before anything is touched, and what is no answer at all."""
    typed = [sent.get(f"{name}-{place}", [""])[0] for place in range(len(election.options))]
    match name:
        case "single":
            return sent["single"][0] not in map(str, range(len(election.options)))
        case "views":
            return all(value not in ("yes", "no") for value in typed)
        case "points":
            return all(value in ("", "0") for value in typed)
        case "best_worst":
            return all(
                sent[f"best_worst-{number}-{word}"][0] not in map(str, positions)
                for number, positions in enumerate(sets_of(len(election.options), SET_SIZE), start=1)
                for word in ("most", "least")
            )
        case "balance":
            return all(value in ("", str(one.cost)) for value, one in zip(typed, election.options, strict=True))
        case _:
            return not any(typed)


def keeps(name: str, sent: dict[str, list[str]], election: Election, limits: Limits) -> bool:
    """Whether these answers keep the rule, from the words on the page."""
    if instead(name, sent, election):
        return silent(name, sent, election)
    if silent(name, sent, election) and name != "balance":
        return False
    typed = [sent.get(f"{name}-{place}", [""])[0] for place in range(len(election.options))]

    def within(number: int) -> bool:
        return limits.min_choices <= number and (limits.max_choices is None or number <= limits.max_choices)

    match name:
        case "approval":
            chosen = [option for option, value in zip(election.options, typed, strict=True) if value]
            total = sum(option.cost for option in chosen)
            return within(len(chosen)) and (limits.max_total is None or total <= limits.max_total)
        case "single":
            return sent["single"][0] in map(str, range(len(election.options)))
        case "views":
            return sum(value in ("yes", "no") for value in typed) >= limits.min_choices
        case "ranking":
            places = [value for value in typed if value]
            return all(value in "1234" for value in places) and len(set(places)) == len(places) and within(len(places))
        case "points":
            if any(value in ("x", "-1") for value in typed):
                return False
            given = [int(value or 0) for value in typed]
            together = limits.max_points is None or sum(given) <= limits.max_points
            return within(sum(value > 0 for value in given)) and together
        case "best_worst":
            return keeps_sets(sent, election, limits)
        case _:
            return keeps_balance(typed, election, limits)


def keeps_sets(sent: dict[str, list[str]], election: Election, limits: Limits) -> bool:
    answered = 0
    for number, positions in enumerate(sets_of(len(election.options), SET_SIZE), start=1):
        shown = set(map(str, positions))
        most, least = (sent[f"best_worst-{number}-{word}"][0] for word in ("most", "least"))
        most, least = most if most in shown else "", least if least in shown else ""
        if bool(most) != bool(least) or (most and most == least):
            return False
        answered += bool(most)
    return answered >= limits.min_choices


def keeps_balance(typed: list[str], election: Election, limits: Limits) -> bool:
    left = election.budget
    for option, value in zip(election.options, typed, strict=True):
        if value and value not in {str(step.amount) for step in option.steps}:
            return False
        amount = int(value) if value else option.cost
        left += amount if option.income else -amount
    return left == 0 if limits.balanced else left >= 0


@st.composite
def cases(draw: st.DrawFn) -> tuple[QuestionType, Election, Limits, dict[str, list[str]]]:
    name = draw(st.sampled_from(("approval", "single", "views", "ranking", "points", "best_worst", "balance")))
    election, question = draw(elections()), question_type(name)
    return question, election, limits_for(draw, name, len(election.options)), answer_of(draw, question, election)


@pytest.mark.slow
@settings(FAST, max_examples=600)
@given(cases())
def test_a_ballot_is_accepted_exactly_when_it_keeps_its_rule(case: Any) -> None:
    question, election, limits, sent = case
    answer = question.read(question.kept(sent, election), election, limits)
    assert bool(not answer.problems) == keeps(question.name, sent, election, limits)
    if answer.problems:
        return
    # What is sealed is what the count reads: no limit is found broken later, and the same bytes come out of the same fields.
    assert problems(answer.payload, ballot_type=question.name, election=election, limits=limits) == ()
    again = question.read(question.sent_again(answer.payload, election), election, limits)
    assert canonical(again.payload) == canonical(answer.payload)
    assert len(canonical(answer.payload)) <= max(
        len(canonical(question.longest(election, limits))), len(canonical(keeping(question.name)))
    )
    profile = Profile.from_ballots(election, [answer.payload], ballot_type=question.name, limits=limits)
    no_view = instead(question.name, sent, election) == "no-view"
    assert (profile.ballots, profile.not_counted) == ((0, (Remark(NO_VIEW, 1),)) if no_view else (1, ()))


@pytest.mark.slow
@settings(FAST, max_examples=200)
@given(cases(), st.data())
def test_an_edit_after_a_refusal_can_mend_it(case: Any, data: st.DataObject) -> None:
    """Nothing sticks: the answer after any edit is judged as if it had been sent first."""
    question, election, limits, sent = case
    question.read(sent, election, limits)
    other = answer_of(lambda strategy: data.draw(strategy), question, election)
    edited = {**sent, **{field: value for field, value in other.items() if data.draw(st.booleans())}}
    assert bool(not question.read(edited, election, limits).problems) == keeps(question.name, edited, election, limits)


def pence(text: str) -> int:
    """ "£1.05" as pence, the other way round from what the page writes."""
    whole, _, part = text.removeprefix("£").replace(",", "").partition(".")
    return int(whole) * 100 + int(part or 0)


@FAST
@given(elections(), st.data())
def test_the_balance_a_page_says_is_the_servers_to_the_penny(election: Election, data: st.DataObject) -> None:
    question, limits = question_type("balance"), Limits(balanced=data.draw(st.booleans()))
    amounts = {option.code: data.draw(st.sampled_from(option.steps)).amount for option in election.options}
    said = question.running_total({"amounts": amounts}, election, limits)
    spending, coming, *rest = (pence(found) for found in re.findall(r"£[0-9,]+(?:\.[0-9]{2})?", said))
    balance = balance_of(election, amounts)
    assert (spending, coming) == (balance.spending, balance.income + election.budget)
    assert coming - spending == balance.left
    assert (rest or [0])[0] == abs(balance.left)
    accepted = not problems({"amounts": amounts}, ballot_type="balance", election=election, limits=limits)
    assert accepted == ("adds up" in said)


@FAST
@given(elections(), st.booleans())
def test_what_is_called_senseless_nobody_could_balance(election: Election, balanced: bool) -> None:
    """Looked at choice by choice: the set-up refuses a budget exactly when no choice of steps is accepted."""
    if any(len(option.steps) < 2 for option in election.options):
        return
    lefts = {election.budget}
    for option in election.options:
        lefts = {left + (step.amount if option.income else -step.amount) for left in lefts for step in option.steps}
    possible = 0 in lefts if balanced else max(lefts) >= 0
    assert max(lefts) == most_left(election)
    assert can_balance_exactly(election) == (0 in lefts)
    assert bool(question_type("balance").senseless(election, Limits(balanced=balanced))) == (not possible)


@given(st.integers(2, 60), st.integers(3, 8))
def test_sets_show_every_option_and_none_too_often(options: int, size: int) -> None:
    sets = sets_of(options, size)
    shown = [option for one in sets for option in one]
    assert {shown.count(option) for option in range(options)} == ({1} if options <= size else {2})
    assert set(shown) == set(range(options))
    assert sets_of(1, size) == ()
    assert all(2 <= len(set(one)) == len(one) <= size for one in sets)
    assert len({frozenset(one) for one in sets}) == len(sets)


@FAST
@given(elections(), st.data())
def test_the_middle_step_is_a_step_and_no_ballot_can_pull_it(election: Election, data: st.DataObject) -> None:
    ballots = [
        {"amounts": {option.code: data.draw(st.sampled_from(option.steps)).amount for option in election.options}}
        for _ in range(data.draw(st.integers(1, 9)))
    ]
    profile = Profile.from_ballots(election, ballots, ballot_type="balance")
    outcome = count(election, profile, rule="middle-step", settings={}, ties=Ties.parse("file"))
    for option in election.options:
        middle = int(outcome.option(option.code).score)
        amounts = sorted(ballot["amounts"][option.code] for ballot in ballots)
        assert middle == amounts[(len(amounts) - 1) // 2]
        assert middle in {step.amount for step in option.steps}
    middles = {option.code: int(option.score) for option in outcome.options}
    assert outcome.facts["left"] == balance_of(election, middles).left
