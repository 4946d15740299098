"""The phrases of key-holders: made by us from plain words, shown once, never kept.

Eight words of 256 are 64 random bits, and each guess costs a pass of argon2id over 64 MiB. No two words begin with the same four
letters, so a phrase survives a bad hand. What a phrase opens is an X25519 key; only its public half is kept.
"""

from __future__ import annotations

import os
import secrets
from functools import cache

from argon2 import Type
from argon2.low_level import hash_secret_raw
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from config.settings import ROOT

WORDS = 8
SALT_BYTES = 16
# argon2id: passes and KiB of memory.
PASSES, MEMORY = 3, 64 * 1024
# Longer than any phrase of ours: what is longer is not worked out at all.
LONGEST_TYPED = 200


@cache
def known_words() -> tuple[str, ...]:
    """The words phrases are made of."""
    return tuple((ROOT / "config" / "phrase_words.txt").read_text(encoding="utf-8").split())


def new_phrase() -> str:
    """A fresh phrase; the only place in which it exists is the page that shows it."""
    return " ".join(secrets.choice(known_words()) for _ in range(WORDS))


def new_salt() -> bytes:
    return os.urandom(SALT_BYTES)


def as_typed(text: str) -> str:
    """A phrase as people type it: capitals, hyphens, commas and line breaks do not matter."""
    return " ".join("".join(sign if sign.isalpha() else " " for sign in text[:LONGEST_TYPED].lower()).split())


def key_of(phrase: str, salt: bytes) -> X25519PrivateKey:
    """The private key that a phrase gives with its salt. A fifth of a second of work, on purpose."""
    seed = hash_secret_raw(
        as_typed(phrase).encode(), salt, time_cost=PASSES, memory_cost=MEMORY, parallelism=1, hash_len=32, type=Type.ID
    )
    return X25519PrivateKey.from_private_bytes(seed)


def tag_of(key: X25519PrivateKey) -> bytes:
    """What is kept to check a typed phrase: the public half."""
    return key.public_key().public_bytes_raw()
