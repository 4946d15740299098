"""The files a commissioner asked for: how far each is, and fetching it."""

from __future__ import annotations

from flask import Response, render_template
from flask_login import current_user

from participation import clock
from participation.commissioning import downloads
from participation.commissioning.exporting import background, service, work
from participation.commissioning.exporting.refusals import ExportNotReady
from participation.councils.scope import council_blueprint
from participation.web.access import Permission, staff

blueprint = council_blueprint("exporting", __name__, "/manage/files")


@blueprint.get("")
@staff(Permission.SEE_NEEDS)
def files() -> str:
    """Everything that was asked for in the last 7 days."""
    background.start_if_due()
    jobs = service.jobs_of(current_user.account_id, clock.now())
    return render_template(
        "commissioning/exporting/files.html", jobs=jobs, kinds=downloads.FILES, steps=work.STEPS, kept=service.KEPT
    )


@blueprint.get("/<public_id>")
@staff(Permission.SEE_NEEDS)
def file(public_id: str) -> str:
    """How far one file is. Raises ExportNotFound."""
    background.start_if_due()
    job = service.job_of(current_user.account_id, public_id, clock.now())
    return render_template(
        "commissioning/exporting/file.html",
        job=job,
        kind=downloads.file_named(job.format),
        steps=work.STEPS,
        ready=work.READY,
        kept=service.KEPT,
    )


@blueprint.get("/<public_id>/content")
@staff(Permission.SEE_NEEDS)
def content(public_id: str) -> Response:
    """The file itself. Raises ExportNotFound and ExportNotReady."""
    job = service.job_of(current_user.account_id, public_id, clock.now())
    if job.body is None:
        raise ExportNotReady(job.problem)
    return downloads.saved_as(job.file_name, job.body, downloads.file_named(job.format).media_type)
