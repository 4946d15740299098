"""A fault run: rounds of voting on one stand, each ended by a close against casts, judged by the checker.

`python -m tests.faults.run` is the long run of `make faults`; `tests/faults/test_faults.py` holds a short one.
"""

from __future__ import annotations

import argparse
import sys
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from itertools import cycle, islice
from pathlib import Path
from random import Random

from sqlalchemy.exc import OperationalError

from participation.extensions import db
from tests.faults.checker import CLOSED, Case, Violation, summary, violations
from tests.faults.history import INFO, OK, History
from tests.faults.nemesis import FAULTS, Fault, struck
from tests.faults.stand import OPTIONS, Kind, Row, Stand, standing, wait_for
from tests.faults.voters import Client

MOST_SECONDS = 900.0
RECOVERY = 60.0


@dataclass(frozen=True, kw_only=True)
class Plan:
    """How long a run is: in each of `rounds` at least `casts` are acknowledged; `faults` are dealt out to the rounds in order.

    `by_the_clock`: which rounds end at their date, with the application's clock an hour behind, instead of by an officer.
    `weakened` and `slow` are what the workers are told of it (see wsgi); casts are slow from the rush on, and an officer closes
    while one is held, so that no luck is needed for a cast between its letting in and its storing.
    """

    rounds: int = 1
    casts: int = 300
    faults: tuple[Fault, ...] = ()
    clients: int = 8
    voters: int = 2000
    pause: float = 0.15
    breath: float = 0.5
    seed: int = 1
    by_the_clock: tuple[int, ...] = ()
    weakened: str = ""
    slow: float = 0.0

    def faults_of(self, number: int) -> tuple[Fault, ...]:
        share = -(-len(self.faults) // self.rounds)
        return self.faults[(number - 1) * share : number * share]


@dataclass
class Report:
    """What happened, and what was wrong with it."""

    casts: int = 0
    withdrawals: int = 0
    replays: int = 0
    unknown: int = 0
    after_close: int = 0
    dropped: int = 0
    repeated: int = 0
    seconds: float = 0.0
    gave_up: int = 0
    recoveries: list[tuple[float, str]] = field(default_factory=list)
    faults: Counter[str] = field(default_factory=Counter)
    waits: list[float] = field(default_factory=list)
    found: list[Violation] = field(default_factory=list)

    def __str__(self) -> str:
        waits = sorted(self.waits) or [0.0]
        p50, p95 = (waits[int(len(waits) * share)] * 1000 for share in (0.5, 0.95))
        slowest, fault = max(self.recoveries, default=(0.0, "none"))
        named = ", ".join(f"{number} × {name}" for name, number in sorted(self.faults.items()))
        lost = f"{self.dropped} answers dropped after commit, {self.unknown} requests without an answer"
        return "\n".join(
            [
                f"{self.casts} casts acknowledged, {self.withdrawals} withdrawals, in {self.seconds:.0f} s",
                f"{self.faults.total()} faults: {named}",
                f"{lost}, {self.repeated} posts repeated; {self.replays} replays acknowledged",
                f"{self.after_close} casts refused after the close; {self.gave_up} voters never told anything",
                f"answers took {p50:.0f} ms (p50), {p95:.0f} ms (p95), faults included",
                f"after a fault the next vote was acknowledged within {slowest:.1f} s ({fault})",
                f"violations: {len(self.found)} {summary(self.found)}",
            ]
        )


@dataclass(frozen=True, slots=True)
class Close:
    """When a vote closed, and the box as the closing transaction saw it where there was one."""

    at: float
    box: list[Row] | None = None


class Round:
    """One vote: clients vote, the nemesis strikes, an officer or the clock closes, the checker judges."""

    def __init__(self, stand: Stand, plan: Plan, number: int) -> None:
        self._stand, self._plan, self._number = stand, plan, number
        self._poll = stand.open_poll(plan.voters)
        self.history = History()
        # (seconds from the end of a fault until a vote was asked for and acknowledged, the fault)
        self.recoveries: list[tuple[float, str]] = []
        self._going_on, self._rush = threading.Event(), threading.Event()
        self._clients = [self._client(place) for place in range(plan.clients)]

    def _client(self, place: int) -> Client:
        return Client(
            place, self._stand.site(self._poll), self.history, seed=self._plan.seed * 100 + self._number,
            pause=lambda: 0.0 if self._rush.is_set() else self._plan.pause, going_on=self._going_on.is_set,
        )  # fmt: skip

    def run(self, report: Report) -> History:
        """Raises TimeoutError when it does not come to an end."""
        self._going_on.set()
        waiting, lock = iter(self._poll.voters), threading.Lock()
        threads = [
            threading.Thread(target=client.live, args=(waiting, lock, OPTIONS), daemon=True) for client in self._clients
        ]
        for thread in threads:
            thread.start()
        try:
            self._strike()
            self._wait_for_casts()
            close = self._closed()
        finally:
            self._going_on.clear()
            self._stand.proxy.cancel()
            for thread in threads:
                thread.join(120)
        self._judge(close, report)
        return self.history

    def _strike(self) -> None:
        random = Random(self._plan.seed)
        wait_for(lambda: self.history.acknowledged() > 10, 60, "the first casts")
        for fault in self._plan.faults_of(self._number):
            self.history.windows.append(struck(fault, self._stand, random))
            over = time.time()
            wait_for(lambda over=over: self.history.newest > over, RECOVERY, f"votes after {fault.name}")
            self.recoveries.append((time.time() - over, fault.name))
            time.sleep(self._plan.breath)

    def _wait_for_casts(self) -> None:
        wait_for(lambda: self.history.acknowledged() >= self._plan.casts, MOST_SECONDS, f"{self._plan.casts} casts")

    def _closed(self) -> Close:
        """Close while everybody casts as fast as they can."""
        self._rush.set()
        if self._number in self._plan.by_the_clock:
            self._stand.order("clock", "-3600")  # the application believes that there is an hour left
            closed_at = self._stand.close_by_the_clock(self._poll, 1.5)
            time.sleep(max(0.0, closed_at - time.time()) + 1.0)
            self._stand.order("clock")
            return Close(closed_at)
        time.sleep(0.5)
        if self._plan.slow:
            self._stand.order("slow", str(self._plan.slow))
            wait_for(lambda: self._stand.ordered("held"), RECOVERY, "a cast that is held")
        box = self._close_early()
        closed_at = time.time()
        time.sleep(1.0 + self._plan.slow)
        return Close(closed_at, box)

    def _close_early(self) -> list[Row]:
        """Once more when the lock was not to be had in time, as an officer would."""
        try:
            return self._stand.close_early(self._poll)
        except OperationalError:
            return self._stand.close_early(self._poll)

    def _judge(self, close: Close, report: Report) -> None:
        db.session.rollback()
        history = self.history.operations
        nonces = {one.nonce for one in history if one.nonce}
        case = Case(
            history=history, box=self._poll.stored(self._stand.box(self._poll), nonces), closed_at=close.at,
            at_close=None if close.box is None else self._poll.stored(close.box, nonces), windows=self.history.windows,
            trackers=self._poll.trackers(nonces), board=self._stand.open_box(self._poll),
        )  # fmt: skip
        report.found += violations(case)
        self._tell(report)

    def _tell(self, report: Report) -> None:
        history = self.history.operations
        report.casts += self.history.acknowledged()
        report.withdrawals += self.history.acknowledged("withdraw")
        report.replays += sum(one.replayed for one in history)
        report.unknown += sum(one.outcome == INFO for one in history)
        report.after_close += sum(one.said == CLOSED for one in history)
        report.recoveries += self.recoveries
        report.gave_up += sum(len(client.gave_up) for client in self._clients)
        report.faults.update(window.fault for window in self.history.windows)
        report.waits += [one.returned - one.invoked for one in history if one.outcome == OK and one.kind == "cast"]


def faulty_run(stand: Stand, plan: Plan, histories: Path | None = None) -> Report:
    """Run all rounds on a stand. Ends by itself."""
    report, began = Report(), time.monotonic()
    stand.proxy.done.clear()
    stand.order("weakened", plan.weakened)
    stand.take_back("slow", "held")
    for number in range(1, plan.rounds + 1):
        history = Round(stand, plan, number).run(report)
        report.found += in_the_log(stand.server.log.read_text(errors="replace"), history)
        if histories:
            histories.mkdir(parents=True, exist_ok=True)
            history.write(histories / f"round-{number}.jsonl")
    db.session.rollback()  # what the rig has read it need not hold on to
    report.dropped, report.repeated = stand.proxy.done["drop"], stand.proxy.done["repeat"]
    report.seconds = time.monotonic() - began
    return report


def in_the_log(log: str, history: History) -> list[Violation]:
    """The log of the application holds neither what was chosen nor what leads to it, whatever broke."""
    secrets = {one.nonce for one in history.operations} | {one.tracker for one in history.operations} - {""}
    found = [secret for secret in ("approval-", '"approve"', "option-", *sorted(secrets)) if secret and secret in log]
    return [Violation("in the log", 0, f"{len(found)} secrets, the first of them {found[0][:8]}")] if found else []


def main() -> None:
    parser = argparse.ArgumentParser(description="Vote while parts of the service are killed, and check every promise.")
    parser.add_argument("--casts", type=int, default=2500, help="acknowledged casts of the whole run")
    parser.add_argument("--rounds", type=int, default=4, help="votes, each ended by a close against casts")
    parser.add_argument("--faults", type=int, default=54, help="faults of the whole run")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--histories", type=Path, help="folder for what every voter was told, one file a round")
    asked = parser.parse_args()
    plan = Plan(
        rounds=asked.rounds, casts=-(-asked.casts // asked.rounds), faults=tuple(islice(cycle(FAULTS), asked.faults)),
        seed=asked.seed, by_the_clock=tuple(range(2, asked.rounds + 1, 2)),
    )  # fmt: skip
    with standing(Kind()) as stand:
        report = faulty_run(stand, plan, asked.histories)
    print(report)
    sys.exit(1 if report.found or report.gave_up else 0)


if __name__ == "__main__":
    main()
