"""A summary as a file to take away: one way for every format, every version and both doors (web and command line)."""

from __future__ import annotations

from flask import Response

from participation.commissioning.documents import document_of
from participation.commissioning.figure_words import day
from participation.consultations.models import Consultation
from participation.exports import FORMATS, UnknownFormat, write
from participation.needs.summary import Summary

SIGNED = "signed"


def file_name(consultation: Consultation, summary: Summary, extension: str) -> str:
    """ "lambeth-spending-needs-v1.xlsx"; a preview has the day in the place of a version, because it has none."""
    subject = summary.subject
    version = f"v{subject.version}" if subject.status == "final" else f"preview-{subject.produced_on}"
    return f"{consultation.council.slug}-{consultation.slug}-needs-{version}.{extension}"


def bytes_of(summary: Summary, name: str) -> bytes:
    """The summary in the named format. Raises UnknownFormat."""
    return write(document_of(summary), name)


def attachment(consultation: Consultation, summary: Summary, name: str) -> Response:
    """The download of a summary in the named format. Raises UnknownFormat."""
    if name not in FORMATS:
        raise UnknownFormat(name=name, known=", ".join(FORMATS))
    chosen = FORMATS[name]
    return saved_as(file_name(consultation, summary, chosen.extension), bytes_of(summary, name), chosen.media_type)


def saved_as(name: str, body: bytes, media_type: str) -> Response:
    response = Response(body, content_type=media_type)
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response


def said(summary: Summary) -> str:
    """ "version 2, figures taken on 3 May 2026"; "preview of version 2, ..." while it is not frozen."""
    subject = summary.subject
    version = f"version {subject.version}" if subject.status == "final" else f"preview of version {subject.version}"
    return f"{version}, figures taken on {day(subject.produced_on)}"
