"""The commissioner's pages: the dashboard, the live preview, freezing a version, and files to take away."""

from __future__ import annotations

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from participation import clock
from participation.commissioning import downloads, following, overview, pages, policy, queries, service
from participation.commissioning.exporting import service as exporting
from participation.commissioning.feed import webhooks
from participation.commissioning.forms import SignForm
from participation.commissioning.models import NeedsRecord
from participation.commissioning.refusals import FreezeRefused
from participation.consultations.models import Consultation
from participation.consultations.queries import Shown, consultation_by_slug, listed
from participation.councils.scope import council_blueprint
from participation.errors import NotFound
from participation.transactions import transaction
from participation.web.access import Permission, staff
from participation.web.paging import Listing, asked_page, paged

blueprint = council_blueprint("commissioning_manage", __name__, "/manage/needs")
ROLE = "commissioner"


@blueprint.get("")
@staff(Permission.SEE_NEEDS)
def dashboard() -> str:
    """What is open, who is missing, what changed since the last summary, and the services by need."""
    return render_template(
        "commissioning/dashboard.html",
        sections=overview.sections(g.council.id, clock.now()),
        services=overview.services(g.council.id),
    )


@blueprint.get("/all/<part>")
@staff(Permission.SEE_NEEDS)
def part(part: str) -> str:
    """All consultations in one part of their life, in pages."""
    titles = {shown.value: title for shown, title in overview.PARTS}
    if part not in titles:
        raise NotFound()
    now = clock.now()
    found = paged(listed(g.council.id, now=now, shown=Shown(part)), number=asked_page())
    lines = Listing(overview.lines_of(found.rows, now), found.number, found.total, found.per_page)
    return render_template("commissioning/part.html", title=titles[part], listing=lines)


@blueprint.get("/by-service/<code>")
@staff(Permission.SEE_NEEDS)
def by_service(code: str) -> str:
    """Every published need about one service, in all consultations."""
    group = queries.service_by_code(g.council.id, code)
    found = queries.needs_of_service(g.council.id, group.id, policy.threshold())
    listing = paged(found, number=asked_page())
    return render_template(
        "commissioning/by_service.html",
        group=group,
        listing=listing,
        supporters=overview.supporters_in_words([need.id for need in listing.rows]),
        follows=following.follows(group_id=group.id, account_id=current_user.account_id),
    )


@blueprint.post("/by-service/<code>/follow")
@staff(Permission.SEE_NEEDS)
def follow(code: str) -> ResponseReturnValue:
    """Be told of new summaries about a service, or not any more."""
    wanted = request.form.get("follow") == "yes"
    with transaction():
        group = queries.service_by_code(g.council.id, code)
        if wanted:
            following.follow(group_id=group.id, account_id=current_user.account_id, now=clock.now())
        else:
            following.unfollow(group_id=group.id, account_id=current_user.account_id)
        name = group.plain_name
    flash(f"You {'will be told' if wanted else 'will not be told'} of new summaries about {name}.", "done")
    return redirect(url_for(".by_service", code=code), code=303)


@blueprint.get("/<slug>")
@staff(Permission.SEE_NEEDS)
def summary(slug: str) -> str:
    """The summary as it stands now, the versions that were frozen, and the signature that freezes the next one."""
    return _preview_page(_consultation(slug), SignForm())


@blueprint.post("/<slug>/freeze")
@staff(Permission.SEE_NEEDS)
def freeze(slug: str) -> ResponseReturnValue:
    form = SignForm()
    if not form.validate_on_submit():
        return _preview_page(_consultation(slug), form)
    try:
        with transaction():
            record = service.freeze(
                council_id=g.council.id,
                slug=slug,
                account_id=current_user.account_id,
                signed=form.figures.data,
                now=clock.now(),
                contrary=form.contrary.data or "",
                limits=form.limits.data or "",
            )
            following.tell(record)
            if service.is_public(record, record.consultation, clock.now()):
                webhooks.tell(record)
                exporting.ask_for_everybody(record, clock.now())
    except FreezeRefused as refusal:
        form.form_errors.append(refusal.message)
        form.read.data = False
        return _preview_page(_consultation(slug), form), refusal.status
    flash(f"Version {record.version} is frozen. Its figures will not move again.", "done")
    return redirect(url_for("commissioning.record", public_id=record.public_id), code=303)


