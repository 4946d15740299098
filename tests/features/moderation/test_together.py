"""Several moderators at once: locks, interests, filters, the clock of the queue."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest
from flask import Flask

from participation import clock
from participation.extensions import db
from participation.moderation import locks, queue
from participation.moderation.models import ModerationConflict, ModerationLock, PriorityFlag
from participation.moderation.queue import Filters, working_days_before
from participation.priorities.models import Priority
from participation.transactions import transaction
from tests.factories.world import World
from tests.visitor import Visitor

QUEUE = "/exampleton/manage/moderation"


@pytest.fixture
def moderator(world: World, visitor: Visitor) -> Visitor:
    visitor.sign_in(world.staff("moderator"))
    return visitor


@pytest.fixture
def other(app: Flask, world: World) -> Visitor:
    second = Visitor(app)
    second.sign_in(world.staff("moderator"))
    return second


def flagged(priority: Priority, *codes: str) -> None:
    with transaction():
        db.session.add_all(PriorityFlag(priority_id=priority.id, code=code, found_at=clock.now()) for code in codes)


def test_two_moderators_are_given_different_needs(world: World, moderator: Visitor, other: Visitor) -> None:
    world.priorities(world.consultation("spending", gather=(-3, 20)), ["First", "Second"], state="waiting")
    moderator.get(QUEUE)
    assert moderator.submit("Read the next one").h1 == "First"
    other.get(QUEUE)
    assert other.submit("Read the next one").h1 == "Second"
    assert "is reading this" in other.get(QUEUE).main


def test_what_somebody_else_reads_cannot_be_decided_until_their_time_is_over(
    world: World, moderator: Visitor, other: Visitor
) -> None:
    priority = world.priority(world.consultation("spending", gather=(-3, 20)), "Held", state="waiting")
    other.get(f"{QUEUE}/{priority.public_id}")
    moderator.get(QUEUE)
    moderator.submit("Read the next one")
    page = other.submit("Publish")
    assert (page.status, "Somebody else is reading this" in page.main) == (409, True)
    page = other.get(QUEUE)
    page = other.submit("Publish all 0 on this page")
    assert "Nothing was ticked" in page.main
    with clock.frozen_at(clock.now() + locks.HELD_FOR):
        other.get(f"{QUEUE}/{priority.public_id}")
        assert "Published: “Held”" in other.submit("Publish").main
    assert db.session.query(ModerationLock).count() == 0


def test_leaving_one_lets_go_of_it_and_leads_on(world: World, moderator: Visitor, other: Visitor) -> None:
    world.priorities(world.consultation("spending", gather=(-3, 20)), ["First", "Second", "Third"], state="waiting")
    moderator.get(QUEUE)
    moderator.submit("Read the next one")
    assert moderator.submit("Leave it for now").h1 == "Second"
    other.get(QUEUE)
    assert other.submit("Read the next one").h1 == "First"
    assert moderator.submit("Leave it for now").h1 == "Third"
    page = moderator.submit("Publish")
    assert page.h1 == "Second"
    assert db.session.query(ModerationLock).count() == 2


def test_nothing_is_left_when_the_rest_is_being_read(world: World, moderator: Visitor, other: Visitor) -> None:
    world.priority(world.consultation("spending", gather=(-3, 20)), state="waiting")
    for visitor in (moderator, other):
        visitor.get(QUEUE)
        visitor.submit("Read the next one")
    assert "Nothing is left to read that nobody else is reading." in other.page.main


@pytest.mark.parametrize("moderators", [2, 5])
def test_of_several_who_reach_for_one_need_one_gets_it(app: Flask, world: World, moderators: int) -> None:
    priority = world.priority(world.consultation("spending", gather=(-3, 20)), state="waiting")
    council_id, priority_id = world.here.id, priority.id
    people = [world.staff("moderator").id for _ in range(moderators)]
    db.session.remove()
    start = Barrier(moderators)

    def reach(person: int) -> str | None:
        with app.app_context():
            start.wait()
            try:
                with transaction():
                    return locks.take_next(council_id=council_id, moderator_id=person, filters=Filters())
            finally:
                db.session.remove()

    with ThreadPoolExecutor(moderators) as pool:
        given = list(pool.map(reach, people))
    assert sorted(one is None for one in given) == [False, *[True] * (moderators - 1)]
    lock = db.session.get(ModerationLock, priority_id)
    assert lock is not None
    assert given[people.index(lock.moderator_id)] is not None


def test_an_interest_sends_it_to_somebody_else(world: World, moderator: Visitor, other: Visitor) -> None:
    consultation = world.consultation("spending", gather=(-3, 20))
    mine, _ = world.priorities(consultation, ["My street", "Elsewhere"], state="waiting")
    moderator.get(f"{QUEUE}/{mine.public_id}")
    page = moderator.submit("I have an interest in this")
    assert page.h1 == "Elsewhere"
    page = moderator.get(f"{QUEUE}/{mine.public_id}")
    assert "You said that you have an interest in this." in page.main
    assert "Publish" not in [button.get_text() for button in page.soup.select("main button")]
    moderator.get(QUEUE)
    page = moderator.submit("Publish all 2 on this page")
    assert "1 text was published." in page.main
    assert "1 text was left as before" in page.main
    other.get(QUEUE)
    assert other.submit("Read the next one").h1 == "My street"
    assert db.session.query(ModerationConflict).count() == 1


def test_the_queue_is_filtered_by_what_was_found(world: World, moderator: Visitor) -> None:
    consultation = world.consultation("spending", gather=(-3, 20))
    phone, words, _ = world.priorities(consultation, ["Phone", "Words", "Plain"], state="waiting")
    flagged(phone, "phone", "email")
    flagged(words, "words")
    page = moderator.get(QUEUE)
    assert [card.get_text() for card in page.soup.select(".app-card__title a")] == ["Phone", "Words", "Plain"]
    for value, expected in (
        ("phone", ["Phone"]),
        ("any", ["Phone", "Words"]),
        ("nonsense", ["Phone", "Words", "Plain"]),
    ):
        page = moderator.get(f"{QUEUE}?flag={value}")
        assert [card.get_text() for card in page.soup.select(".app-card__title a")] == expected
    moderator.get(f"{QUEUE}?flag=words")
    assert moderator.submit("Read the next one").h1 == "Words"
    page = moderator.submit("Publish")
    assert page.path.endswith("flag=words")
    assert "There is nothing here at the moment." in page.main


def test_where_somebody_may_be_in_danger_it_comes_first(world: World, moderator: Visitor) -> None:
    consultation = world.consultation("spending", gather=(-3, 20))
    _, second = world.priorities(consultation, ["Old", "Danger"], state="waiting")
    flagged(second, "danger")
    assert "1 text may be about somebody in danger." in moderator.get("/exampleton/manage").main
    page = moderator.get(QUEUE)
    assert [card.get_text() for card in page.soup.select(".app-card__title a")] == ["Danger", "Old"]
    assert moderator.submit("Read the next one").h1 == "Danger"


def test_the_clock_says_how_long_the_oldest_has_waited(world: World, moderator: Visitor) -> None:
    consultation = world.consultation("spending", gather=(-30, 20))
    now = clock.now()
    world.priority(consultation, state="waiting", submitted_at=now - timedelta(days=9, hours=3))
    world.priority(consultation, state="waiting", submitted_at=now - timedelta(hours=1))
    page = moderator.get(QUEUE)
    assert "The oldest has waited for 9 days and 3 hours" in page.main
    assert "1 for more than 2 working days" in page.main


@pytest.mark.parametrize(("now", "before"), [
    ("2026-11-25T12:00", "2026-11-23T12:00"),  # Wednesday to Monday
    ("2026-11-23T12:00", "2026-11-19T12:00"),  # Monday to Thursday
    ("2026-11-22T12:00", "2026-11-19T12:00"),  # a Sunday
    ("2026-03-30T11:00", "2026-03-26T12:00"),  # over the change to summer time: noon stays noon
])  # fmt: skip
def test_working_days_are_counted_by_the_uk_calendar(now: str, before: str) -> None:
    def moment(text: str) -> datetime:
        return datetime.fromisoformat(text).replace(tzinfo=UTC)

    assert working_days_before(moment(now), 2) == moment(before)


def test_an_empty_queue_has_no_clock(world: World, moderator: Visitor) -> None:
    assert queue.waits(world.here.id, clock.now()).oldest is None
    assert "has waited" not in moderator.get(QUEUE).main
