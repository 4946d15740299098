"""A summary as a file to take away: one way for every format, every version and both doors (web and command line).

`FILES` is the whole list: the formats of the document, the profiles for readers with a form of their own, and the planning
release. Everything in it is made of a summary that the policy disclosed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flask import Response

from participation import clock
from participation.commissioning import queries, service
from participation.commissioning.documents import document_of
from participation.commissioning.figure_words import day
from participation.commissioning.models import NeedsRecord
from participation.commissioning.ocds import release_package
from participation.commissioning.profiles import equality_document, jsna_document
from participation.commissioning.refusals import NoBallots, NoContractPlanned
from participation.commissioning.vote_counts import published_ballots
from participation.consultations.models import Consultation
from participation.exports import FORMATS, UnknownFormat, write
from participation.needs.summary import Summary

SIGNED = "signed"


@dataclass(frozen=True, slots=True)
class Source:
    """What a file is made of. `record` is None for the live preview; `is_public` whether residents may read it."""

    consultation: Consultation
    summary: Summary
    record: NeedsRecord | None = None
    is_public: bool = False


@dataclass(frozen=True, slots=True)
class File:
    """One kind of file: `name` as commands and addresses say it, `title` as people read it; `offered` where there is one."""

    name: str
    title: str
    extension: str
    media_type: str
    made: Callable[[Source], bytes]
    offered: Callable[[Source], bool] = lambda _source: True


def _planned(source: Source) -> bool:
    return source.is_public and queries.planned_contract(source.consultation.id) is not None


def _ocds(source: Source) -> bytes:
    planned = queries.planned_contract(source.consultation.id)
    if planned is None or source.record is None or not source.is_public:
        raise NoContractPlanned()
    return release_package(planned, source.record, source.summary, clock.now())


def _has_board(source: Source) -> bool:
    return bool(source.summary.options) and published_ballots(source.consultation) is not None


def _pabulib(source: Source) -> bytes:
    ballots = published_ballots(source.consultation)
    if ballots is None:
        raise NoBallots()
    return ballots


def _format(name: str) -> Callable[[Source], bytes]:
    return lambda source: write(document_of(source.summary), name)


FILES: dict[str, File] = {
    entry.name: entry
    for entry in (
        *(
            File(each.name, each.title, each.extension, each.media_type, _format(each.name))
            for each in FORMATS.values()
        ),
        File(
            "equality",
            "Input for the equality impact assessment (ODS)",
            "equality.ods",
            FORMATS["ods"].media_type,
            lambda source: write(equality_document(source.summary), "ods"),
        ),
        File(
            "jsna",
            "Community voice for the needs assessment, JSNA (ZIP of CSV)",
            "jsna.zip",
            FORMATS["zip"].media_type,
            lambda source: write(jsna_document(source.summary), "zip"),
        ),
        File("pb", "Published ballots (Pabulib)", "pb", "text/plain; charset=utf-8", _pabulib, _has_board),
        File("ocds", "Open Contracting planning release (JSON)", "ocds.json", "application/json", _ocds, _planned),
    )
}


def source_of(consultation: Consultation, record: NeedsRecord | None) -> Source:
    """A frozen version, or the live preview where there is none. Raises RecordDamaged."""
    if record is None:
        version = service.next_version(consultation.id)
        return Source(consultation, service.preview(consultation, version=version, now=clock.now()))
    is_public = service.is_public(record, consultation, clock.now())
    return Source(consultation, service.frozen_summary(record), record, is_public)


def offered(source: Source) -> list[File]:
    """The files there are of this summary, in the order of the list."""
    return [file for file in FILES.values() if file.offered(source)]


def file_named(name: str) -> File:
    """Raises UnknownFormat."""
    if name not in FILES:
        raise UnknownFormat(name=name, known=", ".join(FILES))
    return FILES[name]


def file_name(consultation: Consultation, summary: Summary, extension: str) -> str:
    """ "lambeth-spending-needs-v1.xlsx"; a preview has the day in the place of a version, because it has none."""
    subject = summary.subject
    version = f"v{subject.version}" if subject.status == "final" else f"preview-{subject.produced_on}"
    return f"{consultation.council.slug}-{consultation.slug}-needs-{version}.{extension}"


def bytes_of(source: Source, name: str) -> bytes:
    """The summary as the named file. Raises UnknownFormat and NoContractPlanned."""
    return file_named(name).made(source)


def attachment(source: Source, name: str) -> Response:
    """The download of a summary as the named file. Raises UnknownFormat and NoContractPlanned."""
    chosen = file_named(name)
    named = file_name(source.consultation, source.summary, chosen.extension)
    return saved_as(named, chosen.made(source), chosen.media_type)


def saved_as(name: str, body: bytes, media_type: str) -> Response:
    response = Response(body, content_type=media_type)
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response


def said(summary: Summary) -> str:
    """ "version 2, figures taken on 3 May 2026"; "preview of version 2, ..." while it is not frozen."""
    subject = summary.subject
    version = f"version {subject.version}" if subject.status == "final" else f"preview of version {subject.version}"
    return f"{version}, figures taken on {day(subject.produced_on)}"
