"""Shares of themes that a machine suggested, corrected by a sample that people read (needs notes, 4.6)."""

from __future__ import annotations

import math
from dataclasses import dataclass

from participation.needs.ranges import Z

# Below this many items read by people no machine-assisted share is shown.
SMALLEST_AUDIT = 120


@dataclass(frozen=True)
class AuditedShare:
    """A corrected share with its 95% range, and how many items people read out of how many."""

    share: float
    standard_error: float
    lower: float
    upper: float
    read: int
    items: int


def audited_share(*, items: int, machine: int, read: int, false: int, missed: int) -> AuditedShare | None:
    """The machine's share plus the mean correction of the audit; None when too few items were read.

    `machine` of `items` were given the theme by the machine; of the `read` ones people took it from `false` and gave it
    to `missed`. The variance adds one disagreement each way, which keeps the range honest for small audits.
    """
    if read < SMALLEST_AUDIT:
        return None
    if not 0 <= machine <= items or not 0 <= read <= items or min(false, missed) < 0 or false + missed > read:
        raise ValueError("the audit does not fit the items")
    difference, disagreed = missed - false, missed + false
    share = machine / items + difference / read
    spread = (disagreed + 2) / (read + 2) - (difference / (read + 2)) ** 2
    error = math.sqrt(spread / (read + 1) * (1 - read / items))
    return AuditedShare(share, error, max(0.0, share - Z * error), min(1.0, share + Z * error), read, items)
