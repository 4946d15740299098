"""The real PostgreSQL and Redis of a test run: on sockets in a temporary directory, ended with the run.

`postgresql()` and `redis_server()` are what most tests need. The classes behind them are children of the test run that it may
also kill, hang and start again, which is what the fault rig does; nothing but those children is ever signalled.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psycopg
import redis

# Quick and forgetful: what is right for every test that is not about durability.
FORGETFUL = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")
_SECONDS_TO_END = 20


class ServiceMissing(RuntimeError):
    """A server that the tests need is not installed; the message says which package to install."""


def program(name: str, *patterns: str) -> str:
    """The path of a server's program. Raises ServiceMissing."""
    for pattern in patterns:
        found = sorted(Path("/").glob(pattern.lstrip("/")))
        if found:
            return str(found[-1])
    path = shutil.which(name)
    if path is None:
        raise ServiceMissing(f"{name} is missing: run `make test` once as root, or install postgresql and redis-tools")
    return path


def postgresql_program(name: str) -> str:
    return program(name, f"/usr/lib/postgresql/*/bin/{name}")


def unprivileged() -> dict[str, Any]:
    """PostgreSQL refuses to run as root: start it as `postgres`, or `nobody` where that user is absent."""
    if os.geteuid() != 0:
        return {}
    names = {entry.pw_name for entry in pwd.getpwall()}
    user = pwd.getpwnam("postgres" if "postgres" in names else "nobody")
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


