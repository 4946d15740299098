"""The real PostgreSQL and Redis of a test run: started once, on sockets in a temporary directory, ended with the run."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import redis


class ServiceMissing(RuntimeError):
    """A server that the tests need is not installed; the message says which package to install."""


def _program(name: str, *patterns: str) -> str:
    for pattern in patterns:
        found = sorted(Path("/").glob(pattern.lstrip("/")))
        if found:
            return str(found[-1])
    path = shutil.which(name)
    if path is None:
        raise ServiceMissing(f"{name} is missing: run `make test` once as root, or install postgresql and redis-tools")
    return path


def _unprivileged() -> dict[str, object]:
    """PostgreSQL refuses to run as root: start it as `postgres`, or `nobody` where that user is absent."""
    if os.geteuid() != 0:
        return {}
    names = {entry.pw_name for entry in pwd.getpwall()}
    user = pwd.getpwnam("postgres" if "postgres" in names else "nobody")
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


@contextmanager
def postgresql(*, durable: bool = False) -> Iterator[str]:
    """A PostgreSQL server; yields the SQLAlchemy address of its empty database `postgres`.

    Not durable by default, for speed: a test that is about durability asks for `durable=True`.
    """
    given = os.environ.get("PARTICIPATION_TEST_POSTGRESQL_URL")
    if given and not durable:
        yield given
        return
    initdb = _program("initdb", "/usr/lib/postgresql/*/bin/initdb")
    server = _program("postgres", "/usr/lib/postgresql/*/bin/postgres")
    who = _unprivileged()
    home = Path(tempfile.mkdtemp(prefix="participation-pg-", dir="/tmp"))
    home.chmod(0o755)
    data = home / "data"
    if who:
        os.chown(home, int(str(who["user"])), int(str(who["group"])))
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE, "cwd": home}
    subprocess.run(
        [initdb, "-D", data, "-U", "tests", "--auth=trust", "--no-sync", "--no-locale", "--encoding=UTF8"],
        check=True, **quiet, **who,
    )  # fmt: skip
    fast = [] if durable else ["-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off"]
    process = subprocess.Popen(
        [server, "-D", data, "-k", home, "-c", "listen_addresses=", "-c", "max_connections=60", *fast],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=home, **who,
    )  # fmt: skip
    try:
        _wait(
            lambda: psycopg.connect(host=str(home), user="tests", dbname="postgres").close(), psycopg.OperationalError
        )
        yield f"postgresql+psycopg://tests@/postgres?host={home}"
    finally:
        process.send_signal(signal.SIGINT)  # "fast": ends open connections; SIGTERM would wait for them
        process.wait(20)
        shutil.rmtree(home, ignore_errors=True)


@contextmanager
def redis_server() -> Iterator[str]:
    """A Redis server that keeps nothing; yields its address."""
    given = os.environ.get("PARTICIPATION_TEST_REDIS_URL")
    if given:
        yield given
        return
    home = Path(tempfile.mkdtemp(prefix="participation-redis-", dir="/tmp"))
    program = shutil.which("redis-server") or _program("redis-check-rdb")
    socket = home / "redis.sock"
    process = subprocess.Popen(
        ["redis-server", "--port", "0", "--unixsocket", str(socket), "--save", "", "--appendonly", "no", "--dir", str(home)],
        executable=program, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        _wait(lambda: redis.Redis(unix_socket_path=str(socket)).ping(), redis.exceptions.ConnectionError)
        yield f"unix://{socket}"
    finally:
        process.terminate()
        process.wait(20)
        shutil.rmtree(home, ignore_errors=True)


def _wait(ready: object, not_yet: type[Exception]) -> None:
    for _ in range(200):
        try:
            ready()
        except not_yet:
            time.sleep(0.05)
        else:
            return
    raise ServiceMissing("a server of the tests did not start")
