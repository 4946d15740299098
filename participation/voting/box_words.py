"""Lines of a box's log, and what it says of a receipt, in words for a page."""

from __future__ import annotations

import json
from dataclasses import dataclass

from participation.voting import box_log
from participation.voting.log.leaves import moved
from participation.voting.models import BoxLeaf
from participation.voting.receipts import Receipt

_SAYS = {
    "add": "A ballot was put in",
    "replace": "A voter changed their ballot",
    "withdraw": "A voter withdrew their ballot",
    "exclude": "Officers excluded a ballot",
    "freeze": "What voters are asked was fixed",
    "change": "What voters are asked was changed",
    "extend": "The vote was extended",
    "close": "The vote closed",
    "open": "The box was opened",
    "result": "The result was published",
    "destroy": "The key of the box was destroyed",
}
_SHOWN = 16


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the log as it is listed: its number from 1, what happened, and the ballots by the start of their names."""

    number: int
    says: str
    ballots: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """Where the ballot of a receipt is: its line (None while the log does not have it) and what became of it since."""

    number: int | None
    gone: str


def line(row: BoxLeaf) -> Line:
    """One line in words."""
    leaf = json.loads(row.leaf)
    put_in, taken_out = moved(leaf)
    ballots = tuple(name[:_SHOWN] for name in (taken_out, put_in) if name)
    return Line(row.index + 1, _SAYS[_kind(leaf)], ballots)


def _kind(leaf: dict[str, object]) -> str:
    return next(name for name in _SAYS if name in leaf)


def found(vote_id: int, receipt: Receipt) -> Found:
    """What the log says of a receipt's ballot."""
    number, gone = None, ""
    for row in box_log.lines_naming(vote_id, receipt.ciphertext_hash):
        leaf = json.loads(row.leaf)
        if moved(leaf)[0] == receipt.fingerprint:
            number = row.index + 1
        else:
            gone = _SAYS[_kind(leaf)]
    return Found(number, gone)
