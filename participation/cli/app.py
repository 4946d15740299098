"""The application behind commands that need the database."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from config.settings import Settings
from participation.application import create_app


def with_app(command: Callable[..., Any]) -> Callable[..., Any]:
    """Run a command inside the application of the environment's settings."""

    @wraps(command)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        app = create_app(Settings.from_environment())
        with app.app_context():
            return command(*args, **kwargs)

    return wrapped
