"""Real threads: two moderators decide about one need at the same moment, and one of them wins."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from flask import Flask

from participation.errors import Refusal
from participation.extensions import db
from participation.moderation import merges, service
from participation.moderation.models import ModerationDecision
from participation.moderation.refusals import DecidedMeanwhile
from participation.moderation.seen import seen_of
from participation.moderation.service import Action
from participation.priorities.models import Priority, PriorityMerge, PrioritySupport
from participation.priorities.queries import support_counts
from participation.transactions import transaction
from participation.web.models import OutboxMail
from tests.factories.world import World
from tests.visitor import Visitor


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


def test_of_two_merges_of_one_pair_crosswise_one_holds_and_nobody_waits_for_ever(app: Flask, world: World) -> None:
    needs = world.priorities(world.consultation("spending", gather=(-3, 20)), ["A ramp", "The ramp"])
    council_id, people = world.here.id, [world.staff("moderator").id for _ in range(2)]
    seen, names = [seen_of(need, 0) for need in needs], [need.public_id for need in needs]

    def merge(order: int) -> str:
        merged, into = seen[::order]
        merges.merge(council_id=council_id, seen=merged, into=into, moderator_id=people[order])
        return "merged"

    def undo(name: int) -> str:
        merges.undo(council_id=council_id, public_id=names[name], moderator_id=people[name])
        return "undone"

    assert sorted(_at_once(app, merge, (1, -1))) == ["MergeRefused", "merged"]
    (made,) = db.session.query(PriorityMerge)
    gone = names.index(made.merged.public_id)
    undone, refused = sorted(_at_once(app, undo, (gone, gone)), key="undone".__ne__)
    assert (undone, refused in ("MergeRefused", "DecidedMeanwhile")) == ("undone", True)
    assert {need.state for need in db.session.query(Priority)} == {"published"}


def test_support_that_comes_in_the_moment_of_a_merge_counts(app: Flask, world: World) -> None:
    kept, gone = world.priorities(world.consultation("spending", gather=(-3, 20)), ["A ramp", "The ramp"])
    council_id, moderator, seen = world.here.id, world.staff("moderator").id, [seen_of(one, 0) for one in (gone, kept)]
    page = f"/exampleton/consultations/spending/priorities/{gone.public_id}"
    kept_id, before = kept.id, db.session.query(PrioritySupport.account_id).distinct().count()
    visitors = [Visitor(app) for _ in range(4)]
    for visitor in visitors:
        visitor.sign_in(world.resident())
        visitor.get(page)

    db.session.remove()
    start = Barrier(len(visitors) + 1)

    def support(visitor: Visitor) -> int:
        start.wait()
        return visitor.submit("Support this").status

    def merge() -> None:
        with app.app_context():
            start.wait()
            with transaction():
                merges.merge(council_id=council_id, seen=seen[0], into=seen[1], moderator_id=moderator)
            db.session.remove()

    with ThreadPoolExecutor(len(visitors) + 1) as pool:
        merged = pool.submit(merge)
        assert list(pool.map(support, visitors)) == [200] * len(visitors)
        merged.result()
    assert support_counts([kept_id]) == {kept_id: before + len(visitors)}


def _at_once(app: Flask, act: Callable[[int], str], arguments: tuple[int, ...]) -> list[str]:
    """What each of these came to, all begun in the same moment."""
    db.session.remove()
    start = Barrier(len(arguments))

    def begin(argument: int) -> str:
        with app.app_context():
            start.wait()
            try:
                with transaction():
                    return act(argument)
            except Refusal as refusal:
                return type(refusal).__name__
            finally:
                db.session.remove()

    with ThreadPoolExecutor(len(arguments)) as pool:
        return list(pool.map(begin, arguments))
