"""What happened to a thing, told for its page."""

from __future__ import annotations

from datetime import UTC, datetime

from participation.audit.history import told
from participation.audit.models import AuditEvent
from participation.audit.tags import EXPLAINED, Tag


def event(tag: Tag, hour: int) -> AuditEvent:
    return AuditEvent(tag=tag.value, at=datetime(2026, 11, 26, hour, tzinfo=UTC))


def test_the_same_act_several_times_running_is_told_once_with_how_often() -> None:
    events = [
        event(Tag.APPROVAL_ASKED, 9),
        *(event(Tag.APPROVAL_GIVEN, hour) for hour in (8, 7, 6)),
        event(Tag.APPROVAL_ASKED, 5),
    ]
    assert [(at.hour, sentence) for at, sentence in told(events)] == [
        (9, EXPLAINED[Tag.APPROVAL_ASKED]),
        (8, EXPLAINED[Tag.APPROVAL_GIVEN].removesuffix(".") + " (3 times)."),
        (5, EXPLAINED[Tag.APPROVAL_ASKED]),
    ]
    assert told([]) == []


def test_a_sentence_about_several_is_no_riddle() -> None:
    assert all(sentence.endswith(".") for sentence in EXPLAINED.values())
