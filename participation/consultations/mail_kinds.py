"""The kinds of mail that a resident can have or leave, each with its own way out."""

from __future__ import annotations

from dataclasses import dataclass

from flask import current_app
from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from participation import clock
from participation.consultations.models import MailChoice
from participation.extensions import db


@dataclass(frozen=True, slots=True)
class MailKind:
    """`by_default`: whether it is sent to somebody who never chose."""

    code: str
    label: str
    by_default: bool


MAIL_KINDS = {
    kind.code: kind
    for kind in (
        MailKind("news", "What comes of consultations and needs you follow, once a week at most", True),
        MailKind("opening", "New consultations of the council, once a week at most", False),
    )
}


def choices_of(account_id: int) -> dict[str, bool]:
    """Whether an account wants each kind."""
    rows = db.session.execute(select(MailChoice.kind, MailChoice.wanted).where(MailChoice.account_id == account_id))
    chosen = {row.kind: row.wanted for row in rows}
    return {code: chosen.get(code, kind.by_default) for code, kind in MAIL_KINDS.items()}


def choose(*, account_id: int, kind: str, wanted: bool) -> None:
    """Have mails of a kind from now on, or not. Saying it twice changes nothing."""
    insert = postgresql.insert if db.session.connection().dialect.name == "postgresql" else sqlite.insert
    values = {"account_id": account_id, "kind": kind, "wanted": wanted, "chosen_at": clock.now()}
    db.session.execute(
        insert(MailChoice)
        .values(values)
        .on_conflict_do_update(
            index_elements=["account_id", "kind"], set_={"wanted": wanted, "chosen_at": values["chosen_at"]}
        )
    )


def stop_token(account_id: int, kind: str) -> str:
    """What a mail carries so that its reader can leave without signing in. It can do nothing else, so it never expires."""
    return str(_serializer(current_app.config["SECRET_KEY"]).dumps([account_id, kind]))


def read_stop_token(token: str) -> tuple[int, MailKind] | None:
    """(account, kind) of a mail's link; None when it was tampered with. Links made with an earlier secret still work."""
    for secret in (current_app.config["SECRET_KEY"], *current_app.config["SECRET_KEY_FALLBACKS"]):
        try:
            account_id, code = _serializer(secret).loads(token)
            return int(account_id), MAIL_KINDS[code]
        except (BadSignature, KeyError, TypeError, ValueError):
            continue
    return None


def _serializer(secret: str) -> URLSafeSerializer:
    return URLSafeSerializer(secret, salt="stop-mails-v1")
