"""The box: one ballot a voter, replay, change, withdrawal, and the close. Property numbers are those of the trust design."""

from __future__ import annotations

import secrets
import threading
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import insert, text
from sqlalchemy.exc import IntegrityError

from participation import clock
from participation.extensions import db
from participation.transactions import transaction
from participation.voting import ballot_box, schedule, service
from participation.voting.keys import server_keys
from participation.voting.models import SealedBallot
from participation.voting.receipts import is_genuine, receipt_for
from participation.voting.refusals import (
    ChangedElsewhere,
    NotEligible,
    NothingToWithdraw,
    TooManyChanges,
    VoteClosed,
    VoteNotOpen,
    VoteStopped,
    WrongStep,
)
from tests.factories.votes import Voting, rows
from tests.factories.world import World


@pytest.fixture
def voting(world: World) -> Voting:
    return Voting(world)


def nonce() -> str:
    return secrets.token_hex(16)


def test_p1_the_database_refuses_a_second_ballot_of_a_voter(world: World, voting: Voting) -> None:
    voting.cast(world.resident(), 0)
    (row,) = rows("sealed_ballot")
    second = {**row, "ciphertext_hash": b"x" * 32, "replay_hash": b"y" * 32}
    with pytest.raises(IntegrityError), db.engine.begin() as attacker:
        attacker.execute(insert(SealedBallot), [second])
    assert len(rows("sealed_ballot")) == 1


def test_p1_the_database_refuses_a_copied_ballot(world: World, voting: Voting) -> None:
    """A copy of somebody's ciphertext under another voter is refused: a tracker is there once."""
    voting.cast(world.resident(), 0)
    voting.cast(world.resident(), 1)
    first, second = rows("sealed_ballot")
    with pytest.raises(IntegrityError), db.engine.begin() as attacker:
        attacker.execute(
            text("UPDATE sealed_ballot SET ciphertext_hash = :h WHERE voter_id = :v"),
            {"h": first["ciphertext_hash"], "v": second["voter_id"]},
        )


def test_the_same_page_twice_gives_the_same_receipt(world: World, voting: Voting) -> None:
    account, page = world.resident(), nonce()
    first = voting.cast(account, 0, nonce=page)
    again = voting.cast(account, 0, nonce=page)
    assert not first.replayed
    assert again.replayed
    assert again.tracker == first.tracker
    assert again.deposit == first.deposit
    vote = voting.vote.public_id
    assert again.deposit.receipt(vote).line == first.deposit.receipt(vote).line
    assert len(rows("sealed_ballot")) == 1


def test_the_same_page_with_other_choices_changes_nothing(world: World, voting: Voting) -> None:
    account, page = world.resident(), nonce()
    voting.cast(account, 0, nonce=page)
    before = rows("sealed_ballot")
    assert voting.cast(account, 1, nonce=page).replayed
    assert rows("sealed_ballot") == before


def test_p10_a_change_takes_the_place_of_the_ballot(world: World, voting: Voting) -> None:
    account = world.resident()
    first = voting.cast(account, 0)
    second = voting.cast(account, 1, seen_revision=1)
    assert (first.deposit.revision, second.deposit.revision) == (1, 2)
    assert first.tracker != second.tracker
    assert len(rows("sealed_ballot")) == 1


def test_two_devices_that_change_at_once_do_not_overwrite_each_other(world: World, voting: Voting) -> None:
    account = world.resident()
    voting.cast(account, 0)
    kept = voting.cast(account, 1, seen_revision=1)
    with pytest.raises(ChangedElsewhere):
        voting.cast(account, 2, seen_revision=1)
    with pytest.raises(ChangedElsewhere):
        voting.cast(account, 2)
    (row,) = rows("sealed_ballot")
    assert row["ciphertext_hash"] == kept.deposit.ciphertext_hash


def test_an_old_page_cannot_bring_an_old_ballot_back(world: World, voting: Voting) -> None:
    account, page = world.resident(), nonce()
    voting.cast(account, 0, nonce=page)
    voting.cast(account, 1, seen_revision=1)
    with pytest.raises(ChangedElsewhere):
        voting.cast(account, 0, nonce=page)


