"""The page of a service says what residents are asked and have said about it."""

from __future__ import annotations

from sqlalchemy import select

from participation import clock
from participation.consultations.models import Consultation
from participation.extensions import db
from participation.priorities.models import Priority
from participation.transactions import transaction
from tests.factories.world import World
from tests.features.queries import counted_queries
from tests.visitor import Visitor


def needs(world: World, number: int, *, state: str = "published", consultation_state: str = "launched") -> None:
    consultation = world.consultation(f"needs-{number}-{state}", gather=(-3, 3), state=consultation_state)
    group = world.groups()[0]
    with transaction():
        db.session.add_all(
            Priority(
                public_id=f"{state[:1]}{number}x{place}", consultation_id=consultation.id, group_id=group.id, shuffle=place,
                title=f"Need {place} {state}", need="Why.", state=state, submitted_at=clock.now(),
            )
            for place in range(number)
        )  # fmt: skip


def test_a_service_names_its_consultations_and_some_needs(world: World, visitor: Visitor) -> None:
    world.council()
    needs(world, 7)
    needs(world, 1, state="waiting")
    page = visitor.get("/exampleton/services/edu")
    assert "The needs-7-published consultation" in page.main
    assert "Residents wrote 7 needs about it. Here are 5, in no order of importance:" in page.main
    assert "Need 4 published" in page.main
    assert "Need 0 waiting" not in page.main
    assert visitor.follow("Need 2 published").status == 200


def test_a_draft_is_not_told(world: World, visitor: Visitor) -> None:
    world.council()
    world.consultation("secret", state="draft")
    page = visitor.get("/exampleton/services/edu")
    assert "secret" not in page.main
    assert "The council is not asking about this service." in page.main


def test_many_needs_take_no_more_queries_than_few(world: World, visitor: Visitor) -> None:
    world.council()
    counts = []
    for number in (10, 1000):
        needs(world, number)
        with counted_queries() as seen:
            visitor.get("/exampleton/services/edu")
        counts.append(len(seen))
    assert counts[0] == counts[1]


def test_a_service_stands_where_its_running_consultation_is(world: World, visitor: Visitor) -> None:
    world.council()
    assert "Where the service stands" not in visitor.get("/exampleton/services/edu").main
    needs(world, 1)
    page = visitor.get("/exampleton/services/edu")
    steps = [item.get_text(" ", strip=True) for item in page.soup.select("#cycle ~ ol")[0].select("li")]
    assert [step.partition(":")[0].strip() for step in steps] == ["Analyse", "Plan", "Do", "Review"]
    assert [("Now" in step) for step in steps].count(True) == 1
    with transaction():
        for consultation in db.session.scalars(select(Consultation)):
            consultation.state = "withdrawn"
    assert "Where the service stands" not in visitor.get("/exampleton/services/edu").main
