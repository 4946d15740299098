"""An attacker with a linear programme, and everything that leaves the house: two versions of every table of feed and files.

What is known of people is put into one programme: how many there are of every ward, age band and sex, and how many of each
support each need, in both versions, people only joining. Every number and every share that is shown is a limit. Then each
hidden number of a group is made as small and as large as it can be. Nothing is taken from the summary itself, only from the
tables in the files. Numbers are not rounded here: the hiding has to stand without.
"""

from __future__ import annotations

import csv
import io
import itertools
import json
import random
from collections import Counter
from typing import Any

import pulp
import pytest

from participation.commissioning.documents import document_of
from participation.exports import write
from participation.exports.json_writer import plain
from participation.needs import Evidence, Summary, summarise
from participation.needs.evidence import Activity, PriorityEvidence, ThemeEvidence, Together
from participation.needs.publication_audit import weaknesses
from tests.pure.needs import town

THRESHOLD = 10
NEEDS = ("N1", "N2", "N4", "N6")
THEMES = {"T1": ("N2", "N4", "N6"), "T2": ("N1", "N6")}
PLACES = {"ward": 0, "age_band": 1, "sex": 2}
Tables = dict[str, list[dict[str, Any]]]
Cell = tuple[str | None, ...]
pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore::DeprecationWarning:pulp", "ignore:.*PuLP 4.0:DeprecationWarning"),
]


def evidence(crowd: list[town.Person]) -> Evidence:
    """The crowd's needs, and two themes over them that overlap and hold needs too small to show."""

    def supporters(*needs: str) -> list[town.Person]:
        return [person for person in crowd if set(needs) & set(person[1])]

    patterns = Counter(tuple(need for need in person[1] if need in NEEDS) for person in crowd)
    return Evidence(
        subject=town.evidence().subject,
        dimensions=town.dimensions(),
        activities=(Activity("priorities", "Said what matters", len(crowd), town.cells(crowd)),),
        priorities=tuple(
            PriorityEvidence(need, f"Need {need}", len(supporters(need)), cells=town.cells(supporters(need)))
            for need in NEEDS
        ),
        priorities_together=tuple(Together(codes, n) for codes, n in sorted(patterns.items())),
        themes=tuple(
            ThemeEvidence(code, code, len(needs), len(needs), len(supporters(*needs))) for code, needs in THEMES.items()
        ),
    )


def versions(seed: int) -> list[Summary]:
    """A version, and the next one that the audit lets through; only the first where it stops every one that was tried."""
    crowd, chance = town.people(240, seed, (20, 12, 8, 3, 1)), random.Random(seed)
    first = summarise(evidence(crowd), threshold=THRESHOLD)
    for newcomers in (150, 400, 900):
        later = [*crowd, *town.people(newcomers, chance.randrange(10**6), (9, 9, 8, 5, 1))]
        second = summarise(evidence(later), threshold=THRESHOLD)
        if not weaknesses([first, second]):
            return [first, second]
    return [first]


def channels(summary: Summary) -> Tables:
    """The tables of the feed, which are those of the JSON file and, figure for figure, of the CSV file."""
    document = document_of(summary)
    feed = json.loads(json.dumps(plain(document)))
    assert json.loads(write(document, "json")) == feed
    told = Counter()
    for table in feed["tables"]:
        for row in table["rows"]:
            told.update((table["name"], str(v)) for v in row.values() if isinstance(v, int | float))
    listed = Counter(
        (line["table"], line["value"])
        for line in csv.DictReader(io.StringIO(write(document, "csv").decode("utf-8-sig")))
        if line["value"]
    )
    assert not told - listed
    return {table["name"]: table["rows"] for table in feed["tables"]}


