"""Every move at every stage as every role, by the table of the lifecycle: what it does not list is refused by name, and changes
nothing. (Walks at random over time are in test_state_machine.)
"""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from participation import clock
from participation.accounts.models import Account
from participation.accounts.roles import PERMISSIONS, Role
from participation.consultations import gates, launching, service
from participation.consultations.drafts import ResponseDraft
from participation.consultations.lifecycle import MOVES, Move, Stage, stage_of
from participation.consultations.models import Consultation, ConsultationResponse
from participation.consultations.refusals import MoveRefused
from participation.errors import Refusal
from participation.extensions import db
from participation.transactions import transaction
from participation.web.access import Permission
from tests.factories.world import World
from tests.features.consultations.test_state_machine import Act, draft, people, snapshot
from tests.visitor import Visitor

EDITORS = [role for role in Role if Permission.EDIT_CONSULTATIONS in PERMISSIONS[role]]
OTHERS = [role for role in Role if role not in EDITORS]
# Days from now of the phases, and what people decided, for each stage.
AT: dict[Stage, dict[str, object]] = {
    Stage.DRAFT: {"gather": (5, 60), "state": "draft"},
    Stage.UPCOMING: {"gather": (5, 60)},
    Stage.GATHERING: {"gather": (-5, 60)},
    Stage.BETWEEN: {"gather": (-60, -5), "vote": (5, 60)},
    Stage.SHAPING: {"shape": (-5, 60)},
    Stage.VOTING: {"vote": (-5, 60)},
    Stage.COUNTING: {"vote": (-60, -5)},
    Stage.RESULTS: {"vote": (-60, -5), "result": True},
    Stage.CLOSED: {"gather": (-60, -5)},
    Stage.ANSWERED: {"gather": (-60, -5), "answered": True},
    Stage.ARCHIVED: {"gather": (-60, -5), "answered": True, "archived": True},
    Stage.WITHDRAWN: {"gather": (-60, 5), "state": "withdrawn"},
}


def ask(one: Consultation, who: int) -> None:
    reasons = {doubt.code: "Because." for doubt in gates.doubts(one)}
    launching.ask(consultation=one, version=one.version, reasons=reasons, actor_id=who)


def respond(one: Consultation, who: int) -> None:
    said = ResponseDraft(we_asked="A", you_said="B", we_did="C", decided_on=clock.today())
    service.publish_response(consultation=one, draft=said, version=one.version, actor_id=who)


def extend(one: Consultation, who: int) -> None:
    kind, closes = one.phases[0].kind, one.phases[0].closes_at + timedelta(days=1)
    service.extend_phase(
        consultation=one, kind=kind, closes_at=closes, reason="More.", version=one.version, actor_id=who
    )


# Each move: its page, and what the page does.
ACTS: dict[Move, tuple[str, Act]] = {
    Move.EDIT: ("edit", lambda one, who: service.change(
        consultation=one, draft=draft(("gather",)), version=one.version, actor_id=who)),
    Move.LAUNCH: ("launch", ask),
    Move.RECALL: ("recall", lambda one, who: service.recall(consultation=one, actor_id=who)),
    Move.CLOSE_PHASE: ("close/gather", lambda one, who: service.close_phase(
        consultation=one, kind=one.phases[0].kind, reason_code="election", actor_id=who)),
    Move.EXTEND: ("extend/gather", extend),
    Move.WITHDRAW: ("withdraw", lambda one, who: service.withdraw(consultation=one, reason_code="mistake", actor_id=who)),
    Move.RESPOND: ("response", respond),
    Move.ARCHIVE: ("archive", lambda one, who: service.archive(consultation=one, version=one.version, actor_id=who)),
}  # fmt: skip
# What a move refuses for another reason although the stage allows it: only the vote itself ends a vote.
OWN_REFUSALS = {(Stage.VOTING, Move.CLOSE_PHASE): "PhaseNotOpen"}


class Undo(Exception):
    """Ends a transaction without keeping what was done in it."""


def standing(world: World, stage: Stage) -> int:
    """The id of a consultation at this stage."""
    given = dict(AT[stage])
    result, answered, archived = (given.pop(name, False) for name in ("result", "answered", "archived"))
    options = 0 if answered else 2  # what has no outcome could not be archived
    made = world.consultation("spending", options=options, equality_note="Considered.", **given)  # type: ignore[arg-type]
    with transaction():
        one = db.session.get_one(Consultation, made.id)
        if result:
            one.result_published_at = clock.now()
        if answered:
            one.response = ConsultationResponse(
                we_asked="A", you_said="B", we_did="C", decided_on=clock.today(), published_at=clock.now()
            )
        if archived:
            one.archived_at = clock.now()
    return made.id


@pytest.fixture(autouse=True)
def only_our_gates(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    own = tuple(gate for gate in gates.GATES if gate.__module__ == gates.__name__)
    monkeypatch.setattr(gates, "GATES", own)
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", False)  # so that it is the access mark that refuses


@pytest.mark.parametrize("stage", list(Stage))
def test_only_the_moves_of_the_table_happen(app: Flask, world: World, stage: Stage) -> None:
    assert set(ACTS) == set(Move)
    number = standing(world, stage)
    with clock.frozen_at(clock.now()):
        staff = people(world.here.id, clock.now())
        assert stage_of(db.session.get_one(Consultation, number), clock.now()) is stage
        before = snapshot(number)
        for role in EDITORS:
            for move, (_, act) in ACTS.items():
                assert tried(number, act, staff[role.value]) == expected(stage, move), f"{move} as {role}"
                assert snapshot(number) == before, f"{move} as {role} left something behind"
        for role in OTHERS:
            visitor = Visitor(app)
            visitor.sign_in(db.session.get_one(Account, staff[role.value]))
            for door, _ in ACTS.values():
                answer = visitor.post(f"/exampleton/manage/consultations/spending/{door}", follow=False)
                assert answer.status == 403, f"{role} was let in to {door}"
        assert snapshot(number) == before


def expected(stage: Stage, move: Move) -> str:
    """The name of the refusal, or "" where the move happens."""
    if move not in MOVES[stage]:
        return MoveRefused.__name__
    return OWN_REFUSALS.get((stage, move), "")


def tried(number: int, act: Act, who: int) -> str:
    """What the move was refused with, or "" where it happened; then it is undone, so that the next one finds the same stage."""
    try:
        with transaction():
            act(db.session.get_one(Consultation, number), who)
            raise Undo
    except Undo:
        return ""
    except Refusal as refusal:
        return type(refusal).__name__
