"""Moderators read, publish and refuse; every decision is about what they read, and its author is told."""

from __future__ import annotations

import pytest

from participation.audit.models import AuditEvent
from participation.audit.record import broken_at
from participation.extensions import db
from participation.moderation import service
from participation.moderation.models import ModerationDecision
from participation.moderation.reasons import REASONS
from participation.moderation.seen import Seen, seen_of
from participation.priorities.models import Comment, Priority
from participation.web.models import OutboxMail
from tests.factories.world import World
from tests.features.queries import counted_queries
from tests.visitor import Page, Visitor

QUEUE = "/exampleton/manage/moderation"


@pytest.fixture
def moderator(world: World, visitor: Visitor) -> Visitor:
    visitor.sign_in(world.staff("moderator"))
    return visitor


def titles(page: Page) -> list[str]:
    return [link.get_text() for link in page.soup.select(".app-card__title a")]


def state_of(priority: Priority) -> str:
    return str(db.session.get(Priority, priority.id).state)


def comments_on(needs: list[Priority], many: int) -> None:
    """So many comments that wait, on these needs in turn."""
    for place in range(many):
        need = needs[place % len(needs)]
        db.session.add(
            Comment(
                public_id=f"comment{place:09d}", consultation_id=need.consultation_id, author_id=need.author_id,
                group_id=need.group_id, title=need.title, need=f"Comment {place}", about_id=need.id, stance="for",
                state="waiting", shuffle=place, submitted_at=need.submitted_at,
            )
        )  # fmt: skip
    db.session.commit()


def decisions() -> list[ModerationDecision]:
    return list(db.session.query(ModerationDecision).order_by(ModerationDecision.id))


def test_the_oldest_comes_first_and_deciding_leads_to_the_next(world: World, moderator: Visitor) -> None:
    consultation = world.consultation("spending", gather=(-3, 20))
    first, second, third = world.priorities(consultation, ["First", "Second", "Third"], state="waiting")
    page = moderator.get(QUEUE)
    assert titles(page) == ["First", "Second", "Third"]
    assert moderator.follow("Second").h1 == "Second"
    page = moderator.submit("Publish")
    assert "Published: “Second”" in page.main
    assert page.h1 == "Third"
    page = moderator.submit("Leave it for now and read the next one")
    assert page.h1 == "First"
    moderator.submit("Do not publish", reason="unclear")
    page = moderator.submit("Publish")
    assert "Nothing is waiting." in page.main
    assert [state_of(one) for one in (first, second, third)] == ["refused", "published", "published"]


def test_a_refusal_reaches_its_author_with_reason_and_note(world: World, moderator: Visitor) -> None:
    consultation = world.consultation("spending", gather=(-3, 20))
    author = world.resident("ann@example.org")
    priority = world.priority(consultation, "Call Jo", author=author, state="waiting")
    moderator.get(f"{QUEUE}/{priority.public_id}")
    moderator.submit(
        "Do not publish", reason="personal_data", note="Leave out the phone number.\n\nThen send it again."
    )
    (mail,) = db.session.query(OutboxMail)
    assert (mail.recipient, mail.subject) == ("ann@example.org", "Exampleton Council: we did not publish your need")
    for words in ("Call Jo", "It names somebody", "Leave out the phone number.", "/exampleton/account/priorities"):
        assert words in mail.body
    moderator.sign_in(author)
    page = moderator.get("/exampleton/account/priorities")
    for words in ("Not published", "It names somebody", "Leave out the phone number.", "Change “Call Jo”"):
        assert words in page.main


def test_the_public_reads_the_reason_unless_it_could_do_harm(world: World, moderator: Visitor) -> None:
    consultation = world.consultation("spending", gather=(-3, 20), moderation="post")
    told, untold = world.priorities(consultation, ["Told", "Untold"])
    for priority, reason in ((told, "off_topic"), (untold, "personal_data")):
        moderator.get(f"{QUEUE}/{priority.public_id}")
        moderator.submit("Take it down", reason=reason)
    moderator.sign_in(world.resident())
    page = moderator.get(f"/exampleton/consultations/spending/priorities/{told.public_id}")
    assert page.status == 410
    assert "A moderator decided not to show this need. It is not about what this consultation asks." in page.main
    page = moderator.get(f"/exampleton/consultations/spending/priorities/{untold.public_id}")
    assert "A moderator decided not to show this need." in page.main
    assert "personal" not in page.main


