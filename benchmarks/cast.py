"""How fast votes are cast: a signed-in POST of a ballot through gunicorn and PostgreSQL, on disk before it is acknowledged.

    python -m benchmarks.cast                      two workers of four threads, 8 clients, 50 casts a second

Beside it, in the same run and on the same disk, pgbench inserts single rows of a ballot's size with the same durability: that is
what the disk and the database allow at all. Settings are those of production, limits on; the clients run on the same
machine and take their share of it. First as many casts as 8 clients get through, then a steady rate, where waiting counts
from the moment a ballot was due.
"""

from __future__ import annotations

import argparse
import http.client
import os
import re
import secrets
import socket
import subprocess
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from urllib.parse import urlencode

import psycopg

from tests.faults.stand import OPTIONS, Kind, Poll, Stand, standing
from tests.faults.voters import Voter
from tests.services import postgresql_program

# What a sealed ballot is long, in bytes: its row has little else.
ROW = 1072


@dataclass
class Measured:
    """Waiting times in seconds of the casts that were acknowledged, and what became of the others."""

    waits: list[float] = field(default_factory=list)
    answers: Counter[int] = field(default_factory=Counter)
    seconds: float = 0.0
    cpu: float = 0.0

    @property
    def rate(self) -> float:
        return len(self.waits) / self.seconds if self.seconds else 0.0

    def line(self, name: str) -> str:
        ordered = sorted(self.waits) or [0.0]
        p50, p95, p99 = (ordered[int(len(ordered) * share)] * 1000 for share in (0.5, 0.95, 0.99))
        refused = {status: number for status, number in sorted(self.answers.items()) if status != 200}
        cpu = self.cpu / max(1, self.answers.total()) * 1000
        return (
            f"{name:24}{len(self.waits):7,}{self.rate:9.1f}{p50:9.1f}{p95:9.1f}{p99:9.1f}{cpu:10.2f}"
            f"  {refused or ''}"
        )  # fmt: skip


class OverSocket(http.client.HTTPConnection):
    """HTTP over the Unix socket that gunicorn listens on."""

    def __init__(self, path: Path) -> None:
        super().__init__("127.0.0.1", timeout=30)
        self._path = str(path)

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self._path)


def cast(stand: Stand, poll: Poll, voter: Voter, random: Random) -> int:
    """Cast one ballot; the status of the answer, once all of it has come."""
    chosen = random.sample(range(OPTIONS), random.randint(1, OPTIONS))
    fields = {
        "act": "cast", "nonce": secrets.token_hex(16), "revision": "0", "csrf_token": voter.form_token,
        **{f"approval-{position}": "on" for position in chosen},
    }  # fmt: skip
    headers = {
        "Host": "127.0.0.1", "Cookie": voter.cookie, "X-Forwarded-For": voter.address, "X-Forwarded-Proto": "https",
        "Content-Type": "application/x-www-form-urlencoded", "Connection": "close",
    }  # fmt: skip
    connection = OverSocket(stand.server.socket)
    try:
        connection.request("POST", poll.url, urlencode(fields), headers)
        answer = connection.getresponse()
        answer.read()
        return answer.status
    finally:
        connection.close()


def as_fast_as_they_can(stand: Stand, poll: Poll, voters: Iterator[Voter], clients: int, seconds: float) -> Measured:
    """Each client casts the next ballot as soon as the last was acknowledged."""
    measured, lock = Measured(), threading.Lock()
    until = time.monotonic() + seconds

    def work(number: int) -> None:
        random = Random(number)
        while time.monotonic() < until:
            with lock:
                voter = next(voters, None)
            if voter is None:
                return
            began = time.monotonic()
            _note(measured, lock, cast(stand, poll, voter, random), time.monotonic() - began)

    return _timed(stand, measured, lambda: _together(work, clients))


