"""`participation db`: create, upgrade and describe the database."""

from __future__ import annotations

import click
import flask_migrate

from participation.cli.app import with_app


@click.group("db")
def db_group() -> None:
    """Create or upgrade the database."""


@db_group.command("upgrade")
@with_app
def upgrade() -> None:
    """Bring the database to the newest tables."""
    flask_migrate.upgrade()
    click.echo("The database is up to date.")


@db_group.command("revision")
@click.argument("message")
@with_app
def revision(message: str) -> None:
    """Write a migration for what changed in the models."""
    flask_migrate.migrate(message=message, rev_id=message.lower().replace(" ", "_"))
