"""Adjusted shares in a summary: real margins of two councils, when there must be none, and what they may not tell."""

from __future__ import annotations

import csv
import dataclasses
import random
from collections import Counter
from pathlib import Path

import pytest

from participation.needs import summarise
from participation.needs.evidence import Activity, Cell, Dimension, Evidence, Group, PriorityEvidence, Subject
from participation.needs.population import AgeBand, PopulationCell, by_age, by_sex, by_ward
from participation.needs.summary import Summary
from tests.pure.needs import town

BANDS = [
    AgeBand(code, low, high)
    for code, low, high in [
        ("16-24", 16, 24),
        ("25-34", 25, 34),
        ("35-49", 35, 49),
        ("50-64", 50, 64),
        ("65+", 65, 120),
    ]
]


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def ages(band: str) -> tuple[int, int]:
    low, _, high = band.rstrip("+").partition("-")
    return int(low), int(high or 120)


def lambeth(folder: Path) -> list[PopulationCell]:
    rows = read(folder / "lambeth" / "population_ward_age_sex_mid2022.csv")
    return [PopulationCell(r["ward_code"], r["sex"], *ages(r["age_band"]), int(r["population"])) for r in rows]


def dimension(code: str, people: dict[str, int]) -> Dimension:
    return Dimension(code, code.title(), tuple(Group(name, name, number) for name, number in people.items()))


def answers(dimensions: list[Dimension], number: int, seed: int, lean: float) -> Evidence:
    """People drawn by the population of each margin, leaning towards its later groups; the later ones say yes more."""
    chance = random.Random(seed)
    people: Counter[tuple[str | None, ...]] = Counter()
    yes: Counter[tuple[str | None, ...]] = Counter()
    for _ in range(number):
        places = []
        for each in dimensions:
            weights = [(g.population or 0) * (1 + lean * i / len(each.groups)) for i, g in enumerate(each.groups)]
            places.append(chance.choices(range(len(each.groups)), weights)[0])
        groups = tuple(each.groups[place].code for each, place in zip(dimensions, places, strict=True))
        people[groups] += 1
        yes[groups] += chance.random() < 0.2 + 0.1 * places[-1]
    cells = tuple(Cell(groups, count) for groups, count in people.items())
    chose = tuple(Cell(groups, count) for groups, count in yes.items())
    return Evidence(
        Subject("c", "Title", "Council"),
        tuple(dimensions),
        (Activity("priorities", "Said what matters", number, cells),),
        (PriorityEvidence("n", "Need", sum(yes.values()), cells=chose),),
    )


def assert_in_line(summary: Summary) -> None:
    (report,) = summary.weighting
    assert report.used, report.reason
    assert report.fit
    for row in report.fit:
        assert abs(row.after - row.target) <= 0.001, row
    assert report.efficiency is not None
    assert report.efficiency >= 0.4
    assert 0.15 <= (report.lowest_weight or 0) <= 1 <= (report.highest_weight or 0) <= 6


def test_four_hundred_answers_weighted_to_lambeth(council_data: Path) -> None:
    cells = lambeth(council_data)
    dimensions = [
        dimension("ward", dict(by_ward(cells, 16))),
        dimension("sex", dict(by_sex(cells, 16))),
        dimension("age_band", dict(by_age(cells, BANDS, 16))),
    ]
    summary = summarise(answers(dimensions, 400, 1, lean=2.0))
    assert_in_line(summary)
    (row,) = summary.priorities
    assert (row.weighted_share.value or 1) < (row.share.value or 0), "the young, who said yes less, count for more"


def test_blackburn_margins_with_different_totals_are_one_population(council_data: Path) -> None:
    folder = council_data / "blackburn-with-darwen"
    rows = read(folder / "population_ward_age_census2021.csv")
    cells = [PopulationCell(r["ward_code"], "All", *ages(r["age_band"]), int(r["population"])) for r in rows]
    profile = read(folder / "census2021_profile.csv")
    sexes: Counter[str] = Counter()
    for row in profile:
        if row["topic"] == "sex" and row["category"] in ("Female", "Male"):
            sexes[row["category"]] += int(row["count"])
    age = dimension("age_band", dict(by_age(cells, [AgeBand("0-39", 0, 39), AgeBand("40+", 40, 120)], 0)))
    dimensions = [dimension("ward", dict(by_ward(cells, 0))), dimension("sex", dict(sexes)), age]
    assert len({each.population for each in dimensions}) > 1, "the real totals differ by a few people"
    assert_in_line(summarise(answers(dimensions, 700, 2, lean=1.0)))


