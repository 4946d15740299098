"""What waits for staff: each feature says what it has, the staff home page lists it.

Features above this one hand in their loader once, at start (`register_source`); nothing above is imported here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from participation import clock
from participation.consultations.launching import waiting_ids
from participation.consultations.lifecycle import Stage, last_close, stage_of
from participation.consultations.models import Consultation
from participation.consultations.queries import Shown, consultations_of
from participation.web.access import Permission
from participation.web.words import day, moment

DRAFT = "is a draft. Finish it, check it and ask for its launch."
CLOSING_SOON = 7


@dataclass(frozen=True, slots=True)
class Duty:
    """One line of "what needs doing": a sentence, and the page where it is done, for staff with `permission`."""

    sentence: str
    endpoint: str
    permission: Permission
    arguments: dict[str, str] = field(default_factory=dict)


Source = Callable[[int, datetime], list[Duty]]


def of_consultations(council_id: int, now: datetime) -> list[Duty]:
    """Votes to count, answers to publish, phases that end within a week and drafts: the most pressing first."""
    waiting = consultations_of(council_id, now=now, shown=Shown.WAITING)
    is_open = consultations_of(council_id, now=now, shown=Shown.OPEN)
    duties = [duty for consultation in waiting for duty in _after_closing(consultation, now)]
    for consultation in is_open:
        ends = [phase.closes_at for phase in consultation.phases if phase.opens_at <= now < phase.closes_at]
        if ends and min(ends) <= clock.later(now, days=CLOSING_SOON):
            duties.append(_duty(consultation, f"“{consultation.title}” closes at {moment(min(ends))}."))
    drafts = consultations_of(council_id, now=now, shown=Shown.DRAFTS, drafts=True)
    asked = waiting_ids([draft.id for draft in drafts])
    for draft in drafts:
        wait = "waits for a second person to approve its launch." if draft.id in asked else DRAFT
        duties.append(_duty(draft, f"“{draft.title}” {wait}"))
    return duties


def _after_closing(consultation: Consultation, now: datetime) -> list[Duty]:
    stage = stage_of(consultation, now)
    if stage is Stage.COUNTING:
        sentence = f"Voting in “{consultation.title}” has closed. Count the votes and publish the result."
        return [Duty(sentence, "voting_manage.vote", Permission.RUN_VOTES, {"slug": consultation.slug})]
    closed = last_close(consultation.phases)
    if stage in (Stage.CLOSED, Stage.RESULTS) and closed is not None:
        sentence = f"“{consultation.title}” closed on {day(closed)}. Publish what the council did."
        return [_duty(consultation, sentence)]
    return []


def _duty(consultation: Consultation, sentence: str) -> Duty:
    return Duty(
        sentence, "consultation_manage.consultation", Permission.EDIT_CONSULTATIONS, {"slug": consultation.slug}
    )


SOURCES: tuple[Source, ...] = (of_consultations,)


def register_source(source: Source) -> None:
    """Add what a feature above has to do; adding it again changes nothing."""
    global SOURCES
    if source not in SOURCES:
        SOURCES = (source, *SOURCES)


def duties_of(council_id: int, now: datetime) -> list[Duty]:
    """Everything that waits in a council, whoever may do it."""
    return [duty for source in SOURCES for duty in source(council_id, now)]
