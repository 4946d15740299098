"""Voters at their browsers: each client thread lives through one voter after the other and writes down what it was told.

A voter whose answer does not come sends the same page again, as a person would, until they are told something. What they do
follows from the seed; when it happens does not.
"""

from __future__ import annotations

import http.client
import re
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from random import Random
from urllib.parse import urlencode

from tests.faults.history import FAIL, INFO, OK, History, Operation

TRACKER = re.compile(r"<strong>([0-9A-Z]{4}(?:-[0-9A-Z]{4}){3})</strong>")
RECEIPT = re.compile(r"ballot-receipt-v1\|[^<\s]+")
HEADING = re.compile(r"<h1[^>]*>\s*(.*?)\s*</h1>", re.DOTALL)
REVISION = re.compile(r'name="revision" value="(\d+)"')
IN_THE_BOX_BEFORE = "Your vote was already in the box"
TOO_OFTEN = 429
TIMEOUT = 12.0
PATIENCE = 30.0


@dataclass(frozen=True, slots=True)
class Site:
    """Where the vote is: the port of the proxy, the path of the ballot page, and the host name the application answers to."""

    port: int
    path: str
    host: str = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Voter:
    """A signed-in resident: the cookies and form token of their browser, and the network they come from."""

    id: int
    cookie: str
    form_token: str
    address: str


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer, or with status 0 that none came."""

    status: int
    body: str = ""

    @property
    def heading(self) -> str:
        found = HEADING.search(self.body)
        return found[1] if found else f"status {self.status}"


def asked(site: Site, voter: Voter, method: str, path: str, fields: dict[str, str] | None = None) -> Answer:
    """One request over its own connection, as the proxy in front of a real site would pass it on."""
    headers = {
        "Host": site.host, "Cookie": voter.cookie, "X-Forwarded-For": voter.address, "X-Forwarded-Proto": "https",
        "Connection": "close", "Content-Type": "application/x-www-form-urlencoded",
    }  # fmt: skip
    connection = http.client.HTTPConnection("127.0.0.1", site.port, timeout=TIMEOUT)
    try:
        connection.request(method, path, urlencode(fields) if fields else None, headers)
        answer = connection.getresponse()
        return Answer(answer.status, answer.read().decode(errors="replace"))
    except (OSError, http.client.HTTPException) as lost:
        return Answer(0, f"<h1>{type(lost).__name__}</h1>")
    finally:
        connection.close()


def outcome_of(answer: Answer) -> str:
    """A 4xx says that nothing was stored by this request; no answer and a 5xx say nothing."""
    if answer.status == 0 or answer.status >= 500:
        return INFO
    return OK if answer.status < 400 else FAIL


class Client:
    """One client thread."""

    def __init__(
        self, number: int, site: Site, history: History, *, seed: int, pause: Callable[[], float],
        going_on: Callable[[], bool], now: Callable[[], float] = time.time,
    ) -> None:  # fmt: skip
        self._number, self._site, self._history = number, site, history
        self._random = Random(seed * 1000 + number)
        self._pause, self._going_on, self._now = pause, going_on, now
        # Voters whom nobody told anything to the end.
        self.gave_up: list[int] = []

    def live(self, voters: Iterator[Voter], lock: threading.Lock, options: int) -> None:
        """One voter after the other, until there are no more or the rig says stop."""
        while self._going_on():
            with lock:
                voter = next(voters, None)
            if voter is None:
                return
            self._live(voter, options)

    def _live(self, voter: Voter, options: int) -> None:
        revision = self.cast(voter, 0, options, together=self._random.choice(("", "", "", "same page", "two windows")))
        while revision and self._going_on() and self._random.random() < 0.3:
            if self._random.random() < 0.25:
                revision = self.withdraw(voter, revision)
            else:
                revision = self.cast(voter, revision, options)
            if revision and self._random.random() < 0.2:
                revision = self.read(voter) or revision

    def cast(self, voter: Voter, seen: int, options: int, *, together: str = "") -> int:
        """Cast until told something; the revision that is then in the box, 0 when it is not known.

        `together`: two posts at the same moment, of the "same page" (a double click) or from "two windows".
        """
        pages = [self._page(seen, options)]
        if together:
            pages.append(pages[0] if together == "same page" else self._page(seen, options))
        with ThreadPoolExecutor(len(pages)) as hands:
            sent = [hands.submit(self._settled, voter, "cast", "", page) for page in pages]
        operations = [one.result() for one in sent]
        best = max((one.revision for one in operations if one.outcome == OK), default=0)
        return best or self.read(voter)

    def withdraw(self, voter: Voter, seen: int) -> int:
        page = {"nonce": f"{self._random.getrandbits(128):032x}", "revision": str(seen)}
        done = self._settled(voter, "withdraw", "/withdraw", page)
        return done.revision or self.read(voter)

    def read(self, voter: Voter) -> int:
        """The revision that the ballot page shows; 0 when it shows none."""
        began = self._now()
        answer = asked(self._site, voter, "GET", self._site.path)
        found = REVISION.search(answer.body)
        revision = int(found[1]) if found and answer.status == 200 else 0
        self._write(voter, "read", "", 0, began, answer, revision=revision)
        return revision

    def _page(self, seen: int, options: int) -> dict[str, str]:
        chosen = self._random.sample(range(options), self._random.randint(1, 3))
        marks = {f"approval-{position}": "on" for position in chosen}
        return {"act": "cast", "nonce": f"{self._random.getrandbits(128):032x}", "revision": str(seen), **marks}

    def _settled(self, voter: Voter, kind: str, below: str, page: dict[str, str]) -> Operation:
        """Send a page until something is known of it, or patience ends."""
        until = self._now() + PATIENCE
        while True:
            operation = self._send(voter, kind, below, page)
            if operation.outcome != INFO and operation.said != f"status {TOO_OFTEN}":
                return operation
            if self._now() > until:
                self.gave_up.append(voter.id)
                return operation
            time.sleep(0.25)

    def _send(self, voter: Voter, kind: str, below: str, page: dict[str, str]) -> Operation:
        time.sleep(self._pause())
        began = self._now()
        answer = asked(self._site, voter, "POST", self._site.path + below, {**page, "csrf_token": voter.form_token})
        revision = int(page["revision"]) + 1 if outcome_of(answer) == OK else 0
        return self._write(voter, kind, page["nonce"], int(page["revision"]), began, answer, revision=revision)

    def _write(
        self, voter: Voter, kind: str, nonce: str, seen: int, began: float, answer: Answer, *, revision: int
    ) -> Operation:
        tracker, receipt = TRACKER.search(answer.body), RECEIPT.search(answer.body)
        said = f"status {TOO_OFTEN}" if answer.status == TOO_OFTEN else answer.heading
        operation = Operation(
            client=self._number, voter=voter.id, kind=kind, nonce=nonce, seen=seen, invoked=began, returned=self._now(),
            outcome=outcome_of(answer), revision=revision, tracker=tracker[1] if tracker else "",
            receipt=receipt[0] if receipt else "", replayed=answer.heading == IN_THE_BOX_BEFORE, said=said,
        )  # fmt: skip
        self._history.add(operation)
        return operation
