"""Residents say what speaks for and against an option while that phase is open: moderated, and refused before and after."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from participation import clock
from participation.accounts.models import Account
from participation.consultations.models import Consultation
from participation.extensions import db
from participation.moderation import queue
from participation.moderation.queue import Filters
from participation.priorities import comments
from participation.priorities.comments import CommentDraft
from participation.priorities.models import Comment
from participation.privacy.erasure import erase
from participation.transactions import transaction
from participation.web.models import OutboxMail
from tests.factories.world import World
from tests.visitor import Visitor

OPTION = "/exampleton/consultations/spending/options/option-1"
QUEUE = "/exampleton/manage/moderation"
MINE = "/exampleton/account/priorities"
STAFF = "/exampleton/manage/consultations/spending"


class Talk:
    """A discussion of two options, a resident who takes part in it, and two moderators."""

    def __init__(self, app: Flask, world: World) -> None:
        self.consultation = world.consultation("spending", shape=(-3, 4), vote=(4, 30), options=2)
        self.author = world.resident("talker@example.org")
        self.resident, self.first, self.second, self.anybody = (Visitor(app) for _ in range(4))
        self.resident.sign_in(self.author)
        self.moderators = [world.staff("moderator") for _ in range(2)]
        for visitor, account in zip((self.first, self.second), self.moderators, strict=True):
            visitor.sign_in(account)

    def say(self, text: str, option: int = 0, author: Account | None = None, stance: str = "against") -> str:
        """Its address in the queue."""
        with transaction():
            made = comments.submit(
                about=db.session.merge(self.consultation).options[option], author_id=(author or self.author).id,
                author_ward_id=None, draft=CommentDraft(stance, text),
            )  # fmt: skip
            return f"{QUEUE}/{made.public_id}"

    def decide(self, address: str, button: str, **fields: object) -> None:
        self.first.get(address)
        page = self.first.submit(button, **fields)
        assert page.status == 200, page.errors

    def mails(self) -> list[OutboxMail]:
        return list(db.session.scalars(select(OutboxMail).order_by(OutboxMail.id)))


@pytest.fixture
def talk(app: Flask, world: World) -> Talk:
    return Talk(app, world)


def test_a_comment_on_an_option_waits_is_read_and_is_shown(app: Flask, world: World) -> None:
    world.consultation("spending", shape=(-3, 4), vote=(4, 30), options=2)
    resident, moderator, anybody = Visitor(app), Visitor(app), Visitor(app)
    resident.sign_in(world.resident("talker@example.org"))
    resident.get("/exampleton/consultations/spending")
    resident.get(OPTION)
    resident.follow("Say what speaks for or against it")
    page = resident.submit("Send", stance="against", text="It is too far to walk for me.")
    assert page.status == 200, page.errors
    assert "too far" not in anybody.get(OPTION).main
    moderator.sign_in(world.staff("moderator"))
    moderator.get("/exampleton/manage/moderation")
    assert "the option Option 1" in " ".join(moderator.follow("About: Option 1").main.split())
    moderator.submit("Publish")
    assert "too far" in anybody.get(OPTION).main
    assert "Read or say what speaks for and against it" in anybody.get("/exampleton/consultations/spending").main
    comment = db.session.scalars(select(Comment)).one()
    assert (comment.about_id, comment.subject, comment.stance, comment.state) == (
        None,
        "Option 1",
        "against",
        "published",
    )


@pytest.mark.parametrize("shape", [(1, 4), (-4, -1)])
def test_before_and_after_nothing_is_taken(app: Flask, world: World, shape: tuple[int, int]) -> None:
    world.consultation("spending", shape=shape, vote=(4, 30), options=2)
    resident = Visitor(app)
    resident.sign_in(world.resident("talker@example.org"))
    assert "Say what speaks" not in resident.get(OPTION).main
    assert resident.get(f"{OPTION}/comment").status == 409


def test_staff_are_not_exempt_and_without_the_phase_there_is_no_such_page(app: Flask, world: World) -> None:
    world.consultation("spending", shape=(-3, 4), options=2)
    world.consultation("other", gather=(-3, 4), vote=(4, 30), options=2)
    staff = Visitor(app)
    staff.sign_in(world.staff("moderator"))
    assert "Staff accounts cannot take part" in staff.get(OPTION).main
    assert staff.get(f"{OPTION}/comment").status == 403
    assert staff.get("/exampleton/consultations/other/options/option-1").status == 404


def test_its_author_sees_changes_and_withdraws_it(talk: Talk) -> None:
    address = talk.say("It is too far.")
    page = talk.resident.get(MINE)
    assert "What you said about needs of others and about options" in page.main
    assert "Against: Option 1" in page.main
    talk.resident.follow("Change your comment on “Option 1”")
    page = talk.resident.submit("Save and send to a moderator", stance="for", text="It is near enough.")
    assert "For: Option 1" in page.main
    assert "It is near enough." in talk.first.get(address).main
    assert talk.resident.follow("Withdraw your comment on “Option 1”").status == 200
    talk.resident.submit("Withdraw")
    comment = db.session.scalars(select(Comment)).one()
    assert (comment.state, comment.version) == ("withdrawn", 3)
    assert "Withdraw your comment" not in talk.resident.get(MINE).main


def test_once_the_discussion_is_over_it_stays_as_it_is_but_can_be_taken_back(talk: Talk) -> None:
    talk.say("It is too far.")
    change = "Change your comment on “Option 1”"
    assert change in talk.resident.get(MINE).main
    with clock.frozen_at(clock.now() + timedelta(days=4, seconds=1)):
        talk.resident.sign_in(talk.author)
        assert change not in talk.resident.get(MINE).main
        talk.resident.follow("Withdraw your comment on “Option 1”")
        talk.resident.submit("Withdraw")
    assert db.session.scalars(select(Comment)).one().state == "withdrawn"


def test_only_its_author_changes_or_withdraws_it(talk: Talk, world: World, app: Flask) -> None:
    comment_id = talk.say("It is too far.").rsplit("/", 1)[1]
    other = Visitor(app)
    other.sign_in(world.resident())
    for door in ("edit", "withdraw"):
        assert other.get(f"/exampleton/consultations/spending/comments/{comment_id}/{door}").status == 404


def test_a_refusal_tells_its_author_why_and_another_moderator_decides_the_appeal(talk: Talk) -> None:
    address = talk.say("Ask Jo Smith about the lift.")
    talk.decide(address, "Do not publish", reason="personal_data", note="No names.")
    (mail,) = talk.mails()
    assert mail.subject == "Exampleton Council: we did not publish your comment"
    assert mail.body.startswith("You commented on an option in “The spending consultation”:\n\nAbout: Option 1")
    assert "No names." in mail.body
    assert "No names." in talk.resident.get(MINE).main
    talk.resident.follow("Ask another moderator to look again at your comment on “Option 1”")
    talk.resident.submit("Send your appeal", statement="Everybody knows Jo.")
    appeals = f"{QUEUE}/appeals/{address.rsplit('/', 1)[1]}"
    assert "Decide the appeal" not in talk.first.get(appeals).main
    talk.second.get(appeals)
    talk.second.submit("Decide the appeal", outcome="overturned", answer="You are right.")
    assert "Ask Jo Smith" in talk.anybody.get(OPTION).main
    assert talk.mails()[1].body.count("/consultations/spending/options/option-1") == 1


def test_a_part_is_hidden_and_nothing_is_merged(talk: Talk) -> None:
    address = talk.say("It is far. Ask Jo Smith. It is dear.")
    assert "erge" not in talk.first.get(address).main
    assert talk.first.get(f"{address}/merge").status == 404
    talk.first.get(address)
    talk.first.follow("Hide a part and publish the rest")
    talk.first.submit(
        "Hide this part and publish the rest", passage="Ask Jo Smith.", reason="personal_data", note="No names."
    )
    page = talk.anybody.get(OPTION)
    assert "Jo Smith" not in page.main
    assert "It is dear." in page.main


def test_an_interest_in_the_option_keeps_every_comment_on_it_away(talk: Talk, world: World) -> None:
    about_it = [talk.say(f"Words number {number}.", author=world.resident()) for number in range(2)]
    other = talk.say("Of the other option.", option=1)
    talk.first.get(about_it[0])
    page = talk.first.submit("I have an interest in the option")
    assert page.path == other, "the next one is about another option"
    later = talk.say("Said afterwards.", author=world.resident())
    for address in (*about_it, later):
        assert "You said that you have an interest in this." in talk.first.get(address).main
        assert "Publish" not in [tag.get_text(strip=True) for tag in talk.first.page.soup.select("main button")]
    mine, theirs = (
        [
            public_id
            for _, public_id in queue.free_for(
                world.here.id, one.id, clock.now() + timedelta(days=1), Filters(), most=9
            )
        ]
        for one in talk.moderators
    )
    assert mine == [other.rsplit("/", 1)[1]]
    assert len(theirs) == 4
    talk.second.get(later)
    talk.second.submit("Publish")
    assert "Said afterwards." in talk.anybody.get(OPTION).main


def test_the_download_holds_it_and_erasure_takes_its_author_out(talk: Talk, world: World) -> None:
    talk.decide(talk.say("It is too far for me."), "Publish")
    waiting = talk.say("A second thing, unread.")
    assert "It is too far for me." in talk.resident.get("/exampleton/account/data/download").html
    with transaction():
        account = db.session.get_one(Account, talk.author.id)
        erase(council=world.here, account=account)
    assert {one.author_id for one in db.session.scalars(select(Comment))} <= {None}
    assert "It is too far for me." in talk.anybody.get(OPTION).main, "what was published stays, without a person"
    assert "unread" not in talk.first.get(waiting).main


def test_a_consultation_that_only_discusses_options_is_run_to_its_end(app: Flask, world: World) -> None:
    made = world.consultation("spending", shape=(-3, 4), options=2, decision_date=clock.today() + timedelta(days=30))
    editor, anybody, moderator = Visitor(app), Visitor(app), Visitor(app)
    editor.sign_in(world.staff("editor"))
    moderator.sign_in(world.staff("moderator"))
    assert "Moderate what residents write" in moderator.get(f"{STAFF}").main
    editor.get(STAFF)
    editor.follow("Give residents more time for “Discuss the options”")
    later = clock.today() + timedelta(days=9)
    editor.submit(
        "Move the closing date", closes_day=[later.day, later.month, later.year], closes_time="5pm", reason="Snow."
    )
    public = "/exampleton/consultations/spending"
    assert "Snow." in anybody.get(public).main
    editor.get(f"{STAFF}/close/shape")
    editor.submit("Close it now", reason="overtaken")
    assert "Read what speaks for and against it" in anybody.get(public).main
    assert "The discussion of the options is closed." in anybody.get(OPTION).main
    editor.get(f"{STAFF}/response")
    today = clock.today()
    page = editor.submit(
        "Publish", we_asked="Which way?", you_said="Both are far.", we_did="We build one nearer.",
        decided_on=[today.day, today.month, today.year],
    )  # fmt: skip
    assert page.status == 200, page.errors
    assert "Option 1" in editor.get(f"{STAFF}/archive").main, "every option needs an outcome first"
    for number in (1, 2):
        editor.get(f"{STAFF}/outcomes/option-option-{number}")
        page = editor.submit("Publish", answer="not", reason="It is too far for most.", status="dropped")
        assert page.status == 200, page.errors
    editor.get(f"{STAFF}/archive")
    editor.submit("Finish it")
    assert db.session.get_one(Consultation, made.id).archived_at is not None
    assert "The discussion of the options is closed." in anybody.get(OPTION).main
