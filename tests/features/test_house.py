"""The house itself: it boots, it answers, and its two databases have the same tables as its models."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import JSON, Column, text
from sqlalchemy.exc import DBAPIError

from participation.audit.append_only import append_only_tables
from participation.cli import commands
from participation.extensions import db
from tests.factories.world import World
from tests.visitor import Visitor

# A value for each kind of column; moments are a type of our own, and JSON has no Python type.
SAMPLES = {int: 1, str: "1", bytes: b"1", object: datetime(2025, 1, 1, tzinfo=UTC)}

# Where a check of the table's own allows only words it knows.
KNOWN = {"theme_change.act": "create"}


def sample(column: Column[Any]) -> object:
    if (known := KNOWN.get(str(column))) is not None:
        return known
    return {} if isinstance(column.type, JSON) else SAMPLES[column.type.python_type]


def test_the_front_door_lists_councils(world: World, visitor: Visitor) -> None:
    world.council("exampleton")
    world.council("otherham")
    page = visitor.get("/")
    assert page.status == 200
    assert "Exampleton Council" in page.main
    assert "Otherham Council" in page.main


def test_an_unknown_council_is_not_found(app: Flask, visitor: Visitor) -> None:
    page = visitor.get("/nowhere/services")
    assert (page.status, page.h1) == (404, "Page not found")


def test_the_migrations_make_what_the_models_say(app: Flask) -> None:
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, db.metadata) == []


def test_a_command_on_a_database_without_tables_says_what_to_do(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody's first command, before the one that makes the tables."""
    monkeypatch.setattr("participation.cli.app.create_app", lambda _settings: app)
    monkeypatch.setattr("participation.cli.app.Settings.from_environment", lambda: app.config["SETTINGS"])
    monkeypatch.setattr(
        "participation.cli.council.all_councils", lambda: db.session.execute(text("SELECT 1 FROM not_made_yet")).all()
    )
    done = CliRunner().invoke(commands, ["council", "list"])
    assert done.exit_code == 1
    assert done.output == (
        "Error: the database does not have the tables of this version. Run: participation db upgrade\n"
    )


def test_what_is_written_once_is_neither_changed_nor_deleted(app: Flask) -> None:
    """The database itself refuses, whoever asks through the application's own connection."""
    protected = append_only_tables(db.metadata)
    assert {"audit_event", "box_leaf", "checkpoint", "board_ballot", "board_tracker"} <= protected
    for name in sorted(protected):
        table = db.metadata.tables[name]
        with db.engine.connect() as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(text("SET LOCAL session_replication_role = replica"))
            else:
                connection.execute(text("PRAGMA defer_foreign_keys = ON"))
            values = {column.name: sample(column) for column in table.columns}
            connection.execute(table.insert().values(**values))
            if connection.dialect.name == "postgresql":
                connection.execute(text("SET LOCAL session_replication_role = origin"))
            for statement in (table.delete(), table.update().values({next(iter(table.columns)): 7})):
                with pytest.raises(DBAPIError, match="never changed or deleted"), connection.begin_nested():
                    connection.execute(statement)
            connection.rollback()