def test_withdraw_then_cast_again(world: World, voting: Voting) -> None:
    account, page = world.resident(), nonce()
    voting.cast(account, 0)
    length = len(rows("sealed_ballot")[0]["ciphertext"])
    for _ in range(2):  # a retry of the same page is a replay
        with transaction():
            gone = service.withdraw_ballot(
                consultation=voting.consultation, account_id=account.id, nonce=page, seen_revision=1
            )
        assert (gone.state, gone.revision) == ("withdrawn", 2)
    (row,) = rows("sealed_ballot")
    assert bytes(row["ciphertext"]) == bytes(length)
    with pytest.raises(NothingToWithdraw), transaction():
        service.withdraw_ballot(consultation=voting.consultation, account_id=account.id, nonce=nonce(), seen_revision=2)
    assert voting.cast(account, 1, seen_revision=2).deposit.counts


def test_nobody_withdraws_what_is_not_there(world: World, voting: Voting) -> None:
    account = world.resident()
    with pytest.raises(NothingToWithdraw), transaction():
        service.withdraw_ballot(consultation=voting.consultation, account_id=account.id, nonce=nonce(), seen_revision=0)


def test_changes_have_a_limit(world: World, voting: Voting) -> None:
    account = world.resident()
    for revision in range(ballot_box.MOST_REVISIONS):
        last = voting.cast(account, revision % 3, seen_revision=revision)
    with pytest.raises(TooManyChanges):
        voting.cast(account, 0, seen_revision=ballot_box.MOST_REVISIONS)
    assert rows("sealed_ballot")[0]["ciphertext_hash"] == last.deposit.ciphertext_hash


def test_nothing_is_taken_after_the_close_or_before_the_opening(world: World, voting: Voting) -> None:
    account = world.resident()
    phase = voting.consultation.phases[0]
    opens_at, closes_at = phase.opens_at, phase.closes_at
    with clock.frozen_at(closes_at), pytest.raises(VoteClosed) as closed:
        voting.cast(account, 0)
    assert "The vote closed at" in closed.value.message
    with clock.frozen_at(opens_at - timedelta(microseconds=1)), pytest.raises(VoteNotOpen):
        voting.cast(account, 0)
    assert rows("sealed_ballot") == rows("roll_entry") == []
    with clock.frozen_at(closes_at - timedelta(microseconds=1)):
        voting.cast(account, 0)
    assert len(rows("sealed_ballot")) == 1


def test_the_clock_of_the_application_decides_nothing(world: World, voting: Voting, monkeypatch) -> None:
    """F8: an application whose clock is days off neither takes a late ballot nor refuses one in time."""
    for days in (-5, 5):
        wrong = clock.now() + timedelta(days=days)
        monkeypatch.setattr(clock, "now", lambda wrong=wrong: wrong)
        assert voting.cast(world.resident(), 0).deposit.counts


def test_a_retry_after_the_close_is_told_the_truth(world: World, voting: Voting) -> None:
    account, page = world.resident(), nonce()
    first = voting.cast(account, 0, nonce=page)
    with voting.after_close():
        assert voting.cast(account, 0, nonce=page).deposit == first.deposit
        with pytest.raises(VoteClosed):
            voting.cast(account, 1, seen_revision=1)


def test_a_retried_withdrawal_after_the_close_is_told_the_truth(world: World, voting: Voting) -> None:
    """F4: the answer to a withdrawal in time was lost; "the vote has closed" would let the voter believe that it counts."""
    account, page = world.resident(), nonce()
    voting.cast(account, 0)

    def withdraw(mark: str) -> ballot_box.Deposit:
        with transaction():
            return service.withdraw_ballot(
                consultation=voting.consultation, account_id=account.id, nonce=mark, seen_revision=1
            )

    gone = withdraw(page)
    with voting.after_close():
        assert withdraw(page) == gone
        with pytest.raises(VoteClosed):
            withdraw(nonce())


def test_a_withdrawn_consultation_takes_no_ballots(world: World, voting: Voting) -> None:
    with transaction():
        voting.consultation.state = "withdrawn"
    with pytest.raises(VoteStopped):
        voting.cast(world.resident(), 0)


def test_only_confirmed_residents_of_the_council_vote(world: World, voting: Voting) -> None:
    other = world.council("otherham")
    unconfirmed = world.resident()
    with transaction():
        unconfirmed.confirmed_at = None
    for account in (world.staff("moderator"), world.resident(council=other), unconfirmed, 999_999):
        with pytest.raises(NotEligible):
            voting.cast(account, 0)
    assert rows("sealed_ballot") == rows("roll_entry") == []


