"""What voters did and were told: one line an act, written by every client as it goes. The checker knows nothing else of them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from threading import Lock

# What became of an act. INFO: nobody told the voter, so it may or may not have happened.
OK, FAIL, INFO = "ok", "fail", "info"


@dataclass(frozen=True, slots=True)
class Operation:
    """One request of one voter and its answer. Moments are seconds of one clock that all clients share.

    `seen`      the revision that the page had seen; a cast with it makes revision `seen` + 1.
    `revision`  what the answer says is now in the box; 0 where it does not say.
    `said`      the heading of the answer, or the fault that kept it from coming.
    """

    client: int
    voter: int
    kind: str
    nonce: str
    seen: int
    invoked: float
    returned: float
    outcome: str
    revision: int = 0
    tracker: str = ""
    receipt: str = ""
    replayed: bool = False
    said: str = ""

    @property
    def acknowledged(self) -> bool:
        """The voter was told that the box holds this."""
        return self.outcome == OK and self.kind in ("cast", "withdraw")


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of time in which a fault was at work. `excuses`: whether answers may be lost because of it."""

    fault: str
    began: float
    ended: float
    excuses: bool = True


class History:
    """Every operation of a run, in the order of their answers, and the faults meanwhile."""

    def __init__(self, operations: Iterable[Operation] = ()) -> None:
        self._operations = list(operations)
        self.windows: list[Window] = []
        # When the newest act that was acknowledged had been asked for.
        self.newest = 0.0
        self._lock = Lock()

    def add(self, operation: Operation) -> None:
        with self._lock:
            self._operations.append(operation)
            if operation.acknowledged:
                self.newest = max(self.newest, operation.invoked)

    @property
    def operations(self) -> tuple[Operation, ...]:
        with self._lock:
            return tuple(self._operations)

    def acknowledged(self, kind: str = "cast") -> int:
        """Different acts of this kind that were acknowledged; a replay is no second one."""
        return len({one.nonce for one in self.operations if one.acknowledged and one.kind == kind})

    def write(self, path: Path) -> None:
        """One JSON object a line, to look at after a violation: every operation and every fault."""
        path.write_text("".join(json.dumps(asdict(one)) + "\n" for one in (*self.operations, *self.windows)))
