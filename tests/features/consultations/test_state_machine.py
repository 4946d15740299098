"""A walk at random through everything staff can do to a consultation, as every role, over a year that holds both changes of
the clocks. What is allowed happens; what is not is refused with its name and changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import func, select

from participation import clock
from participation.accounts.models import Account, RoleGrant
from participation.accounts.roles import PERMISSIONS, Role
from participation.approvals.models import Approval
from participation.consultations import gates, launching, service
from participation.consultations.drafts import Draft, Period, ResponseDraft
from participation.consultations.lifecycle import (
    MOVES,
    PHASE_TYPE,
    Feature,
    Move,
    Stage,
    allows,
    open_phases,
    stage_of,
)
from participation.consultations.models import CommissioningOption, Consultation
from participation.errors import Refusal
from participation.extensions import db
from participation.transactions import transaction
from participation.web.access import Permission
from tests.factories.world import World
from tests.visitor import Visitor

# Two Saturdays before the clocks go forward (29 March 2026); the last phase ends after they go back (25 October 2026).
START = datetime(2026, 3, 14, 12, tzinfo=UTC)
PHASES = {
    "gather": Period(datetime(2026, 3, 28, 9, tzinfo=UTC), datetime(2026, 5, 30, 16, tzinfo=UTC)),
    "shape": Period(datetime(2026, 6, 10, 8, tzinfo=UTC), datetime(2026, 7, 1, 16, tzinfo=UTC)),
    "vote": Period(datetime(2026, 9, 1, 8, tzinfo=UTC), datetime(2026, 10, 26, 17, tzinfo=UTC)),
}
STEPS = (
    timedelta(seconds=1), timedelta(minutes=59), timedelta(hours=1), timedelta(hours=23), timedelta(days=1), timedelta(days=13),
    timedelta(days=31), timedelta(days=90),
)  # fmt: skip
ROLES = [role.value for role in Role]
# Those who may edit come more often, so that walks get somewhere.
WHO = st.sampled_from([*ROLES, *["moderator", "editor"] * 5])
Act = Callable[[Consultation, int], object]


def draft(kinds: tuple[str, ...]) -> Draft:
    return Draft(
        title="Spending", summary="What?", background="Why.", what_can_change="This.", what_cannot_change="That.",
        influence="consult", cycle_step="plan", decision_maker="Cabinet", decision_date=date(2026, 12, 1), services=("env",),
        phases={kind: PHASES[kind] for kind in kinds}, equality_note="Considered.", decided_so_far="nothing",
    )  # fmt: skip


class Walk(RuleBasedStateMachine):
    """`moment` is the clock of the walk; the model is the stage that the rules of the lifecycle say."""

    world: World
    app: Flask
    # Somebody of each role with a browser, and since when they are signed in.
    seated: dict[str, tuple[Visitor, datetime]]
    # What all walks together came to, so that the test can say that they went far enough.
    reached: set[Stage]
    done: set[Move]
    names: set[str]

    @initialize(kinds=st.sampled_from([("gather", "vote"), ("gather",), ("vote",)]), launched=st.booleans())
    def begin(self, kinds: tuple[str, ...], launched: bool) -> None:
        """A draft with these phases; in every other walk two people launched it already."""
        self.moment, self.draft = START, draft(kinds)
        council_id = self.world.here.id
        self.people = people(council_id, self.moment)
        with clock.frozen_at(self.moment), transaction():
            made = service.create(council_id=council_id, draft=self.draft, actor_id=None)
            self.id, self.slug = made.id, made.slug
            add_options(made)
            if launched:
                reasons = {doubt.code: "Because." for doubt in gates.doubts(made)}
                launching.ask(consultation=made, version=1, reasons=reasons, actor_id=self.people["editor"])
                launching.approve(
                    consultation=made, version=1, seen_hash=shown(made), actor_id=self.people["moderator"]
                )

    def consultation(self) -> Consultation:
        return db.session.get_one(Consultation, self.id)

    def attempt(self, role: str, move: Move, door: str, act: Act) -> None:
        """Try it as this role: it happens when role and stage allow it, and otherwise nothing at all changes.

        Whoever may edit acts through the service, as the pages do; everybody else knocks at the page's own door.
        """
        before = snapshot(self.id)
        with clock.frozen_at(self.moment):
            stage = stage_of(self.consultation(), self.moment)
            self.reached.add(stage)
            if Permission.EDIT_CONSULTATIONS not in PERMISSIONS[Role(role)]:
                assert self.knock(role, door) == 403, f"{role} was let in to {move}"
                refused = True
            else:
                refused = self.refused(act, role)
        if refused:
            assert snapshot(self.id) == before, f"{move} as {role} at {stage} was refused and changed something"
        else:
            assert move in MOVES[stage], f"{move} happened at {stage}"
            self.done.add(move)

    def knock(self, role: str, door: str) -> int:
        visitor, since = self.seated.get(role, (None, None))
        if visitor is None or not since <= self.moment < since + timedelta(minutes=5):
            visitor = Visitor(self.app)
            visitor.sign_in(db.session.get_one(Account, self.people[role]))
            self.seated[role] = (visitor, self.moment)
        return visitor.post(f"/exampleton/manage/consultations/{self.slug}/{door}", follow=False).status

    def refused(self, act: Act, role: str) -> bool:
        """Whether it was refused; a refusal has a name of its own."""
        try:
            with transaction():
                act(self.consultation(), self.people[role])
        except Refusal as refusal:
            self.names.add(type(refusal).__name__)
            return True
        return False

    @rule(step=st.sampled_from(STEPS))
    def time_passes(self, step: timedelta) -> None:
        self.moment += step

    @rule(kind=st.sampled_from(sorted(PHASES)), end=st.sampled_from(["opens_at", "closes_at"]), before=st.booleans())
    def the_clock_stands_at_an_edge(self, kind: str, end: str, before: bool) -> None:
        """Exactly at a phase's first or last moment, or one second before it; time never runs backwards."""
        phase = next((phase for phase in self.consultation().phases if phase.kind == kind), None)
        if phase is not None:
            edge = getattr(phase, end) - timedelta(seconds=before)
            self.moment = max(self.moment, edge)

    @rule()
    def the_next_edge_comes(self) -> None:
        """The clock stands at the next moment at which something opens or closes."""
        edges = [edge for phase in self.consultation().phases for edge in (phase.opens_at, phase.closes_at)]
        self.moment = min((edge for edge in edges if edge > self.moment), default=self.moment)

    @rule(role=WHO)
    def edit(self, role: str) -> None:
        self.attempt(
            role, Move.EDIT, "edit",
            lambda one, who: service.change(consultation=one, draft=self.draft, version=one.version, actor_id=who),
        )  # fmt: skip

    @rule(role=WHO)
    def ask_for_the_launch(self, role: str) -> None:
        def ask(one: Consultation, who: int) -> None:
            reasons = {doubt.code: "Because." for doubt in gates.doubts(one)}
            launching.ask(consultation=one, version=one.version, reasons=reasons, actor_id=who)

        self.attempt(role, Move.LAUNCH, "launch", ask)

    @rule(role=WHO)
    def approve(self, role: str) -> None:
        self.attempt(
            role,
            Move.LAUNCH,
            "launch/approve",
            lambda one, who: launching.approve(
                consultation=one, version=one.version, seen_hash=shown(one), actor_id=who
            ),
        )

    @rule(role=WHO)
    def send_back(self, role: str) -> None:
        self.attempt(
            role, Move.LAUNCH, "launch/send-back",
            lambda one, who: launching.send_back(consultation=one, version=one.version, note="No.", actor_id=who),
        )  # fmt: skip

    @rule(role=WHO)
    def recall(self, role: str) -> None:
        self.attempt(role, Move.RECALL, "recall", lambda one, who: service.recall(consultation=one, actor_id=who))

    @rule(role=WHO, kind=st.sampled_from(sorted(PHASES)))
    def close_early(self, role: str, kind: str) -> None:
        self.attempt(
            role, Move.CLOSE_PHASE, f"close/{kind}",
            lambda one, who: service.close_phase(consultation=one, kind=kind, reason_code="election", actor_id=who),
        )  # fmt: skip

    @rule(role=WHO, kind=st.sampled_from(sorted(PHASES)), days=st.integers(-3, 120))
    def extend(self, role: str, kind: str, days: int) -> None:
        self.attempt(
            role, Move.EXTEND, f"extend/{kind}",
            lambda one, who: service.extend_phase(
                consultation=one, kind=kind, closes_at=self.moment + timedelta(days=days), reason="More.",
                version=one.version, actor_id=who,
            ),
        )  # fmt: skip

    @rule(role=WHO, rarely=st.integers(0, 9))
    def withdraw(self, role: str, rarely: int) -> None:
        if rarely in (3, 7):  # small numbers are drawn more often
            self.attempt(
                role, Move.WITHDRAW, "withdraw",
                lambda one, who: service.withdraw(consultation=one, reason_code="mistake", actor_id=who),
            )  # fmt: skip

    @rule(role=WHO, days_ago=st.integers(-1, 60))
    def answer(self, role: str, days_ago: int) -> None:
        def respond(one: Consultation, who: int) -> None:
            decided = clock.today() - timedelta(days=days_ago)
            response = ResponseDraft(we_asked="A", you_said="B", we_did="C", decided_on=decided)
            service.publish_response(consultation=one, draft=response, version=one.version, actor_id=who)

        self.attempt(role, Move.RESPOND, "response", respond)

    @rule(role=WHO)
    def finish(self, role: str) -> None:
        def archive(one: Consultation, who: int) -> None:
            service.archive(consultation=one, version=one.version, actor_id=who)

        self.attempt(role, Move.ARCHIVE, "archive", archive)

    @rule()
    def the_result_is_published(self) -> None:
        with clock.frozen_at(self.moment):
            if stage_of(self.consultation(), self.moment) is Stage.COUNTING:
                with transaction():
                    service.record_result_published(consultation=self.consultation(), at=self.moment)

    @invariant()
    def what_is_true_at_every_moment(self) -> None:
        if not hasattr(self, "id"):
            return
        one = self.consultation()
        stage = stage_of(one, self.moment)
        self.reached.add(stage)
        is_open = [phase for phase in one.phases if phase.opens_at <= self.moment < phase.closes_at]
        assert len(is_open) <= 1
        assert open_phases(one.phases, self.moment) == is_open
        for feature in Feature:
            may = (
                stage in (Stage.GATHERING, Stage.SHAPING, Stage.VOTING)
                and feature in PHASE_TYPE[is_open[0].kind].features
            )
            assert allows(one, feature, self.moment) is may
        if one.state == "launched":
            approved = db.session.scalars(select(Approval).where(Approval.decision == "approved")).all()
            assert approved
            assert all(request.requested_by != request.decided_by for request in approved)
        if one.response is not None:
            assert all(phase.closes_at.astimezone(clock.UK).date() <= one.response.decided_on for phase in one.phases)
        db.session.rollback()


