"""A small made-up town and its answers, decided by a seed: evidence for tests of whole summaries."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable

from participation.needs.evidence import (
    Activity,
    Cell,
    Dimension,
    Evidence,
    Group,
    OptionEvidence,
    PriorityEvidence,
    Subject,
    Together,
    VoteEvidence,
)

Person = tuple[tuple[str | None, ...], tuple[str, ...]]

WARDS = [
    ("W1", "Abbey", 2000),
    ("W2", "Bridge", 3000),
    ("W3", "Castle", 2500),
    ("W4", "Dock", 1500),
    ("W5", "East", 900),
]
AGES = [("16-24", 1500), ("25-34", 2200), ("35-49", 2600), ("50-64", 2000), ("65+", 1600)]
SEXES = [("Female", 5000), ("Male", 4900)]
NEEDS = ["N1", "N2", "N3", "N4", "N5", "N6"]


def dimensions() -> tuple[Dimension, ...]:
    return (
        Dimension("ward", "Ward", tuple(Group(*ward) for ward in WARDS), "Mid-year estimates", "2022-06-30"),
        Dimension("age_band", "Age band", tuple(Group(age, age, people) for age, people in AGES)),
        Dimension("sex", "Sex", tuple(Group(sex, sex, people) for sex, people in SEXES)),
    )


def people(number: int, seed: int, ward_weights: tuple[int, ...] = (4, 6, 5, 3, 2)) -> list[Person]:
    """Residents with their groups and the needs they support; the old take part more, the last needs are rare."""
    chance = random.Random(seed)
    found: list[Person] = []
    for _ in range(number):
        ward = chance.choices([code for code, _, _ in WARDS], ward_weights)[0]
        age = chance.choices([code for code, _ in AGES] + [None], [1, 2, 4, 5, 7, 1])[0]
        sex = chance.choices(["Female", "Male", None], [10, 8, 1])[0]
        chosen = tuple(need for place, need in enumerate(NEEDS) if chance.random() < 0.7 / (place + 1))
        found.append(((ward, age, sex), chosen))
    return found


def cells(crowd: list[Person], belongs: Callable[[Person], bool] = lambda person: True) -> tuple[Cell, ...]:
    return tuple(Cell(groups, n) for groups, n in Counter(p[0] for p in crowd if belongs(p)).items())


def evidence(number: int = 600, seed: int = 1, **weights: tuple[int, ...]) -> Evidence:
    """Everything a consultation can have: needs with groups and patterns, and a vote with neither groups nor names."""
    crowd = people(number, seed, **weights)

    def supporters(need: str) -> list[Person]:
        return [person for person in crowd if need in person[1]]

    return Evidence(
        subject=Subject("c1", "What matters here", "Testshire Council", produced_on="2026-11-22"),
        dimensions=dimensions(),
        activities=(Activity("priorities", "Said what matters", number, cells(crowd)),),
        priorities=tuple(
            PriorityEvidence(
                need,
                f"Need {need}",
                len(supporters(need)),
                "trans",
                "Roads and transport",
                cells=cells(supporters(need)),
            )
            for need in NEEDS
        ),
        priorities_together=tuple(Together(codes, n) for codes, n in Counter(p[1] for p in crowd).items()),
        vote=VoteEvidence(
            ballots=200,
            options=(
                OptionEvidence("roads", "Roads", 1_000_050, 120, funded=True),
                OptionEvidence("libraries", "Libraries", 500_000, 112, funded=False),
                OptionEvidence("parks", "Parks", 250_000, 90),
                OptionEvidence("events", "Events", 99, 4),
            ),
        ),
    )
