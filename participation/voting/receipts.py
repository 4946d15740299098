"""Trackers and receipts: what a voter takes away.

The tracker and the replay mark are two one-way images of the page's nonce, which the server does not keep: a retry of
the same page shows the same tracker, yet nothing in the box leads to it. The receipt is signed (Ed25519, deterministic), so
that a replay gives the identical receipt and a receipt can be checked with the published key alone.
"""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass
from datetime import date

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from participation.errors import InvalidInput
from participation.voting.keys import Keys
from participation.voting.sealing import labelled_hash

_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_TRACKER_BYTES = 10
_NONCE_SHAPE = re.compile(r"[0-9a-f]{32}\Z")
_FINGERPRINT_SHAPE = re.compile(r"[0-9a-f]{64}\Z")
HEADING = "ballot-receipt-v1"


class NonceRefused(InvalidInput):
    title = "This page cannot be used"
    public = "This page was altered or is damaged. Open the vote again and choose once more. Nothing was cast."


class TrackerRefused(InvalidInput):
    title = "That is not a tracker"
    public = "A tracker has 16 letters and digits, like 7Q2M-K4XP-9D0C-VN3T."


def nonce_bytes(nonce: str) -> bytes:
    """The 128 bits a ballot page carries. Raises NonceRefused."""
    if not _NONCE_SHAPE.match(nonce):
        raise NonceRefused()
    return bytes.fromhex(nonce)


def tracker_of(vote: str, nonce: bytes) -> str:
    """80 bits as four groups of four Crockford characters: "7Q2M-K4XP-9D0C-VN3T"."""
    number = int.from_bytes(labelled_hash("tracker-v1", vote.encode(), nonce)[:_TRACKER_BYTES], "big")
    text = "".join(_CROCKFORD[(number >> shift) & 31] for shift in range(75, -1, -5))
    return "-".join(text[place : place + 4] for place in range(0, 16, 4))


def replay_mark(vote: str, nonce: bytes) -> bytes:
    """What the box remembers of a nonce, to know a retry."""
    return labelled_hash("idem-v1", vote.encode(), nonce)


def typed_tracker(text: str) -> str:
    """A tracker as a person types it: blanks, dashes and case do not matter; O is 0, I and L are 1. Raises TrackerRefused."""
    plain = re.sub(r"[\s\-–]", "", text).upper().translate(str.maketrans("OIL", "011"))
    if len(plain) != 16 or any(character not in _CROCKFORD for character in plain):
        raise TrackerRefused()
    return "-".join(plain[place : place + 4] for place in range(0, 16, 4))


class ReceiptRefused(InvalidInput):
    title = "That is not a receipt"
    public = "Paste the whole line of your receipt. It starts with ballot-receipt-v1."


class ReceiptForged(InvalidInput):
    title = "This receipt is not genuine"
    public = "This receipt is not one of this vote, or it was altered: its signature does not fit."


@dataclass(frozen=True, slots=True)
class Receipt:
    """That a sealed ballot with this fingerprint was in the box of this vote on this day. Says nothing of what is in it."""

    vote: str
    ciphertext_hash: bytes
    day: date
    signature: bytes

    @property
    def fingerprint(self) -> str:
        return self.ciphertext_hash.hex()

    @property
    def line(self) -> str:
        """The signed line with its signature: all that is needed to check it."""
        return f"{_signed(self.vote, self.ciphertext_hash, self.day)}|{base64.b64encode(self.signature).decode()}"


def _signed(vote: str, ciphertext_hash: bytes, day: date) -> str:
    return f"{HEADING}|{vote}|{ciphertext_hash.hex()}|{day.isoformat()}"


def receipt_for(keys: Keys, *, vote: str, ciphertext_hash: bytes, day: date) -> Receipt:
    """The signed receipt of a stored ballot; the same every time it is asked for."""
    signature = keys.receipts.sign(_signed(vote, ciphertext_hash, day).encode())
    return Receipt(vote, ciphertext_hash, day, signature)


def is_genuine(line: str, receipt_public_key: bytes) -> bool:
    """Whether a receipt line was signed by the holder of this key."""
    text, _, signature = line.strip().rpartition("|")
    if not text.startswith(HEADING + "|"):
        return False
    try:
        Ed25519PublicKey.from_public_bytes(receipt_public_key).verify(
            base64.b64decode(signature, validate=True), text.encode()
        )
    except (InvalidSignature, ValueError):
        return False
    return True


def genuine_receipt(text: str, *, vote: str, public_key: bytes) -> Receipt:
    """The receipt in a text, such as a whole receipt file. Raises ReceiptRefused, ReceiptForged."""
    line = next((line.strip() for line in text.splitlines() if line.strip().startswith(HEADING + "|")), "")
    parts = line.split("|")
    if len(parts) != 5:
        raise ReceiptRefused()
    if parts[1] != vote or not is_genuine(line, public_key):
        raise ReceiptForged()
    return Receipt(vote, bytes.fromhex(parts[2]), date.fromisoformat(parts[3]), base64.b64decode(parts[4]))


def hash_of(fingerprint: str) -> bytes:
    """The hash of a ballot from its fingerprint. Raises ReceiptRefused."""
    if not _FINGERPRINT_SHAPE.match(fingerprint):
        raise ReceiptRefused("The fingerprint of a ballot has 64 letters and digits.")
    return bytes.fromhex(fingerprint)
