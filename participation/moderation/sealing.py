"""What a need said before a part of it was hidden: sealed, so that a copy of the database does not show it.

Kept for 12 months, for an appeal only (trust design, section 6.1). The key comes from the application's secret, so it
changes with it; earlier secrets still open what they sealed.
"""

from __future__ import annotations

import base64
import json
from datetime import timedelta

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from flask import current_app
from sqlalchemy import delete

from participation import clock
from participation.extensions import db
from participation.moderation.models import HiddenText

KEPT = timedelta(days=365)


def keep_hidden(*, decision_id: int, title: str, need: str) -> None:
    """Seal the words beside the decision that hid them; what is past its time is erased on this occasion."""
    now = clock.now()
    db.session.execute(delete(HiddenText).where(HiddenText.kept_until <= now))
    sealed = _box().encrypt(json.dumps([title, need]).encode())
    db.session.add(HiddenText(decision_id=decision_id, sealed=sealed, kept_until=now + KEPT))
    db.session.flush()


def hidden_text(decision_id: int) -> tuple[str, str] | None:
    """(title, need) as they were; None when nothing is kept any more, or the secret it was sealed with is gone."""
    row = db.session.get(HiddenText, decision_id)
    if row is None or row.kept_until <= clock.now():
        return None
    try:
        title, need = json.loads(_box().decrypt(row.sealed))
    except InvalidToken:
        return None
    return str(title), str(need)


def _box() -> MultiFernet:
    secrets = [current_app.config["SECRET_KEY"], *current_app.config["SECRET_KEY_FALLBACKS"]]
    return MultiFernet([Fernet(_key(secret)) for secret in secrets])


def _key(secret: str) -> bytes:
    derived = HKDF(SHA256(), 32, None, b"participation moderation hidden text v1").derive(secret.encode())
    return base64.urlsafe_b64encode(derived)
