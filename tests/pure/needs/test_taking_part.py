"""Who took part against the population: the worked example, hidden groups, and people who did not say."""

from __future__ import annotations

import pytest

from participation.needs.evidence import Activity, Cell, Dimension, Group
from participation.needs.figures import Figure, hidden
from participation.needs.summary import ParticipationTable
from participation.needs.taking_part import margin, more_needed, participation_table, standing


def table(counts: dict[str | None, int], population: dict[str, int | None], threshold: int = 10) -> ParticipationTable:
    dimension = Dimension("age_band", "Age", tuple(Group(code, code, people) for code, people in population.items()))
    cells = tuple(Cell((code,), people) for code, people in counts.items())
    activity = Activity("vote", "Voted", sum(counts.values()), cells)
    return participation_table(activity, margin(activity, [dimension], 0, threshold))


def test_the_worked_example() -> None:
    made = table({"18-34": 40, "35-64": 160, "65+": 200}, {"18-34": 30_000, "35-64": 45_000, "65+": 25_000})
    young, middle, old = made.rows
    assert young.share == Figure(0.1, "", 400)
    assert young.gap.value == -0.2
    assert (young.ratio.value, young.ratio.lower, young.ratio.upper) == (0.3333, 0.2477, 0.4444)
    assert (middle.ratio.value, middle.ratio.lower, middle.ratio.upper) == (0.8889, 0.7848, 0.9972)
    assert (old.ratio.value, old.ratio.lower, old.ratio.upper) == (2.0, 1.8049, 2.1951)
    assert [row.standing for row in made.rows] == ["under", "in line", "over"]
    assert [row.more_needed.value for row in made.rows] == [74, 0, 0]
    assert made.representativeness.value == 0.75
    assert made.chance_shortfall.value == pytest.approx(0.0277, abs=5e-5)


def test_more_needed_is_the_smallest_number_that_reaches_it() -> None:
    needed = more_needed(40, 400, 30, 100)
    assert (40 + needed) / (400 + needed) >= 0.8 * 0.3 > (40 + needed - 1) / (400 + needed - 1)


def test_hidden_groups_carry_no_figure_at_all() -> None:
    made = table({"A": 4, "B": 12, "C": 384}, {"A": 1000, "B": 1000, "C": 1000})
    for row in made.rows[:2]:
        assert [row.people, row.rate, row.share, row.gap, row.ratio, row.more_needed] == [hidden()] * 6
        assert row.standing == ""
        assert row.population == Figure(1000)
    assert made.rows[2].people == Figure(384)


def test_the_index_is_the_same_for_every_split_of_hidden_people() -> None:
    """Otherwise it would tell how they split: 4 and 12, 8 and 8, 1 and 15 must look alike."""
    population: dict[str, int | None] = {"A": 1000, "B": 500, "C": 1000}
    made = {table({"A": a, "B": 16 - a, "C": 384}, population) for a in (4, 8, 1)}
    assert len(made) == 1


def test_hidden_groups_together_are_told_from_the_rest() -> None:
    made = table({"A": 4, "B": 12, "C": 384}, {"A": 1000, "B": 1000, "C": 1000})
    assert made.together is not None
    assert made.together.people == Figure(16)
    assert made.together.standing == "under"


def test_people_who_did_not_say_are_a_row_and_not_in_the_base() -> None:
    made = table({"A": 40, "B": 40, None: 20}, {"A": 1000, "B": 1000})
    assert made.people == Figure(100)
    assert [row.people.value for row in made.rows] == [40, 40, 20]
    assert made.rows[0].share == Figure(0.5, "u", 80)
    assert made.rows[2].share.status == "z"


def test_a_hidden_number_of_people_who_did_not_say_does_not_follow_from_the_shares() -> None:
    made = table({"A": 50, "B": 44, "C": 60, None: 6}, {"A": 1000, "B": 1000, "C": 1000})
    assert [row.people.status for row in made.rows] == ["", "c", "", "c"]
    assert made.rows[0].share.base == 160


def test_no_share_on_fewer_than_thirty_people() -> None:
    made = table({"A": 12, "B": 13}, {"A": 1000, "B": 1000})
    assert made.rows[0].share == Figure(None, "x")
    assert made.rows[0].people == Figure(12)
    assert made.representativeness.status == "x"
    assert made.rows[0].standing == ""


def test_a_population_that_is_not_published() -> None:
    made = table({"A": 60, "B": 60}, {"A": None, "B": 1000})
    assert made.rows[0].population.status == "x"
    assert made.rows[0].ratio.status == "x"
    assert made.rows[0].share.value == 0.5
    assert made.population.status == "x"


def test_a_group_nobody_belongs_to() -> None:
    made = table({"A": 60, "B": 60, "C": 0}, {"A": 1000, "B": 1000, "C": 0})
    assert made.rows[2].people.status == "c", "a zero in a group of fewer than 100 is hidden"


def test_nobody_took_part() -> None:
    made = table({"A": 0, "B": 0}, {"A": 1000, "B": 1000})
    assert all(row.people == hidden() for row in made.rows)


def test_standing_uses_the_whole_range() -> None:
    assert standing(20, 100, 30, 100) == "in line"
    assert standing(200, 1000, 30, 100) == "under"


def test_a_total_that_may_be_shown_is_shown_when_every_group_is_hidden() -> None:
    made = table({"A": 4, "B": 4, "C": 4}, {"A": 1000, "B": 1000, "C": 1000})
    assert made.people == Figure(12)
    assert {row.people for row in made.rows} == {hidden()}
    assert table({"A": 4, "B": 4}, {"A": 1000, "B": 1000}).people == hidden()
