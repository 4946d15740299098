"""Looking for what must not be there: the ballots of a scene, its trackers and nonces, in any spelling, in any file."""

from __future__ import annotations

import base64
import json
import os
import subprocess
from collections.abc import Iterable, Mapping
from pathlib import Path

from tests.services import program


def spellings(text: str) -> set[bytes]:
    """A text as it is, in hexadecimal of both cases (how PostgreSQL dumps bytes), in UTF-16, and in base64 wherever it begins."""
    raw = text.encode()
    found = {
        raw,
        raw.hex().encode(),
        raw.hex().upper().encode(),
        text.encode("utf-16-le"),
        json.dumps(text)[1:-1].encode(),
    }
    for before in range(3):
        encoded = base64.b64encode(b"\0" * before + raw).rstrip(b"=")
        # The first characters hold the bytes before, the last one may hold bytes after.
        found.add(encoded[(before * 8 + 5) // 6 : -1])
    return found


def of_ballot(codes: list[str]) -> list[str]:
    """How programs write a list of options down."""
    return [json.dumps(codes, separators=(",", ":")), json.dumps(codes), ",".join(codes), ", ".join(codes), str(codes)]


def written(needles: Mapping[str, Iterable[str]]) -> dict[bytes, str]:
    """Spelling -> the secret that it gives away, for secrets with the texts that would."""
    return {
        spelling: secret for secret, texts in needles.items() for text in texts for spelling in spellings(text)
        if b"\n" not in spelling
    }  # fmt: skip


def found_in(place: Path, needles: Mapping[str, Iterable[str]]) -> set[str]:
    """The secrets that can be read in a file or anywhere below a folder."""
    known = written(needles)
    listed = place.parent / f".{place.name}-needles"
    listed.write_bytes(b"\n".join(sorted(known)) + b"\n")
    try:
        answer = subprocess.run(
            [program("grep"), "--recursive", "--text", "--only-matching", "--no-filename", "--fixed-strings",
             f"--file={listed}", str(place)],
            capture_output=True, check=False, env={**os.environ, "LC_ALL": "C"},
        )  # fmt: skip
    finally:
        listed.unlink()
    if answer.returncode > 1:
        raise OSError(answer.stderr.decode(errors="replace"))
    return {known[line] for line in answer.stdout.split(b"\n") if line in known}
