"""What moderators fill in for one option."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from participation.budgets.models import ServiceGroup
from participation.consultations.cards import FIELDS, YEARS
from participation.consultations.drafts import OptionDraft
from participation.consultations.meanings import DELIVERY_MODELS
from participation.consultations.models import CommissioningOption
from participation.councils.models import Ward
from participation.web.fields import VersionField
from participation.web.forms import (
    Form,
    as_choices,
    at_most,
    checkboxes,
    date_parts,
    long_text,
    needed,
    pounds,
    select,
    text,
)

# The choice that means "none of them"; codes of services, wards and delivery models are never empty.
NOTHING = ""


# A field for each of the card: the same length for all options.
CardFields = type(
    "CardFields",
    (Form,),
    {field.name: long_text(field.heading, limit=field.limit, hint=field.hint) for field in FIELDS},
)


class OptionForm(CardFields):  # type: ignore[valid-type, misc]  # made from the list of fields
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
    one_off = pounds(
        f"What it costs once, over {YEARS} years", hint="The same years for every option, at today’s prices."
    )
    yearly = pounds("What it costs each year", hint="The whole cost of the service in this way, not only the change.")
    needs = checkboxes("Which options does it need?", hint="Residents can choose this one only together with them.")
    excludes = checkboxes("Which options can it not join?", hint="Residents can choose only one of the two.")
    signed_off_by = text(
        "Who in finance checked the figures", rules=[at_most(120, "The name must be 120 characters or fewer")]
    )
    signed_off_on = date_parts("When they checked them")
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

    def offer_others(self, others: Iterable[CommissioningOption]) -> None:
        """The options it may need or not join."""
        self.needs.choices = self.excludes.choices = as_choices((one.code, one.title) for one in others)

    @property
    def card_fields(self) -> list[Any]:
        return [self[field.name] for field in FIELDS]

    def show(self, option: CommissioningOption) -> None:
        for field in FIELDS:
            self[field.name].data = option.card.get(field.name, "")
        self.one_off.data, self.yearly.data = option.one_off_pence, option.yearly_pence
        self.needs.data, self.excludes.data = list(option.needs), list(option.excludes)
        self.signed_off_by.data, self.signed_off_on.data = option.signed_off_by, option.signed_off_on
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
            card={field.name: answers[field.name] or "" for field in FIELDS},
            one_off_pence=answers["one_off"],
            yearly_pence=answers["yearly"],
            needs=tuple(answers["needs"] or ()),
            excludes=tuple(answers["excludes"] or ()),
            signed_off_by=answers["signed_off_by"] or "",
            signed_off_on=answers["signed_off_on"],
        )
