"""One decision in ten is read again, blind, by somebody else; how far the two agree is in the public report."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from participation import clock
from participation.extensions import db
from participation.moderation import second_readings, service
from participation.moderation.interests import declare_interest
from participation.moderation.models import SecondReading
from participation.moderation.report_queries import counted
from participation.moderation.seen import seen_of
from participation.moderation.service import Action
from participation.moderation.transparency import ReadTwice
from participation.priorities.models import Priority
from participation.transactions import transaction
from tests.factories.world import World
from tests.visitor import Visitor

AGAIN = "/exampleton/manage/moderation/read-again"


class Two:
    """Two moderators; the first decided about needs of which the second may read some again."""

    def __init__(self, app: Flask, world: World) -> None:
        self.consultation = world.consultation("spending", gather=(-3, 20))
        self.council_id = self.consultation.council_id
        self.first, self.second = world.staff("moderator"), world.staff("moderator")
        self.world, self.visitor = world, Visitor(app)
        self.visitor.sign_in(self.second)

    def decided(self, title: str, action: Action = Action.PUBLISH, *, shuffle: int = 20) -> Priority:
        need = self.world.priority(self.consultation, title, state="waiting", shuffle=shuffle)
        with transaction():
            found = db.session.get_one(Priority, need.id)
            service.decide(
                council_id=self.council_id, seen=seen_of(found, 0), action=action, moderator_id=self.first.id,
                reason_code="off_topic" if action is Action.REFUSE else None,
            )  # fmt: skip
        return need

    def offered(self, moderator_id: int | None = None) -> str | None:
        found = second_readings.next_for(self.council_id, moderator_id or self.second.id)
        db.session.rollback()
        return found.priority.title if found else None


@pytest.fixture
def two(app: Flask, world: World) -> Two:
    return Two(app, world)


def test_the_second_reads_blind_and_changes_nothing(two: Two) -> None:
    need = two.decided("Quiet rooms", Action.REFUSE)
    refused = two.visitor.get(AGAIN)
    assert "Quiet rooms" in refused.main
    assert two.visitor.submit("Keep my answer", choice="not").errors == ["Choose a reason"]
    two.visitor.submit("Keep my answer", choice="publish")
    assert "There is nothing to read again at the moment." in two.visitor.page.main
    assert db.session.get(Priority, need.id).state == "refused"
    assert counted(two.council_id).read_twice == ReadTwice(only_second=1)
    two.decided("Quiet rooms", Action.PUBLISH)
    assert two.visitor.get(AGAIN).main == refused.main, "the page tells what was decided"


def test_agreement_of_both_kinds_is_counted(two: Two) -> None:
    two.decided("One")
    two.decided("Two", Action.REFUSE)
    for answer in ({"choice": "publish"}, {"choice": "not", "reason": "unclear"}):
        two.visitor.get(AGAIN)
        two.visitor.submit("Keep my answer", **answer)
    assert counted(two.council_id).read_twice == ReadTwice(both=1, neither=1)


def test_only_the_sample_and_never_ones_own(two: Two) -> None:
    two.decided("Not drawn", shuffle=21)
    assert two.offered() is None
    two.decided("Drawn", shuffle=30)
    assert two.offered() == "Drawn"
    assert two.offered(two.first.id) is None


def test_not_with_an_interest_not_changed_texts_and_not_old_ones(two: Two) -> None:
    need = two.decided("Drawn")
    with clock.frozen_at(clock.now() + second_readings.WITHIN + timedelta(seconds=1)):
        assert two.offered() is None
    with transaction():
        declare_interest(priority=db.session.get_one(Priority, need.id), moderator_id=two.second.id)
    assert two.offered() is None
    with transaction():
        db.session.get_one(Priority, need.id).need = "Something else."
    assert two.offered(two.world.staff("moderator").id) is None


def test_a_decision_is_read_again_once(two: Two) -> None:
    two.decided("Drawn")
    form = two.visitor.get(AGAIN)
    two.visitor.submit("Keep my answer", choice="publish")
    two.visitor.page = form
    assert two.visitor.submit("Keep my answer", choice="not", reason="unclear").status == 409
    assert [one.would_publish for one in db.session.query(SecondReading)] == [True]
