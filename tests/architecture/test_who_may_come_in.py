"""Every address against every role: what is not allowed is 403 or sign-in, never 200, never 500."""

from __future__ import annotations

import hashlib
import re

import pytest
from flask import Blueprint, Flask
from sqlalchemy import select

from participation.extensions import db
from participation.web.access import Permission, refuse_unmarked
from tests.architecture.site import NOBODY, PEOPLE, Door, Sample, doors, furnished, people
from tests.factories.world import World
from tests.visitor import Page, Visitor, inspected

pytestmark = pytest.mark.slow

# What an allowed visit may end in: a page, a step on, or a refusal of the case itself.
FINE = {200, 204, 302, 303, 404, 409, 410, 422}


@pytest.fixture
def sample(world: World) -> Sample:
    return furnished(world)


@pytest.fixture
def visitors(app: Flask, world: World, sample: Sample) -> dict[str, Visitor]:
    found = {}
    for person, account in people(world).items():
        found[person] = Visitor(app)
        if account is not None:
            found[person].sign_in(account)
    return found


def asked_by(door: Door, database: str) -> list[str]:
    """Everybody, on the database of production. The door asks the roles before any table, so on the other one those who may
    come in, a stranger, and one of the rest in turn."""
    if database == "postgresql":
        return list(PEOPLE)
    refused = [person for person in PEOPLE if person != NOBODY and not door.is_open_to(person)]
    one = refused[len(door.path) % len(refused)] if refused else NOBODY
    return [person for person in PEOPLE if person in (NOBODY, one) or door.is_open_to(person)]


def leads_to_sign_in(status: int, location: str) -> bool:
    return status == 303 and "/sign-in" in location


def readable(app: Flask, sample: Sample) -> list[Door]:
    return [door for door in doors(app, sample) if door.method == "GET" and door.endpoint != "static"]


def test_every_page_answers_its_roles_and_nobody_else_and_changes_nothing(
    app: Flask, sample: Sample, visitors: dict[str, Visitor], database: str
) -> None:
    """Each page of the menus, which names nothing, shows something to each role that may see it."""
    wrong, walk, before = [], Walk(visitors), fingerprint()
    for door in readable(app, sample):
        for person in asked_by(door, database):
            page = walk.get(person, door)
            location = page.response.headers.get("Location", "")
            if door.is_open_to(person):
                fine = page.status in (FINE if door.names_a_thing else {200, 302, 303})
                fine = fine and not leads_to_sign_in(page.status, location)
                if page.status in (302, 303) and shows_something(door, person):
                    fine = fine and visitors[person].get(door.path).status == 200
            elif door.access.kind == "keyed":
                fine = page.status == 401
            elif person == NOBODY:
                fine = leads_to_sign_in(page.status, location)
            else:
                fine = page.status == 403
            if not fine:
                wrong.append(f"{person} {door.method} {door.path} ({door.endpoint}): {page.status} {location}")
    assert wrong == []
    after = fingerprint()
    assert {table for table in after if after[table] != before[table]} == set(), "some GET changed these tables"


def shows_something(door: Door, person: str) -> bool:
    already_in = door.endpoint == "accounts.sign_in" and person != NOBODY
    return not (door.names_a_thing or door.endpoint == "councils.index" or already_in)


class Walk:
    """Inspects each page once for each thing it says: what differs between two officers is in the header, seen on their first."""

    def __init__(self, visitors: dict[str, Visitor]) -> None:
        self._visitors = visitors
        self._inspected: set[tuple[str, str]] = set()

    def get(self, person: str, door: Door) -> Page:
        page = self._visitors[person].get(door.path, follow=False, inspect=False)
        is_page = door.is_open_to(person) and page.response.mimetype == "text/html" and not 300 <= page.status < 400
        seen = {(person, ""), (door.path, _main_part(page))} if is_page else set()
        if not seen <= self._inspected:
            inspected(page)
            self._inspected |= seen
        return page


def _main_part(page: Page) -> str:
    """The page without its header and its form tokens."""
    return re.sub(r'name="csrf_token"[^>]*value="[^"]+"', "", page.html.partition("<main")[2])


