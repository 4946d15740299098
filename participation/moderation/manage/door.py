"""The blueprint of the moderators' pages, and what they all ask of the address."""

from __future__ import annotations

from typing import Any

from flask import g, request
from flask_login import current_user

from participation.councils.scope import council_blueprint
from participation.moderation.flags import KIND
from participation.moderation.queue import ANY_FLAG, KINDS, Filters
from participation.moderation.seen import Seen

blueprint = council_blueprint("moderation_manage", __name__, "/manage/moderation")


def actor_id() -> int:
    return int(current_user.account_id)


def council_id() -> int:
    return int(g.council.id)


def asked_filters() -> Filters:
    """The filters of the address; a flag or a kind that does not exist is no filter."""
    flag = request.args.get("flag", "")
    kind = request.args.get("kind", "")
    return Filters(
        request.args.get("consultation", ""), flag if flag in {*KIND, ANY_FLAG} else "", kind if kind in KINDS else ""
    )


def kept_filters() -> dict[str, Any]:
    """The same filters for the next address."""
    filters = asked_filters()
    return {
        name: value
        for name, value in (("consultation", filters.consultation), ("flag", filters.flag), ("kind", filters.kind))
        if value
    }


def read_seen(name: str) -> Seen | None:
    """What the page had shown, from its hidden field."""
    return Seen.read(request.form.get(name, ""))
