"""`participation retention`: delete what is due, and write the document that says what is kept."""

from __future__ import annotations

from pathlib import Path

import click

from config.settings import ROOT
from participation.cli.app import with_app
from participation.privacy import document as privacy_document
from participation.privacy import retention as due


@click.group("retention")
def retention() -> None:
    """Delete personal data whose time is over."""


@retention.command("run")
@with_app
def run() -> None:
    """Delete what is due now. Run it once a day; running it again changes nothing."""
    for name, rows in due.run().items():
        click.echo(f"{name:24} {rows:8,}")


@retention.command("document")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path), default=ROOT / "docs" / "data-protection.md")
@with_app
def document(file: Path) -> None:
    """Write docs/data-protection.md from the retention table and the schema."""
    file.write_text(privacy_document.document())
    click.echo(f"{file} was written.")
