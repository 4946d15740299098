"""Load a council's places and people, anew or over what an earlier load left. Runs in the caller's transaction."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import delete, insert, select

from participation import clock
from participation.audit.record import record
from participation.audit.tags import Tag
from participation.councils.folder import CouncilFolder, read_folder
from participation.councils.groups import FILE as GROUPS
from participation.councils.groups import set_groups
from participation.councils.models import Council, NeighbourPostcode, PopulationCell, Postcode, Ward
from participation.councils.refusals import GroupsRefused
from participation.errors import ImportRefused
from participation.extensions import db


def load(*, folder: Path, actor_id: int | None = None) -> tuple[Council, CouncilFolder]:
    """Store the council of a folder (config/councils/<slug>) and return it with what was read, notes included.

    Loading again updates: a council is found by its slug and wards by their codes, so that residents keep their ward;
    postcodes and population are replaced. Raises ImportRefused naming file and row; the caller's transaction then keeps
    nothing of it.
    """
    contents = read_folder(folder)
    council = _council(contents)
    wards = _wards(council, contents)
    _replace_postcodes(council, contents, wards)
    _replace_people(contents, wards)
    db.session.flush()
    if contents.groups:
        _set_groups(council, contents, actor_id)
    record(
        council_id=council.id,
        tag=Tag.COUNCIL_LOADED,
        subject=f"council:{council.id}",
        actor_id=actor_id,
        facts={"wards": len(wards), "postcodes": len(contents.postcodes), "population": council.population},
    )
    return council, contents


def _set_groups(council: Council, contents: CouncilFolder, actor_id: int | None) -> None:
    db.session.refresh(council)
    try:
        set_groups(
            council=council, word=contents.facts.ward_group, names=contents.groups, actor_id=actor_id, now=clock.now()
        )
    except GroupsRefused as refusal:
        raise ImportRefused(file=GROUPS, problem=refusal.message.removesuffix(".")) from None


def _council(contents: CouncilFolder) -> Council:
    facts = contents.facts
    council = db.session.scalar(select(Council).where(Council.slug == facts.slug))
    same_code = db.session.scalar(select(Council).where(Council.gss_code == facts.gss_code))
    if same_code is not council:
        other = same_code or council
        raise ImportRefused(
            file="council.toml",
            problem=f"the council {other.slug if other else ''} ({other.gss_code if other else ''}) is loaded already; "
            "slug and gss_code must both be its own",
        )
    if council is None:
        council = Council(slug=facts.slug, gss_code=facts.gss_code, demonstration=False)
        db.session.add(council)
    for name in ("name", "full_name", "tier", "colour", "contact_email", "population_date", "population_source"):
        setattr(council, name, getattr(facts, name))
    council.credits, council.languages = list(facts.credits), list(facts.languages)
    council.referrals = {kind: dict(contact) for kind, contact in facts.referrals.items()}
    council.population = sum(ward.population for ward in contents.wards)
    council.loaded_at = clock.now()
    db.session.flush()
    return council


def _wards(council: Council, contents: CouncilFolder) -> dict[str, int]:
    """Update or add the wards; ward code -> id. Wards are never removed: residents and their needs belong to them."""
    known = {ward.code: ward for ward in db.session.scalars(select(Ward).where(Ward.council_id == council.id))}
    gone = sorted(ward.name for code, ward in known.items() if code not in {one.code for one in contents.wards})
    if gone:
        raise ImportRefused(
            file="wards.csv", problem=f"{', '.join(gone)} was loaded before and is missing; wards are never removed"
        )
    for facts in contents.wards:
        ward = known.setdefault(facts.code, Ward(council_id=council.id, code=facts.code))
        ward.name, ward.population = facts.name, facts.population
        ward.boundary = contents.boundaries.get(facts.code)
        db.session.add(ward)
    db.session.flush()
    return {code: ward.id for code, ward in known.items()}


def _replace_postcodes(council: Council, contents: CouncilFolder, wards: dict[str, int]) -> None:
    for model in (Postcode, NeighbourPostcode):
        db.session.execute(delete(model).where(model.council_id == council.id))
    db.session.execute(
        insert(Postcode),
        [{"council_id": council.id, "code": code, "ward_id": wards[ward]} for code, ward in contents.postcodes.items()],
    )
    if contents.neighbours:
        db.session.execute(
            insert(NeighbourPostcode),
            [
                {"council_id": council.id, "code": code, "council_name": name}
                for code, name in contents.neighbours.items()
            ],
        )


def _replace_people(contents: CouncilFolder, wards: dict[str, int]) -> None:
    db.session.execute(delete(PopulationCell).where(PopulationCell.ward_id.in_(wards.values())))
    if contents.people is None:
        return
    db.session.execute(
        insert(PopulationCell),
        [
            {"ward_id": wards[ward], "sex": sex, "age_from": first, "age_to": last, "people": people}
            for (ward, sex, first, last), people in contents.people.cells.items()
        ],
    )
