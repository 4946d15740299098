"""What this machine remembers of logs outside the database, so that a database restored to an earlier time is noticed.

The newest checkpoint of each log is kept as a file in the folder of the setting `checkpoints_dir`. While the database does not
have that very checkpoint, the vote takes no ballots and its log is not written: ballots that were acknowledged are
missing, and only people can say what to do about it.
"""

from __future__ import annotations

import os
import tempfile
from functools import lru_cache
from pathlib import Path

from flask import current_app
from sqlalchemy import ColumnElement, bindparam, exists, select

from participation.extensions import db
from participation.voting.keys import server_keys
from participation.voting.log.notes import Checkpoint, NoteKey, NoteRefused
from participation.voting.models import SignedCheckpoint
from participation.voting.refusals import BoxRolledBack


def remembered(origin: str) -> Checkpoint | None:
    """The newest checkpoint of a log that this machine has seen. A file that we did not sign counts for nothing."""
    path = _path(origin)
    if path is None:
        return None
    try:
        stamp = path.stat().st_mtime_ns
    except FileNotFoundError:
        return None
    return _read(path, stamp, NoteKey(origin, server_keys().log_public_key))


@lru_cache(maxsize=256)
def _read(path: Path, _stamp: int, key: NoteKey) -> Checkpoint | None:
    try:
        return Checkpoint.opened(path.read_text(encoding="utf-8"), key)
    except (OSError, NoteRefused):
        return None


def remember(origin: str, note: str) -> None:
    """Keep a checkpoint that was committed, unless a later one is kept already."""
    path = _path(origin)
    if path is None:
        return
    key = NoteKey(origin, server_keys().log_public_key)
    before = remembered(origin)
    if before is not None and before.size >= Checkpoint.opened(note, key).size:
        return
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile("w", dir=path.parent, delete=False, encoding="utf-8") as file:
            file.write(note)
            file.flush()
            os.fsync(file.fileno())
        Path(file.name).replace(path)
    except OSError as problem:
        # The vote goes on without this guard; whoever watches the log is told.
        current_app.logger.warning("the checkpoint of %s cannot be kept: %s", origin, problem)


# Whether the database has a checkpoint, as a column to ask for; `asked_for` are its values.
IS_KNOWN: ColumnElement[bool] = exists().where(
    SignedCheckpoint.log == bindparam("checkpoint_log"),
    SignedCheckpoint.size == bindparam("checkpoint_size"),
    SignedCheckpoint.root == bindparam("checkpoint_root"),
)


def asked_for(origin: str) -> dict[str, str | int | bytes]:
    """The checkpoint that this machine remembers, as values for `IS_KNOWN`; empty when it remembers none."""
    seen = remembered(origin)
    if seen is None:
        return {}
    return {"checkpoint_log": origin, "checkpoint_size": seen.size, "checkpoint_root": seen.root}


def knows(origin: str) -> bool:
    """Whether the database has the checkpoint that this machine remembers."""
    seen = asked_for(origin)
    return not seen or bool(db.session.execute(select(IS_KNOWN), seen).scalar_one())


def require_known(origin: str) -> None:
    """Raises BoxRolledBack when the database lacks the checkpoint that this machine remembers."""
    if not knows(origin):
        raise BoxRolledBack()


def _path(origin: str) -> Path | None:
    folder = current_app.config["SETTINGS"].checkpoints_dir
    return Path(folder) / f"{origin.replace('/', '.')}.checkpoint" if folder else None