def test_a_refusal_without_a_reason_keeps_the_note(world: World, moderator: Visitor) -> None:
    priority = world.priority(world.consultation("spending", gather=(-3, 20)), state="waiting")
    moderator.get(f"{QUEUE}/{priority.public_id}")
    page = moderator.submit("Do not publish", note="A long explanation.")
    assert (page.status, page.errors) == (422, ["Choose why it is not published"])
    assert page.soup.select_one("#note").get_text().strip() == "A long explanation."
    assert state_of(priority) == "waiting"
    moderator.submit("Do not publish", reason="off_topic")
    assert state_of(priority) == "refused"


def test_an_edit_in_between_makes_the_decision_a_conflict(world: World, moderator: Visitor) -> None:
    priority = world.priority(world.consultation("spending", gather=(-3, 20)), "Harmless", state="waiting")
    moderator.get(f"{QUEUE}/{priority.public_id}")
    changed = db.session.get(Priority, priority.id)
    changed.title, changed.version = "Harmful", 2
    db.session.commit()
    page = moderator.submit("Publish")
    assert (page.status, page.h1) == (409, "Harmful")
    assert "Your decision was not saved." in page.main
    assert state_of(priority) == "waiting"
    assert decisions() == []


def test_of_two_moderators_the_second_is_told(app: object, world: World, moderator: Visitor) -> None:
    priority = world.priority(world.consultation("spending", gather=(-3, 20)), state="waiting")
    other = Visitor(app)  # type: ignore[arg-type]
    other.sign_in(world.staff("moderator"))
    moderator.get(f"{QUEUE}/{priority.public_id}")
    other.get(f"{QUEUE}/{priority.public_id}")
    moderator.submit("Publish")
    page = other.submit("Do not publish", reason="off_topic")
    assert (page.status, "Somebody else decided" in page.main) == (409, True)
    assert state_of(priority) == "published"
    assert len(decisions()) == 1
    assert db.session.query(OutboxMail).count() == 1


def test_a_mistake_in_the_form_does_not_renew_what_was_read(world: World, moderator: Visitor) -> None:
    """Between the mistake and the second try the author changed the text: it is still a conflict."""
    priority = world.priority(world.consultation("spending", gather=(-3, 20)), state="waiting")
    moderator.get(f"{QUEUE}/{priority.public_id}")
    changed = db.session.get(Priority, priority.id)
    changed.need, changed.version = "Something else.", 2
    db.session.commit()
    moderator.submit("Do not publish")
    page = moderator.submit("Do not publish", reason="off_topic", note="A long note.")
    assert (page.status, "Something else." in page.main) == (409, True)
    assert page.soup.select_one("#note").get_text().strip() == "A long note."
    assert page.soup.select_one("input[name=reason][checked]")["value"] == "off_topic"
    moderator.submit("Do not publish")
    assert state_of(priority) == "refused"


def test_a_decision_is_never_changed_only_followed_by_another(world: World, moderator: Visitor) -> None:
    priority = world.priority(world.consultation("spending", gather=(-3, 20)), state="waiting")
    address = f"{QUEUE}/{priority.public_id}"
    for button, fields in (("Publish", {}), ("Take it down", {"reason": "libel_or_legal"}), ("Publish", {})):
        moderator.get(address)
        moderator.submit(button, **fields)
    assert [(one.action, one.reason_code) for one in decisions()] == [
        ("publish", None), ("refuse", "libel_or_legal"), ("publish", None),
    ]  # fmt: skip
    page = moderator.get(address)
    assert page.main.count("version 1, by Sam") == 3
    events = db.session.query(AuditEvent).filter(AuditEvent.subject == f"priority:{priority.public_id}")
    assert [event.tag for event in events.order_by(AuditEvent.index)] == [
        "priority-published", "priority-refused", "priority-published",
    ]  # fmt: skip
    assert broken_at(world.here.id) is None


def test_what_its_author_withdrew_cannot_be_decided(world: World, moderator: Visitor) -> None:
    priority = world.priority(world.consultation("spending", gather=(-3, 20)), state="withdrawn")
    page = moderator.get(f"{QUEUE}/{priority.public_id}")
    assert [button.get_text() for button in page.soup.select("main form button")] == [
        "Leave it for now and read the next one"
    ]


def test_a_page_is_published_at_once_and_what_changed_is_left(world: World, moderator: Visitor) -> None:
    consultation = world.consultation("spending", gather=(-3, 20))
    needs = world.priorities(consultation, [f"Need {place}" for place in range(30)], state="waiting")
    moderator.get(QUEUE)
    changed = db.session.get(Priority, needs[3].id)
    changed.version = 2
    db.session.commit()
    page = moderator.submit("Publish all 25 on this page")
    assert "24 texts were published." in page.main
    assert "1 text was left as before" in page.main
    assert titles(page) == ["Need 3", *(f"Need {place}" for place in range(25, 30))]


