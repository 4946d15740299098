"""`participation council`: load a council and its figures from a folder of facts."""

from __future__ import annotations

from pathlib import Path

import click

from participation import clock
from participation.budgets.load import load_council
from participation.cli.app import with_app
from participation.councils.groups import DEFAULT_WORD, groups_at, import_groups, set_groups, sets_of
from participation.councils.queries import all_councils, council_by_slug
from participation.councils.tables import bytes_of
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


@council.command("groups")
@click.argument("council_slug")
@click.argument("file", type=click.Path(path_type=Path), required=False)
@click.option("--called", default=DEFAULT_WORD, show_default=True, help="What one group is called, such as Locality.")
@click.option("--none", "no_groups", is_flag=True, help="The wards are in no groups any more.")
@with_app
def groups(council_slug: str, file: Path | None, called: str, *, no_groups: bool) -> None:
    """Put the wards of COUNCIL_SLUG in the groups of FILE, or list the groups there are.

    FILE (CSV, ODS or XLSX) has the columns ward_code and group_name, with every ward once. Consultations whose figures by
    group were shown before keep the groups they had.
    """
    with transaction():
        found = council_by_slug(council_slug)
        if no_groups:
            set_groups(council=found, word=called, names={}, actor_id=None, now=clock.now())
        elif file is not None:
            import_groups(
                council=found, file=file.name, data=bytes_of(file), word=called, actor_id=None, now=clock.now()
            )
        wards = {ward.code: ward.name for ward in found.wards}
        now = groups_at(sets_of(found.id), found.wards)
        lines = (
            [
                f"{now.word} {name}: {', '.join(wards[code] for code in wards if now.code(code) == group)}"
                for group, name in now.groups
            ]
            if now
            else ["The wards are in no groups."]
        )
    for line in lines:
        click.echo(line)
