"""Acts of two people: another person decides, within a day, and what runs is what was approved."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from participation import clock
from participation.accounts.models import Account
from participation.approvals import acts
from participation.approvals import service as approvals
from participation.approvals.acts import Act, Asked, acts_for, register_act
from participation.approvals.models import Approval
from participation.approvals.queries import waiting
from participation.approvals.refusals import ApprovalNotFound, ApprovalOver, PayloadChanged, SamePerson
from participation.audit.models import AuditEvent
from participation.errors import Conflict, Refusal
from participation.extensions import db
from participation.transactions import transaction
from participation.web.access import Permission
from tests.factories.world import World

PAYLOAD = {"voter": 12, "reason": "double"}


@pytest.fixture
def carried_out() -> Iterator[list[Asked]]:
    """What the act of these tests was asked to do."""
    done: list[Asked] = []
    before = dict(acts._acts)
    register_act(
        Act("exclude", Permission.RUN_VOTES, lambda _council, payload: f"Exclude {payload['voter']}", done.append)
    )
    yield done
    acts._acts.clear()
    acts._acts.update(before)


def test_an_act_says_how_long_its_requests_wait(people: tuple[Account, Account], carried_out: list[Asked]) -> None:
    register_act(
        Act("wait", Permission.RUN_VOTES, lambda *_: "Wait", carried_out.append, ends=lambda at: at + timedelta(days=3))
    )
    made = ask(people[0], act="wait")
    assert made.expires_at - made.requested_at == timedelta(days=3)
    with clock.frozen_at(made.expires_at - timedelta(seconds=1)):
        approve(made, people[1])
    assert len(carried_out) == 1


@pytest.fixture
def people(world: World) -> tuple[Account, Account]:
    return world.staff("returning-officer"), world.staff("returning-officer")


def ask(person: Account, **changes: object) -> Approval:
    given = {"council_id": person.council_id, "act": "exclude", "subject": "vote:3", "payload": PAYLOAD}
    with transaction():
        return approvals.ask(**{**given, "requested_by": person.id, **changes})  # type: ignore[arg-type]  # by design


def approve(request: Approval, person: Account, *, seen: str | None = None, council_id: int | None = None) -> None:
    given = {
        "council_id": council_id or person.council_id, "public_id": request.public_id, "decided_by": person.id,
        "seen_hash": seen or request.payload_hash.hex(),
    }  # fmt: skip
    with transaction():
        approvals.approve(**given)  # type: ignore[arg-type]  # by design


def test_another_person_approves_and_it_is_carried_out(
    people: tuple[Account, Account], carried_out: list[Asked]
) -> None:
    one, other = people
    approve(ask(one), other)
    assert carried_out == [Asked(one.council_id, "vote:3", PAYLOAD, one.id, other.id)]
    tags = [event.tag for event in db.session.query(AuditEvent).order_by(AuditEvent.index)]
    assert tags == ["approval-asked", "approval-given"]


def test_asking_twice_is_asking_once(people: tuple[Account, Account], carried_out: list[Asked]) -> None:
    assert ask(people[0]).id == ask(people[0]).id
    assert ask(people[0], payload={"voter": 13}).id != ask(people[0]).id


def test_who_asked_cannot_approve_but_withdraw(people: tuple[Account, Account], carried_out: list[Asked]) -> None:
    request = ask(people[0])
    with pytest.raises(SamePerson):
        approve(request, people[0])
    with transaction():
        approvals.refuse(council_id=request.council_id, public_id=request.public_id, decided_by=people[0].id)
    assert db.session.get(Approval, request.id).decision == "withdrawn"
    assert carried_out == []


def test_the_database_itself_knows_four_eyes(people: tuple[Account, Account], carried_out: list[Asked]) -> None:
    request = ask(people[0])

    def forge() -> None:
        with transaction():
            db.session.execute(
                text("UPDATE approval SET decision = 'approved', decided_by = requested_by, decided_at = requested_at")
            )

    with pytest.raises(IntegrityError):
        forge()
    db.session.rollback()
    assert db.session.get(Approval, request.id).decision is None


def altered(request: Approval) -> None:
    with transaction():
        db.session.execute(text("UPDATE approval SET payload = :other"), {"other": '{"voter":13}'})


def decided(request: Approval) -> None:
    with transaction():
        approvals.refuse(council_id=request.council_id, public_id=request.public_id, decided_by=request.requested_by)


@pytest.mark.parametrize(
    ("before", "hours", "seen", "refusal"),
    [
        (None, 24, None, ApprovalOver),
        (decided, 0, None, ApprovalOver),
        (altered, 0, None, PayloadChanged),
        (None, 0, "00" * 32, PayloadChanged),
    ],
    ids=["a day later", "decided before", "altered in the database", "another page"],
)
def test_nothing_runs(
    people: tuple[Account, Account], carried_out: list[Asked], before: Callable[[Approval], None] | None, hours: int,
    seen: str | None, refusal: type[Refusal],
) -> None:  # fmt: skip
    request = ask(people[0])
    if before:
        before(request)
    with clock.frozen_at(clock.now() + timedelta(hours=hours, seconds=1)), pytest.raises(refusal):
        approve(request, people[1], seen=seen)
    assert carried_out == []


def test_when_the_act_refuses_the_request_still_waits(
    people: tuple[Account, Account], carried_out: list[Asked]
) -> None:
    def stop(_asked: Asked) -> None:
        raise Conflict()

    register_act(Act("exclude", Permission.RUN_VOTES, lambda _council, _payload: "Exclude", stop))
    request = ask(people[0])
    with pytest.raises(Conflict):
        approve(request, people[1])
    assert db.session.get(Approval, request.id).decision is None


def test_another_council_finds_nothing(world: World, people: tuple[Account, Account], carried_out: list[Asked]) -> None:
    stranger = world.staff("returning-officer", council=world.council("otherham"))
    request = ask(people[0])
    with pytest.raises(ApprovalNotFound):
        approve(request, stranger)
    now = clock.now()
    assert db.session.scalars(waiting(stranger.council_id, ["exclude"], now)).all() == []
    assert len(db.session.scalars(waiting(request.council_id, ["exclude"], now)).all()) == 1


def test_acts_are_for_those_with_their_permission(carried_out: list[Asked]) -> None:
    assert "exclude" in acts_for(frozenset({Permission.RUN_VOTES}))
    assert "exclude" not in acts_for(frozenset({Permission.MODERATE}))
