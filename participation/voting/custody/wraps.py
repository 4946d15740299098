"""The private box key, encrypted once for each pair of the three key-holders, so that two of them together can read it.

For a pair, a key exchange of a fresh key with each of the two gives two secrets; both together give the key that encrypts. So
a wrap can be made while nobody's phrase is at hand, and no half of it opens anything. The box key itself exists only while it is
wrapped and while the box is opened.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from participation.voting.refusals import BoxDamaged

PAIRS: dict[str, tuple[int, int]] = {"12": (1, 2), "13": (1, 3), "23": (2, 3)}
_NONCE = 12


@dataclass(frozen=True, slots=True)
class Wrap:
    """The box key for one pair: the public half of the fresh key, and what was encrypted."""

    pair: str
    ephemeral: bytes
    nonce: bytes
    blob: bytes


def wrapped_for_pairs(*, vote: str, box_key: bytes, holders: Mapping[int, bytes]) -> list[Wrap]:
    """Three wraps of a private box key; `holders` are the public keys of the slots 1 to 3."""
    return [_wrapped(vote, pair, box_key, [holders[slot] for slot in slots]) for pair, slots in PAIRS.items()]


def share(wrap: Wrap, holder: X25519PrivateKey) -> bytes:
    """One holder's secret of a wrap: useless for any other wrap, and without the other holder's."""
    return holder.exchange(X25519PublicKey.from_public_bytes(wrap.ephemeral))


def unwrapped(*, vote: str, wrap: Wrap, shares: Mapping[int, bytes]) -> bytes:
    """The private box key from the secrets of both slots. Raises BoxDamaged when they do not belong to this wrap."""
    first, second = PAIRS[wrap.pair]
    key = _key(vote, wrap.pair, wrap.ephemeral, shares[first], shares[second])
    try:
        return ChaCha20Poly1305(key).decrypt(wrap.nonce, wrap.blob, _label(vote, wrap.pair))
    except InvalidTag:
        raise BoxDamaged(problem="the stored key of this box was altered") from None


def _wrapped(vote: str, pair: str, box_key: bytes, holders: list[bytes]) -> Wrap:
    fresh = X25519PrivateKey.generate()
    ephemeral = fresh.public_key().public_bytes_raw()
    first, second = (fresh.exchange(X25519PublicKey.from_public_bytes(holder)) for holder in holders)
    nonce = os.urandom(_NONCE)
    blob = ChaCha20Poly1305(_key(vote, pair, ephemeral, first, second)).encrypt(nonce, box_key, _label(vote, pair))
    return Wrap(pair, ephemeral, nonce, blob)


def _key(vote: str, pair: str, ephemeral: bytes, first: bytes, second: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=ephemeral, info=_label(vote, pair)).derive(first + second)


def _label(vote: str, pair: str) -> bytes:
    return f"participation key of two v1|{vote}|{pair}".encode()
