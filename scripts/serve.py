#!/usr/bin/env python3
"""`make run` after set-up: migrate, seed when empty, say where it is, serve on this machine only."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = ROOT / ".venv" / "bin"


def port() -> int:
    text = os.environ.get("PORT", "5000")
    if not text.isdigit() or not 0 < int(text) < 65536:
        sys.exit(f"PORT must be a number from 1 to 65535, not {text!r}")
    number = int(text)
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", number))
        except OSError:
            sys.exit(f"Port {number} is taken by another program. Choose another one: make run PORT={number + 1}")
    return number


def main() -> None:
    number = port()
    (ROOT / "instance").mkdir(mode=0o700, exist_ok=True)
    os.chdir(ROOT)
    os.environ.setdefault("PARTICIPATION_ENVIRONMENT", "development")
    os.environ.setdefault("PARTICIPATION_DEMO", "1")
    os.environ.setdefault("PARTICIPATION_PUBLIC_URL", f"http://127.0.0.1:{number}")
    os.environ.setdefault("PYTHONDONTWRITEBYTECODE", "1")
    print("==> Database", flush=True)
    for command in (["db", "upgrade"], ["demo", "seed", "--if-empty"]):
        if subprocess.run([BIN / "participation", *command], check=False).returncode:
            sys.exit(1)
    subprocess.run([BIN / "participation", "demo", "sign-ins", "--address", f"http://127.0.0.1:{number}"], check=True)
    arguments = ["--bind", f"127.0.0.1:{number}", "--workers", "1", "--threads", "4", "--no-control-socket"]
    os.execv(BIN / "python", [str(BIN / "python"), "-m", "gunicorn", *arguments, "--log-level", "warning", "app:app"])


if __name__ == "__main__":
    main()