def test_an_excluded_resident_cannot_vote(world: World, voting: Voting) -> None:
    account = world.resident()
    voting.cast(account, 0)
    with transaction():
        db.session.execute(text("UPDATE roll_entry SET state = 'excluded'"))
    with pytest.raises(NotEligible):
        voting.cast(account, 1, seen_revision=1)


def test_an_older_age_is_declared_on_the_page(world: World, voting: Voting) -> None:
    with transaction():
        voting.consultation.minimum_age = 18
    account = world.resident()
    with pytest.raises(NotEligible):
        voting.cast(account, 0)
    with transaction():
        service.cast_ballot(
            consultation=voting.consultation, account_id=account.id, sent={"approval-0": ["on"]}, nonce=nonce(),
            seen_revision=0, declares_age=True,
        )  # fmt: skip
    assert len(rows("sealed_ballot")) == 1


def test_p16_receipts_are_checked_with_the_published_key(world: World, voting: Voting) -> None:
    cast = voting.cast(world.resident(), 0)
    receipt = cast.deposit.receipt(voting.vote.public_id)
    key = server_keys().receipt_public_key
    assert is_genuine(receipt.line, key)
    assert not is_genuine(receipt.line.replace(receipt.fingerprint[:4], "0000", 1), key)
    forged = receipt_for(server_keys(), vote="another", ciphertext_hash=receipt.ciphertext_hash, day=receipt.day)
    assert forged.line != receipt.line


def test_the_first_ballot_fixes_the_definition(world: World, voting: Voting) -> None:
    assert voting.vote.definition is None
    voting.cast(world.resident(), 0)
    fixed = voting.vote.definition
    assert voting.vote.status == "frozen"
    assert fixed
    with transaction():
        voting.consultation.options[0].title = "Another title"
    voting.cast(world.resident(), 0)
    assert voting.vote.definition == fixed
    assert "Another title" not in voting.definition_text


def test_two_posts_at_once_make_one_ballot(app: Flask, world: World, voting: Voting) -> None:
    """Sixteen threads, one resident, two pages: exactly one row, and every answer is true."""
    account_id, pages, outcomes = world.resident().id, [nonce(), nonce()], []
    start = threading.Barrier(16)

    def post(number: int) -> None:
        with app.app_context():
            start.wait()
            try:
                outcomes.append(voting.cast(account_id, number % 3, nonce=pages[number % 2]))
            except ChangedElsewhere as refused:
                outcomes.append(refused)

    threads = [threading.Thread(target=post, args=(number,)) for number in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    acknowledged = [one for one in outcomes if not isinstance(one, ChangedElsewhere)]
    assert len(outcomes) == 16
    assert [one.replayed for one in acknowledged].count(False) == 1
    assert len({one.tracker for one in acknowledged}) == 1
    assert len(acknowledged) == 8
    (row,) = rows("sealed_ballot")
    assert all(one.deposit.ciphertext_hash == row["ciphertext_hash"] for one in acknowledged)


def test_p9_a_close_is_before_or_after_each_cast(app: Flask, world: World, voting: Voting) -> None:
    """Casts race an early close: every acknowledged ballot is in the box, every other was refused as late."""
    voters = [world.resident().id for _ in range(12)]
    acknowledged, late = [], []
    start = threading.Barrier(len(voters) + 1)

    def post(account_id: int) -> None:
        with app.app_context():
            start.wait()
            try:
                acknowledged.append(voting.cast(account_id, 0).deposit.voter_id)
            except VoteClosed:
                late.append(account_id)

    def close() -> None:
        with app.app_context():
            start.wait()
            with transaction():
                schedule.close_early(consultation=voting.consultation, reason_code="error", actor_id=None)

    threads = [threading.Thread(target=post, args=(voter,)) for voter in voters] + [threading.Thread(target=close)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(acknowledged + late) == sorted(voters)
    assert sorted(row["voter_id"] for row in rows("sealed_ballot")) == sorted(acknowledged)
    with pytest.raises(VoteClosed):
        voting.cast(world.resident(), 0)
    with pytest.raises(WrongStep), transaction():
        schedule.close_early(consultation=voting.consultation, reason_code="error", actor_id=None)
