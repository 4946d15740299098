"""Signed notes and checkpoints, in the formats that transparency logs share, so that other people's tools can read ours.

C2SP signed-note: a text, a blank line, and lines of signatures. C2SP tlog-checkpoint: a note whose text is the name of a log,
its size and its root. C2SP tlog-proof: one leaf's inclusion proof together with the checkpoint it is under.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

_ED25519 = b"\x01"
_DASH = "\u2014"
_ID = 4
PROOF_HEADING = "c2sp.org/tlog-proof@v1"


class NoteRefused(ValueError):
    """A note, checkpoint or proof that is not written as one, or not signed by the key it should be."""


@dataclass(frozen=True, slots=True)
class NoteKey:
    """A public key with the name it signs under."""

    name: str
    public: bytes

    @property
    def id(self) -> bytes:
        """Four bytes that say which key a signature line is of."""
        return hashlib.sha256(self.name.encode() + b"\n" + _ED25519 + self.public).digest()[:_ID]

    def __str__(self) -> str:
        """The key as other tools take it: "name+id+key"."""
        return f"{self.name}+{self.id.hex()}+{base64.b64encode(_ED25519 + self.public).decode()}"

    @classmethod
    def parse(cls, text: str) -> NoteKey:
        """Raises NoteRefused."""
        name, _, rest = text.strip().partition("+")
        shown, _, encoded = rest.partition("+")
        raw = _from_base64(encoded)
        key = cls(name, raw[1:])
        if not name or raw[:1] != _ED25519 or len(key.public) != 32 or key.id.hex() != shown:
            raise NoteRefused("this is not the public key of a log")
        return key


def signed(text: str, *, name: str, key: Ed25519PrivateKey) -> str:
    """The note of a text that ends with a newline."""
    if not text.endswith("\n") or not name or any(blank in name for blank in " +\n\t"):
        raise ValueError("a note ends with a newline, and its key has a name without blanks")
    public = NoteKey(name, key.public_key().public_bytes_raw())
    signature = base64.b64encode(public.id + key.sign(text.encode())).decode()
    return f"{text}\n{_DASH} {name} {signature}\n"


def opened(note: str, key: NoteKey) -> str:
    """The text of a note that this key signed; signatures of other keys are left alone. Raises NoteRefused."""
    text, gap, lines = note.rpartition("\n\n")
    if not gap or not lines.endswith("\n"):
        raise NoteRefused("this is not a signed note")
    text += "\n"
    verified = False
    for line in lines.splitlines():
        dash, _, rest = line.partition(" ")
        name, _, encoded = rest.partition(" ")
        if dash != _DASH or not name or not encoded:
            raise NoteRefused("this is not a signed note")
        raw = _from_base64(encoded)
        if (name, raw[:_ID]) == (key.name, key.id):
            _require_signature(key, raw[_ID:], text)
            verified = True
    if not verified:
        raise NoteRefused(f"the note is not signed by {key.name}")
    return text


def _require_signature(key: NoteKey, signature: bytes, text: str) -> None:
    try:
        Ed25519PublicKey.from_public_bytes(key.public).verify(signature, text.encode())
    except (InvalidSignature, ValueError):
        raise NoteRefused(f"the signature of {key.name} is false") from None


def _from_base64(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise NoteRefused("something in this note is not base64") from None


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A log at one moment: `origin` is its name."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"

    def signed(self, key: Ed25519PrivateKey) -> str:
        """The note of this checkpoint, signed under the name of its log."""
        return signed(self.text, name=self.origin, key=key)

    @classmethod
    def opened(cls, note: str, key: NoteKey) -> Checkpoint:
        """The checkpoint of a note this key signed. Raises NoteRefused."""
        lines = opened(note, key).split("\n")
        if len(lines) < 4 or not all(lines[:-1]) or not _is_whole(lines[1]):
            raise NoteRefused("this is not a checkpoint")
        root = _from_base64(lines[2])
        if lines[0] != key.name or len(root) != 32:
            raise NoteRefused("this is not a checkpoint of this log")
        return cls(lines[0], int(lines[1]), root)


def _is_whole(text: str) -> bool:
    return text.isascii() and text.isdigit() and (text == "0" or not text.startswith("0"))


@dataclass(frozen=True, slots=True)
class InclusionProof:
    """That `leaf` stands at `index` of a log, as a file to keep: nothing else is needed to check it but the log's key."""

    index: int
    leaf: bytes
    nodes: Sequence[bytes]
    note: str

    @property
    def text(self) -> str:
        nodes = "".join(f"{base64.b64encode(node).decode()}\n" for node in self.nodes)
        leaf = base64.b64encode(self.leaf).decode()
        return f"{PROOF_HEADING}\nextra {leaf}\nindex {self.index}\n{nodes}\n{self.note}"

    @classmethod
    def parse(cls, text: str) -> InclusionProof:
        """Raises NoteRefused."""
        head, gap, note = text.partition("\n\n")
        lines = head.split("\n")
        if not gap or len(lines) < 3 or lines[0] != PROOF_HEADING:
            raise NoteRefused("this is not an inclusion proof")
        extra, _, leaf = lines[1].partition(" ")
        word, _, index = lines[2].partition(" ")
        if (extra, word) != ("extra", "index") or not _is_whole(index):
            raise NoteRefused("this is not an inclusion proof")
        return cls(int(index), _from_base64(leaf), tuple(_from_base64(line) for line in lines[3:]), note)
