"""Sealing: a ballot and its tracker in a padded envelope that only the box key opens.

HPKE (RFC 9180) with X25519, HKDF-SHA256 and ChaCha20-Poly1305, one fresh key a ballot: two seals of the same ballot differ.
The plaintext is padded to the vote's length with 0x80 and zeros (ISO/IEC 7816-4), so that every ciphertext of a vote has
the same length. Hashes are labelled by purpose and every part carries its length, so that no two uses can collide.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from dataclasses import dataclass, field
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from participation.counting.payloads import Payload
from participation.voting.refusals import BoxDamaged

SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.CHACHA20_POLY1305)
# Encapsulated key and authentication tag: what a ciphertext is longer than its padded plaintext.
OVERHEAD = 48
VERSION = 1
_STEP = 512
_SHORTEST = 1024


class EnvelopeTooSmall(ValueError):
    """The plaintext does not fit the padded length of the vote: the definition was made for shorter ballots."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """What is inside a sealed ballot.

    `strata`: ward code, age band and sex as far as they are known, and the channel, for breakdowns that are computed in memory at
    opening; they are never written beside the choices. What it prints as, in a trace or a log, has neither choices nor tracker.
    """

    vote: str
    tracker: str = field(repr=False)
    payload: Payload = field(repr=False)
    strata: dict[str, str]

    def to_bytes(self) -> bytes:
        inner = {"b": self.payload, "s": self.strata, "t": self.tracker, "v": VERSION, "vote": self.vote}
        return json.dumps(inner, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()

    @classmethod
    def from_bytes(cls, text: bytes) -> Envelope:
        """Raises BoxDamaged: only an altered server could have sealed something else."""
        try:
            inner: dict[str, Any] = json.loads(text)
            if inner["v"] != VERSION:
                raise BoxDamaged(problem="a ballot has a version this software does not know")
            return cls(inner["vote"], inner["t"], inner["b"], inner["s"])
        except (ValueError, KeyError, TypeError):
            raise BoxDamaged(problem="a ballot is not written as ballots are") from None


def padded_length(longest: int) -> int:
    """The padded length of a vote whose longest plaintext has this many bytes."""
    return max(_SHORTEST, (longest // _STEP + 1) * _STEP)


def padded(text: bytes, length: int) -> bytes:
    """Raises EnvelopeTooSmall."""
    if len(text) >= length:
        raise EnvelopeTooSmall
    return text + b"\x80" + bytes(length - len(text) - 1)


def unpadded(text: bytes) -> bytes:
    """Raises BoxDamaged when the padding is not ours."""
    body = text.rstrip(b"\x00")
    if not body.endswith(b"\x80"):
        raise BoxDamaged(problem="a ballot is not padded as ballots are")
    return body[:-1]


class Sealer:
    """Seals ballots of one vote to its public box key."""

    def __init__(self, *, vote: str, box_public_key: bytes, length: int) -> None:
        self._key = X25519PublicKey.from_public_bytes(box_public_key)
        self._info = _info(vote)
        self._length = length

    def seal(self, envelope: Envelope) -> bytes:
        """The ciphertext; always the padded length plus OVERHEAD."""
        return SUITE.encrypt(padded(envelope.to_bytes(), self._length), self._key, self._info)


class Opener:
    """Opens ballots of one vote with its private box key, in memory."""

    def __init__(self, *, vote: str, box_private_key: bytes) -> None:
        self._key = X25519PrivateKey.from_private_bytes(box_private_key)
        self._vote = vote
        self._info = _info(vote)

    def open(self, ciphertext: bytes) -> Envelope:
        """Raises BoxDamaged; the message never says whose ballot it was or what it held."""
        try:
            text = SUITE.decrypt(ciphertext, self._key, self._info)
        except InvalidTag:
            raise BoxDamaged(problem="a ballot cannot be decrypted") from None
        envelope = Envelope.from_bytes(unpadded(text))
        if envelope.vote != self._vote:
            raise BoxDamaged(problem="a ballot belongs to another vote")
        return envelope


def _info(vote: str) -> bytes:
    return b"ballot-v1|" + vote.encode()


def labelled_hash(label: str, *parts: bytes) -> bytes:
    """SHA-256 over a label and length-prefixed parts."""
    return hashlib.sha256(_framed(label, parts)).digest()


def labelled_mac(key: bytes, label: str, *parts: bytes) -> bytes:
    """HMAC-SHA-256 over a label and length-prefixed parts."""
    return hmac.new(key, _framed(label, parts), hashlib.sha256).digest()


def _framed(label: str, parts: tuple[bytes, ...]) -> bytes:
    return b"".join(len(part).to_bytes(8, "big") + part for part in (label.encode(), *parts))
