"""Consultations for feed readers and calendars. Addresses come from the settings, so that they do not change with the reader."""

from __future__ import annotations

from datetime import datetime

from flask import Response, g

from participation import clock
from participation.consultations import satisfaction_routes
from participation.consultations.feeds import Entry, Event, atom, calendar, whole_day
from participation.consultations.lifecycle import PHASE_TYPE
from participation.consultations.models import Consultation
from participation.consultations.queries import consultation_by_slug, consultations_of
from participation.web.access import public
from participation.web.mail import public_link

blueprint = satisfaction_routes.blueprint

MOST = 50


def _address(endpoint: str, **values: object) -> str:
    return public_link(f"consultations.{endpoint}", council_slug=g.council.slug, **values)


def _launched() -> list[Consultation]:
    return [one for one in consultations_of(g.council.id) if one.state == "launched"][:MOST]


@blueprint.get("/consultations.atom")
@public
def feed() -> Response:
    """The newest consultations; one that gets a result or an answer comes up again."""
    entries = [
        Entry(
            one.title,
            one.summary,
            _address("consultation", slug=one.slug),
            one.launched_at or one.created_at,
            _updated(one),
        )
        for one in _launched()
    ]
    body = atom(
        title=f"Consultations – {g.council.full_name}", address=_address("index"), own_address=_address("feed"), entries=entries,
        updated=clock.now(),
    )  # fmt: skip
    return Response(body, mimetype="application/atom+xml")


def _updated(consultation: Consultation) -> datetime:
    answered = consultation.response.published_at if consultation.response else None
    moments = (consultation.launched_at, consultation.result_published_at, answered)
    return max((moment for moment in moments if moment is not None), default=consultation.created_at)


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
    address, noted = (
        _address("consultation", slug=consultation.slug),
        consultation.launched_at or consultation.created_at,
    )
    name = f"{consultation.council_id}-{consultation.slug}"
    events = [
        Event(
            f"{name}-{phase.kind}@participation", f"{PHASE_TYPE[phase.kind].name}: {consultation.title}", address, phase.opens_at,
            phase.closes_at, noted,
        )
        for phase in consultation.phases
    ]  # fmt: skip
    starts, ends = whole_day(consultation.decision_date)
    decides = f"{consultation.decision_maker} decides: {consultation.title}"
    return [*events, Event(f"{name}-decision@participation", decides, address, starts, ends, noted)]


def _calendar(title: str, events: list[Event]) -> Response:
    return Response(calendar(title=title, events=events), mimetype="text/calendar")
