"""The lines of a budget to balance: which options are money coming in, their floors and ceilings, and their signed-off steps.

Part of a draft: each change raises the consultation's version, and nothing changes once residents can vote.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from participation.consultations import service
from participation.consultations.lifecycle import Move
from participation.consultations.models import BudgetStep, CommissioningOption, Consultation
from participation.errors import InvalidInput

# More would be a list to read, not a choice to make.
MOST_STEPS = 8


@dataclass(frozen=True, kw_only=True, slots=True)
class LineDraft:
    """What a line is. Amounts in pence; None is no floor or no ceiling. A floor or a ceiling needs its reason."""

    is_income: bool
    least_pence: int | None
    most_pence: int | None
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class StepDraft:
    """One step: by how many pence (below zero: less), what follows, and who in finance signed it off when."""

    change_pence: int
    consequence: str
    signed_off_by: str
    signed_off_on: date


def set_line(
    *, consultation: Consultation, option: CommissioningOption, draft: LineDraft, version: int, actor_id: int | None
) -> None:
    """Say what a line is. Raises InvalidInput where the limits exclude today's amount or a step that is there."""
    _require(consultation, version)
    least, most = draft.least_pence, draft.most_pence
    if (least is not None or most is not None) and not draft.reason:
        raise InvalidInput("Say why there is a lowest or highest amount.", field="reason")
    amounts = [option.cost_pence, *(option.cost_pence + step.change_pence for step in option.steps)]
    if least is not None and min(amounts) < least:
        raise InvalidInput("The lowest amount is above today's amount or one of the steps.", field="least")
    if most is not None and max(amounts) > most:
        raise InvalidInput("The highest amount is below today's amount or one of the steps.", field="most")
    option.is_income, option.least_pence, option.most_pence = draft.is_income, least, most
    option.limits_reason = draft.reason
    service.touch(consultation=consultation, actor_id=actor_id)


def add_step(
    *, consultation: Consultation, option: CommissioningOption, draft: StepDraft, version: int, actor_id: int | None
) -> BudgetStep:
    """Add a step. Raises InvalidInput outside the line's floor and ceiling, below nothing, or where it is there already."""
    _require(consultation, version)
    amount = option.cost_pence + draft.change_pence
    if draft.change_pence == 0:
        raise InvalidInput("A step must change the amount.", field="amount")
    if amount < (option.least_pence or 0):
        raise InvalidInput("That is less than this line may go down to.", field="amount")
    if option.most_pence is not None and amount > option.most_pence:
        raise InvalidInput("That is more than this line may go up to.", field="amount")
    if any(step.change_pence == draft.change_pence for step in option.steps):
        raise InvalidInput("There is a step of this amount already.", field="amount")
    if len(option.steps) >= MOST_STEPS:
        raise InvalidInput(f"A line can have {MOST_STEPS} steps. Remove one first.", field="amount")
    step = BudgetStep(
        change_pence=draft.change_pence,
        consequence=draft.consequence,
        signed_off_by=draft.signed_off_by,
        signed_off_on=draft.signed_off_on,
    )
    option.steps.append(step)
    service.touch(consultation=consultation, actor_id=actor_id)
    return step


def sign_off(
    *, consultation: Consultation, option: CommissioningOption, by: str, on: date, version: int, actor_id: int | None
) -> int:
    """Sign off the steps of a line that nobody has signed off, as those of a copy; how many. Raises InvalidInput for none."""
    _require(consultation, version)
    unsigned = [step for step in option.steps if not step.signed_off_by]
    if not unsigned:
        raise InvalidInput("Every step is signed off already.", field="signed_off_by")
    for step in unsigned:
        step.signed_off_by, step.signed_off_on = by, on
    service.touch(consultation=consultation, actor_id=actor_id)
    return len(unsigned)


def remove_step(
    *, consultation: Consultation, option: CommissioningOption, change_pence: int, version: int, actor_id: int | None
) -> None:
    """Take a step out. Raises InvalidInput where there is none."""
    _require(consultation, version)
    step = next((step for step in option.steps if step.change_pence == change_pence), None)
    if step is None:
        raise InvalidInput("That step is not there any more.")
    option.steps.remove(step)
    service.touch(consultation=consultation, actor_id=actor_id)


def _require(consultation: Consultation, version: int) -> None:
    service.require_move(consultation, Move.EDIT)
    service.require_version(consultation, version)
