"""Needs that say the same are merged, with every supporter once, and parted again exactly."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import delete

from participation import clock
from participation.accounts.models import Account
from participation.audit.models import AuditEvent
from participation.extensions import db
from participation.moderation import merges, referrals
from participation.moderation.interests import declare_interest
from participation.moderation.refusals import WaitsForAnswer
from participation.moderation.seen import seen_of
from participation.priorities import merging, service
from participation.priorities.models import Priority, PrioritySupport
from participation.priorities.parting import part_author
from participation.priorities.queries import support_counts
from participation.priorities.refusals import MergeRefused
from participation.transactions import transaction
from participation.web.models import OutboxMail
from tests.factories.world import World
from tests.visitor import Visitor

QUEUE = "/exampleton/manage/moderation"


class Pair:
    """Two needs: "kept" with its author and both, "gone" with its author, both and one more."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.consultation = world.consultation("spending", gather=(-3, 20))
        self.both, self.one = world.resident(), world.resident()
        kept = world.priority(
            self.consultation, "A ramp at the pool", need="Wheelchairs cannot get in.", supporters=(self.both,)
        )
        gone = world.priority(
            self.consultation,
            "A ramp for the pool",
            need="My wheelchair cannot get in.",
            supporters=(self.both, self.one),
        )
        self.kept_id, self.gone_id = kept.id, gone.id
        self.kept_address, self.gone_address = kept.public_id, gone.public_id

    @property
    def kept(self) -> Priority:
        return db.session.get_one(Priority, self.kept_id)

    @property
    def gone(self) -> Priority:
        return db.session.get_one(Priority, self.gone_id)

    def merge(self, gone: int | None = None, kept: int | None = None) -> int:
        with transaction():
            merged = db.session.get_one(Priority, gone or self.gone_id)
            into = db.session.get_one(Priority, kept or self.kept_id)
            made = merging.merge(merged=merged, kept=into, actor_id=None)
            return made.id

    def undo(self, merge_id: int) -> None:
        with transaction():
            merging.undo(made=db.session.get_one(merging.PriorityMerge, merge_id), actor_id=None)


@pytest.fixture
def pair(world: World) -> Pair:
    return Pair(world)


def supports() -> set[tuple[int, int]]:
    return {(row.priority_id, row.account_id) for row in db.session.query(PrioritySupport)}


def test_a_supporter_of_both_counts_once_and_undo_restores_exactly(pair: Pair) -> None:
    before = supports()
    made = pair.merge()
    assert support_counts([pair.kept_id]) == {pair.kept_id: 4}
    assert (pair.kept.state, pair.gone.state) == ("published", "merged")
    pair.undo(made)
    assert supports() == before
    assert (pair.kept.state, pair.gone.state) == ("published", "published")


def test_what_came_after_the_merge_stays_after_the_undo(pair: Pair) -> None:
    """New support for the kept one stays; support that a person also gave themselves stays; taken back is taken back."""
    made = pair.merge()
    new = pair.world.resident()
    with transaction():
        service.support(priority=pair.kept, account_id=new.id, ward_id=None)
        service.support(priority=pair.kept, account_id=pair.one.id, ward_id=None)
        service.stop_supporting(priority=pair.kept, account_id=pair.both.id)
    pair.undo(made)
    rows = supports()
    assert {(pair.kept_id, new.id), (pair.kept_id, pair.one.id), (pair.gone_id, pair.one.id)} <= rows
    assert not {(pair.kept_id, pair.both.id), (pair.gone_id, pair.both.id)} & rows


def test_who_came_through_two_merges_stays_while_one_of_them_holds(pair: Pair) -> None:
    third = pair.world.priority(pair.consultation, "Ramp, pool", supporters=(pair.one,)).id
    before = supports()
    first, second = pair.merge(), pair.merge(third)
    pair.undo(first)
    assert (pair.kept_id, pair.one.id) in supports()
    pair.undo(second)
    assert supports() == before


