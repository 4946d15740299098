"""Attackers of published summaries: a linear programme, a later version, a version between two others."""

from __future__ import annotations

import dataclasses
import random
from collections.abc import Sequence

import pulp
import pytest

from participation.needs import Summary, summarise
from participation.needs.evidence import Activity, Cell, Dimension, Evidence, Group, PriorityEvidence, Subject
from participation.needs.interval_audit import Edge, Network, feasible, interval
from participation.needs.live_steps import live_step
from participation.needs.publication_audit import check, weaknesses
from participation.needs.refusals import RepublicationRefused
from participation.needs.summary import BreakdownRow, BreakdownTable, ParticipationTable
from tests.pure.commissioning.test_attack import pinned
from tests.pure.needs import town

Variables = dict[str, pulp.LpVariable | float]


def wards(*people: int, chose: Sequence[int] = (), rounding: int = 1) -> Summary:
    groups = tuple(Group(f"W{i}", f"Ward {i}", 5000) for i in range(len(people)))
    cells = tuple(Cell((group.code,), number) for group, number in zip(groups, people, strict=True))
    yes = tuple(Cell((group.code,), number) for group, number in zip(groups, chose, strict=False))
    return summarise(
        Evidence(
            Subject("c", "T", "C"),
            (Dimension("ward", "Ward", groups),),
            (Activity("priorities", "Said what matters", sum(people), cells),),
            (PriorityEvidence("n", "N", sum(chose), cells=yes),) if chose else (),
        ),
        rounding=rounding,
    )


def solve(problem: pulp.LpProblem, goal: pulp.LpVariable) -> tuple[float, float]:
    """The smallest and largest value of one unknown."""
    ends = []
    for sense in (pulp.LpMinimize, pulp.LpMaximize):
        attack = problem.copy()
        attack.sense = sense
        attack.setObjective(goal + 0)
        assert attack.solve(pulp.PULP_CBC_CMD(msg=False)) == 1
        ends.append(float(goal.value()))
    return ends[0], ends[1]


def attack(table: ParticipationTable, breakdown: BreakdownTable | None) -> dict[str, tuple[float, float]]:
    """Every hidden cell of a dimension and of all choices crossed with it, in one linear programme."""
    problem = pulp.LpProblem("attack")
    goals: dict[str, pulp.LpVariable] = {}

    def unknown(name: str, value: float | int | None) -> pulp.LpVariable | float:
        if value is not None:
            return float(value)
        goals[name] = pulp.LpVariable(name.replace("-", "_").replace("+", "p"), 0)
        return goals[name]

    people = {row.code: unknown(f"n_{row.code}", row.people.value) for row in table.rows}
    problem += pulp.lpSum(people.values()) == table.people.value
    for row in breakdown.rows if breakdown else ():
        add_choice(problem, row, [head.code for head in breakdown.heads] if breakdown else [], people, unknown)
    return {name: solve(problem, goal) for name, goal in goals.items()}


def add_choice(problem: pulp.LpProblem, row: BreakdownRow, codes: list[str], people: Variables, unknown) -> None:  # type: ignore[no-untyped-def]  # a local function
    if all(figure.value is None for figure in row.people):
        return
    yes = {code: unknown(f"y_{row.code}_{code}", figure.value) for code, figure in zip(codes, row.people, strict=True)}
    problem += pulp.lpSum(yes.values()) == row.total.value
    for code in codes:
        if not isinstance(yes[code], float) or not isinstance(people[code], float):
            problem += yes[code] <= people[code]


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::DeprecationWarning:pulp", "ignore:.*PuLP 4.0:DeprecationWarning")
@pytest.mark.parametrize(("number", "seed"), [(150, 1), (260, 2), (400, 3)])
def test_a_linear_programme_pins_no_hidden_cell_within_ten(number: int, seed: int) -> None:
    summary = summarise(town.evidence(number, seed, ward_weights=(20, 12, 8, 3, 1)))
    tried = 0
    for table in summary.participation:
        broken = [b for b in summary.breakdowns if b.dimension == table.dimension]
        for name, (low, high) in attack(table, broken[0] if broken else None).items():
            assert high - low >= 10 - 1e-6, (table.dimension, name, low, high)
            assert high >= 10 - 1e-6
            tried += 1
    assert tried > 10


def test_our_own_summaries_pass_the_audit() -> None:
    for number in (60, 150, 300, 700):
        assert weaknesses([summarise(town.evidence(number, number))]) == []


def test_a_hidden_cell_that_follows_from_its_total_is_found() -> None:
    summary = wards(3, 12, 60)
    (table,) = summary.participation
    shown = dataclasses.replace(table.rows[1], people=dataclasses.replace(table.rows[2].people, value=12))
    careless = dataclasses.replace(
        summary, participation=(dataclasses.replace(table, rows=(table.rows[0], shown, table.rows[2])),)
    )
    (found,) = weaknesses([careless])
    assert (found.low, found.high) == (3, 3)
    assert "W0" in found.place


def test_one_more_answer_cannot_be_published() -> None:
    """Acceptance test 6 of the UK notes: version 2 with one more answer is blocked."""
    first, second = wards(30, 40, 50), wards(31, 40, 50)
    check(first)
    with pytest.raises(RepublicationRefused, match="W0 changed by 1"):
        check(second, [first])


def test_ten_more_answers_can_be_published() -> None:
    check(wards(40, 40, 50), [wards(30, 40, 50)])
    check(wards(30, 40, 50), [wards(30, 40, 50)])


