"""Loaders for councils, wards and postcodes."""

from __future__ import annotations

import re
from dataclasses import dataclass

from sqlalchemy import bindparam, func, select

from participation.councils.models import Council, NeighbourPostcode, PopulationCell, Postcode, Ward
from participation.errors import NotFound
from participation.extensions import db

_SHAPE = re.compile(r"^[A-Z]{1,2}[0-9][0-9A-Z]?[0-9][A-Z]{2}$")


# Asked for every page: written once, so that it is not put together anew each time.
_BY_SLUG = select(Council).where(Council.slug == bindparam("slug"))


def council_by_slug(slug: str) -> Council:
    """The council of an address. Raises NotFound."""
    council = db.session.execute(_BY_SLUG, {"slug": slug}).scalar_one_or_none()
    if council is None:
        raise NotFound()
    return council


def all_councils() -> list[Council]:
    return list(db.session.execute(select(Council).order_by(Council.name, Council.id)).scalars())


def wards_of(council_id: int) -> list[Ward]:
    """All wards of a council, by name."""
    return list(
        db.session.execute(select(Ward).where(Ward.council_id == council_id).order_by(Ward.name, Ward.id)).scalars()
    )


def ward_by_code(council_id: int, code: str) -> Ward:
    """Raises NotFound."""
    ward = db.session.execute(select(Ward).where(Ward.council_id == council_id, Ward.code == code)).scalar_one_or_none()
    if ward is None:
        raise NotFound()
    return ward


def normalised_postcode(text: str) -> str | None:
    """ " se1-7aa" -> "SE17AA"; None when it does not have the shape of a postcode."""
    code = re.sub(r"[^0-9A-Za-z]", "", text).upper()
    return code if _SHAPE.match(code) else None


def shown_postcode(code: str) -> str:
    """ "SE17AA" -> "SE1 7AA"."""
    return f"{code[:-3]} {code[-3:]}"


@dataclass(frozen=True, slots=True)
class PostcodeAnswer:
    """What a postcode says. `ward` is set inside the council; `elsewhere` names another council where that is known."""

    code: str | None
    ward: Ward | None
    elsewhere: str | None

    @property
    def outward(self) -> str:
        """ "SE1" of "SE1 7AA"."""
        return self.code[:-3] if self.code else ""


def look_up_postcode(council_id: int, text: str) -> PostcodeAnswer:
    """Which ward a postcode is in, by the published table, never by drawing it on a map."""
    code = normalised_postcode(text)
    if code is None:
        return PostcodeAnswer(None, None, None)
    ward = db.session.execute(
        select(Ward)
        .join(Postcode, Postcode.ward_id == Ward.id)
        .where(Postcode.council_id == council_id, Postcode.code == code)
    ).scalar_one_or_none()
    if ward is not None:
        return PostcodeAnswer(code, ward, None)
    elsewhere = db.session.execute(
        select(NeighbourPostcode.council_name).where(
            NeighbourPostcode.council_id == council_id, NeighbourPostcode.code == code
        )
    ).scalar_one_or_none()
    return PostcodeAnswer(code, None, elsewhere)


def postcodes_of_ward(ward_id: int) -> int:
    """How many live postcodes lie in a ward."""
    query = select(func.count()).select_from(Postcode).where(Postcode.ward_id == ward_id)
    return db.session.execute(query).scalar_one()


def people_by_age_of_ward(ward_id: int) -> dict[int, int]:
    """First age of each band -> people of both sexes; empty where the council gave no ages."""
    query = select(PopulationCell.age_from, func.sum(PopulationCell.people)).where(PopulationCell.ward_id == ward_id)
    return {first: int(people) for first, people in db.session.execute(query.group_by(PopulationCell.age_from))}


def people_by_age(council_id: int) -> dict[int, int]:
    """The same for the whole council."""
    query = (
        select(PopulationCell.age_from, func.sum(PopulationCell.people))
        .join(Ward, Ward.id == PopulationCell.ward_id)
        .where(Ward.council_id == council_id)
        .group_by(PopulationCell.age_from)
    )
    return {first: int(people) for first, people in db.session.execute(query)}
