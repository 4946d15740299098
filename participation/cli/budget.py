"""`participation budget`: import one file of figures, in the ministry's layout or the council's own."""

from __future__ import annotations

from pathlib import Path

import click

from participation.budgets import service
from participation.budgets.service import Examined
from participation.budgets.wording import changes_in_words
from participation.cli.app import with_app
from participation.councils.queries import council_by_slug
from participation.councils.tables import bytes_of
from participation.transactions import transaction


@click.group("budget")
def budget() -> None:
    """Import a council's budgets and spending."""


@budget.command("import")
@click.argument("council_slug")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="Say what would change, and change nothing.")
@click.option(
    "--column",
    "columns",
    multiple=True,
    metavar="OURS=THEIRS",
    help="The file calls our column OURS by the name THEIRS.",
)
@click.option("--source", default="", help="Where the figures come from, as pages will say it.")
@click.option("--licence", default="", help="The licence of the figures, as pages will say it.")
@with_app
def import_file(
    council_slug: str, file: Path, dry_run: bool, columns: tuple[str, ...], source: str, licence: str
) -> None:
    """Import one FILE (CSV, ODS or XLSX) for the council COUNCIL_SLUG.

    It holds revenue outturn, the revenue budget, or detail lines.

    All or nothing: a row that is wrong is named, and what was there before stays as it was.
    """
    renamed = _renamed(columns)
    with transaction():
        council = council_by_slug(council_slug)
        examined = service.examine(council=council, file_name=file.name, data=bytes_of(file), columns=renamed)
        if not dry_run:
            service.store(examined=examined, source=source, licence=licence)
        lines = _report(examined, dry_run=dry_run)
    for line in lines:
        click.echo(line)


def _renamed(columns: tuple[str, ...]) -> dict[str, str]:
    """Their column name -> ours."""
    pairs = [column.partition("=") for column in columns]
    for ours, sign, theirs in pairs:
        if not (ours and sign and theirs):
            raise click.BadParameter("write --column OURS=THEIRS, such as --column financial_year=Year")
    return {theirs: ours for ours, _, theirs in pairs}


def _report(examined: Examined, *, dry_run: bool) -> list[str]:
    difference = examined.difference
    verb = "Would import" if dry_run else "Imported"
    return [
        (
            f"{verb} {examined.kind.name} of {', '.join(examined.years)}: {len(difference.new)} new rows, "
            f"{examined.unchanged} unchanged, {len(difference.changes)} corrected figures, {len(difference.gone)} rows taken out."
        ),
        *(
            f"  {change.wanted.row.file}, row {change.wanted.row.number}: {words}"
            for change, words in zip(difference.changes, changes_in_words(difference.changes), strict=True)
        ),
        *(f"  Note: {note}" for note in examined.notes),
    ]
