"""Real threads: two moderators decide about one need at the same moment, and one of them wins."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from flask import Flask

from participation.extensions import db
from participation.moderation import service
from participation.moderation.models import ModerationDecision
from participation.moderation.refusals import DecidedMeanwhile
from participation.moderation.seen import seen_of
from participation.moderation.service import Action
from participation.priorities.models import Priority
from participation.transactions import transaction
from participation.web.models import OutboxMail
from tests.factories.world import World


@pytest.mark.parametrize("moderators", [2, 6])
def test_one_of_them_wins_and_the_others_are_told(app: Flask, world: World, moderators: int) -> None:
    priority = world.priority(world.consultation("spending", gather=(-3, 20)), state="waiting")
    council_id, priority_id, seen = world.here.id, priority.id, seen_of(priority, 0)
    people = [world.staff("moderator").id for _ in range(moderators)]
    db.session.remove()
    start = Barrier(moderators)

    def decide(person: int) -> str:
        action = Action.PUBLISH if person % 2 else Action.REFUSE
        with app.app_context():
            start.wait()
            try:
                with transaction():
                    service.decide(
                        council_id=council_id, seen=seen, action=action, moderator_id=person,
                        reason_code="unclear" if action is Action.REFUSE else None,
                    )  # fmt: skip
            except DecidedMeanwhile:
                return "told"
            finally:
                db.session.remove()
            return action.value

    with ThreadPoolExecutor(moderators) as pool:
        outcomes = list(pool.map(decide, people))
    (won,) = [outcome for outcome in outcomes if outcome != "told"]
    assert outcomes.count("told") == moderators - 1
    assert db.session.get(Priority, priority_id).state == {"publish": "published", "refuse": "refused"}[won]
    assert db.session.query(ModerationDecision).count() == db.session.query(OutboxMail).count() == 1


def test_two_pages_published_crosswise_at_once_publish_each_need_once(app: Flask, world: World) -> None:
    needs = world.priorities(
        world.consultation("spending", gather=(-3, 20)), [f"Need {n}" for n in range(20)], state="waiting"
    )
    council_id, seen = world.here.id, [seen_of(need, 0) for need in needs]
    db.session.remove()
    start = Barrier(2)

    def publish(order: int) -> service.Published:
        with app.app_context():
            start.wait()
            try:
                with transaction():
                    return service.decide_all(
                        council_id=council_id, seen=seen[::order], action=service.Action.PUBLISH, moderator_id=None
                    )
            finally:
                db.session.remove()

    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(publish, (1, -1)))
    assert sorted(one.done for one in done) == [0, 20]
    assert db.session.query(ModerationDecision).count() == 20
