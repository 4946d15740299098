"""Codes that people type: an alphabet without look-alikes, read the way people write them.

Crockford's base 32 leaves out I, L, O and U; what is typed is folded back (o is 0, i and l are 1), and blanks and hyphens do
not count.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from functools import lru_cache

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from flask import current_app

CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_GROUP = 5
_FOLDED = str.maketrans("OILoil", "011011", " -\u2010\u2011\u2012\u2013\t")


def random_code(length: int) -> str:
    """`length` random characters, five bits each."""
    return "".join(secrets.choice(CROCKFORD) for _ in range(length))


def shown_code(code: str) -> str:
    """In groups of five, as it is printed: "7K2QD-9XWMT"."""
    return "-".join(code[start : start + _GROUP] for start in range(0, len(code), _GROUP))


def typed_code(text: str, length: int) -> str | None:
    """The code somebody typed, or None when it cannot be one."""
    code = text.strip().translate(_FOLDED).upper()
    return code if len(code) == length and set(code) <= set(CROCKFORD) else None


@lru_cache(maxsize=16)
def _key(secret: str, purpose: str) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose.encode()).derive(secret.encode())


def lasting_key(purpose: str) -> bytes:
    """A key of the environment for one purpose. It comes from the ballot secret, which stays the same while votes are open."""
    return _key(current_app.config["SETTINGS"].ballot_secret, f"participation {purpose} v1")


def keyed_hash(purpose: str, *parts: str) -> bytes:
    """What the database keeps of something too short to be hashed without a key. 32 bytes."""
    mac = hmac.new(lasting_key(purpose), digestmod=hashlib.sha256)
    for part in parts:
        encoded = part.encode()
        mac.update(len(encoded).to_bytes(4, "big") + encoded)
    return mac.digest()
