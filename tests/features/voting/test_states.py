"""P19: whatever people try in whatever order, a vote moves only as its table of states allows, and a refusal changes nothing."""

from __future__ import annotations

import itertools
import secrets
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from random import Random

import pytest
from flask import Flask
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import func, select

from participation import clock
from participation.consultations import service as consultation_service
from participation.errors import Refusal
from participation.extensions import db
from participation.transactions import transaction
from participation.voting import destruction, exclusions, schedule, service
from participation.voting.models import BoardBallot, RollEntry, SealedBallot
from tests.factories.votes import Voting
from tests.factories.world import World

ROUNDS = settings(
    max_examples=15, stateful_step_count=30, deadline=None, derandomize=True, database=None,
    suppress_health_check=list(HealthCheck),
)  # fmt: skip
BASE = clock.now()
# An ordinary life: each move and the voter it is about.
SCRIPT = (
    ("cast", 0), ("cast", 1), ("cast", 1), ("cast", 2), ("withdraw_ballot", 2), ("extend", 2), ("close_early", 0),
    ("close_on_time", 0), ("exclude", 0), ("contest", 0), ("keep", 0), ("open_box", 0), ("count", 0), ("publish", 0),
    ("destroy_key", 0),
)  # fmt: skip
SEEDS = st.integers(0, 2**32 - 1)


@dataclass(frozen=True)
class Try:
    """Something somebody tries: whether the states allow it, how it is done, and what the model believes afterwards."""

    allowed: bool
    act: Callable[[], object]
    then: Callable[[], None]


