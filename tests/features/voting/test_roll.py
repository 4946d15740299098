"""The roll is fixed when voting opens: who is on it, who comes later, and what anybody can read of it."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import text

from participation import clock
from participation.accounts.models import Account
from participation.approvals.refusals import SamePerson
from participation.cli import box as box_commands
from participation.cli import commands
from participation.eligibility.refusals import NotEligibleHere
from participation.eligibility.rules import Rule
from participation.eligibility.service import set_rule
from participation.extensions import db
from participation.transactions import transaction
from participation.voting import additions, schedule
from participation.voting.parting import COUNTED, votes_of
from participation.voting.refusals import BoxDamaged, NotOnTheRoll, WrongStep
from participation.voting.roll import published_sizes
from tests.factories.votes import Voting, rows
from tests.factories.world import World
from tests.visitor import Visitor


def early(world: World, **profile: object) -> Account:
    """A resident who registered three days ago, before voting opened."""
    with clock.frozen_at(clock.now() - timedelta(days=3)):
        return world.resident(**profile)


def on_roll() -> set[int]:
    return {row["voter_id"] for row in rows("roll_entry")}


def definition(voting: Voting) -> dict[str, object]:
    return json.loads(voting.definition_text)["roll"]


def add(voting: Voting, account: Account, one: Account, other: Account) -> None:
    with transaction():
        additions.add(
            consultation=voting.consultation, account_id=account.id, reason_code="left-out", requested_by=one.id,
            decided_by=other.id,
        )  # fmt: skip


def test_everybody_registered_in_time_is_on_it_and_nobody_else(world: World) -> None:
    voting = Voting(world, late_registration=False)
    people = [early(world) for _ in range(3)]
    with clock.frozen_at(clock.now() - timedelta(days=3)):
        unconfirmed = world.resident()
        gone = world.resident()
        world.staff("moderator")
        elsewhere = world.resident(council=world.council("otherton"))
    with transaction():
        db.session.merge(unconfirmed).confirmed_at = None
        db.session.merge(gone).disabled_at = clock.now()
    late = world.resident()
    voting.cast(people[0], 0)
    assert on_roll() == {one.id for one in people}
    for outside in (late, elsewhere, unconfirmed, gone):
        with pytest.raises(
            Exception, match=r"fixed when voting opened|registered with this council|Confirm your email"
        ):
            voting.cast(outside, 0)
    assert definition(voting)["size"] == 3
    assert len(rows("sealed_ballot")) == 1


def test_area_and_age_decide_who_is_on_it(world: World) -> None:
    north, south, _ = world.wards()
    voting = Voting(world, launched=False, late_registration=False)
    with transaction():
        set_rule(consultation=voting.consultation, rule=Rule(wards=((north.id, north.name),), oldest=24), actor_id=1)
    voting.launch()
    young, unknown = early(world, age_band="16-24"), early(world)
    early(world, age_band="65+")
    early(world, ward=south, age_band="16-24")
    voting.cast(young, 0)
    assert on_roll() == {young.id, unknown.id}


def test_who_moves_after_the_opening_stays_on_it_with_the_ward_they_had(world: World) -> None:
    north, south, _ = world.wards()
    voting = Voting(world, launched=False, late_registration=False)
    with transaction():
        set_rule(consultation=voting.consultation, rule=Rule(wards=((north.id, north.name),)), actor_id=1)
    voting.launch()
    mover, other = early(world), early(world)
    voting.cast(other, 0)
    with transaction():
        account = db.session.merge(mover)
        assert account.resident
        account.resident.ward_id = south.id
    voting.cast(mover, 0)
    assert {row["ward_id"] for row in rows("roll_entry")} == {north.id}


def test_a_page_tells_who_registered_too_late_what_they_can_do(world: World, app: Flask) -> None:
    """Before they fill in a ballot, whether or not somebody else has voted yet."""
    voting = Voting(world, late_registration=False)
    visitor, in_time = Visitor(app), Visitor(app)
    visitor.sign_in(world.resident())
    in_time.sign_in(early(world))
    for voter in (early(world), early(world)):
        page = visitor.get(voting.url)
        assert page.status == 403
        assert "You registered after voting opened" in page.main
        assert "write to contact@exampleton.example" in page.main
        assert in_time.get(voting.url).status == 200
        voting.cast(voter, 0)


def test_where_the_council_chose_so_late_registration_joins_by_the_same_rule(world: World) -> None:
    voting = Voting(world, late_registration=True)
    voting.cast(early(world), 0)
    voting.cast(world.resident(), 0)
    voting.cast_many(2)
    voting.close_and_open()
    (close,) = [json.loads(row["leaf"])["close"] for row in rows("box_leaf") if '"close"' in row["leaf"]]
    assert close["roll"] == {"opening": 1, "added": 3}
    assert definition(voting) == {"late": True, "size": 1, "wards": {}, "small": [world.wards()[0].code]}


def test_two_officers_add_somebody_and_the_log_counts_them(world: World, app: Flask) -> None:
    voting = Voting(world, late_registration=False)
    voting.cast(early(world), 0)
    left_out = world.resident("left.out@example.org")
    one, other = world.staff("moderator"), world.staff("moderator")
    asker, approver, voter = Visitor(app), Visitor(app), Visitor(app)
    asker.sign_in(one)
    asker.get(voting.manage_url)
    asker.follow("Add somebody to the register")
    assert asker.submit("Ask to add them").errors == ["Enter the email address of the resident", "Choose why"]
    assert asker.submit("Ask to add them", email="nobody@example.org", reason="left-out").errors == [
        "There is no confirmed resident account with this email address."
    ]
    asker.submit("Ask to add them", email="left.out@example.org", reason="left-out")
    assert left_out.id not in on_roll()
    approver.sign_in(other)
    approver.get("/exampleton/manage/approvals")
    approver.submit("Approve")
    assert left_out.id in on_roll()
    voter.sign_in(left_out)
    voter.get(voting.url)
    assert "You voted" in voter.submit("Cast your vote", **{"approval-0": "on"}).main
    assert [mail["subject"] for mail in rows("outbox_mail")].count("You can vote in “The spending consultation”") == 1
    assert not any("left.out@example.org" in event["public"] for event in rows("audit_event"))
    voting.close_and_open()
    (close,) = [json.loads(row["leaf"])["close"] for row in rows("box_leaf") if '"close"' in row["leaf"]]
    assert close["roll"] == {"opening": 1, "added": 1}


def test_one_officer_alone_adds_nobody_and_nobody_is_added_twice_or_too_late(world: World) -> None:
    voting = Voting(world, late_registration=False)
    first, late = early(world), world.resident()
    one, other = world.staff("moderator"), world.staff("moderator")
    with pytest.raises(WrongStep):
        add(voting, late, one, other)
    voting.cast(first, 0)
    with pytest.raises(SamePerson):
        add(voting, late, one, one)
    with pytest.raises(NotOnTheRoll, match="already"):
        add(voting, first, one, other)
    add(voting, late, one, other)
    with voting.after_close(), pytest.raises(WrongStep):
        add(voting, world.resident(), one, other)


def test_a_line_nobody_answers_for_keeps_the_box_closed(world: World) -> None:
    """Whoever writes into the database puts a ghost on the roll: the opening refuses."""
    voting = Voting(world, late_registration=False)
    voting.cast(early(world), 0)
    ghost = world.resident()
    with transaction():
        db.session.execute(
            text(
                "INSERT INTO roll_entry (vote_id, voter_id, account_id, channel, state) "
                "VALUES (:vote, :ghost, :ghost, 'online', 'eligible')"
            ),
            {"vote": voting.vote.id, "ghost": ghost.id},
        )
    voting.cast(ghost, 0)
    with pytest.raises(BoxDamaged, match="no two officers added"):
        voting.close_and_open()
    assert len(rows("sealed_ballot")) == 2


def test_the_roll_is_written_once(world: World) -> None:
    voting = Voting(world, late_registration=False)
    first, second = early(world), early(world)
    voting.cast(first, 0)
    fixed = voting.vote.definition
    voting.cast(second, 0)
    with transaction():
        schedule.freeze(vote=voting.vote, consultation=voting.consultation, actor_id=None)
    assert voting.vote.definition == fixed


def test_small_wards_are_not_numbered_nor_is_what_would_give_them_away() -> None:
    assert published_sizes({"A": 40, "B": 3, "C": 12, "D": 30}) == {
        "size": 85,
        "wards": {"A": 40, "D": 30},
        "small": ["B", "C"],
    }
    assert published_sizes({"A": 40, "B": 30}) == {"size": 70, "wards": {"A": 40, "B": 30}, "small": []}
    assert published_sizes({}) == {"size": 0, "wards": {}, "small": []}


def test_nobody_voted_is_not_told_as_having_taken_part(world: World) -> None:
    """Being on the roll is not a vote: what somebody reads before they delete their account."""
    voting = Voting(world, late_registration=False)
    voter, other = early(world), early(world)
    voting.cast(voter, 0)
    voting.close_and_open()
    assert [fate for _, fate in votes_of(voter.id, clock.now())] == [COUNTED]
    assert [fate for _, fate in votes_of(other.id, clock.now())] == [""]


def test_the_definition_says_who_could_vote_and_a_ballot_in_time_asks_no_more(world: World) -> None:
    north, _, _ = world.wards()
    voting = Voting(world, launched=False, late_registration=False)
    with transaction():
        set_rule(consultation=voting.consultation, rule=Rule(wards=((north.id, north.name),), oldest=34), actor_id=1)
    voting.launch()
    voting.cast(early(world), 0)
    assert json.loads(voting.definition_text)["who"] == {
        "tier": 1, "unit": "person", "wards": [north.code], "youngest": 16, "oldest": 34,
    }  # fmt: skip


def test_somebody_on_the_roll_still_proves_what_the_vote_asks_for(world: World) -> None:
    """The roll says who lives here and is of the age; the code from the letter is asked of each at their ballot."""
    voting = Voting(world, launched=False, late_registration=False)
    with transaction():
        set_rule(consultation=voting.consultation, rule=Rule(tier=2), actor_id=1)
    voting.launch()
    first, second = early(world), early(world)
    for one in (first, second):
        with pytest.raises(NotEligibleHere, match="code from the letter"):
            voting.cast(one, 0)


def test_the_timer_fixes_the_roll_once_voting_is_open_and_not_before(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(box_commands.sequence, "callback", box_commands.sequence.callback.__wrapped__)
    voting = Voting(world, late_registration=False)
    voting.reschedule(2, 48)
    person = early(world)

    def timer() -> None:
        assert CliRunner().invoke(commands, ["box", "sequence"]).exit_code == 0
        db.session.rollback()

    timer()
    assert (voting.vote.definition, on_roll()) == (None, set())
    voting.reschedule(-1, 48)
    timer()
    assert voting.vote.status == "frozen"
    assert on_roll() == {person.id}
    voting.cast(person, 0)
