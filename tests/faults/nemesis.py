"""What is done to the service while voters vote: one function a fault, each of which undoes itself before it returns."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from random import Random

import redis

from tests.faults.history import Window
from tests.faults.stand import Stand, wait_for
from tests.services import PostgreSQL, signalled

# How long after a fault was undone its last victims may still be answered: the bounded waits of the application.
GRACE = 6.0
# How long a fault that is undone stays, in seconds: longer than the application's wait for Redis.
A_WHILE = 1.0
_CLIENTS = "tests postgres"


@dataclass(frozen=True, slots=True)
class Fault:
    """`excuses`: whether voters may be left without an answer by it. Losing what was acknowledged is never excused."""

    name: str
    strike: Callable[[Stand, Random], None]
    excuses: bool = True


def kill_a_worker(stand: Stand, random: Random) -> None:
    stand.server.kill_worker(random.choice(stand.server.workers))


def kill_a_worker_at(point: str) -> Callable[[Stand, Random], None]:
    def strike(stand: Stand, _: Random) -> None:
        stand.order("die", point)
        try:
            wait_for(lambda: not stand.ordered("die"), 60, f"a worker died {point}")
        except TimeoutError:
            stand.order("die")  # not while the next test runs
            raise

    return strike


def kill_a_backend(stand: Stand, random: Random) -> None:
    """One connection's process dies; PostgreSQL then ends all others and recovers."""
    server = _database(stand)
    found, log_writer = server.children(_CLIENTS), server.children("walwriter")
    if found:
        signalled(random.choice(found), signal.SIGKILL)
        server.wait_until_recovered(log_writer)


def crash_the_database(stand: Stand, _: Random) -> None:
    _database(stand).kill()
    _database(stand).start()


def crash_the_database_unflushed(stand: Stand, _: Random) -> None:
    """The log writer hangs for a while before everything is killed: what only it would have written is gone."""
    _database(stand).signal_children(signal.SIGSTOP, "walwriter")
    time.sleep(A_WHILE)
    crash_the_database(stand, _)


def restart_the_database(stand: Stand, _: Random) -> None:
    _database(stand).stop()
    _database(stand).start()


def hang_a_backend(stand: Stand, random: Random) -> None:
    server = _database(stand)
    found = server.children(_CLIENTS)
    if not found:
        return
    victim = random.choice(found)
    signalled(victim, signal.SIGSTOP)
    time.sleep(A_WHILE)
    signalled(victim, signal.SIGCONT)


def kill_redis(stand: Stand, _: Random) -> None:
    stand.redis.kill()
    time.sleep(A_WHILE)
    stand.redis.start()


def hang_redis(stand: Stand, _: Random) -> None:
    stand.redis.signal(signal.SIGSTOP)
    time.sleep(A_WHILE)
    stand.redis.signal(signal.SIGCONT)


def flush_redis(stand: Stand, _: Random) -> None:
    for _again in range(5):
        stand.redis.client.flushall()
        time.sleep(A_WHILE / 5)


def fill_redis(stand: Stand, _: Random) -> None:
    """Redis refuses every write for want of memory."""
    stand.redis.client.config_set("maxmemory", "1")
    with suppress(redis.exceptions.ResponseError):
        stand.redis.client.set("one more", "key")
        raise AssertionError("Redis took a key although it is full")
    time.sleep(A_WHILE)
    stand.redis.client.config_set("maxmemory", "0")


def shift_the_clock(hours: int) -> Callable[[Stand, Random], None]:
    """The application's clock is wrong by so many hours; the database's is right."""

    def strike(stand: Stand, _: Random) -> None:
        stand.order("clock", str(hours * 3600))
        time.sleep(A_WHILE)
        stand.order("clock")

    return strike


def drop_answers(stand: Stand, _: Random) -> None:
    """The next answers to what was just committed never arrive."""
    stand.proxy.order("drop", 15)
    time.sleep(A_WHILE)


def repeat_posts(stand: Stand, _: Random) -> None:
    """The proxy sends what voters sent a second time, and passes on the second answer."""
    stand.proxy.order("repeat", 15)
    time.sleep(A_WHILE)


# What voters must not notice.
UNNOTICED = (
    Fault("redis killed", kill_redis, excuses=False),
    Fault("clock an hour ahead", shift_the_clock(1), excuses=False),
    Fault("redis flushed", flush_redis, excuses=False),
    Fault("posts repeated by the proxy", repeat_posts, excuses=False),
    Fault("redis hung", hang_redis, excuses=False),
    Fault("clock an hour behind", shift_the_clock(-1), excuses=False),
    Fault("redis full", fill_redis, excuses=False),
)
# What may cost an answer, never a ballot.
OF_THE_APPLICATION = (
    Fault("worker killed", kill_a_worker),
    Fault("worker dies when stored", kill_a_worker_at("stored")),
    Fault("answers dropped after commit", drop_answers),
    Fault("worker dies before commit", kill_a_worker_at("before commit")),
    Fault("worker dies after commit", kill_a_worker_at("after commit")),
)
UNFLUSHED = Fault("database crashed, log unflushed", crash_the_database_unflushed)
OF_POSTGRESQL = (
    Fault("database crashed", crash_the_database),
    Fault("backend hung", hang_a_backend),
    UNFLUSHED,
    Fault("worker dies when let in", kill_a_worker_at("let in")),
    Fault("backend killed", kill_a_backend),
    Fault("database restarted", restart_the_database),
)
# A run goes through all of them before it begins again: first those that excuse nothing, while nothing else excuses them.
FAULTS = (*UNNOTICED, *OF_THE_APPLICATION, *OF_POSTGRESQL)


def struck(fault: Fault, stand: Stand, random: Random) -> Window:
    """Let one fault happen; when it was at work."""
    began = time.time()
    fault.strike(stand, random)
    return Window(fault.name, began, time.time() + GRACE, fault.excuses)


def _database(stand: Stand) -> PostgreSQL:
    if stand.postgresql is None:
        raise RuntimeError("this fault needs PostgreSQL")
    return stand.postgresql
