"""Every key of the ballot box, derived from the one ballot secret, which is in the environment and never in the database.

With `solo` custody (demonstrations and tests) the box key is wrapped by the server's own key, so whoever runs the server
could open the box early; every page of such a vote says so.
"""

from __future__ import annotations

import os
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from flask import current_app

from participation.voting.refusals import BoxDamaged

_NONCE = 12


def derived(secret: str, purpose: str) -> bytes:
    """A 32-byte key for one purpose; keys of different purposes say nothing of each other."""
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose.encode()).derive(secret.encode())


class Keys:
    """The server's keys: `wrapping` of box keys, `rows` (marks of its rows), `drafts`, and what signs receipts and logs."""

    def __init__(self, secret: str) -> None:
        self.wrapping = derived(secret, "participation box wrap v1")
        self.rows = derived(secret, "participation box row v1")
        self.drafts = derived(secret, "participation ballot draft v1")
        self.receipts = Ed25519PrivateKey.from_private_bytes(derived(secret, "participation receipt v1"))

        self.log = Ed25519PrivateKey.from_private_bytes(derived(secret, "participation log v1"))

    @property
    def receipt_public_key(self) -> bytes:
        return self.receipts.public_key().public_bytes_raw()

    @property
    def log_public_key(self) -> bytes:
        return self.log.public_key().public_bytes_raw()


@lru_cache(maxsize=4)
def _keys_of(secret: str) -> Keys:
    return Keys(secret)


def server_keys() -> Keys:
    """The keys of the running application."""
    return _keys_of(current_app.config["SETTINGS"].ballot_secret)


def new_box_key() -> tuple[bytes, bytes]:
    """A fresh key pair of a box: (public, private), 32 bytes each."""
    private = X25519PrivateKey.generate()
    return private.public_key().public_bytes_raw(), private.private_bytes_raw()


def wrapped(keys: Keys, vote_public_id: str, private: bytes) -> bytes:
    """The private box key, encrypted for storage and bound to its vote."""
    nonce = os.urandom(_NONCE)
    return nonce + ChaCha20Poly1305(keys.wrapping).encrypt(nonce, private, vote_public_id.encode())


def unwrapped(keys: Keys, vote_public_id: str, blob: bytes) -> bytes:
    """The private box key. Raises BoxDamaged when the ballot secret is another one or the blob was altered."""
    try:
        return ChaCha20Poly1305(keys.wrapping).decrypt(blob[:_NONCE], blob[_NONCE:], vote_public_id.encode())
    except InvalidTag:
        raise BoxDamaged(problem="the ballot secret of this server does not fit the key of this box") from None
