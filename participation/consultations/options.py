"""The options of a draft: added, changed, removed and put in order. Each raises the consultation's version."""

from __future__ import annotations

from participation.budgets.models import ServiceGroup
from participation.consultations import service
from participation.consultations.cards import FIELDS
from participation.consultations.drafts import OptionDraft
from participation.consultations.lifecycle import Move
from participation.consultations.meanings import DELIVERY_MODELS
from participation.consultations.models import CommissioningOption, Consultation
from participation.consultations.queries import services_of, slug_of
from participation.councils.queries import ward_by_code
from participation.errors import InvalidInput
from participation.extensions import db


def add_option(
    *, consultation: Consultation, draft: OptionDraft, version: int, actor_id: int | None, code: str | None = None
) -> CommissioningOption:
    """Append an option. Its code comes from its first title and is what ballots name, so it never changes."""
    _require(consultation, version)
    option = CommissioningOption(
        code=code or _free_code(consultation, draft.title),
        position=max((one.position for one in consultation.options), default=0) + 1,
    )
    _fill_in(consultation, option, draft)
    consultation.options.append(option)
    service.touch(consultation=consultation, actor_id=actor_id)
    return option


def change_option(
    *, consultation: Consultation, option: CommissioningOption, draft: OptionDraft, version: int, actor_id: int | None
) -> None:
    """Change what an option says."""
    _require(consultation, version)
    _fill_in(consultation, option, draft)
    service.touch(consultation=consultation, actor_id=actor_id)


def remove_option(
    *, consultation: Consultation, option: CommissioningOption, version: int, actor_id: int | None
) -> None:
    """Take an option out of a draft."""
    _require(consultation, version)
    # First the row, then the list: loading its steps would flush an option that belongs to nothing.
    db.session.delete(option)
    consultation.options.remove(option)
    for other in consultation.options:
        other.needs = [code for code in other.needs if code != option.code]
        other.excludes = [code for code in other.excludes if code != option.code]
    service.touch(consultation=consultation, actor_id=actor_id)


def revise_option(
    *, consultation: Consultation, code: str, title: str, description: str, cost_pence: int, actor_id: int | None
) -> None:
    """Change what an option says while residents vote. Called by the vote alone, which fixes it anew and tells who voted.

    Raises InvalidInput for an option there is not and for a cost below nothing.
    """
    option = next((one for one in consultation.options if one.code == code), None)
    if option is None:
        raise InvalidInput("Choose an option from the list.", field="code")
    if cost_pence < 0:
        raise InvalidInput("The cost must be £0 or more.", field="cost")
    option.title, option.description, option.cost_pence = title, description, cost_pence
    service.touch(consultation=consultation, actor_id=actor_id)


def _require(consultation: Consultation, version: int) -> None:
    service.require_move(consultation, Move.EDIT)
    service.require_version(consultation, version)


def _fill_in(consultation: Consultation, option: CommissioningOption, draft: OptionDraft) -> None:
    if draft.delivery_model is not None and draft.delivery_model not in DELIVERY_MODELS:
        raise InvalidInput("Choose a way of delivering it from the list.", field="delivery_model")
    if draft.cost_pence < 0:
        raise InvalidInput("The cost must be £0 or more.", field="cost")
    if any(draft.cost_pence + step.change_pence < 0 for step in option.steps):
        raise InvalidInput("A step of this line would be below £0. Change its steps first.", field="cost")
    _require_card(consultation, option, draft)
    option.title, option.description = draft.title, draft.description
    option.card = {one.name: draft.card[one.name] for one in FIELDS if draft.card.get(one.name)}
    option.one_off_pence, option.yearly_pence = draft.one_off_pence, draft.yearly_pence
    option.needs, option.excludes = list(draft.needs), list(draft.excludes)
    option.signed_off_by, option.signed_off_on = draft.signed_off_by, draft.signed_off_on
    option.cost_pence, option.delivery_model = draft.cost_pence, draft.delivery_model
    option.group = _group(consultation.council_id, draft.group_code)
    option.ward = ward_by_code(consultation.council_id, draft.ward_code) if draft.ward_code else None


def _require_card(consultation: Consultation, option: CommissioningOption, draft: OptionDraft) -> None:
    """Costs and sign-off whole, and links only to other options, none of them both ways."""
    if (draft.one_off_pence is None) != (draft.yearly_pence is None):
        raise InvalidInput("Enter both what it costs once and what it costs each year, or neither.", field="yearly")
    if bool(draft.signed_off_by) != (draft.signed_off_on is not None):
        raise InvalidInput("Enter both who checked the figures and when, or neither.", field="signed_off_on")
    others = {one.code: one for one in consultation.options if one is not option}
    for name, codes in (("needs", draft.needs), ("excludes", draft.excludes)):
        if not set(codes) <= set(others):
            raise InvalidInput("Choose other options from the list.", field=name)
    if set(draft.needs) & set(draft.excludes):
        raise InvalidInput("An option cannot need another one and not join it.", field="excludes")
    waiting, reached = list(draft.needs), set[str]()
    while waiting:
        code = waiting.pop()
        if code == option.code:
            raise InvalidInput("Two options cannot need each other. Make them one option.", field="needs")
        if code in others and code not in reached:
            reached.add(code)
            waiting += others[code].needs


def _group(council_id: int, code: str | None) -> ServiceGroup | None:
    if code is None:
        return None
    found = next((group for group in services_of(council_id) if group.code == code), None)
    if found is None:
        raise InvalidInput("Choose a service from the list.", field="group")
    return found


def _free_code(consultation: Consultation, title: str) -> str:
    taken = {option.code for option in consultation.options}
    stem, number = slug_of(title), 1
    code = stem
    while code in taken:
        number += 1
        code = f"{stem[:74]}-{number}"
    return code
