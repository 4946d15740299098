"""The photo of a need: added by its author until published, seen by whoever may see the need, read by moderators."""

from __future__ import annotations

import io

import pytest
from flask import Flask
from PIL import Image

from participation.accounts.models import Account
from participation.extensions import db
from participation.moderation import service as moderation
from participation.moderation.refusals import DecidedMeanwhile
from participation.moderation.seen import seen_of
from participation.moderation.service import Action
from participation.priorities.models import NeedPicture, Priority
from participation.privacy.erasure import erase
from participation.transactions import transaction
from tests.factories.world import World
from tests.visitor import Page, Visitor

QUEUE = "/exampleton/manage/moderation"


def photo(colour: str = "red") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (60, 40), colour).save(out, "JPEG", comment=b"Ann Example")
    return out.getvalue()


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
        page = self.visitor.get(f"{self.url}/photo")
        if page.status != 200:
            return page
        held = {name: page.soup.select_one(f"main input[name={name}]")["value"] for name in ("csrf_token", "version")}
        return self.visitor.post(
            f"{self.url}/photo", {**held, "alt": alt, "photo": (io.BytesIO(file or photo()), "a.jpg")}
        )


@pytest.fixture
def sender(app: Flask, world: World) -> Sender:
    return Sender(app, world)


def test_a_photo_is_seen_by_others_once_the_need_is_published(sender: Sender, app: Flask, world: World) -> None:
    page = sender.send()
    assert page.soup.select_one("img.app-photo")["alt"] == "A path without a bench"
    file = f"{sender.url}/photo.jpg"
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
    sender.send(photo("blue"))
    with pytest.raises(DecidedMeanwhile), transaction():
        moderation.decide(council_id=council_id, seen=seen, action=Action.PUBLISH, moderator_id=moderator)
    assert db.session.query(NeedPicture).count() == 1


def test_mistakes_are_told_and_a_photo_can_be_deleted(sender: Sender, app: Flask, world: World) -> None:
    assert sender.visitor.get(f"{sender.url}/photo").status == 200
    assert sender.visitor.submit("Add the photo").errors == ["Choose a photo", "Enter what is on it"]
    assert "We cannot read that photo." in sender.send(b"no photo").errors[0]
    sender.send()
    stranger = Visitor(app)
    stranger.sign_in(world.resident())
    assert stranger.get(f"{sender.url}/photo").status == 404
    sender.visitor.get(f"{sender.url}/photo")
    sender.visitor.submit("Delete the photo")
    assert db.session.query(NeedPicture).count() == 0


def test_a_photo_goes_with_the_account(sender: Sender) -> None:
    sender.send()
    with transaction():
        db.session.get_one(Priority, sender.need.id).state = "published"
    with transaction():
        erase(council=sender.here, account=db.session.get_one(Account, sender.resident.id))
    assert db.session.get(Priority, sender.need.id).author_id is None
    assert db.session.query(NeedPicture).count() == 0
