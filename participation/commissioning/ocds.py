"""An Open Contracting planning release: a frozen needs summary in front of a contracting process that is really planned.

Fields and code lists follow the release schema 1.1.5 (UK notes, section 5). A decision to do something in-house is no
contracting process: without a `PlannedContract` there is no release, and the same content is in every other file.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, time

from participation.commissioning.documents import LICENCE_URL
from participation.commissioning.models import NeedsRecord, PlannedContract
from participation.consultations.models import Consultation, Phase
from participation.councils.models import Council
from participation.exports import FORMATS
from participation.needs.summary import Summary
from participation.web.mail import public_link

VERSION = "1.1"
# Documents of a needs assessment in the formats that a buyer reads or a machine takes.
DOCUMENT_FORMATS = ("pdf", "ods", "json")
# A description has fewer than 250 words in the standard's own guidance; findings are far shorter.
RATIONALE_WORDS = 250


def release_package(planned: PlannedContract, record: NeedsRecord, summary: Summary, now: datetime) -> bytes:
    """The planning release of a frozen version residents can read, alone in its package, as JSON."""
    council = record.consultation.council
    package = {
        "uri": public_link("commissioning.file", council_slug=council.slug, public_id=record.public_id, format="ocds"),
        "version": VERSION,
        "publishedDate": _moment(record.created_at),
        "publisher": {"name": council.full_name},
        "license": LICENCE_URL,
        "releases": [_release(planned, record, summary, now)],
    }
    return (json.dumps(package, indent=2, ensure_ascii=False) + "\n").encode()


def _release(planned: PlannedContract, record: NeedsRecord, summary: Summary, now: datetime) -> dict[str, object]:
    council = record.consultation.council
    return {
        "ocid": planned.ocid,
        "id": f"{planned.ocid}-planning-{record.public_id}",
        "date": _moment(record.created_at),
        "tag": ["planning"],
        "initiationType": "tender",
        "language": "en",
        "parties": [_buyer(council)],
        "buyer": {"id": council.gss_code, "name": council.full_name},
        "planning": {
            "rationale": _rationale(summary),
            "budget": {
                "description": planned.title,
                "project": summary.subject.title,
                "projectID": summary.subject.consultation_id,
                "uri": _file(record, "csv"),
            },
            "documents": list(_documents(record, summary)),
            "milestones": list(_milestones(planned, record, now)),
        },
    }


def _buyer(council: Council) -> dict[str, object]:
    return {
        "id": council.gss_code,
        "name": council.full_name,
        "identifier": {
            "legalName": council.full_name,
            "uri": f"http://statistics.data.gov.uk/id/statistical-geography/{council.gss_code}",
        },
        "contactPoint": {"email": council.contact_email},
        "roles": ["buyer"],
    }


def _rationale(summary: Summary) -> str:
    words = " ".join(finding.text for finding in summary.findings).split()
    return " ".join(words[:RATIONALE_WORDS])


def _documents(record: NeedsRecord, summary: Summary) -> Iterator[dict[str, object]]:
    published = _moment(record.created_at)
    title = f"Resident needs summary: {summary.subject.title}"
    common = {"datePublished": published, "language": "en"}
    yield {
        "id": record.public_id,
        "documentType": "needsAssessment",
        "title": title,
        "description": f"What residents said they need, version {record.version}. SHA-256 of the figures: {record.digest}.",
        "url": public_link("commissioning.record", council_slug=_slug(record), public_id=record.public_id),
        "format": "text/html",
        **common,
    }
    for name in DOCUMENT_FORMATS:
        yield {
            "id": f"{record.public_id}-{name}",
            "documentType": "needsAssessment",
            "title": title,
            "url": _file(record, name),
            "format": FORMATS[name].media_type.partition(";")[0],
            **common,
        }
    consultation = record.consultation
    yield {
        "id": consultation.slug,
        "documentType": "hearingNotice",
        "title": consultation.title,
        "url": public_link("consultations.consultation", council_slug=_slug(record), slug=consultation.slug),
        "format": "text/html",
        "language": "en",
    }


def _milestones(planned: PlannedContract, record: NeedsRecord, now: datetime) -> Iterator[dict[str, object]]:
    consultation = record.consultation
    for phase in consultation.phases:
        yield from _phase(phase, now)
    yield _done("findings", "Needs summary published", "engagement", record.created_at)
    if consultation.decision_date is not None:
        yield _due("decision", _decision(consultation), "approval", consultation.decision_date)
    if planned.tender_on is not None:
        yield _due("tender", "Invitation to tender", "preProcurement", planned.tender_on)


_PHASE_TITLES = {
    "gather": "Residents say what they need", "shape": "Residents discuss the options", "vote": "Residents vote",
}  # fmt: skip


def _phase(phase: Phase, now: datetime) -> Iterator[dict[str, object]]:
    what = _PHASE_TITLES[phase.kind]
    for name, title, at in (
        ("opens", f"{what}: opens", phase.opens_at),
        ("closes", f"{what}: closes", phase.closes_at),
    ):
        code = f"{phase.kind}-{name}"
        yield _done(code, title, "engagement", at) if at <= now else _scheduled(code, title, "engagement", at)


def _done(code: str, title: str, kind: str, at: datetime) -> dict[str, object]:
    return {**_scheduled(code, title, kind, at), "dateMet": _moment(at), "status": "met"}


def _due(code: str, title: str, kind: str, day: date) -> dict[str, object]:
    return _scheduled(code, title, kind, datetime.combine(day, time(12), tzinfo=UTC))


def _scheduled(code: str, title: str, kind: str, at: datetime) -> dict[str, object]:
    return {"id": code, "title": title, "type": kind, "dueDate": _moment(at), "status": "scheduled"}


def _decision(consultation: Consultation) -> str:
    return f"Decision by {consultation.decision_maker}"


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _slug(record: NeedsRecord) -> str:
    return record.consultation.council.slug


def _file(record: NeedsRecord, name: str) -> str:
    return public_link("commissioning.file", council_slug=_slug(record), public_id=record.public_id, format=name)
