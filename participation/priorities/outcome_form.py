"""What staff fill in about one option or need."""

from __future__ import annotations

from typing import Any

from participation.priorities.models import Outcome
from participation.priorities.outcomes import ANSWERS, STATUSES, OutcomeDraft
from participation.web.fields import VersionField
from participation.web.forms import Form, at_most, date_parts, long_text, needed, pounds, radios, text


class OutcomeForm(Form):
    """The council's answer, and what follows from it."""

    answer = radios(
        "What does the council say to it?", list(ANSWERS.items()), rules=[needed("Choose what the council says")]
    )
    reason = long_text("Why?", hint="Residents read this.", limit=2000, rules=[needed("Enter why")])
    owner = text(
        "Who answers for it?",
        hint="A post or a team, not a person’s name. Leave it empty if it is not accepted.",
        rules=[at_most(120, "Who answers for it must be 120 characters or fewer")],
    )
    amount = pounds("How much money?", hint="Optional. In pounds.")
    due_on = date_parts("By when?", hint="Needed for what is planned or under way. For example, 31 3 2027.")
    status = radios(
        "How far is it?",
        list(STATUSES.items()),
        hint="What is not accepted counts as dropped.",
        rules=[needed("Choose how far it is")],
    )
    version = VersionField()

    def show(self, outcome: Outcome) -> None:
        for name in ("answer", "reason", "owner", "due_on", "status", "version"):
            self[name].data = getattr(outcome, name)
        self.amount.data = outcome.amount_pence

    def draft(self) -> OutcomeDraft:
        answers: dict[str, Any] = self.data
        return OutcomeDraft(
            answer=answers["answer"], reason=answers["reason"], owner=answers["owner"] or "", status=answers["status"],
            amount_pence=answers["amount"], due_on=answers["due_on"],
        )  # fmt: skip
