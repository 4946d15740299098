"""What happens to a vote when its voter deletes their account is said before, and done exactly."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from participation import clock
from participation.accounts.models import Account
from participation.extensions import db
from participation.privacy.erasure import erase, said_before
from participation.transactions import transaction
from participation.voting import service
from participation.voting.models import BoardBallot, Participation, RollEntry, SealedBallot
from tests.factories.votes import Voting
from tests.factories.world import World


@pytest.fixture
def voting(world: World) -> Voting:
    world.council()
    return Voting(world)


def leave(world: World, account: Account) -> list[str]:
    """Delete the account; what was said before."""
    said = said_before(db.session.get(Account, account.id))
    with transaction():
        erase(council=db.session.merge(world.here), account=db.session.get(Account, account.id))
    return [sentence for sentence in said if "vote" in sentence]


def roll(voting: Voting) -> list[RollEntry]:
    return list(
        db.session.scalars(select(RollEntry).where(RollEntry.vote_id == voting.vote.id).order_by(RollEntry.voter_id))
    )


def test_an_open_vote_is_withdrawn(world: World, voting: Voting) -> None:
    voter = world.resident(age_band="25-34")
    voting.cast(voter, 0, 1)
    assert leave(world, voter) == ["Your vote in “The spending consultation” is withdrawn: it will not be counted."]
    (entry,) = roll(voting)
    assert (entry.account_id, entry.external_id[:7]) == (None, "parted:")
    assert db.session.scalars(select(SealedBallot.state)).all() == ["withdrawn"]


def test_a_sealed_vote_is_counted_without_its_voter(world: World, voting: Voting) -> None:
    voter, other = world.resident(), world.resident()
    voting.cast(voter, 0)
    voting.cast(other, 1)
    with clock.frozen_at(clock.now() + timedelta(days=2)):
        (said,) = leave(world, voter)
        assert "stays in the sealed box and is counted" in said
        with transaction():
            service.open_box(consultation=voting.consultation, actor_id=None)
    assert db.session.query(BoardBallot).count() == 2
    assert [entry.account_id for entry in roll(voting)] == [None, other.id]


def test_a_counted_vote_stays_and_leads_to_nobody(world: World, voting: Voting) -> None:
    voter = world.resident()
    voting.cast(voter, 0)
    with clock.frozen_at(clock.now() + timedelta(days=2)):
        with transaction():
            service.open_box(consultation=voting.consultation, actor_id=None)
        (said,) = leave(world, voter)
    assert "was counted. Nobody can tell which one it was" in said
    assert db.session.query(Participation).count() == 1
    assert roll(voting)[0].account_id is None


def test_who_did_not_vote_is_told_nothing_of_votes(world: World, voting: Voting) -> None:
    assert leave(world, world.resident()) == []
