"""Taking voters off the register: two people, a reason, the voter's answer, and a line in the public log at the opening."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import update

from participation.accounts.models import Account
from participation.approvals.refusals import SamePerson
from participation.extensions import db
from participation.transactions import transaction
from participation.voting import exclusions, schedule, service
from participation.voting.models import RollEntry
from participation.voting.refusals import BoxDamaged, NotOnTheRoll, WrongStep
from tests.factories.votes import Voting, rows
from tests.factories.world import World
from tests.visitor import Visitor


class Closed:
    """A closed vote of four voters, and two officers."""

    def __init__(self, world: World) -> None:
        self.voting = Voting(world)
        self.voters = [world.resident() for _ in range(4)]
        for voter in self.voters:
            self.voting.cast(voter, 0)
        self.one, self.other = world.staff("moderator"), world.staff("moderator")
        with transaction():
            schedule.close_early(consultation=self.voting.consultation, reason_code="mistake", actor_id=self.one.id)

    def exclude(self, voter: Account, *, one: Account | None = None, other: Account | None = None) -> None:
        with transaction():
            exclusions.exclude(
                consultation=self.voting.consultation, voter_id=voter.id, reason_code="moved",
                requested_by=(one or self.one).id, decided_by=(other or self.other).id,
            )  # fmt: skip

    def open(self) -> None:
        with transaction():
            service.open_box(consultation=self.voting.consultation, actor_id=None)


@pytest.fixture
def closed(world: World) -> Closed:
    return Closed(world)


def test_p15_an_exclusion_takes_two_people(app: Flask, world: World, closed: Closed) -> None:
    with pytest.raises(SamePerson):
        closed.exclude(closed.voters[0], other=closed.one)
    asker = Visitor(app)
    asker.sign_in(closed.one)
    page = asker.get(f"{closed.voting.manage_url}/register")
    assert asker.submit("Ask to take them off", email="nobody@example.org", reason="moved").errors == [
        "Nobody with this email address has a ballot in this box."
    ]
    asker.submit("Ask to take them off", email=closed.voters[0].email, reason="moved")
    page = asker.get("/exampleton/manage/approvals")
    assert page.soup.find("button", string="Approve") is None
    (asked,) = rows("approval")
    forged = asker.post(
        f"/exampleton/manage/approvals/{asked['public_id']}/approve",
        {"seen": asked["payload_hash"].hex(), "csrf_token": page.soup.select_one("[name=csrf_token]")["value"]},
    )
    assert forged.status == 403
    assert {row["state"] for row in rows("roll_entry")} == {"eligible"}
    approver = Visitor(app)
    approver.sign_in(closed.other)
    approver.get("/exampleton/manage/approvals")
    approver.submit("Approve")
    assert [row["state"] for row in rows("roll_entry")].count("excluded") == 1
    tags = [event["tag"] for event in rows("audit_event")]
    assert {"approval-asked", "approval-given", "voter-excluded"} <= set(tags)
    assert not any(closed.voters[0].email in event["public"] for event in rows("audit_event"))


def test_an_excluded_ballot_leaves_the_box_with_a_line_and_its_reason(closed: Closed) -> None:
    closed.exclude(closed.voters[1])
    assert not any("exclude" in leaf["leaf"] for leaf in rows("box_leaf")), "it can still be contested"
    closed.open()
    (line,) = [leaf["leaf"] for leaf in rows("box_leaf") if "exclude" in leaf["leaf"]]
    assert line.startswith('{"code":"moved","exclude":"')
    assert len(rows("board_ballot")) == 3
    assert closed.voters[1].id not in [row["voter_id"] for row in rows("participation")]
    assert [(reason.code, number) for reason, number in exclusions.counted(closed.voting.vote.id)] == [("moved", 1)]


def test_a_voter_contests_and_is_put_back_by_two_people(app: Flask, closed: Closed) -> None:
    closed.exclude(closed.voters[2])
    voter, officer, second = Visitor(app), Visitor(app), Visitor(app)
    voter.sign_in(closed.voters[2])
    page = voter.get(f"{closed.voting.url}/cast")
    assert "You were taken off the register of this vote" in page.main
    voter.follow("See why, and what you can do")
    assert voter.submit("Send to the council").errors == ["Enter why it is wrong"]
    assert "You wrote to us about this" in voter.submit("Send to the council", reason="I moved last week.").main
    with pytest.raises(WrongStep, match="contests"):
        closed.open()
    officer.sign_in(closed.one)
    assert "wait for an answer" in officer.get("/exampleton/manage").main
    page = officer.get(f"{closed.voting.manage_url}/register")
    assert "I moved last week." in page.main
    officer.submit("Ask to put them back")
    second.sign_in(closed.other)
    second.get("/exampleton/manage/approvals")
    second.submit("Approve")
    assert voter.get(f"{closed.voting.url}/contest").status == 409
    closed.open()
    assert len(rows("board_ballot")) == 4
    assert not any("exclude" in leaf["leaf"] for leaf in rows("box_leaf"))
    subjects = [mail["body"] for mail in rows("outbox_mail") if mail["recipient"] == closed.voters[2].email]
    assert any("taken off the register" in body for body in subjects)
    assert any("back on the register" in body for body in subjects)


def test_a_contest_can_be_answered_with_no(app: Flask, closed: Closed) -> None:
    closed.exclude(closed.voters[0])
    with transaction():
        exclusions.contest(
            consultation=closed.voting.consultation, account_id=closed.voters[0].id, reason="I never moved."
        )
    officer = Visitor(app)
    officer.sign_in(closed.one)
    officer.get(f"{closed.voting.manage_url}/register")
    assert "They were told that they stay off the register" in officer.submit("They stay off the register").main
    closed.open()
    assert len(rows("board_ballot")) == 3


def test_nobody_is_excluded_before_the_close_or_after_the_opening(world: World, closed: Closed) -> None:
    closed.open()
    with pytest.raises(WrongStep):
        closed.exclude(closed.voters[0])
    running = Voting(world, "running")
    running.cast(closed.voters[0], 0)
    with pytest.raises(WrongStep), transaction():
        exclusions.exclude(
            consultation=running.consultation, voter_id=closed.voters[0].id, reason_code="moved",
            requested_by=closed.one.id, decided_by=closed.other.id,
        )  # fmt: skip


def test_who_did_not_vote_cannot_be_taken_off(world: World, closed: Closed) -> None:
    with pytest.raises(NotOnTheRoll):
        closed.exclude(world.resident())
    closed.exclude(closed.voters[0])
    with pytest.raises(NotOnTheRoll):
        closed.exclude(closed.voters[0])


def test_an_exclusion_in_the_database_alone_stops_the_opening(closed: Closed) -> None:
    closed.exclude(closed.voters[0])
    with transaction():
        db.session.execute(
            update(RollEntry)
            .where(RollEntry.voter_id == closed.voters[1].id)
            .values(state="excluded", reason_code="moved")
        )
    with pytest.raises(BoxDamaged, match="no two officers decided"):
        closed.open()
    assert len(rows("sealed_ballot")) == 4
