"""A council, its wards, its postcodes and the people who live there."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import JSON, CheckConstraint, Date, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from participation.extensions import Model, UTCDateTime


class Council(Model):
    """One council. Everything else hangs below it; nothing is shared between councils."""

    __tablename__ = "council"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(60), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    # The full name, for the header and for mails: "Lambeth Council".
    full_name: Mapped[str] = mapped_column(String(160))
    gss_code: Mapped[str] = mapped_column(String(9), unique=True)
    # london_borough, unitary, metropolitan, county or district: decides which services are the council's own.
    tier: Mapped[str] = mapped_column(String(20))
    colour: Mapped[str] = mapped_column(String(7))
    contact_email: Mapped[str] = mapped_column(String(320))
    # Who answers referrals, by kind ("safeguarding", "legal"): {"name": a post, "email": ...}. Missing: `contact_email`.
    referrals: Mapped[dict[str, dict[str, str]]] = mapped_column(JSON, default=dict)
    # People, all ages, with the date and source of the figure.
    population: Mapped[int] = mapped_column()
    population_date: Mapped[date] = mapped_column(Date)
    population_source: Mapped[str] = mapped_column(String(200))
    # What residents read in: "en", and "cy" where the council declares Welsh. English comes first.
    languages: Mapped[list[str]] = mapped_column(JSON, default=lambda: ["en"])
    # Lines shown in the footer, one a source.
    credits: Mapped[list[str]] = mapped_column(JSON)
    demonstration: Mapped[bool] = mapped_column(default=False)
    loaded_at: Mapped[datetime] = mapped_column(UTCDateTime)

    wards: Mapped[list[Ward]] = relationship(order_by="Ward.name, Ward.id", back_populates="council")

    __table_args__ = (
        CheckConstraint("population > 0", name="population_positive"),
        CheckConstraint(
            "tier IN ('london_borough', 'unitary', 'metropolitan', 'county', 'district')", name="tier_known"
        ),
    )


class Ward(Model):
    __tablename__ = "ward"

    id: Mapped[int] = mapped_column(primary_key=True)
    council_id: Mapped[int] = mapped_column(ForeignKey("council.id"))
    code: Mapped[str] = mapped_column(String(9))
    name: Mapped[str] = mapped_column(String(120))
    # People of all ages, from the same source and date as the council's figure.
    population: Mapped[int] = mapped_column()
    # GeoJSON geometry in WGS84, simplified: for drawing only, never for finding a ward.
    boundary: Mapped[str | None] = mapped_column(Text)

    council: Mapped[Council] = relationship(back_populates="wards")

    __table_args__ = (
        UniqueConstraint("council_id", "code"),
        CheckConstraint("population >= 0", name="population_not_negative"),
    )


class WardGrouping(Model):
    """A set of groups of wards, such as localities. Never changed: a new set takes its place (`councils.groups`)."""

    __tablename__ = "ward_grouping"

    id: Mapped[int] = mapped_column(primary_key=True)
    council_id: Mapped[int] = mapped_column(ForeignKey("council.id"), index=True)
    # What one of them is called: "Locality".
    word: Mapped[str] = mapped_column(String(30))
    made_at: Mapped[datetime] = mapped_column(UTCDateTime)


class WardInGroup(Model):
    """The group of one ward in one set; a group is its name."""

    __tablename__ = "ward_in_group"

    grouping_id: Mapped[int] = mapped_column(ForeignKey("ward_grouping.id"), primary_key=True)
    ward_id: Mapped[int] = mapped_column(ForeignKey("ward.id"), primary_key=True)
    name: Mapped[str] = mapped_column(String(60))


class Postcode(Model):
    """A live postcode of the council and the ward it belongs to. `code` is upper case without a space."""

    __tablename__ = "postcode"

    council_id: Mapped[int] = mapped_column(ForeignKey("council.id"), primary_key=True)
    code: Mapped[str] = mapped_column(String(8), primary_key=True)
    ward_id: Mapped[int] = mapped_column(ForeignKey("ward.id"))


class NeighbourPostcode(Model):
    """A postcode known to lie in another council, so that a refused resident is told which one."""

    __tablename__ = "neighbour_postcode"

    council_id: Mapped[int] = mapped_column(ForeignKey("council.id"), primary_key=True)
    code: Mapped[str] = mapped_column(String(8), primary_key=True)
    council_name: Mapped[str] = mapped_column(String(120))


class PopulationCell(Model):
    """People by ward, sex and five-year age band: the margins that participation is compared with."""

    __tablename__ = "population_cell"

    ward_id: Mapped[int] = mapped_column(ForeignKey("ward.id"), primary_key=True)
    # "Female", "Male", or "All" where the source does not split.
    sex: Mapped[str] = mapped_column(String(8), primary_key=True)
    # First and last year of the band; the open band ends at 120.
    age_from: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    age_to: Mapped[int] = mapped_column()
    people: Mapped[int] = mapped_column()

    __table_args__ = (
        CheckConstraint("people >= 0", name="people_not_negative"),
        CheckConstraint("age_to >= age_from", name="ages_in_order"),
        Index(None, "age_from"),
    )
