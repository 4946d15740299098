"""Passwords: how they are kept, and which are too easy to guess.

argon2id at 19 MiB, two passes, one lane: the floor of OWASP and of the ASVS appendix. A semaphore bounds how many are worked
out at once, so that a flood of sign-ins cannot eat the machine's memory. A password is hashed exactly as it was sent.

Guessing is judged offline by zxcvbn (common and breached passwords, names, keyboard walks, dates), with the council's name and
the person's own address among the words it knows.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterable

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from argon2.low_level import hash_secret_raw
from zxcvbn import zxcvbn

from participation.web.emails import parts

SHORTEST = {"resident": 12, "staff": 15}
LONGEST = 256
# zxcvbn takes time that grows steeply with the length; a password whose first 64 characters are hard is hard.
_JUDGED = 64
# 0 to 4; 3 withstands guessing at ten thousand a second for months.
_STRONG_ENOUGH = 3
_PRODUCT_WORDS = ("participation", "council", "haveyoursay", "budget", "vote", "resident")

_hasher = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1, hash_len=32, salt_len=16, type=Type.ID)
_at_once = threading.BoundedSemaphore(2 * (os.cpu_count() or 1))


def hashed(password: str) -> str:
    """What the database keeps of a password."""
    with _at_once:
        return _hasher.hash(password)


# Compared with when there is no account, so that both cases take the same work.
_NOBODY = hashed("nobody has this password")


def matches(password_hash: str | None, password: str) -> bool:
    """Whether this is the password; without a hash the answer is no, after the same work."""
    if len(password) > LONGEST:
        password = password[:LONGEST] + "\x00"  # never the right one, and not more work than the longest right one
    with _at_once:
        try:
            return _hasher.verify(password_hash or _NOBODY, password) and password_hash is not None
        except (VerifyMismatchError, InvalidHashError):
            return False


def stretched(secret: str, salt: bytes) -> bytes:
    """32 bytes that are as much work to make as the hash of a password, the same for the same secret and salt."""
    with _at_once:
        return hash_secret_raw(
            secret.encode(), salt, time_cost=_hasher.time_cost, memory_cost=_hasher.memory_cost,
            parallelism=_hasher.parallelism, hash_len=32, type=Type.ID,
        )  # fmt: skip


def is_outdated(password_hash: str) -> bool:
    """Whether a hash was made at another cost than today's."""
    return _hasher.check_needs_rehash(password_hash)


def problem_with(password: str, *, kind: str, email: str, words: Iterable[str] = ()) -> str | None:
    """Why this password cannot be chosen, in one sentence for the page; None when it can.

    `kind` is the kind of account; `words` are names that a stranger would try first, such as the council's.
    """
    shortest = SHORTEST[kind]
    if len(password) < shortest:
        return f"Your password must have {shortest} characters or more. Three random words work well"
    if len(password) > LONGEST:
        return f"Your password must have {LONGEST} characters or fewer"
    known = [*parts(email), email.casefold(), *(word.casefold() for word in words), *_PRODUCT_WORDS]
    judged = zxcvbn(password[:_JUDGED], user_inputs=known)
    if judged["score"] < _STRONG_ENOUGH:
        return "This password is too easy to guess. Try three random words that have nothing to do with you"
    return None
