"""Large elections made up on the spot: 150 projects in 30 wards, five mentions on every ballot, always the same ones."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import numpy as np

WARDS, PER_WARD = 30, 5
PROJECTS = WARDS * PER_WARD
AT_ONCE = 200_000


def write_election(path: Path, ballots: int) -> None:
    """Write a Pabulib file: three mentions from the voter's own ward, two from anywhere else, some far more popular."""
    chance = np.random.default_rng(2026)
    costs = chance.integers(10, 250, PROJECTS) * 1000
    budget = int(costs.sum() // 3)
    with path.open("w", encoding="utf-8", newline="\n") as out:
        out.write(
            "META\nkey;value\ndescription;A made-up election\ncountry;United Kingdom\nunit;Made up\ninstance;2026\n"
            f"num_projects;{PROJECTS}\nnum_votes;{ballots}\nbudget;{budget}\nvote_type;approval\nrule;equalshares\n"
            "date_begin;2026\ndate_end;2026\ncurrency;GBP\nPROJECTS\nproject_id;cost;name\n"
        )
        out.writelines(f"{project};{cost};Project {project}\n" for project, cost in enumerate(costs.tolist(), start=1))
        out.write("VOTES\nvoter_id;vote\n")
        for start in range(0, ballots, AT_ONCE):
            chosen = mentions(chance, min(AT_ONCE, ballots - start)) + 1
            out.writelines(f"{start + at};{a},{b},{c},{d},{e}\n" for at, (a, b, c, d, e) in enumerate(chosen.tolist()))


def mentions(chance: np.random.Generator, ballots: int) -> np.ndarray:
    """Five different projects for each ballot."""
    home = chance.integers(0, WARDS, ballots)
    triples = np.array(list(combinations(range(PER_WARD), 3)))
    near = home[:, None] * PER_WARD + triples[chance.integers(0, len(triples), ballots)]
    elsewhere = PROJECTS - PER_WARD
    # Popularity falls with the number; the second is never the first.
    first = (elsewhere * chance.random(ballots) ** 2).astype(np.int64)
    second = (first + 1 + chance.integers(0, elsewhere - 1, ballots)) % elsewhere
    far = np.stack([first, second], axis=1)
    # Jump over the projects of the home ward.
    far += PER_WARD * (far >= home[:, None] * PER_WARD)
    return np.concatenate([near, far], axis=1)