def shown(consultation: Consultation) -> str:
    """The hash of the request that waits, as the launch page shows it."""
    waiting = launching.open_request(consultation)
    return waiting.approval.payload_hash.hex() if waiting else ""


def people(council_id: int, at: datetime) -> dict[str, int]:
    """One account for each role; made once for a council."""
    with transaction():
        found = {grant.role: grant.account_id for grant in db.session.query(RoleGrant)}
        for role in ROLES:
            if role not in found:
                email = f"{role}@council.example"
                account = Account(
                    council_id=council_id,
                    kind="staff",
                    email=email,
                    email_canonical=email,
                    created_at=at,
                    confirmed_at=at,
                )
                account.grants = [RoleGrant(role=role, granted_at=at)]
                db.session.add(account)
                db.session.flush()
                found[role] = account.id
    return found


def add_options(consultation: Consultation) -> None:
    """Two options, so that the vote is a choice."""
    consultation.options = [
        CommissioningOption(
            code=f"option-{place}", position=place, title=f"Option {place}", description="What it does.", cost_pence=0
        )
        for place in (1, 2)
    ]
    db.session.flush()


def snapshot(consultation_id: int) -> list[object]:
    """Every row of this consultation that a move could touch, and how many there are of each kind at all."""
    kept: list[object] = []
    with db.engine.connect() as connection:
        for name in ("consultation", "phase", "phase_extension", "launch_request", "consultation_response"):
            table = db.metadata.tables[name]
            mine = table.c.id if name == "consultation" else table.c.consultation_id
            kept.append(connection.execute(table.select().where(mine == consultation_id)).fetchall())
        asked = db.metadata.tables["approval"]
        kept.append(
            connection.execute(asked.select().where(asked.c.subject == f"consultation:{consultation_id}")).fetchall()
        )
        kept.extend(  # the record is only ever added to
            connection.execute(select(func.count()).select_from(db.metadata.tables[name])).scalar_one()
            for name in ("consultation", "approval", "audit_event", "outbox_mail")
        )
    return kept


@pytest.mark.slow
def test_every_walk_keeps_the_rules(app: Flask, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    own = tuple(gate for gate in gates.GATES if gate.__module__ == gates.__name__)
    monkeypatch.setattr(gates, "GATES", own)
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", False)  # so that it is the access mark that refuses
    world.council()
    seen = {"reached": set(), "done": set(), "names": set()}
    machine = type("Walk", (Walk,), {"world": world, "app": app, "seated": {}, **seen})
    walks = 40 if db.engine.dialect.name == "sqlite" else 20
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=walks, stateful_step_count=30, deadline=None, derandomize=True, database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )  # fmt: skip
    # Chance decides how far walks get, so this only says that they went somewhere; each stage by itself is in test_manage.
    assert len(seen["reached"]) >= 6
    assert len(seen["done"]) >= 3
    assert "MoveRefused" in seen["names"]
