"""What a moderator had before their eyes, so that a decision is about that and nothing else.

It travels through the page as one short text: the priority, the hash of what was read, and the last decision known. If any
of them is no longer true when the decision arrives, the decision is refused.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass

from participation.priorities.models import Contribution

_SHAPE = re.compile(r"([a-z0-9]{1,16})\.([0-9a-f]{64})\.([0-9]{1,18})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Seen:
    """`decision_id` is that of the latest decision about the priority, 0 when there was none."""

    public_id: str
    text_hash: str
    decision_id: int

    def __str__(self) -> str:
        return f"{self.public_id}.{self.text_hash}.{self.decision_id}"

    @classmethod
    def read(cls, text: str) -> Seen | None:
        """The value of a page's hidden field; None when it was tampered with."""
        found = _SHAPE.fullmatch(text)
        return cls(found[1], found[2], int(found[3])) if found else None


def text_hash(priority: Contribution) -> str:
    """SHA-256 over everything a moderator reads, and the version."""
    read = [
        "priority-text-v1", priority.public_id, priority.version, priority.title, priority.need, priority.group_id,
        priority.ward_id,
    ]  # fmt: skip
    for picture in priority.pictures:
        read += [picture.digest, picture.alt]
    return hashlib.sha256(json.dumps(read, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()


def seen_of(priority: Contribution, decision_id: int) -> Seen:
    return Seen(priority.public_id, text_hash(priority), decision_id)
