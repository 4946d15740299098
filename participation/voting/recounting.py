"""The independent recount of what is about to be published: a second program, started on the very files, before anything is
published. It shares no code with us, so a fault of ours in counting or in writing stops the publication.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from config.settings import ROOT
from participation.voting.refusals import RecountFailed

PROGRAM = ROOT / "recount" / "recount.py"
# A recount by exact fractions in plain Python can take long for the rules that count many times; then publication goes on
# without it, and anybody can still run it.
MOST_SECONDS = 30


def require_agreement(folder: Mapping[str, bytes]) -> bool:
    """Whether the recount came to its end in time, and agreed. Raises RecountFailed when it did not agree."""
    with tempfile.TemporaryDirectory() as directory:
        for name, content in folder.items():
            Path(directory, name).write_bytes(content)
        try:
            done = subprocess.run(  # noqa: S603  our own program on our own files
                [sys.executable, "-I", str(PROGRAM), directory],
                capture_output=True, text=True, timeout=MOST_SECONDS, check=False,
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            return False
    if done.returncode:
        said = [line for line in (done.stdout + done.stderr).splitlines() if line.strip()]
        raise RecountFailed(problem=said[-1] if said else "it said nothing")
    return True