def at_a_rate(
    stand: Stand, poll: Poll, voters: Iterator[Voter], rate: float, seconds: float, clients: int = 32
) -> Measured:  # fmt: skip
    """Ballots are due at a steady rate, whether the ones before were acknowledged or not."""
    measured, lock, places = Measured(), threading.Lock(), iter(range(int(rate * seconds)))
    begins = time.monotonic() + 0.2

    def work(number: int) -> None:
        random = Random(1000 + number)
        while True:
            with lock:
                place, voter = next(places, None), next(voters, None)
            if place is None or voter is None:
                return
            due = begins + place / rate
            time.sleep(max(0.0, due - time.monotonic()))
            _note(measured, lock, cast(stand, poll, voter, random), time.monotonic() - due)

    return _timed(stand, measured, lambda: _together(work, clients))


def _note(measured: Measured, lock: threading.Lock, status: int, wait: float) -> None:
    with lock:
        measured.answers[status] += 1
        if status == 200:
            measured.waits.append(wait)


def _together(work: Callable[[int], None], clients: int) -> None:
    with ThreadPoolExecutor(clients) as pool:
        for done in [pool.submit(work, number) for number in range(clients)]:
            done.result()


def _timed(stand: Stand, measured: Measured, run: Callable[[], None]) -> Measured:
    cpu, began = stand.server.cpu_seconds(), time.monotonic()
    run()
    measured.seconds, measured.cpu = time.monotonic() - began, stand.server.cpu_seconds() - cpu
    return measured


def bare_inserts(stand: Stand, clients: int, seconds: int) -> tuple[float, float]:
    """pgbench's (inserts a second, mean milliseconds) of single durable rows."""
    assert stand.postgresql is not None
    home = str(stand.postgresql.home)
    with psycopg.connect(host=home, user="tests", dbname="postgres", autocommit=True) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS bare (id bigserial PRIMARY KEY, ballot bytea NOT NULL)")
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as script:
        script.write(f"INSERT INTO bare (ballot) VALUES (decode(repeat('ab', {ROW}), 'hex'));\n")
        script.flush()
        done = subprocess.run(
            [postgresql_program("pgbench"), "-h", home, "-U", "tests", "-n", "-f", script.name, "-c", str(clients), "-j", "2",
             "-T", str(seconds), "postgres"],
            check=True, capture_output=True, text=True,
        )  # fmt: skip
    rate = re.search(r"tps = ([\d.]+)", done.stdout)
    mean = re.search(r"latency average = ([\d.]+) ms", done.stdout)
    return (float(rate[1]) if rate else 0.0, float(mean[1]) if mean else 0.0)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seconds", type=int, default=15, help="of each measurement")
    parser.add_argument("--rate", type=float, default=50.0, help="casts a second of the steady measurement")
    parser.add_argument("--clients", type=int, default=8)
    asked = parser.parse_args()
    print(f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f} before; 2 workers of 4 threads, durable commits")
    with standing(Kind(served="app:app")) as stand:
        poll = stand.open_poll(int(asked.seconds * (asked.rate + 120)) + 200)
        voters = iter(poll.voters)
        as_fast_as_they_can(stand, poll, voters, 4, 2)  # everything loaded and compiled
        before, mean = bare_inserts(stand, asked.clients, asked.seconds)
        fast = as_fast_as_they_can(stand, poll, voters, asked.clients, asked.seconds)
        steady = at_a_rate(stand, poll, voters, asked.rate, asked.seconds)
        after, _ = bare_inserts(stand, asked.clients, asked.seconds)
    bare = (before + after) / 2
    print(f"\n{'':24}{'casts':>7}{'per s':>9}{'p50 ms':>9}{'p95 ms':>9}{'p99 ms':>9}{'CPU ms':>10}  other answers")
    print(fast.line(f"{asked.clients} clients, no pause"))
    print(steady.line(f"steady, {asked.rate:.0f} a second"))
    told = f"{before:,.0f} and {after:,.0f} a second, {mean:.1f} ms each"
    print(f"\npgbench, single durable rows of {ROW} bytes, {asked.clients} clients: {told}.")
    print(
        f"Casts are {fast.rate / bare:.3f} of that rate: one cast for {bare / max(fast.rate, 0.001):.1f} bare inserts."
    )
    print(f"CPU is that of the application's workers. Load afterwards: {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
