"""Reading and supporting what others need: once each, in an order that sways nobody."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask

from participation.extensions import db
from participation.priorities import queries, service
from participation.priorities.models import Priority, PrioritySupport
from participation.transactions import transaction
from tests.factories.world import World
from tests.features.queries import counted_queries
from tests.visitor import Visitor

LIST = "/exampleton/consultations/spending/priorities"


def titles(page: object) -> list[str]:
    return [link.get_text() for link in page.soup.select(".app-card__title a")]  # type: ignore[attr-defined]


def test_support_once_and_stop(world: World, visitor: Visitor) -> None:
    consultation = world.consultation("spending", gather=(-3, 20))
    priority = world.priority(consultation, "Longer hours")
    visitor.sign_in(world.resident())
    visitor.get(LIST)
    visitor.follow("Longer hours")
    page = visitor.submit("Support this")
    assert "You support this" in page.main
    assert queries.support_counts([priority.id]) == {priority.id: 2}
    assert "You support this" in visitor.get(LIST).main
    visitor.follow("Longer hours")
    visitor.submit("Stop supporting this")
    assert queries.support_counts([priority.id]) == {priority.id: 1}


def test_the_same_support_sent_twice_is_one(world: World, visitor: Visitor) -> None:
    consultation = world.consultation("spending", gather=(-3, 20))
    priority = world.priority(consultation)
    visitor.sign_in(world.resident())
    page = visitor.get(f"{LIST}/{priority.public_id}")
    token = page.soup.select_one("main input[name=csrf_token]")["value"]
    for _ in range(2):
        visitor.post(f"{LIST}/{priority.public_id}/support", {"csrf_token": token, "wanted": "yes"})
    assert queries.support_counts([priority.id]) == {priority.id: 2}


def test_eight_threads_of_one_resident_support_once(app: Flask, world: World) -> None:
    consultation = world.consultation("spending", gather=(-3, 20))
    priority, resident = world.priority(consultation), world.resident()
    priority_id, resident_id = priority.id, resident.id
    db.session.remove()

    def support(_: int) -> None:
        with app.app_context():
            try:
                with transaction():
                    found = db.session.get(Priority, priority_id)
                    service.support(priority=found, account_id=resident_id, ward_id=None)
            finally:
                db.session.remove()
                db.engine.dispose(close=False)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(support, range(8)))
    assert db.session.query(PrioritySupport).filter_by(priority_id=priority_id).count() == 2


def test_a_visitor_without_an_account_is_led_to_sign_in_and_back(world: World, visitor: Visitor) -> None:
    consultation = world.consultation("spending", gather=(-3, 20))
    priority = world.priority(consultation)
    page = visitor.get(f"{LIST}/{priority.public_id}")
    assert page.links()["Sign in to support this"].endswith(f"sign-in?next={LIST}/{priority.public_id}")


@pytest.mark.parametrize(("state", "phases", "status"), [
    ("waiting", {"gather": (-3, 20)}, 409), ("refused", {"gather": (-3, 20)}, 409), ("published", {"gather": (-9, -1)}, 409),
])  # fmt: skip
def test_only_what_is_published_while_it_is_open_can_be_supported(
    world: World, visitor: Visitor, state: str, phases: dict[str, tuple[int, int]], status: int
) -> None:
    consultation = world.consultation("spending", **phases)
    priority = world.priority(consultation, state=state)
    visitor.sign_in(world.resident())
    world.consultation("other", gather=(-3, 20))
    page = visitor.get("/exampleton/consultations/other/priorities/new")
    token = page.soup.select_one("main input[name=csrf_token]")["value"]
    page = visitor.post(f"{LIST}/{priority.public_id}/support", {"csrf_token": token, "wanted": "yes"})
    assert page.status == status
    assert queries.support_counts([priority.id]) == {priority.id: 1}


def test_the_list_is_shuffled_but_stable_and_never_by_support_while_it_is_open(world: World, visitor: Visitor) -> None:
    consultation = world.consultation("spending", gather=(-3, 20))
    needs = world.priorities(consultation, [f"Need number {place}" for place in range(9)])
    popular = world.priority(consultation, "Popular", supporters=(world.resident(), world.resident()), shuffle=500)
    shuffled = [need.title for need in sorted([*needs, popular], key=lambda need: need.shuffle)]
    assert titles(visitor.get(LIST)) == shuffled
    page = visitor.get(f"{LIST}?order=support")
    assert titles(page) == shuffled
    assert "support this" not in page.main.replace("residents support each one", "")


def test_after_it_closed_the_numbers_show_and_may_sort(world: World, visitor: Visitor) -> None:
    consultation = world.consultation("spending", gather=(-9, -1))
    world.priority(consultation, "Liked by one")
    world.priority(consultation, "Liked by three", supporters=(world.resident(), world.resident()))
    page = visitor.get(f"{LIST}?order=support")
    assert titles(page) == ["Liked by three", "Liked by one"]
    assert "3 residents support this" in page.main
    assert "1 resident supports this" in page.main


def test_filters_by_service_and_by_place(world: World, visitor: Visitor) -> None:
    consultation = world.consultation("spending", gather=(-3, 20))
    edu, env, _ = world.groups()
    northfield, southgate, _ = world.wards()
    world.priority(consultation, "School in Northfield", group=edu, ward=northfield)
    world.priority(consultation, "Trees in Southgate", group=env, ward=southgate)
    world.priority(consultation, "Trees everywhere", group=env)
    visitor.get(LIST)
    assert titles(visitor.submit("Show", service="edu")) == ["School in Northfield"]
    assert titles(visitor.submit("Show", service="env", ward=southgate.code)) == ["Trees in Southgate"]
    assert titles(visitor.submit("Show", service="", ward="whole-council")) == ["Trees everywhere"]
    assert "Nothing fits what you chose" in visitor.submit("Show", service="cul", ward=northfield.code).main


def test_only_published_needs_are_listed(world: World, visitor: Visitor) -> None:
    consultation = world.consultation("spending", gather=(-3, 20))
    for state in ("waiting", "published", "refused", "withdrawn"):
        world.priority(consultation, f"This is {state}", state=state)
    assert titles(visitor.get(LIST)) == ["This is published"]


def test_the_list_asks_as_much_of_the_database_for_1000_as_for_10(world: World, visitor: Visitor) -> None:
    consultation = world.consultation("spending", gather=(-3, 20))
    resident = world.resident()
    world.priorities(consultation, [f"Need {place}" for place in range(10)], author=resident)
    visitor.sign_in(resident)
    visitor.get(LIST)
    with counted_queries() as few:
        visitor.get(LIST)
    world.priorities(consultation, [f"More {place}" for place in range(990)], author=resident)
    with counted_queries() as many:
        page = visitor.get(LIST)
    assert "1,000 needs, 1 to 25 shown" in page.main
    assert len(many) == len(few) <= 15
    with counted_queries() as own:
        visitor.get("/exampleton/account/priorities")
    assert len(own) <= 15


def test_people_by_ward_counts_each_person_once(world: World) -> None:
    consultation = world.consultation("spending", gather=(-3, 20))
    northfield, southgate, _ = world.wards()
    ann, ben = world.resident(ward=northfield), world.resident(ward=southgate)
    world.priority(consultation, author=ann, supporters=(ben,))
    world.priority(consultation, author=ann)
    world.priority(consultation, author=world.resident(ward=southgate), state="refused")
    assert queries.people_by_ward(consultation.id) == {northfield.id: 1, southgate.id: 1}
    assert [count for _, count in queries.ranked(consultation.id)] == [2, 1]
