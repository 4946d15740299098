"""Staff enter the steps of a budget line: signed off, within floor and ceiling, and only in a draft."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from participation.consultations.gates import problems
from participation.consultations.lines import LineDraft, StepDraft, add_step, set_line
from participation.consultations.models import BudgetStep, CommissioningOption, Consultation
from participation.consultations.refusals import MoveRefused
from participation.errors import InvalidInput
from participation.extensions import db
from participation.transactions import transaction
from tests.factories.world import World
from tests.visitor import Visitor

STEP: dict[str, Any] = {
    "direction": "less", "amount": "2,000", "consequence": "About 3 fewer library days a week.",
    "signed_off_by": "Head of finance", "signed_off_on": ["1", "11", "2026"],
}  # fmt: skip


@pytest.fixture
def draft(world: World) -> Consultation:
    world.council()
    return world.consultation("budget", vote=(10, 20), options=3, state="draft")


@pytest.fixture
def staff(world: World, visitor: Visitor, draft: Consultation) -> Visitor:
    visitor.sign_in(world.staff("moderator"))
    visitor.get("/exampleton/manage/consultations/budget/options/option-1/steps")
    return visitor


def stored() -> list[int]:
    db.session.rollback()
    return list(db.session.scalars(select(BudgetStep.change_pence).order_by(BudgetStep.change_pence)))


def test_a_step_is_added_shown_and_removed(staff: Visitor) -> None:
    page = staff.submit("Add the step", **STEP)
    assert "Step added." in page.text
    assert page.rows()[1][:4] == [
        "£2,000 less",
        "£8,000",
        "About 3 fewer library days a week.",
        "Head of finance, 1 November 2026",
    ]
    assert stored() == [-200_000]
    page = staff.submit("Remove the step of £2,000 less")
    assert "Step removed." in page.text
    assert stored() == []


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"amount": "10,001"}, "That is less than this line may go down to."),
        ({"amount": "0"}, "A step must change the amount."),
        ({"consequence": ""}, "Enter what would follow"),
        ({"signed_off_by": ""}, "Enter who signed it off"),
        ({"signed_off_on": ["1", "11", "2090"]}, "The day it was signed off must be today or in the past"),
        ({"direction": None}, "Choose more or less"),
    ],
)
def test_a_wrong_step_is_explained_and_kept(staff: Visitor, changes: dict[str, Any], error: str) -> None:
    page = staff.submit("Add the step", **{**STEP, **changes})
    assert page.status == 422
    assert page.errors == [error]
    assert stored() == []


def test_the_same_step_twice_is_refused(staff: Visitor) -> None:
    staff.submit("Add the step", **STEP)
    page = staff.submit("Add the step", **STEP)
    assert page.errors == ["There is a step of this amount already."]


def test_floor_and_ceiling_need_a_reason_and_hold(staff: Visitor) -> None:
    page = staff.submit("Save what it is", kind="income", least="9,000", most="10,500", reason="")
    assert page.errors == ["Say why there is a lowest or highest amount."]
    page = staff.submit("Save what it is", kind="income", least="9,000", most="10,500", reason="The law limits it.")
    assert "Line saved." in page.text
    page = staff.submit("Add the step", **STEP)
    assert page.errors == ["That is less than this line may go down to."]
    page = staff.submit("Add the step", **{**STEP, "direction": "more"})
    assert page.errors == ["That is more than this line may go up to."]
    page = staff.submit("Add the step", **{**STEP, "amount": "1,000"})
    page = staff.submit("Save what it is", kind="income", least="9,500", most="", reason="The law.")
    assert page.errors == ["The lowest amount is above today's amount or one of the steps."]


def test_a_launched_consultation_keeps_its_lines(draft: Consultation) -> None:
    with transaction():
        draft.state = "launched"
        option = draft.options[0]
        step = StepDraft(change_pence=-1, consequence="Less.", signed_off_by="Finance", signed_off_on=date(2026, 1, 1))
        with pytest.raises(MoveRefused):
            add_step(consultation=draft, option=option, draft=step, version=draft.version, actor_id=None)
        line = LineDraft(is_income=True, least_pence=None, most_pence=None, reason="")
        with pytest.raises(MoveRefused):
            set_line(consultation=draft, option=option, draft=line, version=draft.version, actor_id=None)


def test_a_line_holds_a_choice_not_a_list(draft: Consultation) -> None:
    option: CommissioningOption = draft.options[0]
    with transaction():
        for change in range(1, 9):
            step = StepDraft(
                change_pence=change, consequence="More.", signed_off_by="Finance", signed_off_on=date(2026, 1, 1)
            )
            add_step(consultation=draft, option=option, draft=step, version=draft.version, actor_id=None)
        step = StepDraft(change_pence=9, consequence="More.", signed_off_by="Finance", signed_off_on=date(2026, 1, 1))
        with pytest.raises(InvalidInput, match="can have 8 steps"):
            add_step(consultation=draft, option=option, draft=step, version=draft.version, actor_id=None)


def test_an_amount_below_its_steps_is_refused(staff: Visitor) -> None:
    staff.submit("Add the step", **STEP)
    staff.get("/exampleton/manage/consultations/budget/options/option-1")
    page = staff.submit("Save the option", cost="1,000")
    assert page.status == 422
    assert "A step of this line would be below £0." in page.text
    assert stored() == [-200_000]


@pytest.mark.parametrize("role", ["commissioner", "administrator"])
def test_only_editors_see_the_steps(world: World, visitor: Visitor, draft: Consultation, role: str) -> None:
    visitor.sign_in(world.staff(role))
    page = visitor.get("/exampleton/manage/consultations/budget/options/option-1/steps")
    assert page.status == 403


def test_a_copy_is_not_launched_before_its_steps_are_signed_off_anew(staff: Visitor, draft: Consultation) -> None:
    staff.submit("Add the step", **STEP)
    with transaction():
        draft.options[0].steps[0].signed_off_by, draft.options[0].steps[0].signed_off_on = "", None
    wanted = [sentence for sentence in problems(draft) if "sign off the steps" in sentence]
    assert wanted == [
        f"Finance has to sign off the steps of “{draft.options[0].title}” again: they were copied from an earlier consultation."
    ]
    page = staff.get(staff.page.path)
    assert page.rows()[1][3] == "Not signed off"
    assert staff.submit("Sign off these steps").errors == [
        "Enter who signed it off", "Enter when it was signed off",
    ]  # fmt: skip
    signed = {f"sign-{name}": STEP[name] for name in ("signed_off_by", "signed_off_on")}
    page = staff.submit("Sign off these steps", **signed)
    assert page.rows()[1][3] == "Head of finance, 1 November 2026"
    assert "Sign off the copied steps" not in page.main
    db.session.expire_all()
    assert [sentence for sentence in problems(draft) if "sign off the steps" in sentence] == []
