"""The whole site as a list: every address with its method and mark, and the people who may come along."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Flask

from participation.accounts.models import Account
from participation.accounts.roles import PERMISSIONS, Role
from participation.web.access import Access, access_of
from tests.factories.world import World

NOBODY, RESIDENT = "nobody", "resident"
PEOPLE = (NOBODY, RESIDENT, *(role.value for role in Role))


@dataclass(frozen=True)
class Door:
    """One method of one address."""

    method: str
    endpoint: str
    path: str
    access: Access
    # Whether the address names a thing, for which a sample was filled in.
    names_a_thing: bool

    def is_open_to(self, person: str) -> bool:
        """What the mark says, worked out here a second time, from the table of roles alone."""
        if self.access.kind == "public":
            return True
        if self.access.kind == "keyed":
            return False
        if self.access.kind == "resident":
            return person == RESIDENT
        if self.access.kind == "signed_in":
            return person != NOBODY
        if self.access.kind == "half_signed_in":
            return person not in (NOBODY, RESIDENT)
        return person not in (NOBODY, RESIDENT) and bool(PERMISSIONS[Role(person)] & set(self.access.permissions))


@dataclass(frozen=True)
class Sample:
    """Things for the addresses that name one."""

    council: str
    values: dict[str, str]

    def value(self, endpoint: str, name: str) -> str:
        if name == "council_slug":
            return self.council
        return self.values.get(f"{endpoint}:{name}", self.values.get(name, ""))


def furnished(world: World) -> Sample:
    """A council with a consultation that gathers needs, a draft, and a published need."""
    world.council()
    consultation = world.consultation("spending", gather=(-3, 4), vote=(5, 9), options=2)
    world.consultation("drafted", gather=(2, 9), state="draft", options=1)
    need = world.priority(consultation, "More benches")
    values = {
        "need": need.public_id,
        "slug": "spending", "public_id": need.public_id, "kept_id": need.public_id, "line_code": "option-option-1",
        "code": "edu", "token": "no-such-token", "mail_id": "1",
        "voter_id": "1", "earlier": "1", "place": "1",
        "account_id": str(world.staff("editor").id),
        "format": "csv", "name": "no-such-file", "version": "1", "kind": "gather", "part": "wards", "filename": "icon.svg",
        "council_pages.ward:code": world.wards()[0].code,
        "batch_id": "nosuchbatch", "edition": "cy", "comment_id": "no-such-comment", "referral_id": "1",
        "consultation_manage.change:code": "option-1", "consultation_manage.remove:code": "option-1",
        "voting_manage.change_option:code": "option-1",
    }  # fmt: skip
    return Sample("exampleton", values)


def people(world: World) -> dict[str, Account | None]:
    """One of each, all of the council."""
    found: dict[str, Account | None] = {NOBODY: None, RESIDENT: world.resident()}
    return found | {role.value: world.staff(role.value) for role in Role}


def doors(app: Flask, sample: Sample) -> list[Door]:
    """Every method of every address, in order, with samples filled in."""
    found = []
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule):
        access = access_of(app, rule.endpoint)
        assert access is not None, f"{rule.endpoint} has no access mark"
        values = {name: sample.value(rule.endpoint, name) for name in rule.arguments}
        assert all(values.values()), f"tests/architecture/site.py has no sample for {rule.endpoint}: {values}"
        path = app.url_map.bind("localhost").build(rule.endpoint, values)
        names_a_thing = bool(rule.arguments - {"council_slug"})
        methods = sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
        found.extend(Door(method, rule.endpoint, path, access, names_a_thing) for method in methods)
    return found
