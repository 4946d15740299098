"""The interval audit against every table there is: brute force on small ones."""

from __future__ import annotations

import itertools
import random

from participation.needs.interval_audit import UNBOUNDED, Edge, interval, table_edges


def possible_tables(values: list[list[int]], hidden: set[tuple[int, int]]) -> list[list[list[int]]]:
    """Every table with the same totals and the same visible cells, by trying all of them."""
    cells = sorted(hidden)
    limits = [min(sum(values[i]), sum(row[j] for row in values)) for i, j in cells]
    found = []
    for guess in itertools.product(*(range(limit + 1) for limit in limits)):
        table = [list(row) for row in values]
        for (i, j), value in zip(cells, guess, strict=True):
            table[i][j] = value
        same_rows = all(sum(a) == sum(b) for a, b in zip(table, values, strict=True))
        same_columns = all(
            sum(a) == sum(b) for a, b in zip(zip(*table, strict=True), zip(*values, strict=True), strict=True)
        )
        if same_rows and same_columns:
            found.append(table)
    return found


def test_every_range_is_what_trying_all_tables_gives() -> None:
    chance = random.Random(7)
    for _ in range(40):
        rows, columns = chance.choice([(2, 2), (2, 3), (3, 2), (3, 3)])
        values = [[chance.randint(0, 5) for _ in range(columns)] for _ in range(rows)]
        everything = [(i, j) for i in range(rows) for j in range(columns)]
        hidden = set(chance.sample(everything, min(len(everything), chance.randint(1, 5))))
        tables = possible_tables(values, hidden)
        edges = table_edges(values, hidden)
        for i, j in hidden:
            seen = [table[i][j] for table in tables]
            assert interval(edges, i * columns + j) == (min(seen), max(seen)), (values, hidden, (i, j))


def test_a_visible_cell_is_its_own_range() -> None:
    edges = table_edges([[1, 2], [3, 4]], set())
    assert [interval(edges, index) for index in range(4)] == [(1, 1), (2, 2), (3, 3), (4, 4)]


def test_a_single_hidden_cell_follows_from_the_totals() -> None:
    assert interval(table_edges([[12, 3], [20, 14]], {(0, 1)}), 1) == (3, 3)


def test_a_hidden_row_total_lets_the_row_move() -> None:
    edges = table_edges([[12, 3], [20, 14]], {(0, 1), (1, 1)}, hidden_row_totals=frozenset({0, 1}))
    assert interval(edges, 1) == (0, 17)


def test_what_no_total_bounds_is_unbounded() -> None:
    assert interval([Edge("a", "b", 3, True), Edge("b", "a", 3, True)], 0) == (0, UNBOUNDED)
