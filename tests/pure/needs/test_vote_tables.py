"""Votes by group: what is shown, and an attacker who solves for what is not."""

from __future__ import annotations

from random import Random

import pulp
import pytest

from participation.needs.vote_tables import hidden_votes
from tests.pure.needs.test_publication_audit import solve


def attack(
    votes: list[list[int]], people: list[int], unknown: frozenset[int], masks: list[frozenset[int]], each: int
) -> dict[str, tuple[float, float]]:
    """All hidden figures, and the people of a group not for an option, in one linear programme over what is published.

    Options none of whose figures are shown are left to their public total: nothing is said of their groups.
    """
    problem, goals = pulp.LpProblem("attack"), {}

    def figure(name: str, value: int, *, hidden: bool) -> pulp.LpVariable | float:
        if not hidden:
            return float(value)
        goals[name] = problem.add_variable(name, 0)
        return goals[name]

    sizes = [figure(f"n{group}", number, hidden=group in unknown) for group, number in enumerate(people)]
    problem += pulp.lpSum(sizes) == sum(people)
    table = []
    for place, (row, mask) in enumerate(zip(votes, masks, strict=True)):
        cells = [figure(f"y{place}_{group}", value, hidden=group in mask) for group, value in enumerate(row)]
        problem += pulp.lpSum(cells) == sum(row)
        for group, cell in enumerate(cells):
            rest = problem.add_variable(f"r{place}_{group}", 0)
            problem += cell + rest == sizes[group]
            if group in mask:
                goals[f"r{place}_{group}"] = rest
        table.append(cells)
    for group in range(len(people)) if each else ():
        spare = problem.add_variable(f"s{group}", 0)
        problem += pulp.lpSum(cells[group] for cells in table) + spare == each * sizes[group]
        if each > 1:
            problem += spare == 0
    whole = {place for place, mask in enumerate(masks) if len(mask) == len(people)}
    wanted = {name: goal for name, goal in goals.items() if name[0] == "n" or int(name[1:].split("_")[0]) not in whole}
    return {name: solve(problem, goal) for name, goal in wanted.items()}


def town(seed: int, each: int) -> tuple[list[list[int]], list[int]]:
    """Ballots of a made-up vote: two to five options, two to six groups of all sizes."""
    draw = Random(seed)
    options, groups = draw.randint(max(2, each + 1), 5), draw.randint(2, 6)
    people = [draw.choice((3, 12, 25, 60, 140, 300)) for _ in range(groups)]
    appeal = [draw.choice((1, 4, 20, 30)) for _ in range(options)]
    votes = [[0] * groups for _ in range(options)]
    for group, number in enumerate(people):
        for _ in range(number):
            if each:
                chosen = set[int]()
                while len(chosen) < each:
                    chosen.add(draw.choices(range(options), appeal)[0])
                if each == 1 and draw.random() < 0.03:
                    chosen = set()
            else:
                chosen = {option for option in range(options) if draw.random() * 40 < appeal[option]}
            for option in chosen:
                votes[option][group] += 1
    return votes, people


@pytest.mark.filterwarnings("ignore::DeprecationWarning:pulp", "ignore:.*PuLP 4.0:DeprecationWarning")
@pytest.mark.parametrize("each", [0, 1, 2])
@pytest.mark.parametrize("seed", range(8))
def test_no_hidden_figure_can_be_worked_out(each: int, seed: int) -> None:
    votes, people = town(seed, each)
    unknown, masks = hidden_votes(votes, people, 10, each=each)
    for name, (low, high) in attack(votes, people, unknown, masks, each).items():
        assert high - low >= 10 - 1e-6, (name, low, high)
        assert high >= 10 - 1e-6, (name, low, high)
    for row, mask in zip(votes, masks, strict=True):
        for group, value in enumerate(row):
            if group not in mask:
                assert value == 0 or value >= 10
                assert value == people[group] or people[group] - value >= 10


def test_large_groups_are_shown_and_one_small_figure_takes_as_few_with_it_as_it_can() -> None:
    """Northfield has 4 ballots for B. The smallest group that hides them is Eastbrook; A and C stay as they are."""
    votes = [[120, 90, 60], [4, 40, 30], [50, 70, 80]]
    assert hidden_votes(votes, [174, 200, 170], 10) == (frozenset(), [frozenset(), frozenset({0, 2}), frozenset()])
    assert hidden_votes([[120, 90], [54, 110]], [174, 200], 10, each=1) == (frozenset(), [frozenset(), frozenset()])


def test_where_everybody_is_for_one_option_a_second_one_is_hidden_too() -> None:
    """Without it 174 − 120 − 50 tells of the 4: what one row hides its column would give away."""
    votes = [[120, 90, 60], [4, 40, 30], [50, 70, 80]]
    _, masks = hidden_votes(votes, [174, 200, 170], 10, each=1)
    for group in range(3):
        assert sum(group in mask for mask in masks) != 1


def test_of_an_option_that_few_are_for_no_group_is_shown() -> None:
    votes = [[120, 90, 60], [2, 3, 1], [52, 107, 109]]
    for each in (0, 1):
        assert hidden_votes(votes, [174, 200, 170], 10, each=each)[1][1] == frozenset({0, 1, 2})


@pytest.mark.filterwarnings("ignore::DeprecationWarning:pulp", "ignore:.*PuLP 4.0:DeprecationWarning")
def test_the_attacker_sees_what_hiding_row_by_row_gives_away() -> None:
    votes, people = [[120, 90, 60], [4, 40, 30], [50, 70, 80]], [174, 200, 170]
    found = attack(votes, people, *hidden_votes(votes, people, 10, each=0), 1)
    assert found["y1_0"] == (pytest.approx(4), pytest.approx(4))
