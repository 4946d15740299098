"""`participation council`: load a council and its figures from a folder of facts."""

from __future__ import annotations

from pathlib import Path

import click

from participation.budgets.load import load_council
from participation.cli.app import with_app
from participation.councils.queries import all_councils
from participation.transactions import transaction


@click.group("council")
def council() -> None:
    """Load a council and its figures."""


@council.command("load")
@click.argument("folder", type=click.Path(path_type=Path))
@with_app
def load(folder: Path) -> None:
    """Load the council of FOLDER (config/councils/<slug>), or bring it up to date.

    All or nothing: a file that is wrong is named with its row, and what was there before stays as it was.
    """
    with transaction():
        loaded = load_council(folder=folder)
        one = loaded.council
        line = f"{one.full_name}: {loaded.wards} wards, {loaded.postcodes:,} postcodes, {one.population:,} people."
    click.echo(line)
    for note in loaded.notes:
        click.echo(f"  Note: {note}")


@council.command("list")
@with_app
def list_councils() -> None:
    """List the councils that are loaded."""
    for one in all_councils():
        click.echo(f"{one.slug:30} {one.full_name} ({one.gss_code}), loaded {one.loaded_at:%Y-%m-%d %H:%M} UTC")
