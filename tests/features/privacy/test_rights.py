"""See, download and delete what is held on a person. That nothing is left afterwards is in `test_planted`."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from participation import clock
from participation.accounts import passwords
from participation.accounts.models import Account
from participation.consultations.models import Follower
from participation.extensions import db
from participation.moderation.models import ModerationAppeal, ModerationDecision
from participation.priorities.models import Priority, PrioritySupport
from participation.privacy.erasure import erase
from participation.privacy.held import count_of
from participation.privacy.kept import OF_STAFF, PERSONAL, WITHOUT_PEOPLE
from participation.transactions import transaction
from participation.web.mail import write_mail
from participation.web.models import OutboxMail
from tests.factories.world import World
from tests.visitor import Visitor

PASSWORD = "lanterns over quiet harbour"
HASH = passwords.hashed(PASSWORD)
EMAIL = "zyxmarkerperson@zyxmarker.example"
MARKERS = ("zyxmarkerperson", "ZYXMARKERTITLE", "ZYXMARKERNEED", "ZYXMARKERSTATEMENT", "ZYXMARKERMAIL")


@pytest.fixture
def person(world: World) -> Account:
    """A resident who wrote, supports, follows, appeals and has a mail waiting."""
    consultation = world.consultation("spending", gather=(-3, 4))
    account = world.resident(EMAIL, age_band="25-34", sex="Female")
    refused = world.priority(
        consultation, "ZYXMARKERTITLE", state="refused", author=account, need="ZYXMARKERNEED for all"
    )
    world.priority(consultation, "A need of somebody else", supporters=(account,))
    now = clock.now()
    decision = ModerationDecision(
        priority_id=refused.id, priority_version=1, text_hash="0" * 64, action="refuse", reason_code="spam",
        note="Not a need.", decided_at=now,
    )  # fmt: skip
    with transaction():
        db.session.merge(account).password_hash = HASH
        db.session.add(decision)
        db.session.flush()
        db.session.add(ModerationAppeal(decision_id=decision.id, statement="ZYXMARKERSTATEMENT", filed_at=now))
        db.session.add(Follower(consultation_id=consultation.id, account_id=account.id, since=now))
        write_mail(key="planted", recipient=EMAIL, subject="S", body="ZYXMARKERMAIL", council_id=account.council_id)
    return account


def test_the_download_holds_every_planted_marker(visitor: Visitor, person: Account) -> None:
    visitor.sign_in(person)
    page = visitor.get("/exampleton/account/data/download")
    assert page.response.headers["Content-Disposition"] == 'attachment; filename="my-data.json"'
    assert page.response.headers["Cache-Control"] == "no-store"
    assert [marker for marker in MARKERS if marker not in page.html] == []
    tables = json.loads(page.html)["tables"]
    assert tables["resident_profile"]["rows"][0]["ward_id"] == "Northfield"
    assert tables["priority_support"]["rows"][0]["priority_id"]
    assert {"consultation_follower", "moderation_decision", "sign_in_session"} <= set(tables)


def test_the_page_shows_the_same_and_no_secret(visitor: Visitor, person: Account) -> None:
    visitor.sign_in(person)
    page = visitor.get("/exampleton/account/data")
    assert [marker for marker in MARKERS if marker not in page.main] == []
    assert HASH not in page.html
    assert "kept in a form nobody can read" in page.main


def test_nobody_else_is_in_the_download(world: World, visitor: Visitor, person: Account) -> None:
    other = world.resident("somebody@example.org")
    visitor.sign_in(other)
    page = visitor.get("/exampleton/account/data/download")
    assert [marker for marker in MARKERS if marker in page.html] == []


def test_published_needs_stay_without_their_author(world: World, visitor: Visitor) -> None:
    consultation = world.consultation("spending", gather=(-3, 4))
    author, reader = world.resident("author@example.org"), world.resident()
    need = world.priority(consultation, "More benches", author=author, supporters=(reader,))
    waiting_id = world.priority(consultation, "Fewer benches", author=author, state="waiting").id
    visitor.sign_in(author)
    page = visitor.get("/exampleton/account/data/delete")
    assert "1 need of yours that others have read stays" in page.main
    assert "1 need of yours that nobody else can read is deleted" in page.main
    with transaction():
        erase(council=world.here, account=db.session.get(Account, author.id))
    assert db.session.get(Priority, need.id).author_id is None
    assert db.session.get(Priority, waiting_id) is None
    assert db.session.scalars(select(PrioritySupport.account_id)).all() == [reader.id]


def test_a_wrong_password_deletes_nothing(visitor: Visitor, person: Account) -> None:
    visitor.sign_in(person)
    visitor.get("/exampleton/account/data/delete")
    page = visitor.submit("Delete my account", password="something else", understood="y")
    assert page.errors == ["This is not your password"]
    page = visitor.submit("Delete my account", password=PASSWORD, understood=None)
    assert page.errors == ["Tick the box to delete your account"]
    assert db.session.get(Account, person.id) is not None


def test_the_number_of_a_deleted_account_is_never_given_again(world: World) -> None:
    first = world.resident("one@example.org")
    number = first.id
    with transaction():
        erase(council=world.here, account=db.session.get(Account, number))
    assert world.resident("two@example.org").id > number


def test_nothing_names_a_person_who_left(world: World, person: Account) -> None:
    assert count_of(person) > 5
    number, email = person.id, person.email
    with transaction():
        erase(council=world.here, account=db.session.get(Account, number))
    with transaction():
        db.session.execute(OutboxMail.__table__.delete())
    assert count_of(Account(id=number, email=email)) == 0


def test_the_person_can_register_again(world: World, person: Account) -> None:
    with transaction():
        erase(council=world.here, account=db.session.get(Account, person.id))
    assert world.resident(EMAIL).id != person.id


def test_every_table_says_whether_people_are_in_it(app: Flask) -> None:
    said = [kept.table for kept in PERSONAL] + list(OF_STAFF) + sorted(WITHOUT_PEOPLE)
    assert len(said) == len(set(said)), "a table is listed twice"
    assert set(db.metadata.tables) - set(said) == set(), "add these to participation/privacy/kept.py"
    assert set(said) - set(db.metadata.tables) == set(), "these are no tables any more"


def test_what_names_an_account_is_not_called_without_people(app: Flask) -> None:
    accounts = db.metadata.tables["account"]
    naming = {
        table.name
        for table in db.metadata.sorted_tables
        if any(key.column.table is accounts for column in table.columns for key in column.foreign_keys)
    }
    assert naming & WITHOUT_PEOPLE == set()


def test_old_pages_of_a_deleted_account_lead_to_sign_in(world: World, visitor: Visitor, person: Account) -> None:
    visitor.sign_in(person)
    with transaction():
        erase(council=world.here, account=db.session.get(Account, person.id))
    with clock.frozen_at(clock.now() + timedelta(minutes=1)):
        assert visitor.get("/exampleton/account/data").h1 == "Sign in"