@pytest.mark.parametrize("from_inside", [True, False])
def test_merges_of_merges_are_undone_in_any_order(pair: Pair, from_inside: bool) -> None:
    top = pair.world.priority(pair.consultation, "Get into the pool").id
    before = supports()
    inner, outer = pair.merge(), pair.merge(pair.kept_id, top)
    assert support_counts([top]) == {top: 5}
    with transaction():
        service.stop_supporting(priority=db.session.get_one(Priority, top), account_id=pair.one.id)
    assert not any(account == pair.one.id for _, account in supports())
    for made in (inner, outer) if from_inside else (outer, inner):
        pair.undo(made)
        assert pair.gone.state == ("published" if made == inner else pair.gone.state)
    assert supports() == {row for row in before if row[1] != pair.one.id}


def test_undone_from_the_inside_the_outer_merge_keeps_who_came_through_it(pair: Pair) -> None:
    top = pair.world.priority(pair.consultation, "Get into the pool").id
    inner, _ = pair.merge(), pair.merge(pair.kept_id, top)
    pair.undo(inner)
    assert (pair.gone.state, pair.kept.state) == ("published", "merged")
    assert (top, pair.both.id) in supports()
    assert (top, pair.one.id) not in supports()
    assert support_counts([top, pair.gone_id]) == {top: 3, pair.gone_id: 3}


def test_what_its_author_withdrew_is_not_shown_in_the_other_and_can_still_be_parted(
    pair: Pair, visitor: Visitor
) -> None:
    before, made = supports(), pair.merge()
    with transaction():
        service.withdraw(priority=pair.gone)
    page = visitor.get(f"/exampleton/consultations/spending/priorities/{pair.kept_address}")
    assert "My wheelchair cannot get in." not in page.main
    pair.undo(made)
    assert (pair.gone.state, supports()) == ("withdrawn", before)


@pytest.mark.parametrize("act", [service.withdraw, service.refuse])
def test_one_that_is_no_longer_shown_silences_nobody(pair: Pair, act: Callable[..., None], visitor: Visitor) -> None:
    before = supports()
    pair.merge()
    with transaction():
        act(priority=pair.kept)
    assert (pair.gone.state, supports()) == ("published", before)
    page = visitor.get(f"/exampleton/consultations/spending/priorities/{pair.gone_address}")
    assert "My wheelchair cannot get in." in page.main
    assert [event.tag for event in db.session.query(AuditEvent)] == ["merge-undone"]


def test_in_the_middle_of_a_chain_withdrawn_and_deleted_nobody_is_silenced_and_no_support_lost(
    pair: Pair, visitor: Visitor
) -> None:
    top = pair.world.priority(pair.consultation, "Get into the pool")
    pair.merge()
    pair.merge(pair.kept_id, top.id)
    supporters = {account for priority, account in supports() if priority == top.id}
    with transaction():
        service.withdraw(priority=pair.kept)
    with transaction():
        part_author(author_id=pair.kept.author_id)
    assert db.session.get(Priority, pair.kept_id) is None
    page = visitor.get(f"/exampleton/consultations/spending/priorities/{pair.gone_address}")
    assert page.h1 == "Get into the pool"
    assert "My wheelchair cannot get in." in page.main
    assert {account for priority, account in supports() if priority == top.id} == supporters
    made = merging.merge_of([pair.gone_id])[pair.gone_id].id
    pair.undo(made)
    assert pair.gone.state == "published"


def test_all_texts_of_a_chain_can_be_read(pair: Pair, visitor: Visitor) -> None:
    top = pair.world.priority(pair.consultation, "Get into the pool")
    pair.merge()
    pair.merge(pair.kept_id, top.id)
    page = visitor.get(f"/exampleton/consultations/spending/priorities/{top.public_id}")
    assert "My wheelchair cannot get in." in page.main
    assert "Wheelchairs cannot get in." in page.main


def test_an_erased_supporter_comes_back_through_no_undo(pair: Pair) -> None:
    made, one = pair.merge(), pair.one.id
    with transaction():
        db.session.execute(delete(Account).where(Account.id == one))
    pair.undo(made)
    assert not any(account == one for _, account in supports())
    assert support_counts([pair.kept_id, pair.gone_id]) == {pair.kept_id: 2, pair.gone_id: 2}


