"""What moderators fill in about a line of a budget: what it is, and its steps."""

from __future__ import annotations

from typing import Any

from wtforms import HiddenField

from participation import clock
from participation.consultations.lines import LineDraft, StepDraft
from participation.consultations.models import CommissioningOption
from participation.web.fields import VersionField
from participation.web.forms import Form, Optional, at_most, date_parts, long_text, needed, pounds, radios, text

MORE, LESS = "more", "less"


class LineForm(Form):
    kind = radios(
        "What is this line?",
        [("spending", "Money the council spends"), ("income", "Money that comes in, such as council tax or charges")],
        rules=[needed("Choose what this line is")],
    )
    least = pounds(
        "Lowest amount (optional)", hint="What the law, or a contract, asks for at least", rules=[Optional()]
    )
    most = pounds("Highest amount (optional)", hint="For example the limit on council tax", rules=[Optional()])
    reason = text(
        "Why it cannot go lower or higher",
        hint="Residents read this. For example: The law says the council must keep this service",
        rules=[at_most(300, "The reason must be 300 characters or fewer")],
    )
    version = VersionField()

    def show(self, option: CommissioningOption) -> None:
        self.kind.data = "income" if option.is_income else "spending"
        self.least.data, self.most.data, self.reason.data = option.least_pence, option.most_pence, option.limits_reason

    def draft(self) -> LineDraft:
        answers: dict[str, Any] = self.data
        return LineDraft(
            is_income=answers["kind"] == "income",
            least_pence=answers["least"],
            most_pence=answers["most"],
            reason=answers["reason"] or "",
        )


class SignOffForm(Form):
    """Who in finance signed figures off, and when."""

    signed_off_by = text(
        "Who in finance signed it off",
        hint="A job title, such as Head of finance",
        rules=[needed("Enter who signed it off"), at_most(120, "The job title must be 120 characters or fewer")],
    )
    signed_off_on = date_parts("When it was signed off", rules=[needed("Enter when it was signed off")])
    version = VersionField()

    def validate(self, extra_validators: Any = None) -> bool:
        valid: bool = super().validate(extra_validators)
        if valid and self.signed_off_on.data and self.signed_off_on.data > clock.today():
            self.signed_off_on.errors = [
                *self.signed_off_on.errors,
                "The day it was signed off must be today or in the past",
            ]
            return False
        return valid


class StepForm(SignOffForm):
    direction = radios(
        "More or less than today?",
        [(LESS, "Less than today"), (MORE, "More than today")],
        rules=[needed("Choose more or less")],
    )
    amount = pounds("By how much", hint="In pounds", rules=[needed("Enter by how much")])
    consequence = long_text(
        "What would follow",
        limit=300,
        hint="What residents would notice, in one or two sentences without praise or blame",
        rules=[needed("Enter what would follow")],
    )

    def draft(self) -> StepDraft:
        answers: dict[str, Any] = self.data
        return StepDraft(
            change_pence=answers["amount"] * (1 if answers["direction"] == MORE else -1),
            consequence=answers["consequence"],
            signed_off_by=answers["signed_off_by"],
            signed_off_on=answers["signed_off_on"],
        )


class RemoveStepForm(Form):
    change = HiddenField()
    version = VersionField()
