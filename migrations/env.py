"""Alembic's door to the database of the application (through Flask-Migrate)."""

from __future__ import annotations

from alembic import context
from flask import current_app

from participation.extensions import WRITES, UTCDateTime, db


def plain_types(kind: str, item: object, _context: object) -> str | bool:
    """A migration is history: it names the database's own types, not a class of ours that may move."""
    if kind == "type" and isinstance(item, UTCDateTime):
        return "sa.DateTime(timezone=True)"
    return False


def run() -> None:
    """Migrate in one transaction where the database can (PostgreSQL); on SQLite, table by table."""
    arguments = current_app.extensions["migrate"].configure_args
    with db.engine.connect().execution_options(**{WRITES: True}) as connection:
        context.configure(connection=connection, target_metadata=db.metadata, render_item=plain_types, **arguments)
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()


run()
