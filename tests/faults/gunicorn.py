"""The application under gunicorn, as it is run for real: a master and its workers, children of the rig."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

from config.settings import ROOT
from tests.services import ServiceMissing, children, signalled

_SECONDS = 30


class Gunicorn:
    """`socket` is where it listens; `environment` is all that its workers are told; `served` names what they serve."""

    def __init__(
        self, home: Path, environment: Mapping[str, str], *, served: str, workers: int = 2, threads: int = 4
    ) -> None:  # fmt: skip
        self.socket, self.log = home / "app.sock", home / "app.log"
        self._environment = {"PATH": os.environ["PATH"], "PYTHONDONTWRITEBYTECODE": "1", **environment}
        self._served = served
        self._size = ["--workers", str(workers), "--threads", str(threads)]
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "gunicorn", "--bind", f"unix:{self.socket}", *self._size, "--no-control-socket",
                 "--graceful-timeout", "5", self._served],
                cwd=ROOT, env=self._environment, stdout=log, stderr=log,
            )  # fmt: skip

    def wait_until_ready(self, is_ready: Callable[[], bool]) -> None:
        """Until the application answers. Raises ServiceMissing with the end of its log."""
        for _ in range(_SECONDS * 20):
            if self._process is None or self._process.poll() is not None:
                break
            if is_ready():
                return
            time.sleep(0.05)
        raise ServiceMissing(f"the application did not start:\n{self.log.read_text()[-3000:]}")

    @property
    def master(self) -> int:
        return self._process.pid if self._process else 0

    @property
    def workers(self) -> list[int]:
        return sorted(children(self.master)) if self._process else []

    def kill_worker(self, pid: int) -> None:
        signalled(pid, signal.SIGKILL)

    def cpu_seconds(self) -> float:
        """What the workers have used of the processors so far, in seconds."""
        ticks = 0
        for pid in self.workers:
            with suppress(OSError):
                fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
                ticks += int(fields[11]) + int(fields[12])
        return ticks / os.sysconf("SC_CLK_TCK")

    def stop(self) -> None:
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(_SECONDS)
        except subprocess.TimeoutExpired:
            for pid in self.workers:
                self.kill_worker(pid)
            self._process.kill()
            self._process.wait(_SECONDS)
        self._process = None
