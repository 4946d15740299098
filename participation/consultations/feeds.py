"""PURE. Consultations as an Atom feed (RFC 4287) and as a calendar (RFC 5545), for readers' own programs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from xml.sax.saxutils import escape, quoteattr

LONGEST_LINE = 75
# Neither standard has a way to write these: control characters, halves of letters, and the two that are none.
_NOT_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Entry:
    """One consultation in a feed. `address` is its page and its lasting name."""

    title: str
    summary: str
    address: str
    published: datetime
    updated: datetime


@dataclass(frozen=True, slots=True)
class Event:
    """Something in a calendar: from `starts` until before `ends`, as moments or as whole days.

    `noted` is when it was last changed and `changes` how often: without a higher number, calendars keep what they have.
    """

    uid: str
    title: str
    address: str
    starts: datetime | date
    ends: datetime | date
    noted: datetime
    changes: int = 0
    cancelled: bool = False


def atom(*, title: str, address: str, own_address: str, entries: Sequence[Entry], updated: datetime) -> bytes:
    """A feed. `updated` is used when there is no entry."""
    newest = max((entry.updated for entry in entries), default=updated)
    parts = [
        '<?xml version="1.0" encoding="utf-8"?>',
        '<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en-GB">',
        f"<title>{_xml(title)}</title>",
        f"<id>{_xml(own_address)}</id>",
        f'<link rel="self" href={quoteattr(own_address)}/>',
        f"<link href={quoteattr(address)}/>",
        f"<updated>{_moment(newest)}</updated>",
        f"<author><name>{_xml(title)}</name></author>",
        *(_entry(entry) for entry in entries),
        "</feed>",
    ]
    return "\n".join(parts).encode()


def _entry(entry: Entry) -> str:
    return (
        f"<entry><title>{_xml(entry.title)}</title><id>{_xml(entry.address)}</id>"
        f"<link href={quoteattr(entry.address)}/><published>{_moment(entry.published)}</published>"
        f"<updated>{_moment(entry.updated)}</updated><summary>{_xml(entry.summary)}</summary></entry>"
    )


def _xml(text: str) -> str:
    return escape(_NOT_TEXT.sub("", text))


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def calendar(*, title: str, events: Iterable[Event]) -> bytes:
    """A calendar, in the line endings and folded lines that the standard demands."""
    lines = [
        "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//participation//consultations//EN", f"X-WR-CALNAME:{_text(title)}",
        *(line for event in events for line in _event(event)), "END:VCALENDAR",
    ]  # fmt: skip
    return "".join(f"{part}\r\n" for line in lines for part in _folded(line)).encode()


def _event(event: Event) -> list[str]:
    return [
        "BEGIN:VEVENT", f"UID:{event.uid}", f"DTSTAMP:{_stamp(event.noted)}", f"LAST-MODIFIED:{_stamp(event.noted)}",
        f"SEQUENCE:{event.changes}", f"STATUS:{'CANCELLED' if event.cancelled else 'CONFIRMED'}",
        _when("DTSTART", event.starts), _when("DTEND", event.ends), f"SUMMARY:{_text(event.title)}", f"URL:{event.address}",
        "END:VEVENT",
    ]  # fmt: skip


def _when(name: str, at: datetime | date) -> str:
    return f"{name}:{_stamp(at)}" if isinstance(at, datetime) else f"{name};VALUE=DATE:{at:%Y%m%d}"


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _text(text: str) -> str:
    text = _NOT_TEXT.sub("", text)
    for character in ("\\", ";", ","):
        text = text.replace(character, f"\\{character}")
    return re.sub("\r\n|\r|\n", r"\\n", text)


def _folded(line: str) -> Iterator[str]:
    """Parts of at most 75 octets, each but the first behind a space; no letter is cut in two."""
    part = b""
    for letter in line:
        octets = letter.encode()
        if len(part) + len(octets) > LONGEST_LINE:
            yield part.decode()
            part = b" "
        part += octets
    yield part.decode()


def whole_day(day: date) -> tuple[date, date]:
    """A day and the one after it: a calendar's day ends where the next begins."""
    return day, day + timedelta(days=1)
