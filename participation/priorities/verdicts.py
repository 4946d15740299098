"""What moderators decided about priorities, as authors and the public may read it.

Moderation stands above this feature, so it is not imported here: it hands in its loader once, at start.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Verdict:
    """The latest decision about one priority.

    `action` is publish, refuse, hide_part or restore; `reason` is a sentence fit for everybody, None when the reason itself
    must not be told; `advice` tells the author what to change; `note` is what the moderator wrote to the author. `appeal` is
    waiting, upheld or overturned, None without one; until `may_appeal_until` the author can ask for another look.
    """

    action: str
    reason: str | None
    advice: str | None
    note: str
    decided_at: datetime
    appeal: str | None = None
    appeal_answer: str = ""
    may_appeal_until: datetime | None = None


Source = Callable[[Iterable[int]], dict[int, Verdict]]


def _none(_priority_ids: Iterable[int]) -> dict[int, Verdict]:
    return {}


_source: Source = _none


def register_source(source: Source) -> None:
    """The loader of decisions: ids of priorities -> their latest verdicts, in one query."""
    global _source
    _source = source


def verdicts_on(priority_ids: Iterable[int]) -> dict[int, Verdict]:
    """By id of the priority; those nobody decided about are missing."""
    return _source(list(priority_ids))
