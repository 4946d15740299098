"""The pages of one summary, whichever it is: the live preview or a frozen version, for staff or for residents.

`Place` says which summary is looked at and where its pages are, so that the same templates serve all of them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flask import render_template, request, url_for

from participation.commissioning import citing, closer, downloads, reading
from participation.commissioning.documents import document_of
from participation.commissioning.figures import figure_named
from participation.commissioning.models import NeedsRecord
from participation.commissioning.service import frozen_summary
from participation.consultations.models import Consultation
from participation.councils.map import ward_map
from participation.councils.queries import wards_of
from participation.errors import NotFound
from participation.exports.reading import set_for_print
from participation.needs.summary import Summary
from participation.priorities.outcomes import ANSWERS, line_code
from participation.web.paging import Listing, asked_page

PER_PAGE = 25


@dataclass(frozen=True, slots=True)
class Place:
    """A summary and the addresses of its pages. `record` is None for the live preview; `staff` sees who signed."""

    consultation: Consultation
    summary: Summary
    record: NeedsRecord | None
    staff: bool
    page: str
    needs: str
    need: Callable[[str], str]
    group: str
    printed: str
    is_public: bool = False

    @property
    def source(self) -> downloads.Source:
        return downloads.Source(self.consultation, self.summary, self.record, self.is_public)


def preview_place(consultation: Consultation, summary: Summary) -> Place:
    slug = consultation.slug
    return Place(
        consultation=consultation,
        summary=summary,
        record=None,
        staff=True,
        page=url_for("commissioning_manage.summary", slug=slug),
        needs=url_for("commissioning_manage.needs", slug=slug),
        need=lambda code: url_for("commissioning_manage.need", slug=slug, code=code),
        group=url_for("commissioning_manage.group", slug=slug),
        printed=url_for("commissioning_manage.print_page", slug=slug),
    )


def frozen_place(record: NeedsRecord, *, staff: bool, is_public: bool) -> Place:
    """Raises RecordDamaged."""
    name = record.public_id
    return Place(
        consultation=record.consultation,
        summary=frozen_summary(record),
        record=record,
        staff=staff,
        page=url_for("commissioning.record", public_id=name),
        needs=url_for("commissioning.needs", public_id=name),
        need=lambda code: url_for("commissioning.need", public_id=name, code=code),
        group=url_for("commissioning.group", public_id=name),
        printed=url_for("commissioning.print_page", public_id=name),
        is_public=is_public,
    )


def page_one(template: str, place: Place, **more: object) -> str:
    """The summary itself, with the lists of `more` that only one of its pages has."""
    page = reading.page_one(place.summary)
    return render_template(
        template,
        place=place,
        page=page,
        map=ward_map(wards_of(place.consultation.council_id)),
        formats=downloads.offered(place.source),
        **more,
    )


def print_page(place: Place) -> str:
    """Everything on one page without links to follow, set like the PDF."""
    document = document_of(place.summary)
    return render_template("commissioning/print.html", place=place, document=document, tables=set_for_print(document))


def needs_page(place: Place) -> str:
    """All needs in order, of one service where asked for. Raises NotFound past the end."""
    rows = reading.needs(place.summary)
    services = closer.services_of(place.summary)
    chosen = request.args.get("service", "")
    if chosen and chosen not in {code for code, _ in services}:
        raise NotFound()
    found = [row for row in rows if not chosen or row.service_code == chosen]
    number = asked_page()
    start = (number - 1) * PER_PAGE
    if number > 1 and start >= len(found):
        raise NotFound()
    listing = Listing(found[start : start + PER_PAGE], number, len(found), PER_PAGE)
    return render_template("commissioning/needs.html", place=place, listing=listing, services=services, chosen=chosen)


def figure_page(place: Place, name: str) -> str:
    """One figure of a frozen version. Raises FigureNotFound."""
    assert place.record is not None
    return render_template(
        "commissioning/figure.html",
        place=place,
        figure=figure_named(place.summary, name),
        decisions=citing.decisions_on(place.record.id, name),
        outcomes=citing.outcomes_of(place.consultation.id) if place.staff else [],
        answers=ANSWERS,
        line_code=line_code,
    )


def need_page(place: Place, code: str) -> str:
    """One need across the groups. Raises SummaryNotFound."""
    row, groupings = closer.need_by_group(place.summary, code)
    charts = [(grouping, closer.part_bars(grouping.rows)) for grouping in groupings]
    return render_template("commissioning/need.html", place=place, row=row, charts=charts)


def group_page(place: Place) -> str:
    """The needs of one group (`?of=ward:E05000001`), of one service where asked for. Raises SummaryNotFound."""
    chosen, service = request.args.get("of", ""), request.args.get("service", "")
    services = closer.services_of(place.summary)
    if service and service not in {code for code, _ in services}:
        raise NotFound()
    found = closer.group_needs(place.summary, chosen, service)
    return render_template(
        "commissioning/group.html",
        place=place,
        chosen=chosen,
        choices=reading.group_choices(place.summary),
        services=services,
        service=service,
        found=found,
        bars_of=closer.part_bars(found.strongest, place.need),
    )