def test_ticked_needs_are_published_and_the_filter_stays(world: World, moderator: Visitor) -> None:
    world.priority(world.consultation("other", gather=(-3, 20)), "Elsewhere", state="waiting")
    consultation = world.consultation("spending", gather=(-3, 20))
    world.priorities(consultation, ["One", "Two", "Three"], state="waiting")
    moderator.get(QUEUE)
    page = moderator.submit("Show", consultation="spending")
    assert titles(page) == ["One", "Two", "Three"]
    ticks = [box["value"] for box in page.soup.select("input[name=ticked]")]
    page = moderator.submit("Publish the ticked ones", ticked=[ticks[0], ticks[2]])
    assert "2 texts were published." in page.main
    assert titles(page) == ["Two"]
    page = moderator.submit("Publish the ticked ones")
    assert "Nothing was ticked" in page.main


def test_60_waiting_needs_are_done_in_3_pages(world: World, moderator: Visitor) -> None:
    """400 comments by keys in a browser: tests/journeys/test_moderation_keys.py."""
    consultation = world.consultation("spending", gather=(-3, 20))
    world.priorities(consultation, [f"Need {place}" for place in range(60)], state="waiting")
    moderator.get(QUEUE)
    for many in (25, 25, 10):
        moderator.submit(f"Publish all {many} on this page")
    assert "Nothing is waiting." in moderator.get(QUEUE).main
    assert db.session.query(OutboxMail).count() == 60


def test_the_queue_asks_as_much_of_the_database_for_1000_as_for_10(world: World, moderator: Visitor) -> None:
    consultation = world.consultation("spending", gather=(-3, 20))
    world.priorities(consultation, [f"Need {place}" for place in range(10)], state="waiting")
    moderator.get(QUEUE)
    with counted_queries() as few:
        moderator.get(QUEUE)
    needs = world.priorities(consultation, [f"More {place}" for place in range(490)], state="waiting")
    comments_on(needs[:1], 500)
    with counted_queries() as many:
        page = moderator.get(QUEUE)
    assert "Waiting (1,000)" in page.main
    assert len(many) == len(few) <= 15


def test_post_moderation_shows_what_nobody_read_yet(world: World, moderator: Visitor) -> None:
    consultation = world.consultation("spending", gather=(-3, 20), moderation="post")
    world.priorities(consultation, ["One", "Two"])
    page = moderator.get("/exampleton/manage")
    assert "2 texts are published and not yet read by a moderator." in page.main
    moderator.follow("2 texts are published")
    moderator.follow("One")
    page = moderator.submit("Keep it published")
    assert page.h1 == "Two"
    assert db.session.query(OutboxMail).count() == 0
    assert "Published, not read yet (1)" in moderator.get(QUEUE).main


@pytest.mark.parametrize(
    "role", ["commissioner", "administrator", "editor", "returning-officer", "auditor", "key-holder"]
)
@pytest.mark.parametrize("path", ["", "?show=refused", "/need000000000001"])
def test_only_moderators_see_the_queue(world: World, visitor: Visitor, role: str, path: str) -> None:
    world.priority(world.consultation("spending", gather=(-3, 20)), state="waiting", public_id="need000000000001")
    visitor.sign_in(world.staff(role))
    assert visitor.get(f"{QUEUE}{path}").status == 403


def test_residents_and_strangers_do_not_see_the_queue(world: World, visitor: Visitor) -> None:
    world.council()
    assert visitor.get(QUEUE).path.startswith("/exampleton/sign-in")
    visitor.sign_in(world.resident())
    assert visitor.get(QUEUE).status == 403


def test_a_moderator_of_another_council_decides_nothing_here(world: World, moderator: Visitor) -> None:
    other = world.council("otherham")
    priority = world.priority(world.consultation("spending", gather=(-3, 20), council=other), state="waiting",
                              author=world.resident(council=other))  # fmt: skip
    assert moderator.get(f"{QUEUE}/{priority.public_id}").status == 404
    assert titles(moderator.get(QUEUE)) == []


@pytest.mark.parametrize(
    "data",
    [
        {"action": "publish"},
        {"action": "publish", "seen": "need000000000001." + "0" * 64 + ".x"},
        {"action": "erase", "seen": "need000000000001." + "0" * 64 + ".0"},
        {"seen": "need000000000001." + "0" * 64 + ".0"},
    ],
)
def test_forged_decisions_are_refused(world: World, moderator: Visitor, data: dict[str, str]) -> None:
    priority = world.priority(
        world.consultation("spending", gather=(-3, 20)), state="waiting", public_id="need000000000001"
    )
    page = moderator.get(f"{QUEUE}/{priority.public_id}")
    token = page.soup.select_one("main input[name=csrf_token]")["value"]
    assert moderator.post(f"{QUEUE}/{priority.public_id}", {**data, "csrf_token": token}).status == 400
    assert state_of(priority) == "waiting"


