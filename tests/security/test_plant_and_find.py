"""Every check finds its weakness where it was planted, and nothing in the real application."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from config.settings import ROOT
from participation.accounts import passwords
from participation.accounts.models import Account, RoleGrant
from participation.application import create_app
from participation.eligibility.address_codes import Letter
from participation.eligibility.printing import letters_csv
from participation.exports import Column, Document, Table, write
from participation.extensions import db
from participation.transactions import transaction
from tests.architecture.site import doors, furnished
from tests.factories.world import World
from tests.security import planted
from tests.security.checks import CHECKS, Site, sent
from tests.visitor import Visitor

pytestmark = pytest.mark.slow
BOM = "\ufeff".encode()
EMAIL, PASSWORD = "ann@example.org", "umbrella tractor seven"


@pytest.fixture(scope="module")
def weak(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """The throw-away application, and its source in a folder of its own."""
    app, folder = planted.planted_app(), tmp_path_factory.mktemp("weak")
    (folder / "planted.py").write_text(Path(planted.__file__).read_text())

    def member() -> FlaskClient:
        client = app.test_client()
        client.get("/sign-in")
        client.post("/sign-in", data={"email": EMAIL, "password": PASSWORD})
        return client

    def register(further: dict[str, str]) -> bool:
        app.test_client().post("/register", data={"email": "eve@example.org", "password": PASSWORD, **further})
        return "eve@example.org" in app.extensions["powerful"]

    return Site(
        app=app, pages=("/search", "/hello", "/leave", "/sign-in"), acts=("/sign-in", "/sign-out", "/register"),
        parameters=("q", "next"),
        people={"a member": member}, sign_in="/sign-in", email=EMAIL, password=PASSWORD, own="/account", of_others="/letters/7",
        sign_out="/sign-out", files="/files/", register=register, export=planted.export, sources=folder,
    )  # fmt: skip


@pytest.mark.parametrize("weakness", CHECKS)
def test_a_check_finds_what_was_planted(weak: Site, weakness: str) -> None:
    assert CHECKS[weakness](weak) != []


@pytest.fixture(params=["postgresql"])
def database(request: pytest.FixtureRequest) -> str:
    """The stricter of the two: what SQLite takes for a number or a text, PostgreSQL does not."""
    return str(request.param)


@pytest.fixture
def ours(app: Flask, world: World, monkeypatch: pytest.MonkeyPatch) -> Site:
    """The real application with a council in it, seen by a resident."""
    monkeypatch.setattr("participation.web.pacing.EVEN_SECONDS", 0.0)
    app.config["PROPAGATE_EXCEPTIONS"] = False
    sample = furnished(world)
    resident = world.resident(EMAIL)
    with transaction():
        db.session.merge(resident).password_hash = passwords.hashed(PASSWORD)
    all_doors = [door for door in doors(app, sample) if door.endpoint != "static"]
    others = world.priority(world.consultation("other", gather=(-1, 1)), "Not yours", state="waiting")

    officer = world.staff("moderator", "editor", "commissioner", "administrator", "auditor")

    def signed_in(account: Account) -> Callable[[], FlaskClient]:
        visitor = Visitor(app)
        visitor.sign_in(account)
        return lambda: visitor.client

    def register(further: dict[str, str]) -> bool:
        visitor = Visitor(app)
        page = visitor.get("/exampleton/register")
        token = str(page.soup.select_one("input[name=csrf_token]")["value"])
        given = {"email": "eve@example.org", "password": PASSWORD, "postcode": "EX1 1AA", "declaration": "y"}
        sent(visitor.client, "POST", "/exampleton/register", data={"csrf_token": token, **given, **further})
        made = db.session.scalars(select(Account).where(Account.email == "eve@example.org")).one()
        granted = db.session.scalars(select(RoleGrant).where(RoleGrant.account_id == made.id)).all()
        return made.kind != "resident" or made.confirmed_at is not None or bool(granted)

    not_yours = f"/exampleton/consultations/other/priorities/{others.public_id}/edit"
    # The test itself holds nothing open while its visitors walk about.
    db.session.rollback()
    return Site(
        app=app,
        pages=tuple(sorted({door.path for door in all_doors if door.method == "GET"})),
        acts=tuple(sorted({door.path for door in all_doors if door.method == "POST"})),
        parameters=tuple(sorted(_arguments_read(ROOT / "participation"))),
        people={"a member": signed_in(resident), "an officer": signed_in(officer)},
        sign_in="/exampleton/sign-in", email=EMAIL, password=PASSWORD, own="/exampleton/account",
        of_others=not_yours,
        sign_out="/exampleton/sign-out", files="/static/", register=register, export=_csv_of, sources=ROOT / "participation",
        without_token=frozenset({"/csp"}), limited=create_app(replace(app.config["SETTINGS"], rate_limits=True)),
    )  # fmt: skip


@cache
def _arguments_read(folder: Path) -> set[str]:
    """Every name that the source reads from a query: `request.args.get("name")`."""
    names = {"next", "url", "q"}
    sources = [text for path in folder.rglob("*.py") if "request.args.get" in (text := path.read_text())]
    for text in sources:
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Call) and ast.unparse(node.func).endswith(
                ("request.args.get", "request.args.getlist")
            ):
                names |= {str(one.value) for one in node.args[:1] if isinstance(one, ast.Constant)}
    return names


def _csv_of(cell: str) -> bytes:
    """A published table, and the list for a mailing house."""
    table = Table(
        name="cells", title="Cells", columns=(Column("cell", "Cell"),), rows=((cell,),), key=("cell",), label="cell"
    )
    letters = letters_csv([Letter(cell, (cell,), "7K2QD9XWMT")])
    return write(Document(title="Cells", made_on=date(2026, 1, 1), tables=(table,)), "csv") + letters.removeprefix(BOM)


@pytest.mark.parametrize("weakness", CHECKS)
def test_the_same_check_finds_nothing_here(ours: Site, weakness: str) -> None:
    assert CHECKS[weakness](ours) == []
