"""What became of each option and each need: said by staff, read by residents, overdue when its day is over."""

from __future__ import annotations

from datetime import timedelta

import pytest

from participation import clock
from participation.extensions import db
from participation.priorities import outcomes
from participation.priorities.models import Outcome, OutcomeChange
from tests.factories.world import World
from tests.features.queries import counted_queries
from tests.visitor import Visitor

MANAGE = "/exampleton/manage/consultations/spending/outcomes"
PUBLIC = "/exampleton/consultations/spending/outcomes"


@pytest.fixture
def staff(world: World, visitor: Visitor) -> Visitor:
    visitor.sign_in(world.staff("moderator"))
    return visitor


def day(offset: int) -> list[int]:
    on = clock.today() + timedelta(days=offset)
    return [on.day, on.month, on.year]


def closed(world: World) -> None:
    consultation = world.consultation("spending", gather=(-40, -20), vote=(-15, -3), options=2)
    world.priority(consultation, "More benches")
    world.priority(consultation, "Not shown", state="refused")


ACCEPTED = {"answer": "accepted", "reason": "It costs little.", "owner": "Head of parks", "status": "planned"}


def test_every_option_and_published_need_gets_an_answer_that_residents_read(world: World, staff: Visitor) -> None:
    closed(world)
    page = staff.get("/exampleton/manage/consultations/spending")
    page = staff.follow("Say what became of each option and need")
    assert [row[0] for row in page.rows()[1:]] == ["Option 1", "Option 2", "More benches"]
    staff.follow("More benches")
    staff.submit("Publish", **ACCEPTED, amount="12,000", due_on=day(60))
    staff.follow("Option 2")
    staff.submit("Publish", answer="not", reason="It costs too much.", status="planned")
    page = staff.get("/exampleton/consultations/spending")
    page = staff.follow("See what became of each option and each need")
    for words in (
        "Accepted",
        "£12,000",
        "Head of parks",
        "It costs too much.",
        "Not accepted",
        "1 answer is still to come",
    ):
        assert words in page.main, words


def test_a_change_keeps_what_was_said_before(world: World, staff: Visitor) -> None:
    closed(world)
    staff.get(f"{MANAGE}/option-option-1")
    staff.submit("Publish", **ACCEPTED, due_on=day(60))
    staff.get(f"{MANAGE}/option-option-1")
    assert staff.page.soup.select_one("#owner")["value"] == "Head of parks"
    staff.submit("Publish", status="done", reason="It stands since May.")
    page = staff.get(PUBLIC)
    assert "What was said before about Option 1" in page.main
    assert "accepted, planned, by" in page.main
    assert db.session.query(Outcome).count() == 1
    assert [change.status for change in db.session.query(OutcomeChange).order_by(OutcomeChange.id)] == [
        "planned",
        "done",
    ]


def test_of_two_who_save_the_second_reads_the_first(world: World, staff: Visitor) -> None:
    closed(world)
    staff.get(f"{MANAGE}/option-option-1")
    first = staff.page
    staff.submit("Publish", **ACCEPTED, due_on=day(60))
    staff.page = first
    page = staff.submit("Publish", answer="not", reason="Mine.", status="dropped")
    assert (page.status, "Theirs: accepted, planned" in page.main) == (409, True)
    assert page.soup.select_one("#reason").get_text().strip() == "Mine."
    staff.submit("Publish")
    assert db.session.query(Outcome).one().answer == "not"


def test_nobody_answers_while_residents_can_take_part(world: World, staff: Visitor) -> None:
    world.consultation("spending", gather=(-3, 4), options=1)
    staff.get(f"{MANAGE}/option-option-1")
    assert staff.submit("Publish", **ACCEPTED).status == 409
    assert db.session.query(Outcome).count() == 0


def test_what_is_accepted_needs_somebody_who_answers_for_it(world: World, staff: Visitor) -> None:
    closed(world)
    staff.get(f"{MANAGE}/option-option-1")
    page = staff.submit("Publish", **{**ACCEPTED, "owner": " "})
    assert (page.status, page.errors) == (422, ["Enter who answers for it."])


@pytest.mark.parametrize(
    ("status", "days", "error"),
    [
        ("planned", None, "Enter by when, or choose done."),
        ("under_way", -1, "It cannot be promised for a day that is over."),
        ("planned", 1, None),
        ("done", -1, None),
        ("done", None, None),
    ],
)
def test_only_what_has_a_day_to_come_is_promised(
    world: World, staff: Visitor, status: str, days: int | None, error: str | None
) -> None:
    closed(world)
    with clock.frozen_at(clock.now()):
        staff.get(f"{MANAGE}/option-option-1")
        due_on = ["", "", ""] if days is None else day(days)
        page = staff.submit("Publish", **(ACCEPTED | {"status": status}), due_on=due_on)
    assert (page.status, page.errors) == ((422, [error]) if error else (200, []))


def test_overdue_from_the_day_after_until_it_is_done(world: World, staff: Visitor) -> None:
    closed(world)
    staff.get(f"{MANAGE}/option-option-1")
    staff.submit("Publish", **ACCEPTED, due_on=day(10))
    account = world.staff("editor")
    for days, late in ((10, False), (11, True)):
        with clock.frozen_at(clock.now() + timedelta(days=days)):
            staff.sign_in(account)
            assert ("1 promise to residents is overdue." in staff.get("/exampleton/manage").main) is late
            assert ("Overdue" in staff.get(PUBLIC).main) is late
            rows = staff.get("/exampleton/manage/overdue").main
            assert ("Option 1" in rows) is late
    with clock.frozen_at(clock.now() + timedelta(days=11)):
        staff.sign_in(account)
        staff.get(f"{MANAGE}/option-option-1")
        staff.submit("Publish", status="done")
        assert "overdue" not in staff.get("/exampleton/manage").main


def test_the_pages_ask_as_much_for_200_needs_as_for_two(world: World, staff: Visitor) -> None:
    consultation = world.consultation("spending", gather=(-40, -20), options=2)
    world.priorities(consultation, ["One", "Two"])
    staff.get(MANAGE)
    with counted_queries() as few:
        staff.get(MANAGE)
    world.priorities(consultation, [f"More {place}" for place in range(200)])
    with counted_queries() as many:
        staff.get(MANAGE)
    assert len(many) == len(few) <= 15


def test_what_is_not_there_is_not_found(world: World, staff: Visitor) -> None:
    closed(world)
    assert staff.get(f"{MANAGE}/option-nothing").status == 404


def test_what_is_missing_is_told_apart_by_ward(world: World) -> None:
    consultation = world.consultation("spending", gather=(-30, -3))
    first, second = world.wards()[:2]
    for ward in (first, second, second, None):
        world.priority(consultation, "Benches", ward=ward)
    assert outcomes.without_outcome(consultation) == [
        f"“Benches” ({first.name}) has no outcome.",
        f"“Benches” ({second.name}) has no outcome, 2 times.",
        "“Benches” has no outcome.",
    ]
