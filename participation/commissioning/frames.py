"""Who could have taken part: the council's people by ward, group of wards, age band and sex, old enough for the consultation.

Population tables come in five-year bands (15 to 19) and consultations start at 16: `needs.population` shares a cut band out
evenly over its years, and the source line of the figure says that this part is an estimate. A council whose tables do not
split by sex (Blackburn with Darwen) gets the groups without population figures, never a guess.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from participation.commissioning import counts
from participation.consultations.models import Consultation
from participation.councils.groups import WardGroups, groups_at, sets_of
from participation.councils.models import Council, Ward
from participation.councils.queries import wards_of
from participation.needs.evidence import AGE, SEX, WARD, WARD_GROUP, Cell, Dimension, Group
from participation.needs.population import AgeBand, PopulationCell, by_age, by_sex, by_ward

# The bands residents choose from (`resident_profile.age_band`).
AGE_BANDS = (
    AgeBand("16-24", 16, 24),
    AgeBand("25-34", 25, 34),
    AgeBand("35-49", 35, 49),
    AgeBand("50-64", 50, 64),
    AgeBand("65+", 65, 120),
)
SEXES = ("Female", "Male")


@dataclass(frozen=True, slots=True)
class Frame:
    """The groupings of one consultation, and how people of a ward, an age band and a sex are put into them."""

    dimensions: tuple[Dimension, ...]
    groups: WardGroups | None = None

    def cells(self, found: Iterable[counts.PeopleCell]) -> tuple[Cell, ...]:
        """People by combination of groups, in the order of the dimensions."""
        return tuple(self.cell(one.ward, one.age_band, one.sex, one.people) for one in found)

    def cell(self, ward: str | None, age_band: str | None, sex: str | None, people: int) -> Cell:
        above = () if self.groups is None else (self.groups.code(ward),)
        return Cell((*above, ward, age_band, sex), people)


def frame_of(consultation: Consultation) -> Frame:
    """The frame of one consultation."""
    return frames_of([consultation])[consultation.id]


def frames_of(consultations: Sequence[Consultation]) -> dict[int, Frame]:
    """By consultation: its frame. The same few queries for any number, all of one council.

    A consultation keeps the groups of wards with which its figures by group were first shown: by two sets of groups, one could
    be subtracted from the other.
    """
    if not consultations:
        return {}
    council = consultations[0].council
    wards, cells, sets = wards_of(council.id), counts.population_cells(council.id), sets_of(council.id)
    shown = counts.first_shown([consultation.id for consultation in consultations]) if sets else {}
    made: dict[tuple[int, int], Frame] = {}
    found = {}
    for consultation in consultations:
        groups = groups_at(sets, wards, shown.get(consultation.id))
        key = consultation.minimum_age, id(groups)
        if key not in made:
            made[key] = Frame(_dimensions(council, wards, cells, consultation.minimum_age, groups), groups)
        found[consultation.id] = made[key]
    return found


def _dimensions(
    council: Council,
    found: Sequence[Ward],
    cells: Sequence[PopulationCell],
    minimum_age: int,
    groups: WardGroups | None,
) -> tuple[Dimension, ...]:
    """Groups of wards where there are such, ward, age band and sex, each with its population and where that comes from."""
    youngest = max(minimum_age, AGE_BANDS[0].age_from)
    bands = [(band.code, band_name(band, minimum_age)) for band in AGE_BANDS]
    people = by_ward(cells, minimum_age)
    by_sex_known = by_sex(cells, minimum_age) if any(cell.sex in SEXES for cell in cells) else {}
    source = _source(council, cells, minimum_age)
    wards = _dimension(council, WARD, "Ward", [(ward.code, ward.name) for ward in found], people, source)
    above: tuple[Dimension, ...] = ()
    if groups is not None:
        sums = Counter({code: 0 for code, _ in groups.groups})
        for ward in found:
            sums[groups.code(ward.code) or ""] += people.get(ward.code, 0)
        above = (_dimension(council, WARD_GROUP, groups.word, groups.groups, sums, source),)
        parts = tuple(replace(group, parent=groups.code(group.code) or "") for group in wards.groups)
        wards = replace(wards, groups=parts, parent=WARD_GROUP)
    return (
        *above,
        wards,
        _dimension(
            council, AGE, "Age", bands, by_age(cells, AGE_BANDS, minimum_age), _source(council, cells, youngest)
        ),
        _dimension(council, SEX, "Sex", [(sex, sex) for sex in SEXES], by_sex_known, source),
    )


def _dimension(
    council: Council,
    code: str,
    name: str,
    groups: Sequence[tuple[str, str]],
    people: Mapping[str, int],
    source: str,
) -> Dimension:
    known = any(people.values())
    return Dimension(
        code=code,
        name=name,
        groups=tuple(Group(key, label, people.get(key, 0) if known else None) for key, label in groups),
        population_source=source if known else f"No population figures by {name.lower()} are loaded for this council",
        population_date=council.population_date.isoformat() if known else "",
    )


def band_name(band: AgeBand, minimum_age: int) -> str:
    """ "16 to 24", "65 and over"; a band that starts below the consultation's minimum age starts there instead."""
    first = max(band.age_from, min(minimum_age, band.age_to))
    return f"{first} and over" if band.age_to == 120 else f"{first} to {band.age_to}"


def _source(council: Council, cells: Sequence[PopulationCell], minimum_age: int) -> str:
    """The source line: whose figures, which ages, and which part of them is an estimate."""
    source = f"{council.population_source}; people aged {minimum_age} and over"
    cut = {(cell.age_from, cell.age_to) for cell in cells if cell.age_from < minimum_age <= cell.age_to}
    return source + "".join(
        f". Those aged {minimum_age} to {last} are an estimate: {last - minimum_age + 1} of the {last - first + 1} years "
        f"of the published band {first} to {last}, shared out evenly"
        for first, last in sorted(cut)
    )
