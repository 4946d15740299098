"""Raking, standard errors and design effects beside R's survey package, on that package's own example data.

    python -m benchmarks.weighting                 needs R with its survey package (on Debian: apt-get install r-cran-survey)

R says its figures in this run (benchmarks/weighting.R): 25 designs of the API schools, each with weights, means, totals, a
ratio and a group. Printed is the largest relative difference of each kind, and where; above 1e-10 the exit code is 1. Nothing
of R is copied.
"""

from __future__ import annotations

import csv
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from participation.needs.survey_errors import (
    Design,
    Estimate,
    RakedMargin,
    weighted_mean,
    weighted_ratio,
    weighted_total,
)
from participation.needs.weighting import Margin, rake

LIMIT = 1e-10
PROGRAM = Path(__file__).with_suffix(".R")
CATEGORIES = {"stype": ("E", "H", "M"), "sch.wide": ("No", "Yes"), "awards": ("No", "Yes")}
POPULATION = {"stype": (4421.0, 755.0, 1018.0), "sch.wide": (1072.0, 5122.0), "awards": (2027.0, 4167.0)}
FILES = {"clusters": "clus1", "unlimited": "clus1", "strata": "strat", "simple": "srs", "endless": "srs"}
MARGINS = {
    "plain": (), "two": ("stype", "sch.wide"), "three": ("stype", "sch.wide", "awards"), "default": ("stype", "awards"),
    "stratified": ("stype",),
}  # fmt: skip
Found = tuple[str, float, float]


@dataclass(frozen=True)
class Schools:
    """One sample as R wrote it."""

    rows: list[dict[str, str]]

    def numbers(self, name: str) -> list[float]:
        return [float(row[name]) for row in self.rows]

    def places(self, name: str) -> list[int]:
        return [CATEGORIES[name].index(row[name]) for row in self.rows]

    def design(self, kind: str, weights: list[float]) -> Design:
        sizes = self.numbers("fpc")
        if kind == "strata":
            strata = self.places("stype")
            return Design(weights, strata=strata, population=[sizes[strata.index(place)] for place in range(3)])
        clusters = [int(row["dnum"]) for row in self.rows] if FILES[kind] == "clus1" else None
        return Design(weights, clusters, population=None if kind in ("unlimited", "endless") else sizes[:1])


def weighted(schools: Schools, how: str) -> tuple[list[float], list[RakedMargin]]:
    """Weights raked as R was asked to, and the margins that standard errors need."""
    names, start = MARGINS[how], np.array(schools.numbers("pw"))
    labels = {name: schools.places(name) for name in names}
    if not names:
        return start.tolist(), []
    if how == "default":
        # R's stopping rule looks at the weighted counts of cells.
        cells = sorted(set(zip(*labels.values(), strict=True)))
        place = np.array([cells.index(one) for one in zip(*labels.values(), strict=True)])
        margins = [Margin([cell[i] for cell in cells], POPULATION[name]) for i, name in enumerate(names)]
        raked = rake(np.bincount(place, start), margins, change=1.0)
        weights, steps = start * raked.weights[place], [start * step[place] for step in raked.steps]
    else:
        margins = [Margin(labels[name], POPULATION[name]) for name in names]
        raked = rake(np.ones(len(start)), margins, start=start, tolerance=1e-14, rounds=5000)
        weights, steps = raked.weights, list(raked.steps)
    return weights.tolist(), [RakedMargin(labels[name], step.tolist()) for name, step in zip(names, steps, strict=True)]


def ours(schools: Schools, design: Design, margins: list[RakedMargin]) -> Iterator[tuple[str, Estimate, float]]:
    """(figure, estimate, design effect with people put back) of everything that R says."""
    index, pupils = schools.numbers("api00"), schools.numbers("enroll")
    for name, values in (("api00", index), ("enroll", pupils)):
        back = weighted_mean(values, design, margins, put_back=True).design_effect
        yield f"mean of {name}", weighted_mean(values, design, margins), back
        yield f"total of {name}", weighted_total(values, design, margins), float("nan")
    yield "ratio", weighted_ratio(index, pupils, design, margins), float("nan")
    high = [float(kind == 1) for kind in schools.places("stype")]
    of_high = [value * one for value, one in zip(index, high, strict=True)]
    yield "group", weighted_ratio(of_high, high, design, margins), float("nan")


def compared(folder: Path) -> dict[str, list[tuple[float, str]]]:
    """By kind of figure: (relative difference, where)."""
    said: dict[str, dict[str, list[str]]] = defaultdict(dict)
    with (folder / "figures.csv").open() as file:
        for case, name, *figures in csv.reader(file):
            said[case][name] = figures
    found: dict[str, list[tuple[float, str]]] = defaultdict(list)

    def note(kind: str, where: str, here: float, theirs: Any) -> None:
        if theirs not in ("NA", "NaN"):
            found[kind].append((abs(here / float(theirs) - 1), where))

    for case, figures in said.items():
        kind, how = case.split("-")
        schools = Schools(_rows(folder / f"{FILES[kind]}.csv"))
        weights, margins = weighted(schools, how)
        for here, row in zip(weights, _rows(folder / f"{case}.weights.csv"), strict=True):
            note("weight", case, here, row["w"])
        for name, estimate, back in ours(schools, schools.design(kind, weights), margins):
            value, error, effect, put_back = figures[name]
            note("value", f"{case}, {name}", estimate.value, value)
            note("standard error", f"{case}, {name}", estimate.standard_error, error)
            note("design effect", f"{case}, {name}", estimate.design_effect, effect)
            note("design effect, put back", f"{case}, {name}", back, put_back)
    return found


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open() as file:
        return list(csv.DictReader(file))


def main() -> int:
    with tempfile.TemporaryDirectory() as directory:
        try:
            version = subprocess.run(
                ["Rscript", PROGRAM], cwd=directory, check=True, capture_output=True, text=True
            ).stdout
        except (OSError, subprocess.CalledProcessError) as problem:
            print(f"R with its survey package is needed: {problem}")
            return 2
        found = compared(Path(directory))
    print(f"beside survey {version}\n{'':26}{'compared':>9}{'largest relative difference':>30}")
    for kind, differences in found.items():
        most, where = max(differences)
        print(f"{kind:26}{len(differences):9}{most:30.1e}  {where}")
    return int(max(most for differences in found.values() for most, _ in differences) > LIMIT)


if __name__ == "__main__":
    sys.exit(main())