def test_a_cell_that_is_hidden_first_and_shown_later_gives_a_bound() -> None:
    """6 and 12 hidden (18 together), then 7 would be hidden but 12 and 12 shown: the first pair is 6 to 12 each."""
    first, second = wards(6, 12, 60), wards(12, 12, 60)
    found = weaknesses([first, second])
    assert {(weakness.low, weakness.high) for weakness in found if "total" not in weakness.place} == {(6, 12)}
    assert any("the total changed by 6" in weakness.place for weakness in found)


def test_rounding_does_not_hide_that_a_few_people_came() -> None:
    """Rounded, 30 and 32 look the same; the totals, which are exact, do not."""
    first, second = wards(30, 40, 50, rounding=5), wards(32, 40, 50, rounding=5)
    assert [row.people for row in first.participation[0].rows] == [row.people for row in second.participation[0].rows]
    with pytest.raises(RepublicationRefused, match="the total changed by 2"):
        check(second, [first])
    check(wards(41, 40, 50, rounding=5), [first])


def test_rounded_versions_are_read_with_their_slack() -> None:
    """6 and 12 hidden, 16 to 20 together; then both shown as 10, so at most 12 each: the first pair was 4 to 12 each."""
    first, second = wards(6, 12, 60, rounding=5), wards(12, 12, 70, rounding=5)
    assert [row.people.value for row in second.participation[0].rows] == [10, 10, 70]
    ranges = {weakness.place: (weakness.low, weakness.high) for weakness in weaknesses([first, second])}
    assert ranges == {"priorities by ward: W0": (4, 12), "priorities by ward: W1": (4, 12)}
    assert weaknesses([first, wards(16, 12, 70, rounding=5)]) == []


def test_three_versions_are_taken_together() -> None:
    versions = [wards(4, 16, 60), wards(14, 26, 60), wards(24, 36, 60)]
    assert weaknesses(versions) == weaknesses(versions[:2])


def long_ago() -> list[Summary]:
    """A ward of 60 is shown once, hidden in 45 steps, and hidden at last beside another alone, of which there are 3."""
    steps = [wards(60, 0, 0, 100)] + [wards(60, 3, 5, 209 + 20 * number) for number in range(45)]
    return [live_step(summary) for summary in [*steps, wards(61, 3, 70, 1110)]]


def test_what_was_shown_long_ago_is_not_forgotten() -> None:
    steps = long_ago()
    assert weaknesses(steps[:-1], newcomers=False) == []
    assert weaknesses(steps[-40:], newcomers=False) == []
    assert {(one.place, one.low, one.high) for one in weaknesses(steps, newcomers=False)} == {
        ("priorities by ward: W0", 60, 64),
        ("priorities by ward: W1", 0, 4),
    }


@pytest.mark.filterwarnings("ignore::DeprecationWarning:pulp", "ignore:.*PuLP 4.0:DeprecationWarning")
def test_a_hundred_steps_are_audited_as_a_linear_programme_would() -> None:
    """Every range the audit stops searching at is one the attacker has too."""
    chance, people, steps = random.Random(3), [40, 2, 8, 15, 0, 90], []
    for _ in range(100):
        for _ in range(max(10, sum(people) // 20)):
            people[chance.choices(range(6), (40, 1, 2, 5, 1, 60))[0]] += 1
        steps.append(live_step(wards(*people)))
    problem, hidden, before = pulp.LpProblem("steps"), {}, [0] * 6
    for number, step in enumerate(steps):
        (table,) = step.participation
        now = [pulp.LpVariable(f"v{number}_{row.code}", 0) for row in table.rows]
        problem += pulp.lpSum(now) == table.people.value
        for row, variable, old in zip(table.rows, now, before, strict=True):
            problem += variable >= old
            if row.people.value is None:
                hidden[f"{number} {row.code}"] = variable + 0
            else:
                problem += variable >= row.people.value
                problem += variable <= row.people.value + 9 * bool(row.people.value)
        before = now
    found = pinned(problem, hidden)
    audited = weaknesses(steps, newcomers=False)
    assert len(hidden) > 100
    assert sorted(found.values()) == sorted((one.low, one.high) for one in audited)


def test_a_group_hidden_in_between_is_still_compared_with_itself() -> None:
    versions = [wards(30, 40, 90), wards(32, 3, 150), wards(33, 60, 200)]
    shown = [[row.people.value for row in one.participation[0].rows] for one in versions]
    assert shown == [[30, 40, 90], [None, None, 150], [33, 60, 200]]
    assert "priorities by ward: W0 changed by 3" in {one.place for one in weaknesses(versions)}


def test_when_somebody_leaves_each_version_stands_for_itself() -> None:
    assert weaknesses([wards(40, 40, 50), wards(30, 40, 50)]) == []
    assert weaknesses([wards(40, 40, 50), wards(39, 40, 50)])[0].low == 1


def test_choices_are_compared_between_versions_too() -> None:
    first = wards(40, 40, 50, chose=(20, 20, 20))
    second = wards(50, 50, 60, chose=(23, 30, 30))
    with pytest.raises(RepublicationRefused, match="n by ward: W0 changed by 3"):
        check(second, [first])


def test_what_can_be_known_without_the_hidden_values_is_the_same() -> None:
    edges = [Edge("t", "a", 3, True), Edge("a", "t2", 3, True), Edge("t", "b", 12, True), Edge("b", "t2", 12, True)]
    edges.append(Edge("t2", "t", 15, False))
    found = feasible([dataclasses.replace(edge, value=0) if edge.hidden else edge for edge in edges])
    assert found is not None
    assert [interval(found, i) for i in range(4)] == [interval(edges, i) for i in range(4)] == [(0, 15)] * 4
    network = Network(found)
    assert [network.reach(i, lambda _low, _high: False) for i in range(4)] == [(0, 15)] * 4
    assert feasible([Edge("t", "a", 0, True), Edge("a", "t", 5, False), Edge("a", "b", 2, False)]) is None