def test_acts_are_refused_to_everybody_else(
    app: Flask, sample: Sample, visitors: dict[str, Visitor], database: str
) -> None:
    """With a valid form token, so that it is the mark that refuses and not the token."""
    wrong = []
    tokens = {person: _token(visitor) for person, visitor in visitors.items()}
    for door in doors(app, sample):
        if door.method != "POST" or door.access.kind == "public":
            continue
        for person in asked_by(door, database):
            if door.is_open_to(person):
                continue
            answer = visitors[person].post(door.path, {"csrf_token": tokens[person]}, follow=False, inspect=False)
            if answer.status != (401 if person == NOBODY else 403):
                wrong.append(f"{person} {door.path}: {answer.status}")
    assert wrong == []


def test_acts_without_a_token_are_refused_to_everybody(
    app: Flask, sample: Sample, visitors: dict[str, Visitor]
) -> None:
    """To strangers, and to the first and the last of those whom the act is for: the token is asked for before anything else."""
    for door in doors(app, sample):
        if door.method != "POST" or door.endpoint == "reports.csp":
            continue
        allowed = [person for person in PEOPLE if door.is_open_to(person)]
        for person in {NOBODY, *allowed[:1], *allowed[-1:]}:
            answer = visitors[person].post(door.path, follow=False, inspect=False)
            assert answer.status == 400, (person, door.path)


def test_an_empty_form_is_never_a_fault(app: Flask, sample: Sample, visitors: dict[str, Visitor]) -> None:
    """Allowed, with a token, but with none of the fields: a page that says what is missing, or a refusal."""
    tokens = {person: _token(visitor) for person, visitor in visitors.items()}
    last = ("accounts.sign_out", "accounts.end_other_sessions")
    for door in sorted(doors(app, sample), key=lambda door: door.endpoint in last):
        if door.method != "POST" or door.endpoint in ("accounts.sign_out", "reports.csp"):
            continue
        for person in PEOPLE:
            if door.is_open_to(person):
                answer = visitors[person].post(door.path, {"csrf_token": tokens[person]}, follow=False)
                assert answer.status in FINE | {400, 403}, (person, door.path, answer.status)


def test_staff_of_another_council_are_strangers_here(app: Flask, world: World, sample: Sample) -> None:
    other = world.council("otherham")
    for role in PEOPLE[2:]:
        stranger = Visitor(app)
        stranger.sign_in(world.staff(role, council=other))
        for door in readable(app, sample):
            if door.access.kind not in ("public", "keyed"):
                page = stranger.get(door.path, follow=False)
                assert leads_to_sign_in(page.status, page.response.headers.get("Location", "")), (role, door.path)


def fingerprint() -> dict[str, str]:
    """Of every table a digest of its rows. When a session was last used is the one thing that reading notes."""
    found = {}
    with db.engine.connect() as connection:
        for table in db.metadata.sorted_tables:
            columns = [column for column in table.columns if column.name != "last_seen_at"]
            rows = sorted(repr(tuple(row)) for row in connection.execute(select(*columns)))
            found[table.name] = hashlib.sha256(repr(rows).encode()).hexdigest()
    return found


def test_every_permission_opens_a_page(app: Flask, sample: Sample) -> None:
    """A permission that opens nothing is a promise of the role table that is not kept."""
    used = {permission for door in doors(app, sample) for permission in door.access.permissions}
    assert used == set(Permission)


def test_an_application_with_an_unmarked_view_does_not_start(app: Flask) -> None:
    house = Flask("house")
    house.add_url_rule("/open", "open", lambda: "open")
    blueprint = Blueprint("later", __name__)
    blueprint.add_url_rule("/door", "door", lambda: "door")
    house.register_blueprint(blueprint)
    with pytest.raises(RuntimeError, match=r"views without an access mark: later\.door, open"):
        refuse_unmarked(house)


def _token(visitor: Visitor) -> str:
    """The form token of this visitor's session, from the sign-in page or the account page."""
    page = visitor.get("/exampleton/register")
    found = page.soup.select_one("input[name=csrf_token]")
    assert found is not None
    return str(found["value"])


@pytest.fixture(autouse=True)
def _no_pace(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("participation.web.pacing.EVEN_SECONDS", 0.0)
