"""`participation needs`: take a needs summary away as a file, the same file as from its page."""

from __future__ import annotations

from pathlib import Path

import click

from participation.cli.app import with_app
from participation.commissioning import downloads, queries, service
from participation.commissioning.models import NeedsRecord
from participation.commissioning.refusals import SummaryNotFound
from participation.consultations.models import Consultation
from participation.consultations.queries import consultation_by_slug
from participation.councils.queries import council_by_slug
from participation.errors import NotFound
from participation.transactions import transaction


@click.group("needs")
def needs_group() -> None:
    """Needs summaries as files."""


@needs_group.command("export")
@click.argument("summary")
@click.option(
    "--format",
    "file_format",
    type=click.Choice([*downloads.FILES, downloads.SIGNED]),
    default="xlsx",
    show_default=True,
)
@click.option(
    "--out", type=click.Path(path_type=Path), required=True, help="A file to write, or a folder to put it in."
)
@click.option("--preview", is_flag=True, help="The live figures of COUNCIL/CONSULTATION, which still move.")
@with_app
def export(summary: str, file_format: str, out: Path, preview: bool) -> None:
    """Write SUMMARY to a file.

    SUMMARY is the name of a frozen version (the end of its address), or COUNCIL/CONSULTATION for its newest version, or
    COUNCIL/CONSULTATION/2 for version 2. Each export is written into the governance record.
    """
    consultation, record = _found(summary, preview)
    source = downloads.source_of(consultation, record)
    figures = source.summary
    extension = downloads.FILES[file_format].extension if file_format in downloads.FILES else "signed.json"
    target = out / downloads.file_name(consultation, figures, extension) if out.is_dir() else out
    body = record.body.encode() if record and file_format == downloads.SIGNED else _made(source, file_format)
    council_id, consultation_id = consultation.council_id, consultation.id
    with transaction():
        service.record_export(
            council_id=council_id,
            consultation_id=consultation_id,
            version=figures.subject.version,
            status=figures.subject.status,
            file_format=file_format,
            account_id=None,
            role="command line",
        )
    try:
        target.write_bytes(body)
    except OSError as problem:
        raise click.ClickException(f"{target} cannot be written: {problem.strerror}") from problem
    click.echo(f"Wrote {target} ({len(body):,} bytes): {downloads.said(figures)}.")


def _found(summary: str, preview: bool) -> tuple[Consultation, NeedsRecord | None]:
    """The consultation and the frozen version that SUMMARY names; None for the live figures."""
    parts = summary.split("/")
    if len(parts) == 1 and not preview:
        record = queries.record_named(parts[0])
        return record.consultation, record
    if len(parts) not in (2, 3) or (preview and len(parts) == 3):
        raise click.BadParameter("give the name of a version, COUNCIL/CONSULTATION or COUNCIL/CONSULTATION/VERSION")
    consultation = consultation_by_slug(_council_id(parts[0]), parts[1])
    if preview:
        return consultation, None
    if len(parts) == 3:
        if not parts[2].isdecimal():
            raise click.BadParameter(f"{parts[2]} is not the number of a version")
        return consultation, queries.record_by_version(consultation.id, int(parts[2]))
    versions = queries.records_of(consultation.id)
    if not versions:
        raise SummaryNotFound(f"{summary} has no frozen summary yet. Use --preview for its live figures.")
    return consultation, versions[0]


def _council_id(slug: str) -> int:
    try:
        return council_by_slug(slug).id
    except NotFound as problem:
        raise click.BadParameter(f"there is no council {slug}") from problem


def _made(source: downloads.Source, file_format: str) -> bytes:
    if file_format == downloads.SIGNED:
        raise click.BadParameter("only a frozen version is signed; choose another format for a preview")
    return downloads.bytes_of(source, file_format)
