"""Sign-in through another service, against a real local one: linked by its owner, and nothing it says is believed unchecked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from flask import Flask
from joserfc.jwk import ECKey
from sqlalchemy import select

from participation.accounts.models import Account, OutsideIdentity
from participation.extensions import db
from participation.web.models import OutboxMail
from tests.factories.world import World
from tests.features.accounts.issuer import Issuer
from tests.features.accounts.test_registering import PASSWORD
from tests.features.accounts.test_signing_in import with_password
from tests.visitor import Page, Visitor


@pytest.fixture
def issuer(app: Flask, world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Issuer]:
    world.council()
    key = ECKey.generate_key("P-256")
    (tmp_path / "key.pem").write_bytes(key.as_pem(private=True))
    made = Issuer(key)
    file = str(tmp_path / "key.pem")
    settings = replace(
        app.config["SETTINGS"], oidc_residents_issuer=made.address, oidc_residents_client="us", oidc_residents_key=file,
        oidc_staff_issuer=made.address, oidc_staff_client="us-staff", oidc_staff_key=file,
    )  # fmt: skip
    monkeypatch.setitem(app.config, "SETTINGS", settings)
    yield made
    made.close()


def link(visitor: Visitor, issuer: Issuer, account: Account, label: str = "GOV.UK One Login") -> Page:
    with_password(account)
    visitor.sign_in(account)
    visitor.get("/exampleton/account")
    visitor.follow(f"Sign in with {label}")
    page = visitor.submit(f"Link {label}", password=PASSWORD)
    return visitor.get(issuer.agree(page.links()[f"Continue to {label}"]))


def go(visitor: Visitor, kind: str = "resident") -> str:
    """Where the sign-in page's link leads to."""
    return str(visitor.get(f"/exampleton/sign-in/with/{kind}", follow=False).response.headers["Location"])


@pytest.fixture
def ann(world: World, app: Flask, issuer: Issuer) -> Account:
    account = world.resident("ann@example.org")
    assert "From now on you can sign in with it" in link(Visitor(app), issuer, account).main
    return account


def test_it_signs_in_to_the_linked_account_and_leads_back(visitor: Visitor, issuer: Issuer, ann: Account) -> None:
    visitor.get("/exampleton/account/details")
    address = visitor.page.links()["Sign in with GOV.UK One Login"]
    answer = visitor.get(address, follow=False).response
    page = visitor.get(issuer.agree(answer.headers["Location"]))
    assert page.h1 == "Change your details"
    assert "ann@example.org" in visitor.get("/exampleton/account").main
    kept = db.session.scalars(select(OutsideIdentity)).one()
    assert (kept.subject, kept.account_id) == ("person-1", ann.id)


def test_a_stranger_is_not_let_in_by_an_address_they_claim(visitor: Visitor, issuer: Issuer, ann: Account) -> None:
    issuer.person, issuer.changes = "person-2", {"email": "ann@example.org", "email_verified": True}
    page = visitor.get(issuer.agree(go(visitor)))
    assert page.h1 == "This sign-in is not linked yet"
    assert visitor.get("/exampleton/account").h1 == "Sign in"


