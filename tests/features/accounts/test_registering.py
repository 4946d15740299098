"""A person registers, confirms by the link of the mail, and comes back to the page they were on."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from participation import clock
from participation.accounts.models import Account, EmailToken, ResidentProfile
from participation.councils.models import NeighbourPostcode
from participation.extensions import db
from participation.transactions import transaction
from participation.web.models import OutboxMail
from tests.factories.world import World
from tests.visitor import Page, Visitor

TOO_EASY = "This password is too easy to guess. Try three random words that have nothing to do with you"
PASSWORD = "umbrella tractor seven"


def register(visitor: Visitor, **changes: object) -> Page:
    visitor.get("/exampleton/register")
    return send_registration(visitor, **changes)


def send_registration(visitor: Visitor, **changes: object) -> Page:
    given: dict[str, object] = {
        "email": "ann@example.org", "password": PASSWORD, "postcode": "EX1 1AA", "declaration": "y", **changes
    }  # fmt: skip
    return visitor.submit("Create account", **given)


def mails() -> list[OutboxMail]:
    return list(db.session.scalars(select(OutboxMail).order_by(OutboxMail.id)))


def link_in(mail: OutboxMail) -> str:
    found = re.search(r"http://[^/\s]+(/\S+)", mail.body)
    assert found is not None
    return found[1]


def test_a_resident_registers_confirms_and_is_signed_in(world: World, visitor: Visitor) -> None:
    council = world.council()
    page = register(visitor, age_band="25-34", sex="Female")
    assert (page.status, page.h1) == (200, "Check your email")
    (mail,) = mails()
    assert mail.recipient == "ann@example.org"
    assert mail.council_id == council.id
    page = visitor.get(link_in(mail))
    assert page.h1 == "Confirm your email address"
    page = visitor.submit("Confirm and sign in", password=PASSWORD)
    assert "Your email address is confirmed and you are signed in" in page.main
    page = visitor.get("/exampleton/account")
    assert "ann@example.org" in page.main
    assert "Northfield" in page.main
    profile = db.session.scalars(select(ResidentProfile)).one()
    assert (profile.outward_code, profile.age_band, profile.sex) == ("EX1", "25-34", "Female")


def test_opening_the_link_alone_confirms_nothing(world: World, visitor: Visitor) -> None:
    """Mail scanners open links; so does a person for whom a stranger registered."""
    world.council()
    register(visitor)
    visitor.get(link_in(mails()[0]))
    page = visitor.submit("Confirm and sign in", password="not what was chosen")
    assert page.errors == ["This is not the password you chose when you created the account"]
    assert db.session.scalars(select(Account)).one().confirmed_at is None


@pytest.mark.parametrize("typed", ["ex1 1aa", "EX11AA", " EX1-1AA ", "e x 1 1 a a"])
def test_a_postcode_is_accepted_as_people_write_it(world: World, visitor: Visitor, typed: str) -> None:
    world.council()
    assert register(visitor, postcode=typed).h1 == "Check your email"


def test_the_whole_postcode_is_not_kept(world: World, visitor: Visitor) -> None:
    world.council()
    register(visitor)
    kept = [str(value) for row in db.session.execute(select(ResidentProfile.__table__)) for value in row]
    assert "EX1" in kept
    assert not [value for value in kept if "1AA" in value]


def test_a_postcode_of_another_council_leads_to_help_and_not_to_an_error(world: World, visitor: Visitor) -> None:
    council = world.council()
    with transaction():
        db.session.add(NeighbourPostcode(council_id=council.id, code="OT19ZZ", council_name="Otherham"))
    page = register(visitor, postcode="ot1 9zz", age_band="65+")
    assert (page.status, page.h1) == (200, "OT1 9ZZ is not in Exampleton")
    assert "Otherham" in page.main
    assert council.contact_email in page.main
    assert page.errors == []
    assert "Error" not in page.main
    assert not page.soup.title.get_text().startswith("Error")  # type: ignore[union-attr]  # inspected already
    # The mistyped postcode is put right here: nothing but the password has to be entered again.
    assert page.soup.select_one("#email")["value"] == "ann@example.org"  # type: ignore[index]  # fails if missing
    page = visitor.submit("Create account", postcode="EX1 2AA", password=PASSWORD)
    assert page.h1 == "Check your email"
    assert db.session.scalars(select(ResidentProfile)).one().age_band == "65+"


def test_an_unknown_postcode_leads_to_help_too(world: World, visitor: Visitor) -> None:
    world.council()
    page = register(visitor, postcode="ZZ9 9ZZ")
    assert page.h1 == "ZZ9 9ZZ is not in Exampleton"
    assert "new home" in page.main


def test_prefer_not_to_say_is_no_answer(world: World, visitor: Visitor) -> None:
    world.council()
    register(visitor, age_band="none", sex="none")
    profile = db.session.scalars(select(ResidentProfile)).one()
    assert (profile.age_band, profile.sex) == (None, None)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"email": ""}, "Enter your email address"),
        ({"email": "ann"}, "Enter an email address in the correct format, like name@example.com"),
        ({"postcode": ""}, "Enter your postcode"),
        ({"postcode": "London"}, "Enter a full UK postcode, like SW2 1RW"),
        ({"declaration": None}, "Confirm that you live at this postcode and are 16 or over"),
        ({"password": ""}, "Enter a password"),
        ({"password": "short"}, "Your password must have 12 characters or more. Three random words work well"),
        ({"password": "password1234"}, TOO_EASY),
        ({"password": "exampleton2026"}, TOO_EASY),
        ({"email": "annabel.winterbourne@example.org", "password": "annabelwinterbourne"}, TOO_EASY),
        ({"password": "x9" * 200}, "Your password must have 256 characters or fewer"),
    ],
)  # fmt: skip
def test_a_mistake_is_named_and_nothing_typed_is_lost(
    world: World, visitor: Visitor, changes: dict[str, object], said: str
) -> None:
    world.council()
    page = register(visitor, **{"sex": "Male", **changes})
    assert page.errors == [said]
    assert page.soup.title.get_text().startswith("Error: ")  # type: ignore[union-attr]  # inspected already
    checked = page.soup.select_one("input[name=sex][checked]")
    assert checked is not None
    assert checked["value"] == "Male"
    assert mails() == []


@pytest.mark.usefixtures("password_cost")
def test_a_password_is_kept_exactly_as_sent_and_never_in_the_clear(world: World, visitor: Visitor) -> None:
    world.council()
    register(visitor, password="  Ünïted kåyaks 🛶 forever ")
    account = db.session.scalars(select(Account)).one()
    assert account.password_hash is not None
    assert account.password_hash.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    visitor.get(link_in(mails()[0]))
    assert visitor.submit("Confirm and sign in", password="Ünïted kåyaks 🛶 forever").errors
    assert "you are signed in" in visitor.submit("Confirm and sign in", password="  Ünïted kåyaks 🛶 forever ").main


def test_a_known_address_gets_the_same_page_and_another_mail(world: World, visitor: Visitor) -> None:
    world.resident("ann@example.org")
    known = register(visitor)
    unknown = register(visitor, email="bea@example.org")
    assert known.html == unknown.html
    assert [mail.subject.split(" – ")[0] for mail in mails()] == [
        "You already have an account",
        "Confirm your email address",
    ]
    assert db.session.query(Account).count() == 2


def test_aliases_of_one_mailbox_are_one_account(world: World, visitor: Visitor) -> None:
    world.resident("annsmith@gmail.com")
    register(visitor, email="Ann.Smith+votes@GoogleMail.com")
    assert db.session.query(Account).count() == 1


def test_registering_again_before_confirming_starts_afresh(world: World, visitor: Visitor) -> None:
    """Only the newest password counts, and only with the newest link: a stranger cannot prepare an account for somebody."""
    world.council()
    register(visitor, password="the stranger chose this")
    register(visitor, postcode="EX1 3AA")
    old, new = (link_in(mail) for mail in mails())
    assert visitor.get(old).status == 410
    visitor.get(new)
    assert visitor.submit("Confirm and sign in", password="the stranger chose this").errors
    visitor.submit("Confirm and sign in", password=PASSWORD)
    assert "Eastbrook" in visitor.get("/exampleton/account").main


def test_a_link_works_once_for_a_day_and_in_its_council(world: World, visitor: Visitor) -> None:
    world.council()
    world.council("otherham")
    register(visitor)
    link = link_in(mails()[0])
    assert visitor.get(link.replace("exampleton", "otherham")).status == 410
    with clock.frozen_at(clock.now() + timedelta(hours=24, seconds=1)):
        page = visitor.get(link)
        assert (page.status, page.h1) == (410, "This link no longer works")
    visitor.get(link)
    visitor.submit("Confirm and sign in", password=PASSWORD)
    assert visitor.get(link).status == 410


def test_the_database_holds_no_token_in_the_clear(world: World, visitor: Visitor) -> None:
    world.council()
    register(visitor)
    token = link_in(mails()[0]).rsplit("/", 1)[1]
    row = db.session.scalars(select(EmailToken)).one()
    assert len(token) >= 43
    assert token.encode() not in row.token_hash


def test_the_mail_can_be_sent_again(world: World, visitor: Visitor) -> None:
    world.council()
    register(visitor)
    visitor.follow("have it sent again")
    page = visitor.submit("Send the email", email="ann@example.org")
    assert page.h1 == "Check your email"
    visitor.get("/exampleton/register/send-again")
    assert visitor.submit("Send the email", email="nobody@example.org").html == page.html
    subjects = [mail.subject.split(" – ")[0] for mail in mails()]
    assert subjects == ["Confirm your email address"] * 2 + ["There is no account with this address"]


def test_registration_leads_back_to_the_page_one_was_on(world: World, visitor: Visitor) -> None:
    world.council()
    visitor.get("/exampleton/account/details")
    visitor.follow("Create an account")
    send_registration(visitor)
    visitor.get(link_in(mails()[0]))
    page = visitor.submit("Confirm and sign in", password=PASSWORD)
    assert page.path == "/exampleton/account/details"
