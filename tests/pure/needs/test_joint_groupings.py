"""An attacker who reads every grouping of every need at once: it tells no more than each table for itself.

One linear programme holds how many people there are of every ward, age and sex, by which of the needs they chose. For everybody,
and for one need, that can tell nothing new (`publication_audit`). For several needs it can, where a need stands for a group.
"""

from __future__ import annotations

import itertools
import random
from collections import Counter
from collections.abc import Sequence

import pulp
import pytest

from participation.needs import Evidence, Summary, summarise
from participation.needs.evidence import Activity, Cell, Dimension, Group, PriorityEvidence, Subject
from tests.pure.commissioning.test_attack import pinned

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:pulp", "ignore:.*PuLP 4.0:DeprecationWarning")
GROUPS = {"ward": ("w0", "w1", "w2"), "age_band": ("a0", "a1", "a2"), "sex": ("s0", "s1")}
PLACES = {name: place for place, name in enumerate(GROUPS)}
Person = tuple[str, ...]


def evidence(people: Sequence[Person], needs: Sequence[Sequence[int]]) -> Evidence:
    def cells(numbers: Sequence[int]) -> tuple[Cell, ...]:
        return tuple(Cell(key, count) for key, count in sorted(Counter(people[one] for one in numbers).items()))

    return Evidence(
        subject=Subject("town", "Town", "Town"),
        dimensions=tuple(
            Dimension(name, name, tuple(Group(one, one, 5000) for one in groups)) for name, groups in GROUPS.items()
        ),
        activities=(Activity("priorities", "Said what matters", len(people), cells(range(len(people)))),),
        priorities=tuple(
            PriorityEvidence(f"n{place}", f"Need {place}", len(chose), cells=cells(chose))
            for place, chose in enumerate(needs)
        ),
    )


def attack(summary: Summary) -> tuple[int, dict[str, tuple[float, float]]]:
    """How many numbers are hidden, and those that are known to within 10, reading the exact figures."""
    needs = sorted(row.code for row in summary.priorities)
    problem, hidden = pulp.LpProblem("joint"), {}
    patterns = list(itertools.product((False, True), repeat=len(needs)))
    crowd = {
        (groups, pattern): pulp.LpVariable(f"x{place}", 0)
        for place, (groups, pattern) in enumerate(itertools.product(itertools.product(*GROUPS.values()), patterns))
    }

    def among(dimension: str = "", group: str = "", need: str = "") -> pulp.LpAffineExpression:
        return pulp.lpSum(
            people
            for (groups, pattern), people in crowd.items()
            if (not dimension or groups[PLACES[dimension]] == group) and (not need or pattern[needs.index(need)])
        )

    for row in summary.priorities:
        problem += among(need=row.code) == row.supporters.value
    heads: dict[tuple[str, str], float | None] = {}
    for table in summary.participation:
        problem += among() == table.people.value
        for group in table.rows:
            heads[table.dimension, group.code] = group.people.value
            if group.people.value is None:
                hidden[f"{table.dimension} {group.code}"] = among(table.dimension, group.code)
            else:
                problem += among(table.dimension, group.code) == group.people.value
    for made in summary.breakdowns:
        for choice in made.rows:
            # That nearly everybody chose something its total says already, and of an empty group there is nothing to say.
            few = len(made.rows) and int(summary.people_with_priorities.value or 0) - int(choice.total.value or 0) < 10
            for head, figure in zip(made.heads, choice.people, strict=True):
                chose = among(made.dimension, head.code, choice.code)
                if figure.value is not None:
                    problem += chose == figure.value
                elif not few and heads[made.dimension, head.code] != 0:
                    hidden[f"{choice.code} {made.dimension} {head.code}"] = chose
    return len(hidden), pinned(problem, hidden)


def test_a_need_that_all_of_a_ward_and_nobody_else_chose_does_not_stand_for_the_ward() -> None:
    """Of 105 people aged a0, who all want n1 and nobody else does, 40 live in w0: by age, n0 would say so. 5 live in w1."""
    grid = ((40, 40, 40), (5, 100, 45), (60, 50, 50))
    people = [
        (f"w{ward}", f"a{age}", f"s{place % 2}")
        for ward, age in itertools.product(range(3), range(3))
        for place in range(grid[ward][age])
    ]
    needs = [
        [number for number, person in enumerate(people) if person[place] == group]
        for place, group in ((0, "w0"), (1, "a0"))
    ]
    hidden, known = attack(summarise(evidence(people, [*needs, range(0, len(people), 3)])))
    assert hidden
    assert known == {}


@pytest.mark.parametrize("seed", range(6))
def test_random_small_towns_where_needs_stand_for_groups(seed: int) -> None:
    draw = random.Random(seed)
    people: list[Person] = []
    for _ in range(draw.choice((120, 250, 400))):
        ward = draw.choices(range(3), (1, 3, 9))[0]
        age = ward if draw.random() < draw.choice((0.0, 0.6)) else draw.randrange(3)
        people.append((f"w{ward}", f"a{age}", f"s{draw.randrange(2)}"))
    needs = []
    for _ in range(3):
        name = draw.choice(list(GROUPS))
        group, (inside, outside) = draw.choice(GROUPS[name]), draw.choice(((1.0, 0.0), (0.9, 0.0), (0.6, 0.3)))
        needs.append(
            [
                number
                for number, person in enumerate(people)
                if draw.random() < (inside if person[PLACES[name]] == group else outside)
            ]
        )
    hidden, known = attack(summarise(evidence(people, needs)))
    assert hidden
    assert known == {}
