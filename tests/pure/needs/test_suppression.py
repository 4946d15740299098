"""Hiding small numbers: the worked example, and attackers who try everything the published totals allow."""

from __future__ import annotations

import itertools
import random

import pytest

from participation.needs.interval_audit import interval, table_edges
from participation.needs.suppression import (
    choice_intervals,
    hide_in_choice,
    hide_in_list,
    hide_in_table,
    table_intervals,
    wide_enough,
)
from tests.pure.needs.test_interval_audit import possible_tables


def test_the_worked_example_hides_the_cheaper_rectangle() -> None:
    values = [[12, 3], [20, 14], [31, 11]]
    primary, secondary = hide_in_table(values, 10)
    assert primary == {(0, 1)}
    assert secondary == {(0, 0), (1, 1), (1, 0)}
    assert table_intervals(values, primary | secondary)[(0, 1)] == (0, 15)


def test_a_table_without_small_cells_stays_whole() -> None:
    assert hide_in_table([[12, 13], [20, 14]], 10) == (set(), set())


@pytest.mark.parametrize("seed", range(60))
def test_no_hidden_cell_of_a_table_can_be_pinned(seed: int) -> None:
    chance = random.Random(seed)
    rows, columns = chance.randint(2, 6), chance.randint(2, 5)
    values = [[chance.choice([0, 2, 7, 12, 30, 90]) for _ in range(columns)] for _ in range(rows)]
    primary, secondary = hide_in_table(values, 10)
    mask = primary | secondary
    whole_table_hidden = len(mask) == rows * columns
    for i, row in enumerate(values):
        for j, value in enumerate(row):
            assert (i, j) in mask or value == 0 or value >= 10
    for low, high in table_intervals(values, mask).values():
        assert wide_enough(low, high, 10) or whole_table_hidden


def test_brute_force_finds_no_cell_in_small_tables() -> None:
    chance = random.Random(3)
    for _ in range(25):
        values = [[chance.randint(0, 6) for _ in range(2)] for _ in range(3)]
        primary, secondary = hide_in_table(values, 5)
        mask = primary | secondary
        if not mask or len(mask) == 6:
            continue
        tables = possible_tables(values, mask)
        for i, j in mask:
            seen = {table[i][j] for table in tables}
            assert max(seen) - min(seen) >= 5
            assert max(seen) >= 5


def test_a_list_hides_a_second_entry_and_enough_people() -> None:
    assert hide_in_list([3, 12, 40, 60], 10, [None] * 4) == {0, 1}
    assert hide_in_list([3, 4, 40, 60], 10, [None] * 4) == {0, 1, 2}
    assert hide_in_list([9, 9, 40, 60], 10, [None] * 4) == {0, 1}
    assert hide_in_list([13, 12, 40], 10, [None] * 3) == set()


def test_a_list_of_few_people_is_hidden_whole() -> None:
    assert hide_in_list([3, 0, 4], 10, [None] * 3) == {0, 1, 2}


def test_a_zero_is_hidden_only_in_a_tiny_group() -> None:
    assert hide_in_list([0, 30, 40], 10, [5000, 5000, 5000]) == set()
    assert 0 in hide_in_list([0, 30, 40], 10, [99, 5000, 5000])


def test_everybody_in_a_tiny_group_is_hidden() -> None:
    assert 0 in hide_in_list([60, 130, 140], 10, [60, 5000, 5000])


def test_not_stated_is_hidden_last() -> None:
    assert hide_in_list([3, 50, 40, 12], 10, [None] * 4, last_choice=3) == {0, 2}


def test_a_choice_hides_groups_until_both_answers_are_open() -> None:
    chose, people = [3, 20, 60], [15, 34, 110]
    mask = hide_in_choice(chose, people, 10)
    assert mask == {0, 1}
    assert choice_intervals(mask, chose, people, frozenset())[0] == (0, 15, 0, 15)


def test_a_choice_of_too_few_people_is_hidden_everywhere() -> None:
    assert hide_in_choice([2, 3, 4], [50, 60, 70], 10) == {0, 1, 2}
    assert hide_in_choice([48, 58, 68], [50, 60, 70], 10) == {0, 1, 2}


@pytest.mark.parametrize("seed", range(120))
def test_ranges_of_a_choice_are_those_of_the_flow_audit(seed: int) -> None:
    """The sums used for two columns, against the general audit of the same table with hidden sizes."""
    chance = random.Random(seed)
    people = [chance.randint(0, 60) for _ in range(chance.randint(3, 9))]
    chose = [chance.randint(0, size) for size in people]
    unknown = frozenset(hide_in_list(people, 10, [None] * len(people)))
    if len(unknown) == len(people):
        return
    mask = hide_in_choice(chose, people, 10, unknown)
    hidden = {(i, j) for i in mask for j in (0, 1)}
    edges = table_edges([[yes, size - yes] for yes, size in zip(chose, people, strict=True)], hidden, unknown)
    for i, (low, high, low_rest, high_rest) in choice_intervals(mask, chose, people, unknown).items():
        assert interval(edges, 2 * i) == (low, high)
        assert interval(edges, 2 * i + 1) == (low_rest, high_rest)
        assert len(mask) == len(people) or (wide_enough(low, high, 10) and wide_enough(low_rest, high_rest, 10))


def test_a_list_against_every_list_with_its_total() -> None:
    """Threshold 5, all lists of four counts to 8: whatever is hidden may be 5 wide, or everything is hidden."""
    for values in itertools.product(range(0, 9, 2), repeat=4):
        mask = hide_in_list(values, 5, [None] * 4)
        hidden_sum = sum(values[i] for i in mask)
        assert all(value == 0 or value >= 5 for i, value in enumerate(values) if i not in mask)
        assert not mask or len(mask) == 4 or (len(mask) > 1 and hidden_sum >= 5)