class Life(RuleBasedStateMachine):
    """One vote. `stage` is what the model believes: running, closed, opened, published or void."""

    world: World
    done: Counter[str]
    slugs = itertools.count(1)

    def __init__(self) -> None:
        super().__init__()
        self.now = BASE
        with clock.frozen_at(BASE):
            self.voting = Voting(self.world, f"life-{next(self.slugs)}")
        self.opens, self.closes = BASE - timedelta(days=1), BASE + timedelta(days=1)
        self.voters = [self.world.resident().id for _ in range(3)]
        self.staff = [self.world.staff("moderator").id for _ in range(2)]
        self.stage, self.counted, self.destroyed = "running", False, False
        # Revision and whether the ballot is in the box, by voter; who is off the register, and what they said to it.
        self.box: dict[int, tuple[int, bool]] = {}
        self.off: dict[int, str] = {}
        self.on_board = 0

    @property
    def is_open(self) -> bool:
        return self.stage == "running" and self.opens < self.now < self.closes

    @property
    def is_over(self) -> bool:
        return self.stage == "closed" or (self.stage == "running" and self.now >= self.closes)

    # What can be tried, one method each. `place` says which of the three voters.

    def cast(self, place: int) -> Try:
        voter = self.voters[place]
        revision, _ = self.box.get(voter, (0, False))
        act = {"sent": {"approval-0": ["on"]}, "seen_revision": revision, "declares_age": False}
        return Try(
            self.is_open,
            lambda: service.cast_ballot(
                consultation=self.voting.consultation, account_id=voter, nonce=secrets.token_hex(16), **act
            ),
            lambda: self.box.update({voter: (revision + 1, True)}),
        )

    def withdraw_ballot(self, place: int) -> Try:
        voter = self.voters[place]
        revision, live = self.box.get(voter, (0, False))
        return Try(
            self.is_open and live,
            lambda: service.withdraw_ballot(
                consultation=self.voting.consultation,
                account_id=voter,
                nonce=secrets.token_hex(16),
                seen_revision=revision,
            ),
            lambda: self.box.update({voter: (revision + 1, False)}),
        )

    def close_early(self, _place: int) -> Try:
        return Try(
            self.is_open,
            lambda: schedule.close_early(
                consultation=self.voting.consultation, reason_code="mistake", actor_id=self.staff[0]
            ),
            lambda: self.believe(stage="closed", closes=self.now),
        )

    def extend(self, place: int) -> Try:
        until = self.closes + timedelta(hours=20 * place - 10)
        return Try(
            self.is_open and until > self.closes,
            lambda: schedule.extend(
                consultation=self.voting.consultation, until=until, reason="More time.", actor_id=None
            ),
            lambda: self.believe(closes=until),
        )

    def close_on_time(self, _place: int) -> Try:
        return Try(
            self.is_over or self.stage in ("opened", "published", "void"),
            lambda: schedule.close_on_time(consultation=self.voting.consultation),
            lambda: self.believe(stage="closed") if self.is_over else None,
        )

    def exclude(self, place: int) -> Try:
        voter, (one, other) = self.voters[place], self.staff
        in_box = self.box.get(voter, (0, False))[1] and voter not in self.off
        return Try(
            self.stage == "closed" and in_box,
            lambda: exclusions.exclude(
                consultation=self.voting.consultation,
                voter_id=voter,
                reason_code="moved",
                requested_by=one,
                decided_by=other,
            ),
            lambda: self.off.update({voter: self.off.get(voter, "")}),
        )

    def exclude_alone(self, place: int) -> Try:
        voter, one = self.voters[place], self.staff[0]
        return Try(
            False,
            lambda: exclusions.exclude(
                consultation=self.voting.consultation,
                voter_id=voter,
                reason_code="moved",
                requested_by=one,
                decided_by=one,
            ),
            lambda: None,
        )

    def contest(self, place: int) -> Try:
        voter = self.voters[place]
        return Try(
            self.stage == "closed" and voter in self.off,
            lambda: exclusions.contest(consultation=self.voting.consultation, account_id=voter, reason="It is wrong."),
            lambda: self.off.update({voter: self.off[voter] or "waits"}),
        )

    def keep(self, place: int) -> Try:
        voter = self.voters[place]
        return Try(
            self.stage == "closed" and self.off.get(voter) == "waits",
            lambda: exclusions.keep(consultation=self.voting.consultation, voter_id=voter, actor_id=self.staff[0]),
            lambda: self.off.update({voter: "answered"}),
        )

    def open_box(self, _place: int) -> Try:
        counts = sum(live and voter not in self.off for voter, (_, live) in self.box.items())
        return Try(
            self.is_over and "waits" not in self.off.values(),
            lambda: service.open_box(consultation=self.voting.consultation, actor_id=None),
            lambda: self.believe(stage="opened", on_board=counts),
        )

    def count(self, _place: int) -> Try:
        return Try(
            self.stage == "opened",
            lambda: service.count(consultation=self.voting.consultation, actor_id=None),
            lambda: self.believe(counted=True),
        )

    def publish(self, _place: int) -> Try:
        return Try(
            self.stage == "opened" and self.counted,
            lambda: service.publish(consultation=self.voting.consultation, actor_id=None),
            lambda: self.believe(stage="published"),
        )

    def destroy_key(self, _place: int) -> Try:
        return Try(
            self.stage == "published" and not self.destroyed,
            lambda: destruction.destroy_key(consultation=self.voting.consultation, actor_id=None),
            lambda: self.believe(destroyed=True),
        )

    def withdraw_consultation(self, _place: int) -> Try:
        return Try(
            self.stage not in ("published", "void"),
            lambda: consultation_service.withdraw(
                consultation=self.voting.consultation, reason_code="election", actor_id=None
            ),
            lambda: self.believe(stage="void"),
        )

    def believe(self, **values: object) -> None:
        for name, value in values.items():
            setattr(self, name, value)

    @initialize(steps=st.integers(0, len(SCRIPT)))
    def has_come_so_far(self, steps: int) -> None:
        """Begin anywhere in an ordinary life, so that short runs see its end as well."""
        for name, place in SCRIPT[:steps]:
            self.do(name, getattr(self, name)(place))

    def do(self, name: str, tried: Try) -> None:
        assert tried.allowed
        with clock.frozen_at(self.now), transaction():
            tried.act()
        tried.then()
        self.done[name] += 1

    @rule(hours=st.sampled_from([1, 8]))
    def time_passes(self, hours: int) -> None:
        self.now += timedelta(hours=hours)

    @rule(seed=SEEDS)
    def what_is_allowed_is_done(self, seed: int) -> None:
        found = self.choice(seed, allowed=True)
        if found is None:
            return
        self.do(*found)

    @rule(seed=SEEDS)
    def what_is_not_allowed_is_refused(self, seed: int) -> None:
        found = self.choice(seed, allowed=False)
        assert found is not None, "one person alone is never allowed to exclude"
        name, tried = found
        before = self.stored()
        with clock.frozen_at(self.now), pytest.raises(Refusal), transaction():
            tried.act()
        assert self.stored() == before
        self.done[f"no {name}"] += 1

    def choice(self, seed: int, *, allowed: bool) -> tuple[str, Try] | None:
        """One of the moves that are allowed, or not, for some voter; spread evenly, where Hypothesis prefers the first."""
        moves = [(name, getattr(self, name)(place)) for name in OFTEN for place in range(3)]
        fitting = [(name, tried) for name, tried in moves if tried.allowed is allowed]
        weights = [OFTEN[name] for name, _ in fitting]
        return Random(seed).choices(fitting, weights)[0] if fitting else None

    def stored(self) -> tuple[object, ...]:
        db.session.rollback()
        vote = self.voting.vote
        roll = db.session.execute(
            select(RollEntry.voter_id, RollEntry.state).where(RollEntry.vote_id == vote.id).order_by(RollEntry.voter_id)
        ).all()
        closes_at = self.voting.consultation.phases[0].closes_at
        return vote.status, self.sealed(), tuple(roll), closes_at, vote.key_destroyed_at

    def sealed(self) -> dict[int, tuple[int, bool]]:
        """Revision and whether it counts, of every ballot in the box."""
        query = select(SealedBallot.voter_id, SealedBallot.revision, SealedBallot.state)
        found = db.session.execute(query.where(SealedBallot.vote_id == self.voting.vote.id))
        return {voter: (revision, state == "live") for voter, revision, state in found}

    @invariant()
    def the_database_agrees(self) -> None:
        db.session.rollback()
        vote = self.voting.vote
        assert vote.status in {"running": ("preparing", "frozen")}.get(self.stage, (self.stage,))
        assert self.sealed() == (self.box if self.stage in ("running", "closed") else {})
        board = select(func.count()).select_from(BoardBallot).where(BoardBallot.vote_id == vote.id)
        assert db.session.execute(board).scalar_one() == self.on_board


# How often each is tried, so that lives are long enough to reach the end.
OFTEN = {
    "cast": 4, "withdraw_ballot": 2, "close_early": 2, "extend": 2, "close_on_time": 2, "exclude": 8, "exclude_alone": 1,
    "contest": 8, "keep": 8, "open_box": 3, "count": 4, "publish": 8, "destroy_key": 8, "withdraw_consultation": 1,
}  # fmt: skip


def test_p19_a_vote_moves_only_as_its_states_allow(app: Flask, world: World) -> None:
    world.here  # noqa: B018  the council comes first
    done: Counter[str] = Counter()
    here = type("LifeHere", (Life,), {"world": world, "done": done})
    run_state_machine_as_test(here, settings=ROUNDS)
    assert {name for name, _ in SCRIPT} <= set(done), "some move was never made"
    assert len([name for name in OFTEN if f"no {name}" in done]) > len(OFTEN) / 2, "hardly anything was refused"
