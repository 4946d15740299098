"""What happened to one thing, in sentences for its page."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from itertools import groupby

from participation.audit.models import AuditEvent
from participation.audit.tags import EXPLAINED, Tag


def told(events: Iterable[AuditEvent]) -> list[tuple[datetime, str]]:
    """(when, sentence) of each event, in their order; the same one several times running is told once, with how often.

    `when` is of the first of a run, which is the newest where events come newest first.
    """
    lines = []
    for tag, run in groupby(events, key=lambda event: event.tag):
        times = list(run)
        sentence = EXPLAINED[Tag(tag)]
        often = f" ({len(times)} times)" if len(times) > 1 else ""
        lines.append((times[0].at, sentence.removesuffix(".") + often + "."))
    return lines
