"""Residents follow a need and are told what becomes of it, in the one mail a week that also tells of consultations."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from participation import clock
from participation.consultations.letters import write_digests
from participation.councils.models import Council
from participation.extensions import db
from participation.priorities import merging
from participation.priorities.models import NeedFollower, Outcome, Priority
from participation.transactions import transaction
from participation.web.models import OutboxMail
from tests.factories.world import World
from tests.visitor import Visitor

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)


def digests(world: World) -> int:
    with transaction():
        return write_digests(db.session.get_one(Council, world.here.id))


def said(need: Priority, at: datetime) -> None:
    with transaction():
        db.session.add(
            Outcome(
                consultation_id=need.consultation_id, priority_id=need.id, answer="accepted", reason="It is cheap.",
                owner="Parks", status="planned", updated_at=at,
            )
        )  # fmt: skip


def followed(world: World, visitor: Visitor) -> Priority:
    need = world.priority(world.consultation("spending", gather=(-9, -1)), "More benches")
    visitor.sign_in(world.resident("ann@example.org"))
    visitor.get(f"/exampleton/consultations/spending/priorities/{need.public_id}")
    visitor.submit("Email me what becomes of it")
    assert "We email you what becomes of this need." in visitor.page.main
    return need


def test_a_follower_hears_what_the_council_says_once(world: World, visitor: Visitor) -> None:
    with clock.frozen_at(NOW):
        need = followed(world, visitor)
        assert digests(world) == 0
        said(need, NOW)
        assert [digests(world), digests(world)] == [1, 0]
    (mail,) = db.session.query(OutboxMail).all()
    assert mail.recipient == "ann@example.org"
    assert "More benches: accepted, planned.\nhttp" in mail.body
    assert need.public_id in mail.body
    with clock.frozen_at(NOW + timedelta(days=8)):
        assert digests(world) == 0


def test_a_merge_is_told(world: World, visitor: Visitor) -> None:
    with clock.frozen_at(NOW):
        need = followed(world, visitor)
        other = world.priority(need.consultation, "Somewhere to sit")
        with transaction():
            merging.merge(
                merged=db.session.get_one(Priority, need.id), kept=db.session.get_one(Priority, other.id), actor_id=None
            )
        assert digests(world) == 1
    assert "“More benches” says the same as “Somewhere to sit”" in db.session.query(OutboxMail).one().body


def test_who_stops_hears_nothing(world: World, visitor: Visitor) -> None:
    with clock.frozen_at(NOW):
        need = followed(world, visitor)
        visitor.submit("Stop emails about this need")
        said(need, NOW)
        assert digests(world) == 0
        assert db.session.query(NeedFollower).count() == 0


@pytest.mark.parametrize("gap", [timedelta(days=7), timedelta(days=7, minutes=5), timedelta(days=20)])
def test_nothing_falls_between_two_runs(world: World, visitor: Visitor, gap: timedelta) -> None:
    """The second thing happens a minute after the first mail; the next run, however late, still tells it, and it alone."""
    with clock.frozen_at(NOW):
        first = followed(world, visitor)
        said(first, NOW)
        assert digests(world) == 1
    with clock.frozen_at(NOW + timedelta(minutes=1)):
        need = world.priority(first.consultation, "A shelter")
        visitor.get(f"/exampleton/consultations/spending/priorities/{need.public_id}")
        visitor.submit("Email me what becomes of it")
        said(need, clock.now())
    with clock.frozen_at(NOW + timedelta(days=6)):
        assert digests(world) == 0, "one a week at most"
    with clock.frozen_at(NOW + gap):
        assert digests(world) == 1
    body = db.session.query(OutboxMail).order_by(OutboxMail.id.desc()).first().body
    assert "A shelter: accepted" in body
    assert "More benches" not in body
