"""Dates and times as council staff write them, in UK time, to moments in UTC and back."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time

from participation.clock import UK

_TIME = re.compile(r"^(?P<hour>\d{1,2})(?:[:.](?P<minute>\d{2}))?\s*(?P<half>[ap]\.?m\.?)?$", re.ASCII)
_IN_WORDS = {"midday": time(12), "noon": time(12), "midnight": time(0)}


def time_of(text: str) -> time:
    """ "9am", "5:30pm", "17:30", "midday" -> a time of day. Raises ValueError."""
    words = text.strip().lower()
    if words in _IN_WORDS:
        return _IN_WORDS[words]
    found = _TIME.match(words)
    if found is None or not (found["half"] or found["minute"]):
        raise ValueError("not a time of day")
    hour, minute = int(found["hour"]), int(found["minute"] or 0)
    if found["half"]:
        if not 1 <= hour <= 12:
            raise ValueError("not an hour of a half day")
        hour = hour % 12 + (12 if found["half"].startswith("p") else 0)
    return time(hour, minute)


def uk_moment(on: date, at: time) -> datetime:
    """The moment in UTC of a UK date and time.

    Raises ValueError for a time that the change to summer time skips. Of a time that the change back repeats, the first.
    """
    moment = datetime.combine(on, at, tzinfo=UK).astimezone(UTC)
    if moment.astimezone(UK).replace(tzinfo=None) != datetime.combine(on, at):
        raise ValueError("the clocks skip this time")
    return moment


def in_uk(moment: datetime) -> datetime:
    """The same moment as clocks in the UK show it."""
    return moment.astimezone(UK)


def time_text(moment: datetime) -> str:
    """How a form shows the time of a moment: "9am", "5:30pm", "midnight"."""
    local = in_uk(moment)
    for word, at in (("midday", time(12)), ("midnight", time(0))):
        if local.time().replace(second=0, microsecond=0) == at:
            return word
    minutes = f":{local.minute:02d}" if local.minute else ""
    return f"{local.hour % 12 or 12}{minutes}{'am' if local.hour < 12 else 'pm'}"
