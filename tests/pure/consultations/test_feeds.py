"""Feed and calendar hold to RFC 4287 and RFC 5545 whatever a title says: read back by a reader that knows only the standards."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from participation.consultations.feeds import Entry, Event, atom, calendar, whole_day

ATOM = "{http://www.w3.org/2005/Atom}"
RFC3339 = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z")
WORDS = st.text(max_size=120)
MOMENTS = st.integers(0, 700_000_000).map(lambda seconds: datetime(2020, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds))
OWN = "https://council.example/consultations.atom"


def kept(text: str) -> str:
    """What of a text both standards can carry: everything but control characters and what is no letter."""
    lines = re.sub("\r\n|\r", "\n", text)
    return "".join(
        letter for letter in lines if letter in "\t\n" or (letter >= " " and letter not in "\x7f\ufffe\uffff")
    )


def parts_of(line: bytes) -> tuple[str, str]:
    """A content line: its name with parameters, and its value with escapes undone."""
    name, _, value = line.decode().partition(":")
    assert re.fullmatch(r"[A-Z-]+(;[A-Z]+=[A-Z]+)?", name), line
    undone = re.sub(r"\\(.)", lambda found: "\n" if found[1] in "nN" else found[1], value)
    return name, undone


def read_calendar(body: bytes) -> list[dict[str, str]]:
    """The events of a calendar. Fails for anything that RFC 5545 does not allow here."""
    assert body.endswith(b"\r\n")
    assert b"\n" not in body.replace(b"\r\n", b"")
    assert all(len(line) <= 75 for line in body.split(b"\r\n"))
    lines = [parts_of(line) for line in body.replace(b"\r\n ", b"").removesuffix(b"\r\n").split(b"\r\n")]
    assert (lines[0], lines[-1]) == (("BEGIN", "VCALENDAR"), ("END", "VCALENDAR"))
    assert {"VERSION", "PRODID"} <= {name for name, _ in lines}
    events: list[dict[str, str]] = []
    for name, value in lines[1:-1]:
        if (name, value) == ("BEGIN", "VEVENT"):
            events.append({})
        elif events and name != "END":
            assert name not in events[-1], f"{name} twice"
            events[-1][name] = value
    for event in events:
        assert {"UID", "DTSTAMP", "SUMMARY"} <= event.keys()
    assert len({event["UID"] for event in events}) == len(events)
    return events


@pytest.mark.slow
@given(titles=st.lists(WORDS, min_size=1, max_size=4), starts=MOMENTS, days=st.integers(0, 400))
def test_a_calendar_says_what_was_put_in(titles: list[str], starts: datetime, days: int) -> None:
    ends = starts + timedelta(days=days, hours=1)
    events = [
        Event(f"{place}@x", title, "https://x.example/a,b", starts, ends, starts) for place, title in enumerate(titles)
    ]
    read = read_calendar(calendar(title=titles[0], events=events))
    assert [event["SUMMARY"] for event in read] == [kept(title) for title in titles]
    assert {event["DTSTART"] for event in read} == {starts.strftime("%Y%m%dT%H%M%SZ")}
    assert {event["DTEND"] for event in read} == {ends.strftime("%Y%m%dT%H%M%SZ")}


def test_a_whole_day_ends_where_the_next_begins() -> None:
    first, last = whole_day(date(2026, 12, 31))
    (event,) = read_calendar(
        calendar(
            title="A",
            events=[Event("1@x", "Decision", "https://x.example", first, last, datetime(2026, 1, 1, tzinfo=UTC))],
        )
    )
    assert (event["DTSTART;VALUE=DATE"], event["DTEND;VALUE=DATE"]) == ("20261231", "20270101")


@given(titles=st.lists(WORDS, max_size=4), published=MOMENTS, later=st.timedeltas(timedelta(0), timedelta(days=900)))
def test_a_feed_has_all_that_the_standard_asks_for(titles: list[str], published: datetime, later: timedelta) -> None:
    entries = [
        Entry(title, title, f"https://x.example/{place}?a=1&b=2", published, published + later)
        for place, title in enumerate(titles)
    ]
    root = ElementTree.fromstring(
        atom(title="A & B", address="https://x.example/", own_address=OWN, entries=entries, updated=published)
    )
    assert root.tag == f"{ATOM}feed"
    assert root.findtext(f"{ATOM}id") == OWN
    assert [link.get("href") for link in root.findall(f"{ATOM}link") if link.get("rel") == "self"] == [OWN]
    assert root.findtext(f"{ATOM}author/{ATOM}name"), "without an author of its own, each entry would need one"
    found = root.findall(f"{ATOM}entry")
    assert [entry.findtext(f"{ATOM}title") or "" for entry in found] == [kept(title) for title in titles]
    ids = [entry.findtext(f"{ATOM}id") for entry in found]
    assert len(set(ids)) == len(ids)
    moments = [one.text or "" for one in root.iter() if one.tag in (f"{ATOM}updated", f"{ATOM}published")]
    assert all(RFC3339.fullmatch(moment) for moment in moments)
    assert root.findtext(f"{ATOM}updated") == max(
        [entry.findtext(f"{ATOM}updated") or "" for entry in found], default=f"{published:%Y-%m-%dT%H:%M:%SZ}"
    )
