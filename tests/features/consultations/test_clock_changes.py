"""Time travel over both changes of the clocks: everything happens at the right minute, and nothing has to run for it.

In 2027 clocks in the UK go forward on Sunday 28 March (01:00 is 02:00) and back on Sunday 31 October (02:00 is 01:00).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

import pytest
from flask import Flask

from participation import clock
from participation.consultations import letters
from participation.consultations.lifecycle import Stage, stage_of
from participation.consultations.models import Consultation, Follower, MailChoice, Phase
from participation.consultations.moments import uk_moment
from participation.councils.models import Council
from participation.extensions import db
from participation.moderation import service as moderation
from participation.moderation.appeals import appealable
from participation.moderation.models import HiddenText
from participation.moderation.sealing import hidden_text
from participation.moderation.seen import seen_of
from participation.moderation.service import Action
from participation.priorities import merging, outcomes
from participation.priorities.models import Contribution, Outcome, Priority
from participation.privacy import retention
from participation.transactions import transaction
from participation.web.models import OutboxMail
from tests.factories.world import World
from tests.visitor import Visitor

MINUTE = timedelta(minutes=1)
PUBLIC = "/exampleton/consultations/spending"


@dataclass(frozen=True)
class Change:
    """The Saturday before a change, or the day before another turn of the calendar; what UTC is behind before and after it."""

    saturday: date
    before: timedelta
    after: timedelta

    def utc(self, days: int, hour: int, minute: int = 0) -> datetime:
        """A time on the clocks in the UK, so many days after that Saturday, in UTC by our own sums."""
        local = datetime.combine(self.saturday + timedelta(days=days), time(hour, minute), tzinfo=UTC)
        return local - (self.before if (days, hour) < (1, 1) else self.after)


SPRING = Change(date(2027, 3, 27), timedelta(0), timedelta(hours=1))
AUTUMN = Change(date(2027, 10, 30), timedelta(hours=1), timedelta(0))
YEAR_END = Change(date(2027, 12, 31), timedelta(0), timedelta(0))
LEAP_DAY = Change(date(2028, 2, 28), timedelta(0), timedelta(0))
both = pytest.mark.parametrize("change", [SPRING, AUTUMN], ids=["spring", "autumn"])
every = pytest.mark.parametrize(
    "change", [SPRING, AUTUMN, YEAR_END, LEAP_DAY], ids=["spring", "autumn", "year-end", "leap-day"]
)


@contextmanager
def around(moment: datetime) -> Iterator[tuple[datetime, datetime]]:
    """The last minute before a moment, and the moment."""
    yield moment - MINUTE, moment


def running(world: World, change: Change, opens: datetime, closes: datetime, kind: str = "gather") -> int:
    """A consultation that is launched long before, with one phase."""
    with clock.frozen_at(change.utc(-60, 12)):
        made = world.consultation("spending", options=2, decision_date=change.saturday + timedelta(days=200))
        with transaction():
            one = db.session.get_one(Consultation, made.id)
            one.phases = [Phase(kind=kind, opens_at=opens, closes_at=closes)]
    return made.id


@both
@pytest.mark.parametrize(
    ("kind", "stage_while_open", "door"),
    [("gather", Stage.GATHERING, "priorities/new"), ("shape", Stage.SHAPING, "options/option-1/comment")],
)
def test_a_phase_opens_and_closes_at_the_minute_that_staff_typed(
    app: Flask, world: World, change: Change, kind: str, stage_while_open: Stage, door: str
) -> None:
    opens = uk_moment(change.saturday, time(9))
    closes = uk_moment(change.saturday + timedelta(days=2), time(17, 30))
    assert (opens, closes) == (change.utc(0, 9), change.utc(2, 17, 30))
    number = running(world, change, opens, closes, kind)
    resident = world.resident()
    for moment, stage, may in (
        (opens - MINUTE, Stage.UPCOMING, False),
        (opens, stage_while_open, True),
        (closes - MINUTE, stage_while_open, True),
        (closes, Stage.CLOSED, False),
    ):
        with clock.frozen_at(moment):
            assert stage_of(db.session.get_one(Consultation, number), moment) is stage
            visitor = Visitor(app)
            visitor.sign_in(resident)
            assert (visitor.get(f"{PUBLIC}/{door}").status == 200) is may
    with clock.frozen_at(opens):
        assert "5:30pm" in Visitor(app).get(PUBLIC).main


@both
def test_a_phase_may_open_in_the_night_of_the_change(world: World, change: Change) -> None:
    """At 2am summer time begins; at 1am the hour is there twice in autumn, and the first one counts."""
    hour = 2 if change is SPRING else 1
    opens = uk_moment(change.saturday + timedelta(days=1), time(hour))
    assert opens == datetime(2027, 3, 28, 1, tzinfo=UTC) if change is SPRING else datetime(2027, 10, 31, 0, tzinfo=UTC)
    number = running(world, change, opens, opens + timedelta(hours=3))
    one = db.session.get_one(Consultation, number)
    assert [stage_of(one, opens + timedelta(minutes=minutes)) for minutes in (-1, 0, 179, 180)] == [
        Stage.UPCOMING, Stage.GATHERING, Stage.GATHERING, Stage.CLOSED
    ]  # fmt: skip


def digests(world: World, moment: datetime) -> list[str]:
    """What the weekly mails of this moment say, newest only."""
    with clock.frozen_at(moment), transaction():
        before = {mail.id for mail in db.session.query(OutboxMail)}
        letters.write_digests(db.session.get_one(Council, world.here.id))
    return [mail.body for mail in db.session.query(OutboxMail).order_by(OutboxMail.id) if mail.id not in before]


def follow(world: World, number: int) -> None:
    reader = world.resident()
    with transaction():
        db.session.add(Follower(consultation_id=number, account_id=reader.id, since=reader.created_at))


@every
def test_a_reminder_is_due_a_week_before_the_close_at_the_same_time_of_day(world: World, change: Change) -> None:
    closes = change.utc(4, 17)
    number = running(world, change, change.utc(-30, 9), closes)
    follow(world, number)
    due = change.utc(-3, 17)
    assert digests(world, due - MINUTE) == []
    (body,) = digests(world, due)
    assert "closes at 5pm on " in body
    assert digests(world, due + MINUTE) == []


@both
def test_who_sends_mails_on_saturdays_at_nine_sends_them_each_week(world: World, change: Change) -> None:
    opens = change.utc(-1, 9)
    number = running(world, change, opens, change.utc(1, 9))
    reader = world.resident()
    with transaction():
        db.session.add(MailChoice(account_id=reader.id, kind="opening", wanted=True, chosen_at=reader.created_at))
    assert len(digests(world, change.utc(0, 9))) == 1
    with transaction():
        one = db.session.get_one(Consultation, number)
        one.phases.append(Phase(kind="vote", opens_at=change.utc(2, 9), closes_at=change.utc(20, 9)))
    assert digests(world, change.utc(7, 9) - MINUTE) == []
    assert len(digests(world, change.utc(7, 9))) == 1


@every
def test_a_promise_is_overdue_when_its_day_is_over_in_the_uk(app: Flask, world: World, change: Change) -> None:
    number = running(world, change, change.utc(-30, 9), change.utc(-20, 9))
    need = world.priority(db.session.get_one(Consultation, number), "A bench")
    editor = world.staff("editor")
    for days in (0, 1):
        due = change.saturday + timedelta(days=days)
        with transaction():
            db.session.query(Outcome).delete()
            db.session.add(
                Outcome(
                    consultation_id=number, priority_id=need.id, answer="accepted", reason="Yes.", owner="Parks", due_on=due,
                    status="planned", updated_at=change.utc(-10, 9),
                )
            )  # fmt: skip
        for moment, late in zip((change.utc(days + 1, 0) - MINUTE, change.utc(days + 1, 0)), (0, 1), strict=True):
            with clock.frozen_at(moment):
                assert len(db.session.scalars(outcomes.overdue(world.here.id, clock.today())).all()) == late
                visitor = Visitor(app)
                visitor.sign_in(editor)
                assert ("1 promise to residents is overdue" in visitor.get("/exampleton/manage").main) is bool(late)


@every
def test_an_appeal_is_possible_until_the_same_time_of_day_28_days_on(app: Flask, world: World, change: Change) -> None:
    number = running(world, change, change.utc(-30, 9), change.utc(60, 9))
    author = world.resident()
    need = world.priority(db.session.get_one(Consultation, number), "A bench", state="waiting", author=author)
    with clock.frozen_at(change.utc(-10, 15, 30)), transaction():
        moderation.decide(
            council_id=world.here.id, seen=seen_of(db.session.get_one(Contribution, need.id), 0), action=Action.REFUSE,
            moderator_id=None, reason_code="unclear",
        )  # fmt: skip
    ends = change.utc(18, 15, 30)
    for moment, may in ((ends - MINUTE, True), (ends, True), (ends + MINUTE, False)):
        with clock.frozen_at(moment):
            assert (appealable(db.session.get_one(Contribution, need.id)) is not None) is may
            visitor = Visitor(app)
            visitor.sign_in(author)
            offered = "Ask another moderator to look again" in visitor.get("/exampleton/account/priorities").main
            assert offered is may


@every
def test_a_merge_can_be_undone_until_the_same_time_of_day_28_days_on(world: World, change: Change) -> None:
    number = running(world, change, change.utc(-30, 9), change.utc(60, 9))
    kept, gone = world.priorities(db.session.get_one(Consultation, number), ["A bench", "One bench"])
    with clock.frozen_at(change.utc(-10, 8)), transaction():
        made = merging.merge(
            merged=db.session.get_one(Priority, gone.id), kept=db.session.get_one(Priority, kept.id), actor_id=None
        ).id
    for moment, may in ((change.utc(18, 8), True), (change.utc(18, 8) + MINUTE, False)):
        with clock.frozen_at(moment):
            assert merging.may_undo(db.session.get_one(merging.PriorityMerge, made)) is may


@every
def test_what_is_kept_for_a_time_goes_at_its_minute(world: World, change: Change) -> None:
    """A year in days of 24 hours, as the list of what is kept says: what was hidden is gone then though nothing ran."""
    number = running(world, change, change.utc(-30, 9), change.utc(60, 9))
    ends = change.utc(1, 3)
    began = ends - timedelta(days=365)
    need = world.priority(db.session.get_one(Consultation, number), "A bench", state="waiting").id
    refused = world.priority(db.session.get_one(Consultation, number), "Spam", state="refused", submitted_at=began).id
    with clock.frozen_at(began), transaction():
        decision = moderation.decide(
            council_id=world.here.id, seen=seen_of(db.session.get_one(Contribution, need), 0), action=Action.HIDE_PART,
            moderator_id=None, reason_code="personal_data", passage="bench",
        ).id  # fmt: skip
    for moment, there in ((ends - MINUTE, True), (ends + MINUTE, False)):
        with clock.frozen_at(moment):
            assert (hidden_text(decision) is not None) is there
            retention.run()
            assert (db.session.get(HiddenText, decision) is not None) is there
            assert (db.session.get(Contribution, refused) is not None) is there


@every
def test_days_on_are_days_on_the_wall(change: Change) -> None:
    start = change.utc(-3, 12)
    assert clock.later(start, days=7) == change.utc(4, 12)
    assert clock.later(change.utc(4, 12), days=-7) == start


def test_a_skipped_time_becomes_the_hour_on() -> None:
    skipped = clock.later(datetime(2027, 3, 27, 1, 30, tzinfo=UTC), days=1)
    assert skipped == datetime(2027, 3, 28, 1, 30, tzinfo=UTC)
    assert f"{skipped.astimezone(clock.UK):%H:%M}" == "02:30"
