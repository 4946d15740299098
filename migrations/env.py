"""Alembic's door to the database of the application (through Flask-Migrate)."""

from __future__ import annotations

from alembic import context
from alembic.operations.ops import MigrationScript
from flask import current_app

from participation.audit.append_only import with_triggers
from participation.commissioning.live.triggers import with_notes
from participation.extensions import WRITES, UTCDateTime, db


def plain_types(kind: str, item: object, _context: object) -> str | bool:
    """A migration is history: it names the database's own types, not a class of ours that may move."""
    if kind == "type" and isinstance(item, UTCDateTime):
        return "sa.DateTime(timezone=True)"
    return False


def directives(_context: object, _revision: object, scripts: list[MigrationScript]) -> None:
    """What Alembic writes into a new migration besides the tables themselves."""
    for script in scripts:
        for upgrade in script.upgrade_ops_list:
            with_triggers(upgrade, db.metadata)
            with_notes(upgrade)


def run() -> None:
    """Migrate in one transaction where the database can (PostgreSQL); on SQLite, table by table."""
    arguments = current_app.extensions["migrate"].configure_args
    with db.engine.connect().execution_options(**{WRITES: True}) as connection:
        context.configure(
            connection=connection,
            target_metadata=db.metadata,
            render_item=plain_types,
            process_revision_directives=directives,
            **arguments,
        )
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()


run()
