"""Frozen needs summaries at their permanent addresses: for residents once nothing can move, for commissioners always."""

from __future__ import annotations

from flask import g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from participation import clock
from participation.commissioning import downloads, pages, queries, service
from participation.commissioning.exporting import background, work
from participation.commissioning.exporting import service as exporting
from participation.commissioning.models import NeedsRecord
from participation.commissioning.refusals import SummaryNotFound
from participation.consultations.queries import consultation_by_slug
from participation.councils.scope import council_blueprint
from participation.exports import FORMATS
from participation.web.access import Permission, may, public

blueprint = council_blueprint("commissioning", __name__)


@blueprint.get("/consultations/<slug>/needs")
@public
def latest(slug: str) -> ResponseReturnValue:
    """The newest version residents may read, at its permanent address."""
    consultation = consultation_by_slug(g.council.id, slug)
    now = clock.now()
    for version in queries.versions_of(consultation.id):
        if service.is_public(version, consultation, now):
            return redirect(url_for(".record", public_id=version.public_id))
    raise SummaryNotFound("The council has not published a needs summary of this consultation yet.")


@blueprint.get("/needs/<public_id>")
@public
def record(public_id: str) -> str:
    place = _place(public_id)
    found = place.record
    assert found is not None
    return pages.page_one(
        "commissioning/record.html", place, replaced_by=_newer(found, place.staff), signed=downloads.SIGNED
    )


@blueprint.get("/needs/<public_id>/needs")
@public
def needs(public_id: str) -> str:
    return pages.needs_page(_place(public_id))


@blueprint.get("/needs/<public_id>/needs/<code>")
@public
def need(public_id: str, code: str) -> str:
    return pages.need_page(_place(public_id), code)


@blueprint.get("/needs/<public_id>/print")
@public
def print_page(public_id: str) -> str:
    return pages.print_page(_place(public_id))


@blueprint.get("/needs/<public_id>/group")
@public
def group(public_id: str) -> str:
    return pages.group_page(_place(public_id))


@blueprint.get("/needs/<public_id>/figures/<name>")
@public
def figure(public_id: str, name: str) -> str:
    """One figure at its permanent address, with the decisions that used it. Raises FigureNotFound."""
    return pages.figure_page(_place(public_id), name)


@blueprint.get("/needs/<public_id>/files/<format>")
@public
def file(public_id: str, format: str) -> ResponseReturnValue:
    """A version residents may read, as a file; `signed` is the very text the digest covers. Raises UnknownFormat.

    What takes long was noted when the version was published, or is by the next worker, and is made once for all readers:
    never while one of them waits.
    """
    found = queries.record_by_public_id(g.council.id, public_id)
    if not service.is_public(found, found.consultation, clock.now()):
        raise SummaryNotFound()
    summary = service.frozen_summary(found)
    if format == downloads.SIGNED:
        name = downloads.file_name(found.consultation, summary, "signed.json")
        return downloads.saved_as(name, found.body.encode(), "application/json")
    job = exporting.for_everybody(found, format)
    if job is None and not (format in FORMATS and exporting.takes_long(found.consultation, found, format)):
        return downloads.attachment(downloads.Source(found.consultation, summary, found, is_public=True), format)
    if job is not None and job.body is not None:
        return downloads.saved_as(job.file_name, job.body, downloads.file_named(format).media_type)
    background.start_if_due(missing=job is None)
    page = render_template(
        "commissioning/exporting/being_made.html",
        job=job,
        kind=downloads.file_named(format),
        steps=work.STEPS,
        ready=work.READY,
        record=found,
        others=[one for one in ("csv", "json") if not exporting.takes_long(found.consultation, found, one)],
    )
    return page, 202


def _place(public_id: str) -> pages.Place:
    """The version of an address. Raises SummaryNotFound for those who may not read it, as if it were not there."""
    found = queries.record_by_public_id(g.council.id, public_id)
    is_public = service.is_public(found, found.consultation, clock.now())
    staff = may(Permission.SEE_NEEDS)
    if not is_public and not staff:
        raise SummaryNotFound()
    return pages.frozen_place(found, staff=staff, is_public=is_public)


def _newer(found: NeedsRecord, staff: bool) -> NeedsRecord | None:
    """The newest version after this one that the reader may see."""
    now = clock.now()
    for version in queries.versions_of(found.consultation_id):
        if version.version > found.version and (staff or service.is_public(version, found.consultation, now)):
            return version
    return None
