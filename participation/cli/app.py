"""The application behind commands that need the database."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import click
from sqlalchemy.exc import DBAPIError

from config import logging as logs
from config.settings import Settings
from participation.application import create_app


def with_app(command: Callable[..., Any]) -> Callable[..., Any]:
    """Run a command inside the application of the environment's settings."""

    @wraps(command)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        settings = Settings.from_environment()
        if settings.production:
            logs.set_up()
        app = create_app(settings)
        with app.app_context():
            try:
                return command(*args, **kwargs)
            except DBAPIError as error:
                if not _lacks_tables(error):
                    raise
        raise click.ClickException(
            "the database does not have the tables of this version. Run: participation db upgrade"
        )

    return wrapped


def _lacks_tables(error: DBAPIError) -> bool:
    """Whether a table or a column is missing: the database is new, or older than the code."""
    problem = str(error.orig)
    return type(error.orig).__name__ in ("UndefinedTable", "UndefinedColumn") or any(
        words in problem for words in ("no such table", "no such column", "has no column named")
    )