class Attack:
    """One programme over everything that was published."""

    def __init__(self, published: list[Tables]) -> None:
        self.problem = pulp.LpProblem("attack")
        self.groups: list[list[str | None]] = [
            [group.code for group in dimension.groups] + [None] for dimension in town.dimensions()
        ]
        self.hidden: dict[str, pulp.LpAffineExpression] = {}
        before: dict[str, dict[Cell, pulp.LpVariable]] = {}
        for number, tables in enumerate(published):
            now = {name: self._people(f"v{number}_{name}") for name in ("all", *NEEDS)}
            for need, cell in itertools.product(NEEDS, now["all"]):
                self.problem += now[need][cell] <= now["all"][cell]
            for name, cell in itertools.product(before, now["all"]):
                self.problem += now[name][cell] >= before[name][cell]
            self._read(number, tables, now)
            before = now

    def _people(self, name: str) -> dict[Cell, pulp.LpVariable]:
        cells = itertools.product(*self.groups)
        return {cell: pulp.LpVariable(f"{name}_{place}", 0) for place, cell in enumerate(cells)}

    def _read(self, number: int, tables: Tables, now: dict[str, dict[Cell, pulp.LpVariable]]) -> None:
        glance = {row["code"]: row["number"] for row in tables["at_a_glance"]}
        self.problem += pulp.lpSum(now["all"].values()) == glance["people_with_priorities"]
        totals = {}
        for row in tables["priorities"]:
            totals[row["code"]] = pulp.lpSum(now[row["code"]].values())
            if isinstance(row["supporters"], int):
                self.problem += totals[row["code"]] == row["supporters"]
            else:
                self.problem += totals[row["code"]] <= THRESHOLD - 1
        for dimension, place in PLACES.items():
            rows = tables[f"who_took_part_priorities_{dimension}"]
            if "not_stated" not in {row["code"] for row in rows}:
                self.problem += self._margin(now["all"], place, "not_stated") == 0
            for row in rows:
                self._number(
                    f"v{number} {dimension} {row['code']}", self._margin(now["all"], place, row["code"]), row["people"]
                )
            for row in tables[f"needs_by_{dimension}"]:
                margin = self._margin(now[row["code"]], place, row["group_code"])
                self._number(f"v{number} {row['code']} {dimension} {row['group_code']}", margin, row["people"])
                if isinstance(row["share"], float):
                    base = self._margin(now["all"], place, row["group_code"])
                    self.problem += margin >= (row["share"] - 0.00005) * base
                    self.problem += margin <= (row["share"] + 0.00005) * base
        for row in tables["themes"]:
            if isinstance(row["supporters"], int):
                union = pulp.LpVariable(f"v{number}_{row['code']}", row["supporters"] - 5, row["supporters"] + 4)
                self.problem += union <= pulp.lpSum(totals[need] for need in THEMES[row["code"]])
                for need in THEMES[row["code"]]:
                    self.problem += union >= totals[need]

    def _margin(self, cells: dict[Cell, pulp.LpVariable], place: int, code: str) -> pulp.LpAffineExpression:
        wanted = None if code == "not_stated" else code
        return pulp.lpSum(variable for cell, variable in cells.items() if cell[place] == wanted)

    def _number(self, name: str, people: pulp.LpAffineExpression, shown: Any) -> None:
        if isinstance(shown, int):
            self.problem += people == shown
        else:
            assert shown == {"missing": "c"}
            self.hidden[name] = people

    def range_of(self, name: str) -> tuple[float, float]:
        """The smallest and largest a hidden number can be."""
        return solve(self.problem, self.hidden[name], pulp.LpMinimize), solve(
            self.problem, self.hidden[name], pulp.LpMaximize
        )

    def pinned(self) -> dict[str, tuple[float, float]]:
        """The hidden numbers that are known to within the threshold, with their ranges."""
        return pinned(self.problem, self.hidden)


def solve(problem: pulp.LpProblem, goal: pulp.LpAffineExpression, sense: int) -> float:
    problem.sense = sense
    problem.setObjective(goal)
    assert problem.solve(pulp.PULP_CBC_CMD(msg=False)) == 1
    return float(goal.value())


def pinned(problem: pulp.LpProblem, hidden: dict[str, pulp.LpAffineExpression]) -> dict[str, tuple[float, float]]:
    """Every solution is one way things can be, and says so of all hidden numbers at once: most need no programme of their own."""
    lows = dict.fromkeys(hidden, float("inf"))
    highs = dict.fromkeys(hidden, -float("inf"))

    def open_still(name: str) -> bool:
        return not (highs[name] - lows[name] >= THRESHOLD - 1e-6 and highs[name] >= THRESHOLD - 1e-6)

    for sense in (pulp.LpMaximize, pulp.LpMinimize):
        for name, goal in hidden.items():
            if not open_still(name):
                continue
            solve(problem, goal, sense)
            for other, people in hidden.items():
                value = float(people.value())
                lows[other], highs[other] = min(lows[other], value), max(highs[other], value)
    return {name: (lows[name], highs[name]) for name in hidden if open_still(name)}


@pytest.mark.parametrize("seed", [1, 4])
def test_everything_published_together_pins_no_hidden_number_within_ten(seed: int) -> None:
    published = [channels(summary) for summary in versions(seed)]
    attack = Attack(published)
    assert len(attack.hidden) > 20
    assert attack.pinned() == {}


def test_the_attack_finds_a_number_that_was_hidden_badly() -> None:
    """The attacker is no straw man: one more shown number in a row with two hidden ones is enough for it."""
    (summary, *_) = versions(1)
    tables = channels(summary)
    rows = tables["who_took_part_priorities_ward"]
    hidden = [row for row in rows if isinstance(row["people"], dict)]
    assert len(hidden) >= 2
    careless = evidence(town.people(240, 1, (20, 12, 8, 3, 1)))
    counts = Counter()
    for cell in careless.activities[0].cells:
        counts[cell.groups[0]] += cell.people
    for row in hidden[1:]:
        row["people"] = counts[row["code"]]
    attack = Attack([tables])
    low, high = attack.range_of(f"v0 ward {hidden[0]['code']}")
    assert high - low < THRESHOLD
    assert f"v0 ward {hidden[0]['code']}" in attack.pinned()


def test_shown_twice_after_a_few_came_is_not_published() -> None:
    crowd = town.people(240, 1, (20, 12, 8, 3, 1))
    first = summarise(evidence(crowd), threshold=THRESHOLD)
    for few in (1, 4, 9):
        second = summarise(evidence([*crowd, *town.people(few, 9)]), threshold=THRESHOLD)
        assert weaknesses([first, second])
