"""Consultations for feed readers and calendars. Addresses come from the settings, so that they do not change with the reader."""

from __future__ import annotations

from datetime import datetime

from flask import Response, g
from sqlalchemy.orm import selectinload

from participation import clock
from participation.consultations import satisfaction_routes
from participation.consultations.feeds import Entry, Event, atom, calendar, whole_day
from participation.consultations.lifecycle import PHASE_TYPE
from participation.consultations.models import Consultation
from participation.consultations.queries import consultation_by_slug, listed
from participation.extensions import db
from participation.web.access import public
from participation.web.mail import public_link

blueprint = satisfaction_routes.blueprint

MOST = 50


def _address(endpoint: str, **values: object) -> str:
    return public_link(f"consultations.{endpoint}", council_slug=g.council.slug, **values)


def _launched() -> list[Consultation]:
    query = listed(g.council.id).where(Consultation.state == "launched").options(selectinload(Consultation.extensions))
    return list(db.session.scalars(query.limit(MOST)))


@blueprint.get("/consultations.atom")
@public
def feed() -> Response:
    """The newest consultations; one that opens, closes, gets more time, a result or an answer comes up again."""
    now = clock.now()
    entries = [
        Entry(
            one.title,
            one.summary,
            _address("consultation", slug=one.slug),
            one.launched_at or one.created_at,
            _updated(one, now),
        )
        for one in _launched()
    ]
    body = atom(
        title=f"Consultations – {g.council.full_name}", address=_address("index"), own_address=_address("feed"), entries=entries,
        updated=now,
    )  # fmt: skip
    return Response(body, mimetype="application/atom+xml")


def _updated(consultation: Consultation, now: datetime) -> datetime:
    """When readers last had something new to see: also a phase that opened or closed by the clock."""
    answered = consultation.response.published_at if consultation.response else None
    by_clock = [
        moment for phase in consultation.phases for moment in (phase.opens_at, phase.closes_at) if moment <= now
    ]
    moments = (*by_clock, _changed(consultation), consultation.result_published_at, answered)
    return max(moment for moment in moments if moment is not None)


def _changed(consultation: Consultation) -> datetime:
    """When its dates were last decided about."""
    given = [extension.extended_at for extension in consultation.extensions]
    return max((consultation.launched_at or consultation.created_at, *given))


@blueprint.get("/consultations.ics")
@public
def all_dates() -> Response:
    """Every phase of every consultation, to subscribe to."""
    events = [event for one in _launched() for event in _events(one)]
    return _calendar(f"Consultations – {g.council.full_name}", events)


@blueprint.get("/consultations/<slug>/dates.ics")
@public
def dates(slug: str) -> Response:
    """The dates of one consultation."""
    found = consultation_by_slug(g.council.id, slug)
    return _calendar(found.title, _events(found))


def _events(consultation: Consultation) -> list[Event]:
    address, withdrawn = _address("consultation", slug=consultation.slug), consultation.state == "withdrawn"
    name, now = f"{consultation.council_id}-{consultation.slug}", clock.now()
    # A phase is moved with an extension, or closed early: then it is over.
    over = [phase.closes_at for phase in consultation.phases if phase.closes_at <= now]
    noted, changes = max([_changed(consultation), *over]), len(consultation.extensions) + len(over) + withdrawn
    events = [
        Event(
            f"{name}-{phase.kind}@participation", f"{PHASE_TYPE[phase.kind].name}: {consultation.title}", address, phase.opens_at,
            phase.closes_at, noted, changes, withdrawn,
        )
        for phase in consultation.phases
    ]  # fmt: skip
    starts, ends = whole_day(consultation.decision_date)
    decides = f"{consultation.decision_maker} decides: {consultation.title}"
    decision = Event(f"{name}-decision@participation", decides, address, starts, ends, noted, changes, withdrawn)
    return [*events, decision]


def _calendar(title: str, events: list[Event]) -> Response:
    return Response(calendar(title=title, events=events), mimetype="text/calendar")
