"""Comments for and against a need: through the moderators' queue, changed until read, and counted nowhere."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from participation.commissioning import counts
from participation.extensions import db
from participation.moderation.models import ModerationDecision
from participation.moderation.report_queries import counted
from participation.priorities import queries
from participation.priorities.models import Comment, Contribution, Priority
from participation.web.models import OutboxMail
from tests.factories.world import World
from tests.features.queries import counted_queries
from tests.visitor import Visitor

PUBLIC = "/exampleton/consultations/spending"
QUEUE = "/exampleton/manage/moderation"


class Talk:
    """A published need of somebody, a resident who says something about it, and a moderator."""

    def __init__(self, app: Flask, world: World, **consultation: object) -> None:
        self.consultation = world.consultation("spending", gather=(-3, 4), **consultation)
        self.need = world.priority(self.consultation, "More benches")
        self.url = f"{PUBLIC}/priorities/{self.need.public_id}"
        self.resident, self.moderator = Visitor(app), Visitor(app)
        self.resident.sign_in(world.resident("talker@example.org"))
        self.moderator.sign_in(world.staff("moderator"))

    def say(self, stance: str = "for", text: str = "My mother needs to rest on the way.") -> Comment:
        self.resident.get(self.url)
        self.resident.follow("Say what speaks for or against it")
        page = self.resident.submit("Send", stance=stance, text=text)
        assert page.status == 200, page.errors
        return db.session.scalars(select(Comment).order_by(Comment.id.desc())).first()  # type: ignore[return-value]

    def read(self, button: str, **fields: object) -> None:
        """The moderator decides about the oldest that waits."""
        self.moderator.get(QUEUE)
        self.moderator.follow("About: More benches")
        self.moderator.submit(button, **fields)


@pytest.fixture
def talk(app: Flask, world: World) -> Talk:
    return Talk(app, world)


def test_a_comment_waits_is_read_and_is_shown(talk: Talk, app: Flask) -> None:
    comment = talk.say("against", "The path is too narrow for benches.")
    assert (comment.state, comment.stance, comment.about_id) == ("waiting", "against", talk.need.id)
    anybody = Visitor(app)
    assert "too narrow" not in anybody.get(talk.url).main
    talk.read("Publish")
    page = anybody.get(talk.url)
    assert (
        page.soup.select_one("#against").find_next("li").get_text(strip=True) == "The path is too narrow for benches."
    )
    assert not page.soup.select("#for")
    decision = db.session.query(ModerationDecision).one()
    assert decision.priority_id == comment.id
    mail = db.session.query(OutboxMail).filter_by(key=f"moderation:{decision.id}").one()
    assert mail.subject == "Exampleton Council: your comment is published"
    assert talk.url in mail.body
    # The address of a comment is no need.
    assert anybody.get(f"{PUBLIC}/priorities/{comment.public_id}").status == 404


def test_a_refused_comment_is_changed_and_goes_back(talk: Talk) -> None:
    comment = talk.say(text="You are all fools.")
    talk.read("Do not publish and tell the author", reason="abuse_or_hate", note="Say it without that.")
    page = talk.resident.get("/exampleton/account/priorities")
    assert "Say it without that." in page.main
    assert "Ask another moderator to look again" in page.main
    talk.resident.follow("Change")
    talk.resident.submit("Save and send to a moderator", text="People need to sit down.")
    changed = db.session.get(Comment, comment.id)
    assert (changed.state, changed.version, changed.need) == ("waiting", 2, "People need to sit down.")
    talk.read("Publish")
    assert talk.resident.get(f"{PUBLIC}/comments/{comment.public_id}/edit").status == 409
    talk.resident.get("/exampleton/account/priorities")
    talk.resident.follow("Withdraw")
    talk.resident.submit("Withdraw it")
    assert "People need to sit down." not in talk.resident.get(talk.url).main


def test_only_its_author_changes_a_comment(talk: Talk, app: Flask, world: World) -> None:
    comment = talk.say()
    stranger = Visitor(app)
    stranger.sign_in(world.resident())
    for door in ("edit", "withdraw"):
        assert stranger.get(f"{PUBLIC}/comments/{comment.public_id}/{door}").status == 404


def test_the_same_sent_twice_is_one_comment_and_numbers_never_stay(talk: Talk) -> None:
    text = "Ring me, my NHS number is 943 476 5919."
    assert talk.say(text=text).id == talk.say(text=text).id
    kept = db.session.query(Comment).one()
    assert "943" not in kept.need


@pytest.mark.parametrize("moderation", ["pre", "post"])
def test_shown_at_once_only_where_the_consultation_says_so(app: Flask, world: World, moderation: str) -> None:
    talk = Talk(app, world, moderation=moderation)
    assert talk.say().state == {"pre": "waiting", "post": "published"}[moderation]


def test_nothing_counts_comments(talk: Talk) -> None:
    """Not the lists of needs, not their ranking, not the commissioners' figures; the moderators' report does."""
    before = counts.published_priorities([talk.consultation.id])
    for stance in ("for", "against"):
        talk.say(stance, f"I am {stance} it.")
        talk.read("Publish")
    assert counts.published_priorities([talk.consultation.id]) == before
    assert [one.title for one, _ in queries.ranked(talk.consultation.id)] == ["More benches"]
    assert queries.counted_by_state(talk.consultation.id)["published"] == 1
    assert db.session.scalars(select(Priority)).all() == [db.session.get(Priority, talk.need.id)]
    assert counted(talk.consultation.council_id).sent == 3


def test_a_closed_consultation_takes_no_comments(app: Flask, world: World) -> None:
    closed = world.consultation("spending", gather=(-9, -1))
    need = world.priority(closed, "More benches")
    visitor = Visitor(app)
    visitor.sign_in(world.resident())
    assert "Say what speaks for" not in visitor.get(f"{PUBLIC}/priorities/{need.public_id}").main
    assert visitor.get(f"{PUBLIC}/priorities/{need.public_id}/comment").status == 409


def test_comments_are_never_merged(talk: Talk, world: World) -> None:
    comment = talk.say()
    page = talk.moderator.get(f"{QUEUE}/{comment.public_id}")
    assert "near to it" not in page.main
    assert "A comment for More benches" in page.main


def test_the_queue_is_filtered_by_what_was_written(talk: Talk, world: World) -> None:
    talk.say()
    world.priority(talk.consultation, "A shelter", state="waiting")

    def titles(kind: str) -> list[str]:
        page = talk.moderator.get(f"{QUEUE}?kind={kind}")
        return [link.get_text() for link in page.soup.select(".app-card__title a")]

    assert titles("comment") == ["About: More benches"]
    assert titles("need") == ["A shelter"]
    assert len(titles("")) == len(titles("nonsense")) == 2


def test_the_queue_takes_as_many_queries_for_many_comments(talk: Talk, world: World) -> None:
    def page() -> int:
        with counted_queries() as sent:
            talk.moderator.get(QUEUE)
        return len(sent)

    talk.say()
    page()
    few = page()
    row = {
        "consultation_id": talk.consultation.id, "author_id": None, "group_id": talk.need.group_id,
        "title": "About: More benches", "need": "Yes.", "about_id": talk.need.id,
        "stance": "for", "state": "waiting", "shuffle": 1,
        "submitted_at": talk.need.submitted_at,
    }  # fmt: skip
    db.session.add_all(Comment(public_id=f"many{place:04d}", **row) for place in range(20))
    db.session.commit()
    assert page() == few
    assert db.session.query(Contribution).count() == 22
