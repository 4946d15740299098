"""How a needs summary grows: time and memory for 1,000, 100,000 and 1,000,000 people, and each file made of it.

    python -m benchmarks.needs [people ...]

Evidence is drawn by a seed: 25 wards, 5 age bands, 200 needs, up to 3 of them supported by each person.
"""

from __future__ import annotations

import sys
import time
import tracemalloc
from collections import Counter
from collections.abc import Callable
from typing import TypeVar

import numpy as np

from participation.commissioning.documents import document_of
from participation.exports import FORMATS
from participation.needs import Evidence, summarise
from participation.needs.evidence import Activity, Cell, Dimension, Group, PriorityEvidence, Subject, Together

T = TypeVar("T")
NEEDS, WARDS = 200, 25
AGES = ("16-24", "25-34", "35-49", "50-64", "65+")
SEXES = ("Female", "Male")


def evidence(people: int, seed: int = 1) -> Evidence:
    """Made-up evidence of that many people."""
    chance = np.random.default_rng(seed)
    wards = tuple(Group(f"W{n:02}", f"Ward {n}", 12_000 + n) for n in range(WARDS))
    dimensions = (
        Dimension("ward", "Ward", wards),
        Dimension("age_band", "Age", tuple(Group(age, age, 60_000) for age in AGES)),
        Dimension("sex", "Sex", tuple(Group(sex, sex, 150_000) for sex in SEXES)),
    )
    places = zip(*(chance.integers(0, n, people).tolist() for n in (WARDS, 6, 3)), strict=True)
    groups = [(wards[ward].code, (*AGES, None)[age], (*SEXES, None)[sex]) for ward, age, sex in places]
    part = 1 / (np.arange(NEEDS) + 3)
    chosen = [tuple(sorted(set(row))) for row in chance.choice(NEEDS, (people, 3), p=part / part.sum()).tolist()]
    supporters: list[Counter[tuple[str | None, ...]]] = [Counter() for _ in range(NEEDS)]
    for group, needs in zip(groups, chosen, strict=True):
        for need in needs:
            supporters[need][group] += 1
    return Evidence(
        subject=Subject("bench", "Benchmark", "Council", produced_on="2026-11-22"),
        dimensions=dimensions,
        activities=(Activity("priorities", "Said what matters", people, cells(Counter(groups))),),
        priorities=tuple(
            PriorityEvidence(f"N{n:03}", f"Need {n}", sum(found.values()), cells=cells(found))
            for n, found in enumerate(supporters)
        ),
        priorities_together=tuple(
            Together(tuple(f"N{n:03}" for n in needs), count) for needs, count in Counter(chosen).items()
        ),
    )


def cells(found: Counter[tuple[str | None, ...]]) -> tuple[Cell, ...]:
    return tuple(Cell(groups, people) for groups, people in found.items())


def timed(work: Callable[[], T]) -> tuple[T, float]:
    started = time.perf_counter()
    return work(), time.perf_counter() - started


def main(sizes: list[int]) -> None:
    for people in sizes:
        given = evidence(people)
        summary, seconds = timed(lambda given=given: summarise(given))
        tracemalloc.start()
        summarise(given)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        print(f"{people:>9,} people: summary {seconds:6.2f} s, peak {peak / 1e6:5.0f} MB", flush=True)
        document = document_of(summary)
        for form in FORMATS.values():
            body, seconds = timed(lambda form=form, document=document: form.write(document))
            print(f"{'':>9} {form.name:>5} {seconds:6.2f} s, {len(body) // 1000:6,} kB", flush=True)


if __name__ == "__main__":
    main([int(argument) for argument in sys.argv[1:]] or [1_000, 100_000, 1_000_000])
