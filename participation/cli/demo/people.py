"""Made-up residents that follow the council's ward, age and sex margins, and the demo accounts with their fixed password."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random

from sqlalchemy import select

from participation.accounts import passwords
from participation.accounts.models import Account, ResidentProfile, RoleGrant
from participation.accounts.roles import Role
from participation.councils.models import Council, PopulationCell, Postcode, Ward
from participation.extensions import db

# Known to everybody who reads this file: the application refuses to start with demo mode in production.
PASSWORD = "three plain words for a demo"  # noqa: S105  refused outside demo mode
RESIDENT = "resident@demo.example"
STAFF: tuple[tuple[str, str, tuple[Role, ...]], ...] = (
    ("moderator@demo.example", "Mo Moderator", (Role.MODERATOR,)),
    ("moderator2@demo.example", "Sol Second", (Role.MODERATOR,)),
    ("commissioner@demo.example", "Cam Commissioner", (Role.COMMISSIONER,)),
    *((f"keyholder{slot}@demo.example", f"Kay Holder {slot}", (Role.KEY_HOLDER,)) for slot in (1, 2, 3)),
    ("administrator@demo.example", "Ada Administrator", (Role.ADMINISTRATOR, Role.AUDITOR)),
)
BANDS = ((16, 24), (25, 34), (35, 49), (50, 64), (65, 120))
# How readily each age band takes part: young adults are missing, as in real consultations.
READINESS = {"16-24": 5, "25-34": 8, "35-49": 11, "50-64": 13, "65+": 10}


def band_of(age: int) -> str | None:
    """The age band of an age in years; None below 16."""
    for low, high in BANDS:
        if low <= age <= high:
            return "65+" if high == 120 else f"{low}-{high}"
    return None


def demo_accounts(council: Council, moment: datetime) -> dict[str, Account]:
    """One resident and the staff, by address. Raises nothing; the caller has checked that this is a demonstration."""
    hashed = passwords.hashed(PASSWORD)
    ward = council.wards[0]
    outward = _outward_codes(council.id)[ward.id]
    resident = _account(council, RESIDENT, moment)
    resident.resident = ResidentProfile(ward_id=ward.id, outward_code=outward, declared_at=moment)
    people = {RESIDENT: resident}
    for email, name, roles in STAFF:
        account = _account(council, email, moment, kind="staff", name=name)
        account.grants = [RoleGrant(role=role.value, granted_at=moment) for role in roles]
        people[email] = account
    for account in people.values():
        account.password_hash = hashed
    db.session.add_all(people.values())
    db.session.flush()
    return people


def residents(council: Council, how_many: int, draw: Random, moment: datetime) -> list[Account]:
    """`how_many` confirmed residents without a password, drawn by the margins. One in eight keeps age and sex to themselves."""
    cells = _cells(council.id)
    weights = [people * READINESS[band] for _, _, band, people in cells]
    outward = _outward_codes(council.id)
    made = []
    for number, (ward_id, sex, band, _) in enumerate(draw.choices(cells, weights, k=how_many), start=1):
        at = moment + timedelta(minutes=draw.randrange(60 * 24 * 20))
        account = _account(council, f"resident{number:04d}@demo.example", at)
        says = draw.random() > 0.125
        account.resident = ResidentProfile(
            ward_id=ward_id, outward_code=outward[ward_id], declared_at=at,
            age_band=band if says else None, sex=sex if says and sex != "All" else None,
        )  # fmt: skip
        made.append(account)
    db.session.add_all(made)
    db.session.flush()
    return made


def _account(council: Council, email: str, at: datetime, *, kind: str = "resident", name: str | None = None) -> Account:
    return Account(
        council_id=council.id, kind=kind, email=email, email_canonical=email, name=name, created_at=at, confirmed_at=at
    )  # fmt: skip


def _cells(council_id: int) -> list[tuple[int, str, str, int]]:
    """(ward, sex, age band, people) of everybody from 16; a band that straddles 16 or a border goes by its first year."""
    rows = db.session.execute(
        select(PopulationCell.ward_id, PopulationCell.sex, PopulationCell.age_from, PopulationCell.people)
        .join(Ward, Ward.id == PopulationCell.ward_id)
        .where(Ward.council_id == council_id)
        .order_by(PopulationCell.ward_id, PopulationCell.sex, PopulationCell.age_from)
    ).all()
    banded = ((ward_id, sex, band_of(age_from), people) for ward_id, sex, age_from, people in rows)
    return [(ward_id, sex, band, people) for ward_id, sex, band, people in banded if band]


def _outward_codes(council_id: int) -> dict[int, str]:
    rows = db.session.execute(
        select(Postcode.ward_id, Postcode.code).where(Postcode.council_id == council_id).order_by(Postcode.code.desc())
    )
    return {ward_id: code[:-3] for ward_id, code in rows}
