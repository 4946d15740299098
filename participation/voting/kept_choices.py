"""Choices kept for later, in the voter's own browser and nowhere else.

A draft is what the page sent, encrypted with a server key and bound to the vote and the account, in a cookie that only the ballot
page of this vote gets. The server stores nothing; the cookie alone opens nothing, also for the next person at a shared computer.
"""

from __future__ import annotations

import base64
import json
import os
import zlib

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from participation.consultations.question_types import Sent
from participation.voting.keys import Keys

_NONCE = 12
# Browsers keep about 4,096 bytes of a cookie with its name.
LARGEST = 3800


def cookie_name(vote: str) -> str:
    return f"choices-{vote}"


def sealed_choices(keys: Keys, *, vote: str, account_id: int, sent: Sent) -> str | None:
    """The cookie's value, or None when it would be too large for a browser."""
    nonce = os.urandom(_NONCE)
    text = zlib.compress(json.dumps(sent, separators=(",", ":")).encode(), 9)
    sealed = nonce + ChaCha20Poly1305(keys.drafts).encrypt(nonce, text, _bound_to(vote, account_id))
    value = base64.urlsafe_b64encode(sealed).decode()
    return value if len(value) <= LARGEST else None


def opened_choices(keys: Keys, *, vote: str, account_id: int, value: str) -> dict[str, list[str]]:
    """What was kept; nothing when there is none, it belongs to somebody else, or it was altered."""
    try:
        sealed = base64.urlsafe_b64decode(value.encode())
        text = ChaCha20Poly1305(keys.drafts).decrypt(sealed[:_NONCE], sealed[_NONCE:], _bound_to(vote, account_id))
    except (InvalidTag, ValueError):
        return {}
    kept: dict[str, list[str]] = json.loads(zlib.decompress(text))
    return kept


def _bound_to(vote: str, account_id: int) -> bytes:
    return f"{vote}|{account_id}".encode()
