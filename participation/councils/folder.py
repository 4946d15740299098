"""A council's folder, read and checked as a whole before anything of it is stored.

Needed: council.toml, wards.csv, postcode_ward_lookup.csv. Without one of the other files the council works with less, and a
note says with what: wards.geojson, postcodes_outside_council_sample.csv, population_ward*.csv. Without ward_groups.csv nothing is
said: a council need not group its wards.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from participation.councils.boundaries import read_boundaries
from participation.councils.facts import CouncilFacts, read_facts
from participation.councils.groups import FILE as GROUPS
from participation.councils.groups import read_groups
from participation.councils.people import People, population_file, read_people
from participation.councils.places import WardFacts, read_neighbours, read_postcodes, read_wards
from participation.errors import ImportRefused

WARDS, POSTCODES = "wards.csv", "postcode_ward_lookup.csv"
BOUNDARIES, NEIGHBOURS = "wards.geojson", "postcodes_outside_council_sample.csv"


@dataclass(frozen=True, slots=True)
class CouncilFolder:
    """Everything about places and people. `notes` are sentences about what is missing."""

    facts: CouncilFacts
    wards: tuple[WardFacts, ...]
    boundaries: Mapping[str, str]
    postcodes: Mapping[str, str]
    neighbours: Mapping[str, str]
    people: People | None
    notes: tuple[str, ...]
    # Ward code -> name of its group; empty where the folder has no groups.
    groups: Mapping[str, str] = field(default_factory=dict)


def read_folder(folder: Path) -> CouncilFolder:
    """Raises ImportRefused naming the file, and where known the row, that is wrong."""
    if not folder.is_dir():
        raise ImportRefused(file=str(folder), problem="there is no such folder")
    facts = read_facts(folder)
    wards = read_wards(folder / WARDS, facts.gss_code)
    populations = {ward.code: ward.population for ward in wards}
    postcodes = read_postcodes(folder / POSTCODES, populations)
    boundaries = read_boundaries(folder / BOUNDARIES, populations) if (folder / BOUNDARIES).exists() else {}
    neighbours = read_neighbours(folder / NEIGHBOURS, postcodes) if (folder / NEIGHBOURS).exists() else {}
    ages = population_file(folder)
    people = read_people(ages, populations) if ages else None
    notes = _notes(wards, boundaries, neighbours, people, postcodes)
    groups = read_groups(folder / GROUPS) if (folder / GROUPS).exists() else {}
    return CouncilFolder(facts, wards, boundaries, postcodes, neighbours, people, tuple(notes), groups)


def _notes(
    wards: tuple[WardFacts, ...],
    boundaries: Mapping[str, str],
    neighbours: Mapping[str, str],
    people: People | None,
    postcodes: Mapping[str, str],
) -> list[str]:
    notes = []
    if not boundaries:
        notes.append(f"There is no {BOUNDARIES}: wards are listed without a map.")
    elif len(boundaries) < len(wards):
        without = [ward.name for ward in wards if ward.code not in boundaries]
        notes.append(f"{BOUNDARIES} has no shape for {', '.join(without)}.")
    if not neighbours:
        notes.append(f"There is no {NEIGHBOURS}: people from elsewhere are not told which council is theirs.")
    if people is None:
        notes.append("There is no population_ward*.csv: who took part cannot be compared with residents by age.")
    lived_in = set(postcodes.values())
    notes.extend(f"{ward.name} has no postcode in {POSTCODES}." for ward in wards if ward.code not in lived_in)
    return notes