@blueprint.get("/<slug>/needs")
@staff(Permission.SEE_NEEDS)
def needs(slug: str) -> str:
    return pages.needs_page(_preview_place(slug))


@blueprint.get("/<slug>/needs/<code>")
@staff(Permission.SEE_NEEDS)
def need(slug: str, code: str) -> str:
    return pages.need_page(_preview_place(slug), code)


@blueprint.get("/<slug>/print")
@staff(Permission.SEE_NEEDS)
def print_page(slug: str) -> str:
    return pages.print_page(_preview_place(slug))


@blueprint.get("/<slug>/group")
@staff(Permission.SEE_NEEDS)
def group(slug: str) -> str:
    return pages.group_page(_preview_place(slug))


@blueprint.post("/<slug>/files/<format>")
@staff(Permission.SEE_NEEDS)
def download(slug: str, format: str) -> ResponseReturnValue:
    """The live preview as a file. A POST, because taking figures away is written into the governance record."""
    return _taken_away(_consultation(slug), None, format)


@blueprint.post("/<slug>/versions/<int:version>/files/<format>")
@staff(Permission.SEE_NEEDS)
def download_version(slug: str, version: int, format: str) -> ResponseReturnValue:
    """A frozen version as a file."""
    consultation = _consultation(slug)
    return _taken_away(consultation, queries.record_by_version(consultation.id, version), format)


def _taken_away(consultation: Consultation, record: NeedsRecord | None, format: str) -> ResponseReturnValue:
    """The file, or the page of the job that makes it where that takes long or was asked for."""
    downloads.file_named(format)
    later = request.form.get("later") == "yes" or exporting.takes_long(consultation, record, format)
    if later:
        return _asked_for(consultation, record, format)
    source = downloads.source_of(consultation, record)
    response = downloads.attachment(source, format)
    with transaction():
        _record_export(consultation.id, source.summary.subject.version, source.summary.subject.status, format)
    return response


def _asked_for(consultation: Consultation, record: NeedsRecord | None, format: str) -> ResponseReturnValue:
    version = record.version if record else service.next_version(consultation.id)
    with transaction():
        job = exporting.ask(
            consultation=consultation,
            record=record,
            file_format=format,
            account_id=current_user.account_id,
            now=clock.now(),
        )
        _record_export(consultation.id, version, service.FINAL if record else service.DRAFT, format)
        name = job.public_id
    return redirect(url_for("exporting.file", public_id=name), code=303)


def _record_export(consultation_id: int, version: int, status: str, format: str) -> None:
    service.record_export(
        council_id=g.council.id,
        consultation_id=consultation_id,
        version=version,
        status=status,
        file_format=format,
        account_id=current_user.account_id,
        role=ROLE,
    )


def _consultation(slug: str) -> Consultation:
    return consultation_by_slug(g.council.id, slug)


def _preview_place(slug: str) -> pages.Place:
    consultation = _consultation(slug)
    summary = service.preview(consultation, version=service.next_version(consultation.id), now=clock.now())
    return pages.preview_place(consultation, summary)


def _preview_page(consultation: Consultation, form: SignForm) -> str:
    versions = queries.versions_of(consultation.id)
    summary = service.preview(consultation, version=versions[0].version + 1 if versions else 1, now=clock.now())
    place = pages.preview_place(consultation, summary)
    return pages.page_one(
        "commissioning/summary.html",
        place,
        form=form,
        versions=versions,
        figures=policy.figures_digest(place.summary),
    )
