"""Who could have taken part: the council's people by ward, age band and sex, old enough for the consultation.

Population tables come in five-year bands (15 to 19) and consultations start at 16: `needs.population` shares a cut band out
evenly over its years, and the source line of the figure says that this part is an estimate. A council whose tables do not
split by sex (Blackburn with Darwen) gets the groups without population figures, never a guess.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from participation.commissioning.counts import population_cells
from participation.councils.models import Council
from participation.councils.queries import wards_of
from participation.needs.evidence import AGE, SEX, WARD, Dimension, Group
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


def dimensions(council: Council, minimum_age: int) -> tuple[Dimension, ...]:
    """Ward, age band and sex, each with its groups, their population and where that comes from. Two queries."""
    cells = population_cells(council.id)
    wards = [(ward.code, ward.name) for ward in wards_of(council.id)]
    youngest = max(minimum_age, AGE_BANDS[0].age_from)
    bands = [(band.code, band_name(band, minimum_age)) for band in AGE_BANDS]
    sexes = [(sex, sex) for sex in SEXES]
    by_sex_known = by_sex(cells, minimum_age) if any(cell.sex in SEXES for cell in cells) else {}
    return (
        _dimension(council, WARD, "Ward", wards, by_ward(cells, minimum_age), _source(council, cells, minimum_age)),
        _dimension(
            council, AGE, "Age", bands, by_age(cells, AGE_BANDS, minimum_age), _source(council, cells, youngest)
        ),
        _dimension(council, SEX, "Sex", sexes, by_sex_known, _source(council, cells, minimum_age)),
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
