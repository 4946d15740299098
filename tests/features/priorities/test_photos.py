"""The photos of a need: added by its author until published, seen by whoever may see the need, read by moderators."""

from __future__ import annotations

import io

import pytest
from flask import Flask
from PIL import Image

from participation.accounts.models import Account
from participation.extensions import db
from participation.moderation import service as moderation
from participation.moderation.models import PriorityFlag
from participation.moderation.refusals import DecidedMeanwhile
from participation.moderation.seen import seen_of
from participation.moderation.service import Action
from participation.priorities import service
from participation.priorities.models import NeedPicture, Priority
from participation.priorities.pictures import made_anew
from participation.privacy.erasure import erase
from participation.transactions import transaction
from tests.factories.world import World
from tests.features.queries import counted_queries
from tests.visitor import Page, Visitor

QUEUE = "/exampleton/manage/moderation"


def photo(colour: str = "red") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (60, 40), colour).save(out, "JPEG", comment=b"Ann Example")
    return out.getvalue()


def flags() -> set[tuple[str, bool]]:
    return {(flag.code, flag.masked) for flag in db.session.query(PriorityFlag)}


class Sender:
    """A resident whose need waits."""

    def __init__(self, app: Flask, world: World) -> None:
        self.here, self.resident = world.here, world.resident()
        self.need = world.priority(
            world.consultation("spending", gather=(-3, 4)), "More benches", state="waiting", author=self.resident
        )
        self.url = f"/exampleton/consultations/spending/priorities/{self.need.public_id}"
        self.visitor = Visitor(app)
        self.visitor.sign_in(self.resident)

    def send(self, file: bytes = b"", alt: str = "A path without a bench") -> Page:
        page = self.visitor.get(f"{self.url}/photos")
        if page.status != 200:
            return page
        held = {name: page.soup.select_one(f"main input[name={name}]")["value"] for name in ("csrf_token", "version")}
        return self.visitor.post(
            f"{self.url}/photos", {**held, "alt": alt, "photo": (io.BytesIO(file or photo()), "a.jpg")}
        )


@pytest.fixture
def sender(app: Flask, world: World) -> Sender:
    return Sender(app, world)


def test_a_photo_is_seen_by_others_once_the_need_is_published(sender: Sender, app: Flask, world: World) -> None:
    page = sender.send()
    assert page.soup.select_one("img.app-photo")["alt"] == "A path without a bench"
    file = f"{sender.url}/photos/1.jpg"
    anybody, moderator = Visitor(app), Visitor(app)
    moderator.sign_in(world.staff("moderator"))
    assert anybody.get(file, inspect=False).status == 404
    for visitor in (sender.visitor, moderator):
        answer = visitor.get(file, inspect=False).response
        assert (answer.status_code, answer.mimetype, answer.headers["X-Content-Type-Options"]) == (
            200,
            "image/jpeg",
            "nosniff",
        )
        assert b"Ann Example" not in answer.data
    moderator.get(QUEUE)
    assert moderator.page.soup.select("img.app-photo")
    moderator.submit("Publish all 1 on this page")
    assert anybody.get(file, inspect=False).status == 200
    assert anybody.get(sender.url).soup.select("img.app-photo")
    assert sender.send().status == 409
    with transaction():
        db.session.get_one(Priority, sender.need.id).state = "refused"
    assert anybody.get(file, inspect=False).status == 404


def test_a_photo_that_was_changed_meanwhile_is_not_published_unseen(sender: Sender, world: World) -> None:
    sender.send()
    seen = seen_of(db.session.get_one(Priority, sender.need.id), 0)
    council_id, moderator = world.here.id, world.staff("moderator").id
    db.session.rollback()
    sender.visitor.get(f"{sender.url}/photos")
    sender.visitor.submit("Delete photo 1")
    sender.send(photo("blue"))
    with pytest.raises(DecidedMeanwhile), transaction():
        moderation.decide(council_id=council_id, seen=seen, action=Action.PUBLISH, moderator_id=moderator)
    assert db.session.query(NeedPicture).count() == 1