@pytest.mark.parametrize(
    "changes",
    [
        {"iss": "https://other.example"},
        {"aud": "somebody-else"},
        {"nonce": "of another visit"},
        {"exp": 1},
        {"sub": None},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_a_token_that_does_not_fit_is_refused(
    visitor: Visitor, issuer: Issuer, ann: Account, changes: dict[str, object]
) -> None:
    issuer.changes = changes
    page = visitor.get(issuer.agree(go(visitor)))
    assert (page.status, page.h1) == (400, "You could not be signed in")


def test_a_token_signed_by_somebody_else_is_refused(visitor: Visitor, issuer: Issuer, ann: Account) -> None:
    issuer.forged = True
    assert visitor.get(issuer.agree(go(visitor))).status == 400


def test_a_state_of_another_browser_or_used_twice_is_refused(
    app: Flask, visitor: Visitor, issuer: Issuer, ann: Account
) -> None:
    back = issuer.agree(go(visitor))
    other = Visitor(app)
    assert other.get(back).status == 400
    go(other)
    assert other.get(back).status == 400
    assert visitor.get(back).status == 200
    again = Visitor(app)
    assert again.get(back).status == 400


def test_a_code_without_its_verifier_is_worth_nothing(visitor: Visitor, issuer: Issuer, ann: Account) -> None:
    back = issuer.agree(go(visitor))
    with visitor.client.session_transaction() as cookie:
        cookie["elsewhere"] = {**cookie["elsewhere"], "verifier": "x" * 60}
    assert visitor.get(back).status == 400


def test_one_person_there_is_one_account_here(world: World, app: Flask, issuer: Issuer, ann: Account) -> None:
    page = link(Visitor(app), issuer, world.resident("bob@example.org"))
    assert (page.status, page.h1) == (409, "This is linked to another account")


@pytest.mark.parametrize(("ways", "asked"), [(["pwd", "mfa"], False), (["pwd"], True), ("mfa", True)])
def test_staff_prove_a_second_factor_there_or_here(
    world: World, app: Flask, visitor: Visitor, issuer: Issuer, ways: object, asked: bool
) -> None:
    link(Visitor(app), issuer, world.staff("moderator"), "your council account")
    issuer.changes = {"amr": ways}
    page = visitor.get(issuer.agree(go(visitor, "staff")))
    assert (page.h1 == "Set up your second step") is asked


def test_staff_do_not_come_in_by_the_door_of_residents(
    world: World, app: Flask, visitor: Visitor, issuer: Issuer
) -> None:
    link(Visitor(app), issuer, world.staff("moderator"), "your council account")
    assert visitor.get(issuer.agree(go(visitor))).h1 == "This sign-in is not linked yet"


def test_it_is_off_by_default(world: World, visitor: Visitor) -> None:
    world.council()
    assert "One Login" not in visitor.get("/exampleton/sign-in").main
    for path in ("", "/back", "/link"):
        assert visitor.get(f"/exampleton/sign-in/with/resident{path}", follow=False).status in (404, 303), path


def test_the_way_there_is_a_link_to_the_issuer_alone(visitor: Visitor, issuer: Issuer) -> None:
    assert urlsplit(go(visitor)).netloc == urlsplit(issuer.address).netloc


def test_an_issuer_that_does_not_answer_is_no_fault(visitor: Visitor, issuer: Issuer) -> None:
    issuer.close()
    page = visitor.get("/exampleton/sign-in/with/resident")
    assert (page.status, page.h1) == (400, "You could not be signed in")


def test_a_link_is_taken_away_by_its_owner_who_is_told(app: Flask, issuer: Issuer, ann: Account) -> None:
    here, elsewhere = Visitor(app), Visitor(app)
    for one in (here, elsewhere):
        one.sign_in(ann)
    here.get("/exampleton/account")
    page = here.follow("Stop signing in with GOV.UK One Login")
    assert "or with a code that we email to you" in page.main
    page = here.submit("Stop signing in with GOV.UK One Login", password=PASSWORD)
    assert "You no longer sign in with GOV.UK One Login" in page.main
    assert db.session.scalars(select(OutsideIdentity)).all() == []
    assert elsewhere.get("/exampleton/account").h1 == "Sign in"
    stranger = Visitor(app)
    assert stranger.get(issuer.agree(go(stranger))).h1 == "This sign-in is not linked yet"
    subjects = db.session.scalars(
        select(OutboxMail.subject).where(OutboxMail.recipient == ann.email).order_by(OutboxMail.id)
    )
    assert [subject.partition(" – ")[0] for subject in subjects] == [
        "Sign-in with GOV.UK One Login was added",
        "Sign-in with GOV.UK One Login was removed",
    ]


def test_whoever_finds_a_browser_signed_in_neither_links_nor_unlinks(
    world: World, visitor: Visitor, issuer: Issuer, ann: Account
) -> None:
    visitor.sign_in(ann)
    visitor.get("/exampleton/sign-in/with/resident/link")
    page = visitor.submit("Stop signing in with GOV.UK One Login", password="not hers at all")
    assert page.errors == ["This is not your password"]
    assert len(db.session.scalars(select(OutsideIdentity)).all()) == 1
    visitor.sign_in(world.resident("bob@example.org"))
    visitor.get("/exampleton/sign-in/with/resident/link")
    assert visitor.submit("Link GOV.UK One Login", password="a guess").errors == ["This is not your password"]
    assert visitor.submit("Link GOV.UK One Login", password="").errors == ["Enter your password"]
    with visitor.client.session_transaction() as cookie:
        assert "elsewhere" not in cookie


def test_a_link_can_be_taken_away_after_the_service_was_switched_off(
    app: Flask, visitor: Visitor, ann: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(
        app.config,
        "SETTINGS",
        replace(app.config["SETTINGS"], oidc_residents_issuer="", oidc_residents_client="", oidc_residents_key=""),
    )
    visitor.sign_in(ann)
    visitor.get("/exampleton/account")
    visitor.follow("Stop signing in with GOV.UK One Login")
    visitor.submit("Stop signing in with GOV.UK One Login", password=PASSWORD)
    assert db.session.scalars(select(OutsideIdentity)).all() == []
    assert visitor.get("/exampleton/sign-in/with/resident/link").status == 404
