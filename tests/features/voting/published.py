"""A published vote as a folder of files, and the recount over it."""

from __future__ import annotations

import importlib.util
from contextlib import redirect_stdout
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from types import ModuleType

from config.settings import ROOT
from participation.transactions import transaction
from participation.voting import publication, sequencer
from participation.voting.definition import definition_of
from tests.factories.votes import Voting

PROGRAM = ROOT / "recount" / "recount.py"


def program() -> ModuleType:
    spec = importlib.util.spec_from_file_location("recount", PROGRAM)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


RECOUNT = program()


@dataclass(frozen=True)
class Said:
    """How a recount ended: its exit code, the checks that failed, and all it printed."""

    code: int
    failed: set[str]
    text: str


def recounted(*arguments: str | Path) -> Said:
    out = StringIO()
    with redirect_stdout(out):
        code = RECOUNT.main([str(one) for one in arguments])
    lines = out.getvalue().splitlines()
    return Said(code, {line.split()[0] for line in lines if " FAILS " in line}, out.getvalue())


def publish_to(voting: Voting, folder: Path) -> Path:
    """The published folder of a vote that is finished."""
    folder.mkdir(parents=True, exist_ok=True)
    vote, consultation = voting.vote, voting.consultation
    of = publication.published(vote=vote, consultation=consultation, definition=definition_of(vote, consultation))
    for name, content in publication.folder(of).items():
        (folder / name).write_bytes(content)
    return folder


def sequence(voting: Voting) -> None:
    """Put what waits into the log now."""
    with transaction():
        sequencer.run(voting.vote)