def test_population_parts_add_up_to_their_whole(council_data: Path) -> None:
    cells = lambeth(council_data)
    assert sum(cell.people for cell in cells) == 316_812
    assert sum(by_ward(cells, 0).values()) == 316_812
    totals = {sum(by_ward(cells, 16).values()), sum(by_age(cells, BANDS, 16).values()), sum(by_sex(cells, 16).values())}
    assert totals == {316_812 - 14_823 - 14_316 - 15_046 - round(15_321 / 5)}


def test_a_large_group_with_too_few_people_allows_no_adjusted_figure() -> None:
    evidence = town.evidence(600, ward_weights=(400, 400, 400, 400, 1))
    summary = summarise(evidence)
    (report,) = summary.weighting
    assert not report.used
    assert "East" in report.reason
    assert {row.weighted_share.status for row in summary.priorities} == {"x"}
    assert "NOT_WEIGHTED" in {limit.code for limit in summary.limits}
    assert any("cannot be adjusted" in sentence for sentence in summary.how_sure)


def test_too_poor_a_sample_allows_no_adjusted_figure() -> None:
    ward = Dimension("ward", "Ward", tuple(Group(c, c, 1000) for c in "ABCDEFGHIJ"))
    people = {"A": 2000, **dict.fromkeys("BCDEFGHIJ", 11)}
    cells = tuple(Cell((code,), number) for code, number in people.items())
    evidence = Evidence(
        Subject("c", "T", "C"), (ward,), (Activity("priorities", "Said what matters", sum(people.values()), cells),)
    )
    (report,) = summarise(evidence).weighting
    assert not report.used
    assert "stand for too many" in report.reason


def test_confidence_follows_its_rule() -> None:
    summary = summarise(town.evidence(2000))
    (report,) = summary.weighting
    assert (report.efficiency or 0) > 0.7
    weighted = sorted((row.weighted_share.value or 0 for row in summary.priorities), reverse=True)
    for row in summary.priorities:
        moved = abs(weighted.index(row.weighted_share.value or 0) + 1 - (row.rank.value or 0))
        assert row.confidence == {0: "high", 1: "medium"}.get(int(moved), "low")


def test_with_one_margin_an_adjusted_share_may_not_solve_for_hidden_cells() -> None:
    """Two hidden wards with known sum and known, different weights would be two equations in two unknowns."""
    ward = Dimension("ward", "Ward", (Group("A", "A", 3000), Group("B", "B", 2000), Group("C", "C", 5000)))
    cells = (Cell(("A",), 40), Cell(("B",), 100), Cell(("C",), 160))
    chose = (Cell(("A",), 4), Cell(("B",), 30), Cell(("C",), 80))
    evidence = Evidence(
        Subject("c", "T", "C"),
        (ward,),
        (Activity("priorities", "Said what matters", 300, cells),),
        (PriorityEvidence("n", "N", 114, cells=chose), PriorityEvidence("m", "M", 300, cells=cells)),
    )
    summary = summarise(evidence)
    rows = {row.code: row for row in summary.priorities}
    assert summary.breakdowns[0].rows[1].people[0].status == "c"
    assert rows["n"].weighted_share.status == "c"


def test_groups_that_are_hidden_are_weighted_as_one() -> None:
    ward = Dimension("ward", "Ward", (Group("A", "A", 100), Group("B", "B", 400), Group("C", "C", 9500)))
    age = Dimension("age_band", "Age", (Group("young", "young", 5000), Group("old", "old", 5000)))

    def weighting(a: int) -> object:
        cells = (
            Cell(("A", "young"), a),
            Cell(("B", "young"), 12 - a),
            Cell(("C", "young"), 100),
            Cell(("C", "old"), 200),
        )
        activity = Activity("priorities", "Said what matters", 312, cells)
        return summarise(Evidence(Subject("c", "T", "C"), (ward, age), (activity,))).weighting

    assert weighting(4) == weighting(6) == weighting(8)


def test_people_who_did_not_say_keep_their_share() -> None:
    evidence = town.evidence(1500)
    (report,) = summarise(evidence).weighting
    assert report.people == 1500
    assert sum(row.after for row in report.fit if row.dimension == "Age band") == pytest.approx(1, abs=5e-4)


def test_cells_in_any_order_give_the_same_weights() -> None:
    evidence = town.evidence(900)
    activity = evidence.activities[0]
    other = dataclasses.replace(
        evidence, activities=(dataclasses.replace(activity, cells=tuple(reversed(activity.cells))),)
    )
    assert summarise(evidence).weighting == summarise(other).weighting