def children(parent: int) -> dict[int, str]:
    """Process id -> command line of the living children of a process."""
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):  # it ended while we looked
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
            if int(fields[1]) == parent and fields[0] != "Z":
                found[int(folder.name)] = (
                    (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
                )
    return found


def is_alive(pid: int) -> bool:
    """Whether a process is there and has not ended; one that waits to be collected has."""
    try:
        return (Path("/proc") / str(pid) / "stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def signalled(pid: int, number: signal.Signals) -> None:
    """Send a signal to a process that may have ended meanwhile."""
    with suppress(ProcessLookupError):
        os.kill(pid, number)


class PostgreSQL:
    """A PostgreSQL server of our own with an empty database `postgres`; `settings` are `name=value`."""

    def __init__(self, *settings: str) -> None:
        self._who = unprivileged()
        self.home = Path(tempfile.mkdtemp(prefix="participation-pg-", dir="/tmp"))
        self.home.chmod(0o755)
        self.data = self.home / "data"
        self._settings = [part for setting in settings for part in ("-c", setting)]
        self.process: subprocess.Popen[bytes] | None = None
        if self._who:
            os.chown(self.home, self._who["user"], self._who["group"])
        subprocess.run(
            [postgresql_program("initdb"), "-D", self.data, "-U", "tests", "--auth=trust", "--no-sync", "--no-locale",
             "--encoding=UTF8"],
            check=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, cwd=self.home, **self._who,
        )  # fmt: skip

    @property
    def url(self) -> str:
        """The SQLAlchemy address."""
        return f"postgresql+psycopg://tests@/postgres?host={self.home}"

    def start(self) -> None:
        """Start, and wait until it answers; after a crash that is when it has recovered."""
        with (self.home / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [postgresql_program("postgres"), "-D", self.data, "-k", self.home, "-c", "listen_addresses=",
                 "-c", "max_connections=60", *self._settings],
                stdout=log, stderr=log, cwd=self.home, **self._who,
            )  # fmt: skip
        self.wait_until_ready()

    def wait_until_ready(self) -> None:
        _wait(self._connect, psycopg.OperationalError)

    def wait_until_recovered(self, log_writer: list[int]) -> None:
        """Until it has noticed that one of its processes died, has ended all others, this log writer too, and answers again."""
        for _ in range(1200):
            if self.children("walwriter") not in ([], log_writer):
                break
            time.sleep(0.05)
        self.wait_until_ready()

    def _connect(self) -> None:
        if self.process is not None and self.process.poll() is not None:
            raise ServiceMissing("PostgreSQL ended:\n" + (self.home / "log").read_text(errors="replace")[-2000:])
        psycopg.connect(host=str(self.home), user="tests", dbname="postgres").close()

    def children(self, title: str = "") -> list[int]:
        """The server's own processes, or those whose title holds this text ("walwriter"; "tests postgres" for clients)."""
        return [pid for pid, line in children(self.process.pid if self.process else 0).items() if title in line]

    def signal_children(self, number: signal.Signals, title: str = "") -> int:
        """Send a signal to those children; how many there were."""
        found = self.children(title)
        for pid in found:
            signalled(pid, number)
        return len(found)

    def kill(self) -> None:
        """kill -9 of the postmaster and of everything it started, as when the machine's power fails but for its disk."""
        if self.process is None:
            return
        self.process.send_signal(signal.SIGSTOP)  # so that it starts nothing while its children die
        victims = self.children()
        self.signal_children(signal.SIGKILL)
        self.process.kill()
        self.process.wait(_SECONDS_TO_END)
        self.process = None
        # Whoever still writes to the disk dies only then, and until then the next server refuses to start.
        for _ in range(_SECONDS_TO_END * 20):
            if not any(is_alive(pid) for pid in victims):
                break
            time.sleep(0.05)

    def stop(self) -> None:
        """End in good order: open connections are ended (SIGTERM would wait for them). What does not end is killed."""
        if self.process is None:
            return
        self.signal_children(signal.SIGCONT)
        self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(_SECONDS_TO_END)
        except subprocess.TimeoutExpired:
            self.kill()
        self.process = None

    def remove(self) -> None:
        self.stop()
        shutil.rmtree(self.home, ignore_errors=True)


class Redis:
    """A Redis server of our own that keeps nothing."""

    def __init__(self) -> None:
        self.home = Path(tempfile.mkdtemp(prefix="participation-redis-", dir="/tmp"))
        self.socket = self.home / "redis.sock"
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"unix://{self.socket}"

    @property
    def client(self) -> redis.Redis:
        return redis.Redis(unix_socket_path=str(self.socket))

    def start(self) -> None:
        self.process = subprocess.Popen(
            ["redis-server", "--port", "0", "--unixsocket", str(self.socket), "--save", "", "--appendonly", "no",
             "--dir", str(self.home)],
            executable=shutil.which("redis-server") or program("redis-check-rdb"),
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        _wait(self.client.ping, redis.exceptions.ConnectionError)

    def signal(self, number: signal.Signals) -> None:
        if self.process is not None:
            self.process.send_signal(number)

    def kill(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait(_SECONDS_TO_END)
            self.process = None

    def remove(self) -> None:
        self.kill()
        shutil.rmtree(self.home, ignore_errors=True)


@contextmanager
def postgresql(*, durable: bool = False) -> Iterator[str]:
    """A PostgreSQL server; yields the SQLAlchemy address of its empty database `postgres`.

    Not durable by default, for speed: a test that is about durability asks for `durable=True`.
    """
    given = os.environ.get("PARTICIPATION_TEST_POSTGRESQL_URL")
    if given and not durable:
        yield given
        return
    server = PostgreSQL(*(() if durable else FORGETFUL))
    try:
        server.start()
        yield server.url
    finally:
        server.remove()


@contextmanager
def redis_server() -> Iterator[str]:
    """A Redis server that keeps nothing; yields its address."""
    given = os.environ.get("PARTICIPATION_TEST_REDIS_URL")
    if given:
        yield given
        return
    server = Redis()
    try:
        server.start()
        yield server.url
    finally:
        server.remove()


def _wait(ready: Callable[[], object], not_yet: type[Exception]) -> None:
    for _ in range(1200):
        try:
            ready()
        except not_yet:
            time.sleep(0.05)
        else:
            return
    raise ServiceMissing("a server of the tests did not start")
