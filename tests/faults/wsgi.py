"""The application as the fault rig serves it: the product itself, with seams that only the rig can reach.

What the rig asks of a running worker lies in a folder (`FAULTS_FOLDER`), one file an order:

    clock      seconds by which the application's clock is wrong; the database's clock is left alone
    die        a point of casting (`POINTS`): the first worker that reaches it kills itself there, once
    slow       holds each cast so many seconds between the moment it was let in and the moment it is stored; `held` appears there
               when one is
    weakened   takes one protection away (`WEAKENED`), so that the checker can be seen to notice
"""

from __future__ import annotations

import os
import signal
import threading
import time
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import Connection, Engine, event

from config.settings import Settings
from participation import clock
from participation.application import create_app
from participation.extensions import db

FOLDER = Path(os.environ["FAULTS_FOLDER"])
# Where in casting a worker can be made to die, in the order of the steps.
POINTS = ("let in", "stored", "before commit", "after commit")
# What is changed in the statements of a cast: the shared lock that the close waits for becomes a harmless function; the commit no
# longer waits for the disk; a writing transaction on SQLite begins as a reader.
WEAKENED = {
    "no close lock": ("pg_advisory_xact_lock_shared(", "greatest("),
    "no durable commits": (
        "set_config('synchronous_commit', 'on', true)",
        "set_config('synchronous_commit', 'off', true)",
    ),
    "deferred begin": ("BEGIN IMMEDIATE", "BEGIN"),
}


def _ordered(what: str) -> str:
    with suppress(FileNotFoundError):
        return (FOLDER / what).read_text()
    return ""


def _clock_with_an_error() -> datetime:
    """`clock.now`, wrong by as much as the rig says."""
    return datetime.now(UTC) + timedelta(seconds=float(_ordered("clock") or 0))


def _reached(point: str) -> None:
    """Die here if the rig asked for it; renaming the file makes sure that one worker does, once."""
    if _ordered("die") == point:
        with suppress(FileNotFoundError):
            (FOLDER / "die").rename(FOLDER / f"died-{os.getpid()}")
            os.kill(os.getpid(), signal.SIGKILL)


def _stores_a_ballot(statement: str) -> bool:
    return statement.startswith(("INSERT INTO sealed_ballot", "UPDATE sealed_ballot"))


def _add_seams(engine: Engine) -> None:
    casting = threading.local()  # a request runs in one thread

    @event.listens_for(engine, "before_cursor_execute", retval=True)
    def _executes(_connection: Connection, _cursor: Any, statement: str, parameters: Any, *_: Any) -> tuple[str, Any]:
        if _stores_a_ballot(statement) and (seconds := float(_ordered("slow") or 0)):
            (FOLDER / "held").touch()
            time.sleep(seconds)
        old, new = WEAKENED.get(_ordered("weakened"), ("", ""))
        return statement.replace(old, new) if old else statement, parameters

    @event.listens_for(engine, "after_cursor_execute")
    def _executed(_connection: Connection, _cursor: Any, statement: str, *_: Any) -> None:
        if "set_config('synchronous_commit'" in statement:
            _reached("let in")
        if _stores_a_ballot(statement):
            casting.stored = True
            _reached("stored")

    @event.listens_for(engine, "commit")
    def _commits(_connection: Connection) -> None:
        if getattr(casting, "stored", False):
            _reached("before commit")

    @event.listens_for(engine, "rollback")
    def _rolled_back(_connection: Connection) -> None:
        casting.stored = False

    @event.listens_for(db.session, "after_commit")
    def _committed(_session: Any) -> None:
        if getattr(casting, "stored", False):
            casting.stored = False
            _reached("after commit")


def served() -> Flask:
    clock.now = _clock_with_an_error
    app = create_app(Settings.from_environment())
    with app.app_context():
        _add_seams(db.engine)
    return app


app = served()
