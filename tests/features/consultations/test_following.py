"""Residents follow a consultation, get one mail a week at most, and leave a kind of mail from the mail itself."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit
from xml.etree import ElementTree

import pytest
from flask import Flask

from participation import clock
from participation.consultations import service
from participation.consultations.letters import write_digests
from participation.consultations.mail_kinds import choose, stop_token
from participation.consultations.models import Consultation, Follower
from participation.councils.models import Council
from participation.extensions import db
from participation.transactions import transaction
from participation.web.mail_texts import LINE
from participation.web.models import OutboxMail
from tests.factories.world import World
from tests.visitor import Visitor

SPENDING = "/exampleton/consultations/spending"
# A Wednesday at noon, so that a few days more are the same week.
NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)


def digests(world: World) -> int:
    with transaction():
        return write_digests(db.session.get_one(Council, world.here.id))


def mails() -> list[OutboxMail]:
    return list(db.session.query(OutboxMail).order_by(OutboxMail.id))


def publish_result(slug: str = "spending") -> None:
    with transaction():
        db.session.query(Consultation).filter_by(slug=slug).one().result_published_at = clock.now()


def test_a_follower_hears_of_the_result_once(world: World, visitor: Visitor) -> None:
    with clock.frozen_at(NOW):
        world.consultation("spending", vote=(-30, -10), options=2)
        resident, other = world.resident("ann@example.org"), world.resident()
        visitor.sign_in(resident)
        visitor.get(SPENDING)
        page = visitor.submit("Email me what comes of it")
        assert "We email you what comes of this consultation." in page.main
        assert digests(world) == 0
        publish_result()
        assert [digests(world), digests(world)] == [1, 0]
    (mail,) = mails()
    assert mail.recipient == "ann@example.org"
    assert "The result of the vote is published: “The spending consultation”." in mail.body
    assert "/exampleton/consultations/spending" in mail.body
    assert other.id != resident.id
    with clock.frozen_at(NOW + timedelta(days=8)):
        assert digests(world) == 0


def test_who_stopped_following_hears_nothing(world: World, visitor: Visitor) -> None:
    world.consultation("spending", vote=(-30, -10), options=2)
    visitor.sign_in(world.resident())
    visitor.get(SPENDING)
    visitor.submit("Email me what comes of it")
    visitor.submit("Stop these emails")
    assert db.session.query(Follower).count() == 0
    publish_result()
    assert digests(world) == 0


def test_the_link_in_the_mail_ends_that_kind_and_no_other(app: Flask, world: World, visitor: Visitor) -> None:
    with clock.frozen_at(NOW):
        world.consultation("spending", vote=(-30, -10), options=2)
        world.consultation("other", gather=(-2, 20))
        resident = world.resident()
        with transaction():
            choose(account_id=resident.id, kind="opening", wanted=True)
        visitor.sign_in(resident)
        visitor.get(SPENDING)
        visitor.submit("Email me what comes of it")
        publish_result()
        assert digests(world) == 2
        news = next(mail for mail in mails() if "news of what you follow" in mail.subject)
        found = re.search(r"https?://\S+/emails/stop/\S+", news.body)
        assert found
        stranger = Visitor(app)
        page = stranger.get(urlsplit(found[0]).path)
        assert page.h1 == "Leave these emails"
        stranger.submit("Stop these emails")
        assert stranger.page.h1 == "You left these emails"
    with clock.frozen_at(NOW + timedelta(days=6)):
        visitor.sign_in(resident)
        page = visitor.get("/exampleton/account/emails")
        ticked = [box["value"] for box in page.soup.select("input[name=kinds][checked]")]
        assert ticked == ["opening"]
        with transaction():
            db.session.query(Consultation).filter_by(slug="other").one().result_published_at = clock.now()
        assert digests(world) == 0


def test_a_link_that_was_tampered_with_does_nothing(world: World, visitor: Visitor) -> None:
    resident = world.resident()
    token = stop_token(resident.id, "news")
    for wrong in ("x", token[:-1], stop_token(resident.id, "nothing")):
        assert visitor.get(f"/exampleton/emails/stop/{wrong}").status == 404


def test_new_consultations_are_told_to_those_who_asked_only(world: World, visitor: Visitor) -> None:
    world.consultation("spending", gather=(-2, 20))
    world.resident()
    visitor.sign_in(world.resident("ann@example.org"))
    visitor.get("/exampleton/account")
    visitor.follow("Emails you want")
    visitor.submit("Save", kinds=["opening"])
    assert digests(world) == 1
    assert "“The spending consultation” is open until" in mails()[0].body


def test_where_welsh_is_declared_the_mail_says_it_first(world: World, visitor: Visitor) -> None:
    world.council(languages=["en", "cy"])
    with clock.frozen_at(NOW):
        world.consultation("spending", vote=(-30, -10), options=2)
        visitor.sign_in(world.resident())
        visitor.get(SPENDING)
        visitor.submit("Email me what comes of it")
        publish_result()
        assert digests(world) == 1
    welsh, english = mails()[0].body.split(LINE)
    assert welsh.startswith(
        "25 Tachwedd 2026\n\nMae canlyniad y bleidlais wedi’i gyhoeddi: “The spending consultation”.\nhttp"
    )
    assert english.startswith(
        "25 November 2026\n\nThe result of the vote is published: “The spending consultation”.\nhttp"
    )
    assert welsh.count("/emails/stop/") == english.count("/emails/stop/") == 1


def test_staff_and_strangers_cannot_follow(world: World, visitor: Visitor) -> None:
    world.consultation("spending", gather=(-2, 20))
    assert "Sign in to get an email" in visitor.get(SPENDING).main
    visitor.sign_in(world.staff("moderator"))
    assert "Email me what comes of it" not in visitor.get(SPENDING).main


def test_the_feed_is_well_formed_and_names_what_is_public(world: World, visitor: Visitor) -> None:
    world.consultation("spending", gather=(-2, 20), title="Parks & <paths>", summary="A & B")
    world.consultation("secret", gather=(2, 20), state="draft")
    page = visitor.get("/exampleton/consultations")
    page = visitor.get(page.soup.select_one("link[type='application/atom+xml']")["href"], inspect=False)
    assert page.response.mimetype == "application/atom+xml"
    root = ElementTree.fromstring(page.response.get_data())
    atom = "{http://www.w3.org/2005/Atom}"
    assert [entry.findtext(f"{atom}title") for entry in root.findall(f"{atom}entry")] == ["Parks & <paths>"]
    for name in ("id", "title", "updated"):
        assert root.findtext(f"{atom}{name}")


@pytest.mark.parametrize("path", ["/exampleton/consultations.ics", f"{SPENDING}/dates.ics"])
def test_the_calendar_holds_every_phase_in_utc(world: World, visitor: Visitor, path: str) -> None:
    consultation = world.consultation("spending", gather=(-2, 20), title="Parks, paths; and a very long title " * 3)
    page = visitor.get(path, inspect=False)
    text = page.response.get_data(as_text=True)
    lines = text.split("\r\n")
    assert all(len(line.encode()) <= 75 for line in lines)
    whole = text.replace("\r\n ", "").split("\r\n")
    assert f"DTSTART:{consultation.phases[0].opens_at:%Y%m%dT%H%M%SZ}" in whole
    assert sum(line == "BEGIN:VEVENT" for line in whole) == sum(line == "END:VEVENT" for line in whole) == 2
    assert any("Parks\\, paths\\; and" in line for line in whole)
    assert page.response.mimetype == "text/calendar"


def test_readers_hear_of_a_phase_that_opened_by_itself(world: World, visitor: Visitor) -> None:
    consultation = world.consultation("spending", gather=(2, 20))
    opens, launched = consultation.phases[0].opens_at, consultation.launched_at
    for at, updated in ((clock.now(), launched), (opens, opens), (opens - timedelta(seconds=1), launched)):
        with clock.frozen_at(at):
            text = visitor.get("/exampleton/consultations.atom", inspect=False).response.get_data(as_text=True)
        assert text.count(f"<updated>{updated:%Y-%m-%dT%H:%M:%SZ}</updated>") == 2


def test_calendars_learn_of_a_new_date_and_of_the_end(world: World, visitor: Visitor) -> None:
    consultation = world.consultation("spending", gather=(-2, 20))

    def said() -> set[str]:
        text = visitor.get(f"{SPENDING}/dates.ics", inspect=False).response.get_data(as_text=True)
        return {line for line in text.split("\r\n") if line.startswith(("SEQUENCE", "STATUS", "LAST-MODIFIED"))}

    before = said()
    assert before >= {"SEQUENCE:0", "STATUS:CONFIRMED"}
    with clock.frozen_at(clock.now() + timedelta(days=1)), transaction():
        found = db.session.get_one(Consultation, consultation.id)
        later = found.phases[0].closes_at + timedelta(days=7)
        service.extend_phase(
            consultation=found, kind="gather", closes_at=later, reason="Storm", version=found.version, actor_id=None
        )
    after = said()
    assert "SEQUENCE:1" in after
    assert not {line for line in before & after if line.startswith("LAST-MODIFIED")}
    with transaction():
        service.withdraw(
            consultation=db.session.get_one(Consultation, consultation.id), reason_code="error", actor_id=None
        )
    assert said() >= {"SEQUENCE:2", "STATUS:CANCELLED"}
