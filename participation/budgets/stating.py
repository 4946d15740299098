"""Staff say who delivers a service, where registers and figures do not show it. Each flushes; none commits."""

from __future__ import annotations

from dataclasses import dataclass

from participation import clock
from participation.audit.record import record
from participation.audit.tags import Tag
from participation.budgets.models import DeliveryStatement, ServiceGroup
from participation.budgets.taxonomy import delivery_models
from participation.errors import InvalidInput
from participation.extensions import db


@dataclass(frozen=True, kw_only=True, slots=True)
class StatementDraft:
    """How most of a service is delivered (a code), in which words, and where that is known from."""

    delivery_model: str
    words: str
    source: str


def state(*, group: ServiceGroup, draft: StatementDraft, actor_id: int | None) -> DeliveryStatement:
    """Say who delivers a service, or say it anew. Raises InvalidInput for a way that is not in the list."""
    if draft.delivery_model not in {model.code for model in delivery_models()}:
        raise InvalidInput("Choose a way of delivering it from the list.", field="delivery_model")
    found = db.session.get(DeliveryStatement, group.id) or DeliveryStatement(group_id=group.id)
    found.delivery_model, found.words, found.source = draft.delivery_model, draft.words, draft.source
    found.stated_at, found.stated_by = clock.now(), actor_id
    db.session.add(found)
    db.session.flush()
    _record(group, Tag.DELIVERY_STATED, actor_id, draft.delivery_model)
    return found


def take_back(*, group: ServiceGroup, actor_id: int | None) -> None:
    """Leave it to registers and figures again; nothing happens where nothing was said."""
    found = db.session.get(DeliveryStatement, group.id)
    if found is None:
        return
    db.session.delete(found)
    db.session.flush()
    _record(group, Tag.DELIVERY_TAKEN_BACK, actor_id, None)


def _record(group: ServiceGroup, tag: Tag, actor_id: int | None, model: str | None) -> None:
    record(
        council_id=group.council_id, tag=tag, subject=f"service:{group.code}", actor_id=actor_id,
        role="staff" if actor_id else "system", facts={"service": group.code, "model": model},
    )  # fmt: skip