def test_there_are_twelve_reasons_and_each_says_what_to_do() -> None:
    assert len(REASONS) == len({reason.code for reason in REASONS}) == 12
    for reason in REASONS:
        assert reason.label
        assert not reason.label.endswith(".")
        assert reason.public.endswith(".")
        assert reason.author.endswith(".")
        assert len(reason.author) > len(reason.public)


def test_a_missing_reason_loses_neither_ticks_nor_note(world: World, moderator: Visitor) -> None:
    needs = world.priorities(
        world.consultation("spending", gather=(-3, 20)), [f"Need {place}" for place in range(30)], state="waiting"
    )
    page = moderator.get(f"{QUEUE}?kind=need&page=2")
    ticks = [str(box["value"]) for box in page.soup.select("input[name=ticked]")]
    page = moderator.submit("Do not publish the ticked ones", ticked=ticks[1:3], note="Not ours.")
    assert page.status == 422
    assert page.soup.title.get_text().startswith("Error: ")
    assert page.errors == ["Choose why they are not published. Nothing was changed."]
    assert [str(box["value"]) for box in page.soup.select("input[name=ticked][checked]")] == ticks[1:3]
    assert page.soup.select_one("#note").get_text() == "Not ours."
    assert titles(page) == [f"Need {place}" for place in range(25, 30)]
    # Somebody else empties the second page; what was ticked there is still chosen, what was decided is left alone.
    service.decide_all(
        council_id=needs[0].consultation.council_id, action=service.Action.PUBLISH, moderator_id=None,
        seen=[Seen.read(ticks[0]), Seen.read(ticks[1]), Seen.read(ticks[4])],
    )  # fmt: skip
    changed = db.session.get(Priority, needs[28].id)
    changed.version = 2
    db.session.commit()
    service.decide_all(
        council_id=needs[0].consultation.council_id, action=service.Action.PUBLISH, moderator_id=None,
        seen=[seen_of(db.session.get(Priority, need.id), 0) for need in needs[:20]],
    )  # fmt: skip
    db.session.commit()
    page = moderator.submit("Do not publish the ticked ones")
    assert page.status == 422
    assert "2 texts that you ticked are no longer" in page.main or "1 text that you ticked is no longer" in page.main
    page = moderator.submit("Do not publish the ticked ones", reason="off_topic")
    assert [state_of(need) for need in needs[25:30]] == ["published", "published", "refused", "waiting", "published"]


def test_ticking_nothing_keeps_reason_and_note(world: World, moderator: Visitor) -> None:
    world.priority(world.consultation("spending", gather=(-3, 20)), "A bench", state="waiting")
    moderator.get(QUEUE)
    page = moderator.submit("Do not publish the ticked ones", reason="unclear", note="Say more.")
    assert (page.status, page.errors) == (422, ["Nothing was ticked, so nothing was changed."])
    assert page.soup.select_one("#reason option[selected]")["value"] == "unclear"
    assert page.soup.select_one("#note").get_text() == "Say more."


def test_several_are_refused_for_one_reason_and_each_author_is_told(world: World, moderator: Visitor) -> None:
    needs = world.priorities(
        world.consultation("spending", gather=(-3, 20)), ["Buy my lamps", "Buy my chairs", "A bench"], state="waiting"
    )
    page = moderator.get(QUEUE)
    ticks = [str(box["value"]) for box in page.soup.select("input[name=ticked]")]
    moderator.submit("Do not publish the ticked ones", ticked=ticks[:2])
    assert "Choose why they are not published. Nothing was changed." in moderator.page.main
    moderator.submit(
        "Do not publish the ticked ones", ticked=ticks[:2], reason="advert_or_spam", note="No adverts, please."
    )
    assert "2 texts were not published, and the authors are told." in moderator.page.main
    assert [state_of(need) for need in needs] == ["refused", "refused", "waiting"]
    decisions = db.session.query(ModerationDecision).all()
    assert {(one.reason_code, one.note) for one in decisions} == {("advert_or_spam", "No adverts, please.")}
    mails = [mail.body for mail in db.session.query(OutboxMail)]
    assert len(mails) == 2
    assert all("No adverts, please." in body for body in mails)
