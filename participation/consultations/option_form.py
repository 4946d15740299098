"""What moderators fill in for one option."""

from __future__ import annotations

from typing import Any

from participation.budgets.models import ServiceGroup
from participation.consultations.drafts import OptionDraft
from participation.consultations.meanings import DELIVERY_MODELS
from participation.consultations.models import CommissioningOption
from participation.councils.models import Ward
from participation.web.fields import VersionField
from participation.web.forms import Form, as_choices, at_most, long_text, needed, pounds, select, text

# The choice that means "none of them"; codes of services, wards and delivery models are never empty.
NOTHING = ""


class OptionForm(Form):
    """One option; every field is there for each, so that all options can be told in the same way."""

    title = text(
        "Title",
        hint="What it is, without praise or blame. Do not name a provider.",
        rules=[needed("Enter a title"), at_most(250, "The title must be 250 characters or fewer")],
    )
    description = long_text(
        "What residents would notice",
        limit=1500,
        hint="Give each option about the same number of words.",
        rules=[needed("Enter what residents would notice")],
    )
    cost = pounds(
        "What it costs", hint="In pounds. 0 if it costs nothing more than today.", rules=[needed("Enter what it costs")]
    )
    group = select("Which service it belongs to")
    ward = select("Where")
    delivery_model = select("Who would do it")
    version = VersionField()

    def offer(self, services: list[ServiceGroup], wards: list[Ward]) -> None:
        self.group.choices = as_choices(
            [(NOTHING, "More than one service"), *((one.code, one.plain_name) for one in services)]
        )
        self.ward.choices = as_choices(
            [(NOTHING, "The whole council area"), *((ward.code, ward.name) for ward in wards)]
        )
        models = ((model.code, f"{model.label}. {model.sentence}") for model in DELIVERY_MODELS.values())
        self.delivery_model.choices = as_choices([(NOTHING, "Not decided"), *models])

    def show(self, option: CommissioningOption) -> None:
        self.title.data, self.description.data, self.cost.data = option.title, option.description, option.cost_pence
        self.group.data = option.group.code if option.group else NOTHING
        self.ward.data = option.ward.code if option.ward else NOTHING
        self.delivery_model.data = option.delivery_model or NOTHING

    def draft(self) -> OptionDraft:
        answers: dict[str, Any] = self.data
        return OptionDraft(
            title=answers["title"],
            description=answers["description"],
            cost_pence=answers["cost"],
            group_code=answers["group"] or None,
            ward_code=answers["ward"] or None,
            delivery_model=answers["delivery_model"] or None,
        )
