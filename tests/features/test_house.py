"""The house itself: it boots, it answers, and its two databases have the same tables as its models."""

from __future__ import annotations

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask

from participation.extensions import db
from tests.factories.world import World
from tests.visitor import Visitor


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
