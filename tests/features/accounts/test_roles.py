"""Administrators give roles; the weighty ones take two people, and some do not go together."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from participation.accounts.models import Account, RoleGrant
from participation.accounts.roles import Role, conflict
from participation.audit.models import AuditEvent
from participation.extensions import db
from tests.factories.world import World
from tests.features.accounts.test_registering import link_in, mails
from tests.visitor import Visitor

PASSWORD = "lanterns over quiet harbour"


@pytest.fixture
def ada(world: World, visitor: Visitor) -> Account:
    """An administrator, signed in."""
    account = world.staff("administrator")
    visitor.sign_in(account)
    return account


def roles_of(account: Account) -> list[str]:
    query = select(RoleGrant.role).where(RoleGrant.account_id == account.id)
    return sorted(db.session.scalars(query))


@pytest.mark.parametrize(
    ("roles", "refused"),
    [
        ({Role.ADMINISTRATOR, Role.RETURNING_OFFICER}, True),
        ({Role.ADMINISTRATOR, Role.KEY_HOLDER}, True),
        ({Role.ADMINISTRATOR, Role.MODERATOR}, True),
        ({Role.ADMINISTRATOR, Role.AUDITOR, Role.COMMISSIONER, Role.EDITOR}, False),
        ({Role.MODERATOR, Role.RETURNING_OFFICER, Role.KEY_HOLDER}, False),
        (set(), False),
    ],
)
def test_who_makes_accounts_neither_runs_a_vote_nor_holds_a_key(roles: set[Role], refused: bool) -> None:
    """A moderator may run votes, so that role counts as well."""
    assert conflict(roles) is refused


def test_an_invitation_from_the_page(world: World, visitor: Visitor, ada: Account) -> None:
    visitor.get("/exampleton/manage/staff")
    visitor.follow("Invite a member of staff")
    page = visitor.submit("Send the invitation", name="Sam Jones", email="sam@council.example", roles=["moderator"])
    assert "Sam Jones was invited by email" in page.main
    assert ["Sam Jones sam@council.example", "Moderator Invited"] in page.rows()
    events = db.session.scalars(select(AuditEvent).order_by(AuditEvent.index)).all()
    assert [(event.tag, event.actor_id) for event in events] == [("staff-invited", ada.id), ("role-granted", ada.id)]
    sam = Visitor(visitor.client.application)
    sam.get(link_in(mails()[0]))
    assert sam.submit("Save password", password=PASSWORD).h1 == "Set up your second step"


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"roles": None}, "Give at least one role."),
        ({"email": "nonsense"}, "Enter an email address in the correct format, like name@example.com"),
        ({"email": "ann@example.org"}, "ann@example.org already has an account here."),
        ({"roles": ["administrator", "key-holder"]}, "Whoever administers accounts cannot run votes"),
        ({"name": ""}, "Enter their name"),
    ],
)
def test_an_invitation_that_cannot_be_is_kept_on_the_page(
    world: World, visitor: Visitor, ada: Account, fields: dict[str, object], error: str
) -> None:
    world.resident("ann@example.org")
    visitor.get("/exampleton/manage/staff/invite")
    given = {"name": "Sam", "email": "sam@council.example", "roles": ["editor"], **fields}
    page = visitor.submit("Send the invitation", **given)
    assert page.errors[0].startswith(error)
    assert mails() == []
    assert page.soup.select_one("input[name=email]")["value"] == given["email"]


def test_a_weighty_role_waits_for_another_administrator(world: World, visitor: Visitor, ada: Account) -> None:
    sam = world.staff("editor")
    visitor.get(f"/exampleton/manage/staff/{sam.id}")
    page = visitor.submit("Save roles", roles=["editor", "key-holder"])
    assert "Another administrator must approve: Key-holder" in page.main
    assert "the role “Key-holder”" in page.main
    assert roles_of(sam) == ["editor"]
    page = visitor.get("/exampleton/manage/approvals")
    assert "Approve" not in page.main.split("cannot approve")[1]
    other = Visitor(visitor.client.application)
    other.sign_in(world.staff("administrator"))
    other.get("/exampleton/manage/approvals")
    assert "Approved and done" in other.submit("Approve").main
    assert roles_of(sam) == ["editor", "key-holder"]
    assert "Nothing waits for you" in other.get("/exampleton/manage/approvals").main


def test_who_asked_cannot_approve_by_a_forged_form(world: World, visitor: Visitor, ada: Account) -> None:
    sam = world.staff("editor")
    visitor.get(f"/exampleton/manage/staff/{sam.id}")
    visitor.submit("Save roles", roles=["key-holder"])
    page = visitor.get("/exampleton/manage/approvals")
    token = page.soup.select_one("input[name=csrf_token]")["value"]
    path = page.soup.select_one("main form")["action"].replace("/refuse", "/approve")
    assert visitor.post(path, {"csrf_token": token, "seen": "00"}).status == 403
    visitor.get("/exampleton/manage/approvals")
    assert "The request is closed" in visitor.submit("Take this request back").main
    assert roles_of(sam) == []


def test_the_person_of_a_role_cannot_approve_it(world: World, visitor: Visitor, ada: Account) -> None:
    bob = world.staff("auditor")
    visitor.get(f"/exampleton/manage/staff/{bob.id}")
    visitor.submit("Save roles", roles=["administrator"])
    carol = Visitor(visitor.client.application)
    carol.sign_in(world.staff("administrator"))
    carol.get("/exampleton/manage/approvals")
    carol.submit("Approve")
    visitor.get(f"/exampleton/manage/staff/{bob.id}")
    page = visitor.submit("Save roles", roles=["administrator", "returning-officer"])
    assert page.errors[0].startswith("Whoever administers accounts")
    assert roles_of(bob) == ["administrator"]


def test_a_role_taken_away_signs_its_holder_out(world: World, visitor: Visitor, ada: Account) -> None:
    sam = world.staff("editor", "moderator")
    theirs = Visitor(visitor.client.application)
    theirs.sign_in(sam)
    visitor.get(f"/exampleton/manage/staff/{sam.id}")
    visitor.submit("Save roles", roles=["editor"])
    assert roles_of(sam) == ["editor"]
    assert theirs.get("/exampleton/manage").h1 == "Sign in"


def test_one_does_not_change_oneself(visitor: Visitor, ada: Account) -> None:
    page = visitor.get(f"/exampleton/manage/staff/{ada.id}")
    assert not page.soup.select("main form")
    token = visitor.get("/exampleton/manage/staff/invite").soup.select_one("main input[name=csrf_token]")["value"]
    for act in ("roles", "close"):
        answer = visitor.post(f"/exampleton/manage/staff/{ada.id}/{act}", {"csrf_token": token, "roles": "auditor"})
        assert answer.status == 409, act
    assert roles_of(ada) == ["administrator"]


def test_a_closed_account_lets_nobody_in(world: World, visitor: Visitor, ada: Account) -> None:
    sam = world.staff("editor")
    theirs = Visitor(visitor.client.application)
    theirs.sign_in(sam)
    visitor.get(f"/exampleton/manage/staff/{sam.id}")
    assert "This account is closed" in visitor.submit("Close this account").main
    assert theirs.get("/exampleton/manage").h1 == "Sign in"


def test_staff_of_another_council_are_not_found(world: World, visitor: Visitor, ada: Account) -> None:
    stranger = world.staff("editor", council=world.council("otherham"))
    resident = world.resident()
    for account in (stranger, resident):
        assert visitor.get(f"/exampleton/manage/staff/{account.id}").status == 404
