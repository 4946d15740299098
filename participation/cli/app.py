"""The application behind commands that need the database."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

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
            return command(*args, **kwargs)

    return wrapped