def test_mistakes_are_told_and_a_photo_can_be_deleted(sender: Sender, app: Flask, world: World) -> None:
    assert sender.visitor.get(f"{sender.url}/photos").status == 200
    assert sender.visitor.submit("Add the photo").errors == ["Choose a photo", "Enter what is on it"]
    assert "We cannot read that photo." in sender.send(b"no photo").errors[0]
    sender.send()
    stranger = Visitor(app)
    stranger.sign_in(world.resident())
    assert stranger.get(f"{sender.url}/photos").status == 404
    sender.visitor.get(f"{sender.url}/photos")
    sender.visitor.submit("Delete photo 1")
    assert db.session.query(NeedPicture).count() == 0


def test_a_photo_goes_with_the_account(sender: Sender) -> None:
    sender.send()
    with transaction():
        db.session.get_one(Priority, sender.need.id).state = "published"
    with transaction():
        erase(council=sender.here, account=db.session.get_one(Account, sender.resident.id))
    assert db.session.get(Priority, sender.need.id).author_id is None
    assert db.session.query(NeedPicture).count() == 0


def test_a_need_has_three_photos_each_with_its_words_and_its_place_is_free_again(
    sender: Sender, app: Flask, world: World
) -> None:
    for number, colour in enumerate(("red", "green", "blue"), start=1):
        page = sender.send(photo(colour), f"Bench {number}")
        assert page.status == 200, page.errors
    assert [tag["alt"] for tag in page.soup.select("img.app-photo")] == ["Bench 1", "Bench 2", "Bench 3"]
    assert "Add the photo" not in [tag.get_text(strip=True) for tag in page.soup.select("main button")]
    moderator = Visitor(app)
    moderator.sign_in(world.staff("moderator"))
    assert len(moderator.get(f"{QUEUE}/{sender.need.public_id}").soup.select("img.app-photo")) == 3
    held = sender.visitor.get(f"{sender.url}/photos").soup.select_one("main input[name=csrf_token]")["value"]
    version = db.session.get_one(Priority, sender.need.id).version
    forged = {"csrf_token": held, "version": str(version), "alt": "A fourth", "photo": (io.BytesIO(photo()), "a.jpg")}
    refused = sender.visitor.post(f"{sender.url}/photos", forged)
    assert refused.status == 422
    sender.visitor.get(f"{sender.url}/photos")
    sender.visitor.submit("Delete photo 2")
    sender.send(photo("white"), "Bench 4")
    rows = db.session.query(NeedPicture).order_by(NeedPicture.place)
    assert [(one.place, one.alt) for one in rows] == [(1, "Bench 1"), (2, "Bench 4"), (3, "Bench 3")]
    moderator.get(QUEUE)
    moderator.submit("Publish all 1 on this page")
    anybody = Visitor(app)
    assert len(anybody.get(sender.url).soup.select("img.app-photo")) == 3
    assert [anybody.get(f"{sender.url}/photos/{place}.jpg", inspect=False).status for place in (0, 1, 3, 4)] == [
        404,
        200,
        200,
        404,
    ]


def test_the_queue_takes_as_many_queries_for_many_photos(sender: Sender, app: Flask, world: World) -> None:
    moderator = Visitor(app)
    moderator.sign_in(world.staff("moderator"))

    def asked() -> int:
        with counted_queries() as queries:
            moderator.get(QUEUE)
        return len(queries)

    sender.send()
    asked()
    once = asked()
    sender.send(photo("blue"), "Another")
    other = world.priority(
        db.session.merge(sender.need).consultation, "More trees", state="waiting", author=sender.resident
    )
    with transaction():
        need = db.session.get_one(Priority, other.id)
        service.add_picture(priority=need, picture=made_anew(photo()), alt="A tree", version=need.version)
    assert asked() == once


def test_the_words_about_a_photo_are_looked_through_like_the_need(sender: Sender) -> None:
    page = sender.send(alt="My card 4111 1111 1111 1111, ring 07700 900123")
    assert page.soup.select_one("img.app-photo")["alt"] == "My card [removed: card number], ring 07700 900123"
    assert flags() == {("card", True), ("phone", False)}
    with transaction():
        need = db.session.get_one(Priority, sender.need.id)
        draft = service.NeedDraft(title="More benches", need="Write to ann@example.org", group_code=need.group.code)
        service.edit(priority=need, draft=draft, version=need.version)
    assert flags() == {("email", False), ("phone", False)}
