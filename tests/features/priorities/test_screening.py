"""What a resident writes passes the screen: dangerous numbers never arrive, other findings wait, similar needs are shown."""

from __future__ import annotations

import pytest

from participation.extensions import db
from participation.moderation.models import PriorityFlag
from participation.priorities.models import Priority, PrioritySupport
from tests.factories.world import World
from tests.visitor import Page, Visitor

NEW = "/exampleton/consultations/spending/priorities/new"


@pytest.fixture
def resident(world: World, visitor: Visitor) -> Visitor:
    visitor.sign_in(world.resident())
    return visitor


def write(visitor: Visitor, need: str, title: str = "A ramp at the pool") -> Page:
    visitor.get(NEW)
    return visitor.submit("Continue", title=title, need=need, group="cul")


def flags() -> dict[str, bool]:
    return {flag.code: flag.masked for flag in db.session.query(PriorityFlag)}


def test_a_card_number_never_reaches_the_database_and_its_author_is_told(world: World, resident: Visitor) -> None:
    world.consultation("spending", gather=(-3, 20), moderation="post")
    page = write(resident, "I paid with 4111 1111 1111 1111 and still could not get in.")
    assert "We took out what looks like a card number" in page.main
    assert "I paid with [removed: card number] and still" in page.main
    page = resident.submit("Send")
    assert "We took out a number that must not be public" in page.main
    kept = db.session.query(Priority).one()
    assert (kept.need, kept.state) == ("I paid with [removed: card number] and still could not get in.", "waiting")
    assert flags() == {"card": True}


def test_a_phone_number_waits_for_a_moderator_even_where_needs_are_shown_at_once(
    world: World, resident: Visitor
) -> None:
    world.consultation("spending", gather=(-3, 20), moderation="post")
    page = write(resident, "Ring me on 07700 900123 or ann@example.org.")
    assert "We found a phone number and an email address. You can send it like this." in page.main
    resident.submit("Send")
    kept = db.session.query(Priority).one()
    assert (kept.state, "07700 900123" in kept.need) == ("waiting", True)
    assert flags() == {"phone": False, "email": False}
    write(resident, "A rail on both sides of the steps.", title="A rail")
    resident.submit("Send")
    assert [one.state for one in db.session.query(Priority).order_by(Priority.id)] == ["waiting", "published"]


def test_sending_a_masked_text_twice_is_still_once(world: World, resident: Visitor) -> None:
    world.consultation("spending", gather=(-3, 20))
    for _ in range(2):
        write(resident, "My number is AB123456C, help.")
        resident.submit("Send")
    assert db.session.query(Priority).count() == 1


def test_a_change_is_screened_anew(world: World, resident: Visitor) -> None:
    world.consultation("spending", gather=(-3, 20))
    write(resident, "Ring 07700 900123.")
    resident.submit("Send")
    resident.get("/exampleton/account/priorities")
    resident.follow("Change “A ramp at the pool”")
    page = resident.submit("Save", need="My NHS number is 999 323 7418.")
    assert "We took out a number that must not be public." in page.main
    assert flags() == {"nhs_number": True}
    assert db.session.query(Priority).one().need == "My NHS number is [removed: NHS number]."


def test_a_text_that_somebody_else_sent_is_noted_as_repeated(world: World, resident: Visitor) -> None:
    consultation = world.consultation("spending", gather=(-3, 20))
    copied = "The same letter that forty people were asked to send to the council this week."
    world.priority(consultation, need=copied)
    write(resident, copied.upper())
    resident.submit("Send")
    assert flags() == {"repeat": False}


def test_similar_needs_are_shown_and_block_nothing(world: World, resident: Visitor) -> None:
    consultation = world.consultation("spending", gather=(-3, 20))
    near = world.priority(
        consultation, "A ramp at the swimming pool", need="People in wheelchairs cannot get into the pool."
    )
    world.priority(consultation, "More trees", need="Shade in the market square.")
    world.priority(consultation, "A ramp for the pool", need="A ramp at the pool for wheelchairs.", state="waiting")
    page = write(resident, "My wheelchair does not get into the swimming pool.")
    assert [card.get_text() for card in page.soup.select(".app-card__title")] == ["A ramp at the swimming pool"]
    page = resident.submit("Support this instead")
    assert (page.h1, "What you wrote was not sent." in page.main) == ("A ramp at the swimming pool", True)
    assert db.session.query(Priority).count() == 3
    assert db.session.query(PrioritySupport).filter_by(priority_id=near.id).count() == 2
    page = write(resident, "My wheelchair does not get into the swimming pool.")
    assert "You support this" in page.main
    assert resident.submit("Send").h1.startswith("We have what you wrote")


def test_support_for_what_is_not_there_is_refused(world: World, resident: Visitor) -> None:
    world.consultation("spending", gather=(-3, 20))
    page = write(resident, "Anything.")
    token = page.soup.select_one("main input[name=csrf_token]")["value"]
    sent = {
        "csrf_token": token,
        "title": "T",
        "need": "N",
        "group": "cul",
        "ward": "whole-council",
        "step": "support",
        "similar": "x",
    }
    assert resident.post(NEW, sent).status == 404
