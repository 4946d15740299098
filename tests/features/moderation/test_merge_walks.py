"""Walks at random through merges, merges of merges, new support and undoing: supporters are always exactly those that the
residents' own acts say, and after everything is undone nothing of the merges is left.
"""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from participation.extensions import db
from participation.priorities import merging, service
from participation.priorities.models import Priority, PriorityMerge, PrioritySupport
from participation.priorities.queries import support_counts
from participation.priorities.refusals import MergeRefused
from participation.transactions import transaction
from tests.factories.world import World

NEEDS, PEOPLE = 5, 5
NEED, PERSON = st.integers(0, NEEDS - 1), st.integers(0, PEOPLE - 1)


class Walk(RuleBasedStateMachine):
    """`own` says who supports each need by an act of their own, `into` where each need is told, `made` the merges that hold."""

    world: World
    consultation: object
    people: list[int]
    reached: dict[str, int]

    @initialize(rows=st.sets(st.tuples(NEED, PERSON), max_size=15))
    def begin(self, rows: set[tuple[int, int]]) -> None:
        titles = [f"Need {place}" for place in range(NEEDS)]
        self.needs = [need.id for need in self.world.priorities(self.consultation, titles)]
        with transaction():
            db.session.query(PrioritySupport).filter(PrioritySupport.priority_id.in_(self.needs)).delete()
        self.own: list[set[int]] = [set() for _ in range(NEEDS)]
        self.into: dict[int, int] = {}
        self.made: list[tuple[int, int, int]] = []
        for need, person in rows:
            self.support(need, person)

    def need(self, place: int) -> Priority:
        return db.session.get_one(Priority, self.needs[place])

    def told_with(self, place: int) -> set[int]:
        inside = {place}
        while more := {one for one, into in self.into.items() if into in inside} - inside:
            inside |= more
        return inside

    def supporters(self, place: int) -> set[int]:
        return set().union(*(self.own[one] for one in self.told_with(place)))

    @rule(place=NEED, person=PERSON)
    def support(self, place: int, person: int) -> None:
        if place not in self.into:  # the page of a merged need is that of the one it is told in
            with transaction():
                service.support(priority=self.need(place), account_id=self.people[person], ward_id=None)
            self.own[place].add(person)

    @rule(place=NEED, person=PERSON)
    def stop(self, place: int, person: int) -> None:
        if place not in self.into and person in self.supporters(place):
            with transaction():
                service.stop_supporting(priority=self.need(place), account_id=self.people[person])
            for one in self.told_with(place):
                self.own[one].discard(person)

    @rule(gone=NEED, kept=NEED)
    def merge(self, gone: int, kept: int) -> None:
        fits = gone != kept and gone not in self.into and kept not in self.into
        try:
            with transaction():
                made = merging.merge(merged=self.need(gone), kept=self.need(kept), actor_id=None).id
        except MergeRefused:
            assert not fits
            return
        assert fits
        self.made.append((made, gone, kept))
        self.into[gone] = kept
        self.reached["nested"] += len(self.told_with(kept)) > 2

    @rule(which=st.integers(0, 99))
    def undo(self, which: int) -> None:
        if self.made:
            made, gone, kept = self.made[which % len(self.made)]
            with transaction():
                merging.undo(made=db.session.get_one(PriorityMerge, made), actor_id=None)
            del self.into[gone]
            self.made.remove((made, gone, kept))
            self.reached["undone"] += 1
            self.reached["from inside"] += kept in self.into

    @invariant()
    def who_supports_is_who_said_so(self) -> None:
        if not hasattr(self, "made"):
            return
        rows = db.session.query(PrioritySupport).filter(PrioritySupport.priority_id.in_(self.needs)).all()
        counts = support_counts(self.needs)
        for place, need in enumerate(self.needs):
            if place not in self.into:
                there = {self.people.index(row.account_id) for row in rows if row.priority_id == need}
                assert there == self.supporters(place)
                assert counts.get(need, 0) == len(there)
        db.session.rollback()

    def teardown(self) -> None:
        if not hasattr(self, "made"):
            return
        while self.made:  # in any order
            self.undo(len(self.own[0]))
        rows = db.session.query(PrioritySupport).filter(PrioritySupport.priority_id.in_(self.needs)).all()
        left = {(self.needs.index(row.priority_id), self.people.index(row.account_id)) for row in rows}
        assert left == {(place, person) for place, own in enumerate(self.own) for person in own}
        assert all(row.merge_id is None for row in rows)
        db.session.rollback()


@pytest.mark.slow
def test_every_walk_through_merges_keeps_supporters_exactly(world: World) -> None:
    consultation = world.consultation("spending", gather=(-3, 20))
    people = [world.resident().id for _ in range(PEOPLE)]
    reached = {"nested": 0, "undone": 0, "from inside": 0}
    machine = type("Walk", (Walk,), {
        "world": world, "consultation": consultation, "people": people, "reached": reached,
    })  # fmt: skip
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=15, stateful_step_count=20, deadline=None, derandomize=True, database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )  # fmt: skip
    assert reached["nested"] >= 3
    assert reached["undone"] >= 3
    assert reached["from inside"] >= 3