def test_nobody_reads_in_another_need_what_waits_for_safeguarding(pair: Pair) -> None:
    waiting = pair.world.priority(pair.consultation, "A ramp", state="waiting")
    moderator, council_id = pair.world.staff("moderator").id, pair.world.here.id
    with transaction():
        referrals.refer(priority=waiting, to="safeguarding", note="A child", moderator_id=moderator)
    with pytest.raises(WaitsForAnswer), transaction():
        merges.merge(
            council_id=council_id, seen=seen_of(waiting, 0), into=seen_of(pair.kept, 0), moderator_id=moderator
        )


def test_who_has_an_interest_does_not_part_them(pair: Pair, visitor: Visitor) -> None:
    pair.merge()
    moderator = pair.world.staff("moderator")
    visitor.sign_in(moderator)
    visitor.get(f"{QUEUE}/{pair.gone_address}")
    with transaction():
        declare_interest(priority=pair.kept, moderator_id=moderator.id)
    assert visitor.submit("Undo the merge").status == 409
    assert pair.gone.state == "merged"


def test_what_cannot_be_merged_is_refused_and_changes_nothing(pair: Pair) -> None:
    elsewhere = pair.world.priority(pair.world.consultation("other", gather=(-3, 20))).id
    waiting = pair.world.priority(pair.consultation, state="waiting").id
    refused = pair.world.priority(pair.consultation, state="refused").id
    before = supports()
    for gone, kept in (
        (pair.gone_id, pair.gone_id),
        (elsewhere, pair.kept_id),
        (pair.gone_id, waiting),
        (refused, pair.kept_id),
    ):
        with pytest.raises(MergeRefused):
            pair.merge(gone, kept)
    assert supports() == before
    pair.merge(waiting, pair.kept_id)


def test_after_28_days_a_merge_stays(pair: Pair) -> None:
    made = pair.merge()
    with clock.frozen_at(clock.now() + timedelta(days=28, minutes=1)), pytest.raises(MergeRefused):
        pair.undo(made)
    pair.undo(made)
    with pytest.raises(MergeRefused):
        pair.undo(made)


def test_a_moderator_compares_merges_and_parts_through_the_pages(app: Flask, pair: Pair, visitor: Visitor) -> None:
    visitor.sign_in(pair.world.staff("moderator"))
    visitor.get(f"{QUEUE}/{pair.gone_address}")
    page = visitor.follow("Compare and merge with “A ramp at the pool”")
    assert "Together 4 residents support them, each counted once." in page.main
    page = visitor.submit("Merge them")
    assert "This was merged into A ramp at the pool" in page.main
    assert "Merged (1)" in visitor.get(QUEUE).main
    resident = Visitor(app)
    resident.sign_in(pair.one)
    page = resident.get(f"/exampleton/consultations/spending/priorities/{pair.gone_address}")
    assert page.h1 == "A ramp at the pool"
    assert "My wheelchair cannot get in." in page.main
    assert "You support this" in page.main
    author = Visitor(app)
    author.sign_in(pair.world.resident("x@example.org"))
    visitor.get(f"{QUEUE}/{pair.gone_address}")
    visitor.submit("Undo the merge")
    assert (pair.kept.state, pair.gone.state) == ("published", "published")
    tags = [event.tag for event in db.session.query(AuditEvent).order_by(AuditEvent.index)]
    assert tags == ["priorities-merged", "merge-undone"]
    assert db.session.query(OutboxMail).count() == 4


def test_a_merge_of_what_was_edited_meanwhile_is_a_conflict(pair: Pair, visitor: Visitor) -> None:
    visitor.sign_in(pair.world.staff("moderator"))
    visitor.get(f"{QUEUE}/{pair.gone_address}/merge/{pair.kept_address}")
    with transaction():
        service.rewrite(priority=pair.kept, title="Something else", need="Entirely.")
    assert visitor.submit("Merge them").status == 409
    assert pair.gone.state == "published"
