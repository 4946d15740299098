"""The public report: what was done is what it counts, of a quarter and of a consultation."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

from participation import clock
from participation.moderation import service
from participation.moderation.seen import seen_of
from participation.moderation.service import Action
from participation.moderation.transparency import Quarter
from participation.transactions import transaction
from tests.factories.world import World
from tests.visitor import Visitor


def decided(world: World, slug: str, published: int, refused: int) -> None:
    consultation = world.consultation(slug, gather=(-10, 20))
    needs = world.priorities(consultation, [f"Need {place}" for place in range(published + refused)], state="waiting")
    seen = [seen_of(need, 0) for need in needs]
    moderator = world.staff("moderator").id
    with clock.frozen_at(needs[0].submitted_at + timedelta(hours=5)), transaction():
        for place, one in enumerate(seen):
            action = Action.PUBLISH if place < published else Action.REFUSE
            service.decide(
                council_id=world.here.id, seen=one, action=action, moderator_id=moderator, reason_code="off_topic"
            )


def figures(visitor: Visitor, path: str) -> dict[str, str]:
    page = visitor.get(path, inspect=False)
    assert page.response.mimetype == "text/csv"
    rows = csv.DictReader(io.StringIO(page.response.get_data(as_text=True).removeprefix("\ufeff")))
    return {row["name"]: row["value"] for row in rows}


def test_a_consultation_has_its_report(world: World, visitor: Visitor) -> None:
    decided(world, "spending", 20, 11)
    decided(world, "other", 12, 0)
    visitor.get("/exampleton/consultations/spending/priorities")
    page = visitor.follow("How we moderate what residents write")
    assert "Half of all texts were decided within 5.0 hours" in page.main or "within 4." in page.main
    assert "Not published 11" in page.main
    found = figures(visitor, "/exampleton/consultations/spending/moderation-report.csv")
    assert (found["Needs and comments residents sent"], found["Published"], found["Not published"]) == (
        "31",
        "20",
        "11",
    )
    assert found["Not about what the consultation asks"] == "11"


def test_a_quarter_counts_the_whole_council_and_nothing_of_another(world: World, visitor: Visitor) -> None:
    decided(world, "spending", 20, 11)
    decided(world, "other", 12, 0)
    quarter = Quarter.of((clock.now() - timedelta(days=2)).astimezone(clock.UK).date())
    found = figures(visitor, f"/exampleton/moderation-report.csv?quarter={quarter.code}")
    assert (found["Needs and comments residents sent"], found["Published"]) == ("43", "32")
    before = figures(visitor, f"/exampleton/moderation-report.csv?quarter={quarter.before.code}")
    assert before["Needs and comments residents sent"] == "0"
    world.council("otherham")
    assert (
        figures(visitor, f"/otherham/moderation-report.csv?quarter={quarter.code}")["Needs and comments residents sent"]
        == "0"
    )


def test_few_needs_are_not_shown(world: World, visitor: Visitor) -> None:
    decided(world, "spending", 3, 1)
    page = visitor.get("/exampleton/consultations/spending/moderation-report")
    assert "Too few texts were decided to say how long it took." in page.main
    assert "Needs and comments residents sent Not shown" in page.main


def test_quarters_that_do_not_exist_or_have_not_begun_are_not_found(world: World, visitor: Visitor) -> None:
    world.council()
    assert visitor.get("/exampleton/moderation-report").status == 200
    for quarter in ("2026-Q5", "x", Quarter.of(clock.today()).following.code):
        assert visitor.get(f"/exampleton/moderation-report?quarter={quarter}").status == 404
