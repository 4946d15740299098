"""The lines of a box's public log: what went into the box, what came out, and what officers did with it.

A line is canonical JSON. A ballot is named by the hash of its ciphertext, which says nothing of what is in it; who cast it is not
said at all, nor when. Within one batch of the sequencer lines stand in an order of chance, so a ballot may be taken out in a line
before the one that put it in: the box is in balance at every checkpoint, not at every line.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from typing import Any

from participation.counting.payloads import canonical

# What voters cause, and exclusions.
MOVEMENTS = ("add", "replace", "withdraw", "exclude")
# What officers do; `freeze` is always the first line of a log.
ACTS = ("freeze", "change", "extend", "close", "open", "result", "destroy")
KINDS = (*MOVEMENTS, *ACTS)


def box_origin(vote: str) -> str:
    """The name of the log of a vote's box, as checkpoints are signed under it."""
    return f"ballot-box/{vote}"


def board_origin(vote: str) -> str:
    """The name of the log of a vote's board, whose lines are its batches."""
    return f"ballot-board/{vote}"


class LogOutOfBalance(ValueError):
    """Lines that cannot all be true: a ballot taken out that was never put in, or put in twice."""


def added(new: bytes) -> str:
    """A voter's ballot."""
    return canonical({"add": new.hex()})


def replaced(old: bytes, new: bytes) -> str:
    """A changed ballot in the place of the one before it."""
    return canonical({"replace": [old.hex(), new.hex()]})


def withdrawn(old: bytes) -> str:
    """A ballot its voter took out."""
    return canonical({"withdraw": old.hex()})


def excluded(old: bytes, reason_code: str) -> str:
    """A ballot officers took out, with the code of a published reason."""
    return canonical({"code": reason_code, "exclude": old.hex()})


def act(kind: str, facts: Mapping[str, Any]) -> str:
    """What officers did: one of ACTS."""
    if kind not in ACTS:
        raise ValueError(f"{kind} is not an act on a box")
    return canonical({kind: dict(facts)})


def moved(leaf: Mapping[str, Any]) -> tuple[str, str]:
    """(ballot put in, ballot taken out) of a line, in hexadecimal; "" where there is none."""
    if "replace" in leaf:
        old, new = leaf["replace"]
        return str(new), str(old)
    return str(leaf.get("add", "")), str(leaf.get("withdraw", "") or leaf.get("exclude", ""))


class Balance:
    """The ballots that are in a box after the lines so far."""

    def __init__(self) -> None:
        self._net: Counter[str] = Counter()

    def take(self, line: str) -> None:
        """One more line of the log."""
        put_in, taken_out = moved(json.loads(line))
        if put_in:
            self._net[put_in] += 1
        if taken_out:
            self._net[taken_out] -= 1

    def ballots(self) -> set[str]:
        """The ballots in the box, as hexadecimal hashes. Raises LogOutOfBalance."""
        if any(number not in (0, 1) for number in self._net.values()):
            raise LogOutOfBalance
        return {ballot for ballot, number in self._net.items() if number}
