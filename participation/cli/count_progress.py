"""A sign of life on standard error while a long count runs; nothing where nobody watches a terminal."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

QUIET_SECONDS = 1.0
WIDTH = 30


@contextmanager
def waiting(what: str) -> Iterator[None]:
    """Show a moving bar with the seconds gone, after the first second, until the work inside is done."""
    if not sys.stderr.isatty():
        yield
        return
    done = threading.Event()
    ticker = threading.Thread(target=_tick, args=(what, done), daemon=True)
    ticker.start()
    try:
        yield
    finally:
        done.set()
        ticker.join()


def _tick(what: str, done: threading.Event) -> None:
    started = time.monotonic()
    shown = done.wait(QUIET_SECONDS)
    while not done.wait(0.2):
        shown = True
        gone = time.monotonic() - started
        place = int(gone * 5) % WIDTH
        bar = "·" * place + "━" + "·" * (WIDTH - 1 - place)
        print(f"\r{what} {bar} {gone:.0f} s", end="", file=sys.stderr, flush=True)
    if shown:
        print("\r\x1b[K", end="", file=sys.stderr, flush=True)
