"""The judge of a fault run: from what voters were told and what the box holds in the end to what went wrong.

Every voter is a register of one writer at a time, whose values carry unique nonces and rising revisions, so that each rule is one
pass over the history. An act whose answer was lost may or may not have happened; nothing else is forgiven.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from tests.faults.history import FAIL, INFO, OK, Operation, Window

CLOSED = "The vote has closed"
# What the clocks of two processes of one machine may differ by, in seconds.
CLOCKS = 0.05


@dataclass(frozen=True, slots=True)
class Stored:
    """A row of the box at the end. `nonce` is that of the page that put it there; "" when nobody ever sent it."""

    voter: int
    revision: int
    nonce: str
    state: str = "live"


@dataclass(frozen=True, kw_only=True)
class Case:
    """All there is to judge.

    `closed_at`  when the vote closed; None while it is open.
    `at_close`   the box as the closing transaction saw it, where an officer closed the vote; nothing may differ from it.
    `trackers`   attempt -> tracker of every nonce, and `board` the trackers on the board; None before opening.
    """

    history: Sequence[Operation]
    box: Sequence[Stored]
    closed_at: float | None = None
    at_close: Sequence[Stored] | None = None
    windows: Sequence[Window] = ()
    trackers: dict[str, str] = field(default_factory=dict)
    board: Sequence[str] | None = None


@dataclass(frozen=True, slots=True)
class Violation:
    """A broken promise: which one, to which voter, and how it shows."""

    rule: str
    voter: int
    says: str


def violations(case: Case) -> list[Violation]:
    """Every broken promise of a run, in a fixed order."""
    return [violation for rule in RULES for violation in rule(case)]


def _by_voter(case: Case) -> dict[int, list[Operation]]:
    found: dict[int, list[Operation]] = defaultdict(list)
    for operation in case.history:
        found[operation.voter].append(operation)
    return found


def lost(case: Case) -> Iterator[Violation]:
    """What was acknowledged last is in the box, or something that came after it."""
    rows = {row.voter: row for row in case.box}
    for voter, operations in _by_voter(case).items():
        last = max((one for one in operations if one.acknowledged), key=lambda one: one.revision, default=None)
        if last is None:
            continue
        row = rows.get(voter)
        if row is None:
            yield Violation("lost", voter, f"revision {last.revision} was acknowledged, the box holds nothing")
        elif row.revision < last.revision:
            yield Violation(
                "went back", voter, f"revision {last.revision} was acknowledged, the box holds {row.revision}"
            )
        elif row.revision == last.revision and row.nonce != last.nonce:
            yield Violation("lost", voter, f"revision {row.revision} in the box is not the one that was acknowledged")


def twice(case: Case) -> Iterator[Violation]:
    """One row a voter, one row an attempt, and no revision acknowledged for two attempts."""
    rows = sorted(case.box, key=lambda row: row.voter)
    for voter, group in groupby(rows, key=lambda row: row.voter):
        number = len(list(group))
        if number > 1:
            yield Violation("twice", voter, f"{number} ballots in the box")
    for nonce, number in sorted(Counter(row.nonce for row in rows if row.nonce).items()):
        if number > 1:
            yield Violation("twice", 0, f"the attempt {nonce[:8]} is in the box {number} times")
    for voter, operations in _by_voter(case).items():
        told: dict[int, set[str]] = defaultdict(set)
        for one in operations:
            if one.acknowledged:
                told[one.revision].add(one.nonce)
        for revision, nonces in told.items():
            if len(nonces) > 1:
                yield Violation("twice", voter, f"revision {revision} was acknowledged for {len(nonces)} attempts")


def backwards(case: Case) -> Iterator[Violation]:
    """An answer never says less than an answer that came before it was asked for."""
    for voter, operations in _by_voter(case).items():
        told = sorted((one for one in operations if one.revision and one.outcome == OK), key=lambda one: one.returned)
        for place, later in enumerate(told):
            for earlier in told[:place]:
                less = later.revision < earlier.revision
                same = later.revision == earlier.revision and later.acknowledged and later.nonce != earlier.nonce
                if earlier.returned < later.invoked and (less or (same and earlier.acknowledged)):
                    says = f"revision {earlier.revision} and afterwards revision {later.revision}"
                    yield Violation("went back", voter, says)


def ghosts(case: Case) -> Iterator[Violation]:
    """The box holds only what its voter sent, at the revision it was sent for, and nothing that was refused each time."""
    attempts = _by_voter(case)
    for row in case.box:
        sent = [one for one in attempts.get(row.voter, []) if one.nonce == row.nonce and one.kind != "read"]
        if not sent:
            yield Violation("ghost", row.voter, f"revision {row.revision} was never sent")
        elif all(one.seen + 1 != row.revision for one in sent):
            yield Violation("ghost", row.voter, f"revision {row.revision} was sent for {sent[0].seen + 1}")
        elif all(one.outcome == FAIL for one in sent):
            yield Violation("refused but stored", row.voter, f"revision {row.revision}: {sent[0].said}")


def late(case: Case) -> Iterator[Violation]:
    """Nothing enters the box after the close, and nobody is told so."""
    if case.at_close is not None:
        before = set(case.at_close)
        for row in case.box:
            if row not in before:
                yield Violation("late", row.voter, f"revision {row.revision} came after the box was closed")
    if case.closed_at is not None:
        for one in case.history:
            if one.acknowledged and not one.replayed and one.invoked > case.closed_at + CLOCKS:
                after = one.invoked - case.closed_at
                yield Violation("late", one.voter, f"acknowledged {after:.2f} s after the close")


def early(case: Case) -> Iterator[Violation]:
    """Nobody is told that the vote has closed before it has."""
    for one in case.history:
        told = one.outcome == FAIL and one.said == CLOSED
        if told and (case.closed_at is None or one.returned < case.closed_at - CLOCKS):
            yield Violation("refused early", one.voter, "told that the vote has closed while it was open")


def replays(case: Case) -> Iterator[Violation]:
    """One attempt, one tracker, one receipt, however often it was sent."""
    told: dict[tuple[int, str], set[tuple[str, str]]] = defaultdict(set)
    for one in case.history:
        if one.acknowledged and one.kind == "cast":
            told[one.voter, one.nonce].add((one.tracker, one.receipt))
    for (voter, nonce), answers in told.items():
        if len(answers) > 1:
            yield Violation("another receipt", voter, f"{len(answers)} different answers for the attempt {nonce[:8]}")
        wanted = case.trackers.get(nonce)
        if wanted and any(tracker != wanted for tracker, _ in answers):
            yield Violation("another receipt", voter, f"the tracker of the attempt {nonce[:8]} is not its own")


def unanswered(case: Case) -> Iterator[Violation]:
    """Answers are lost only while a fault that excuses it is at work: neither load, Redis nor a wrong clock does."""
    excuses = [window for window in case.windows if window.excuses]
    for one in case.history:
        if one.outcome == INFO and not any(w.began <= one.returned and one.invoked <= w.ended for w in excuses):
            yield Violation("unanswered", one.voter, f"{one.kind}: {one.said}")


def board(case: Case) -> Iterator[Violation]:
    """The trackers on the board are those of the ballots that counted, each once."""
    if case.board is None:
        return
    owner = {case.trackers.get(row.nonce, ""): row.voter for row in case.box if row.state == "live"}
    published = list(case.board)
    for tracker in sorted(set(owner) - set(published)):
        yield Violation("lost", owner[tracker], "the ballot is not on the board")
    for tracker in sorted(set(published) - set(owner)):
        yield Violation("ghost", 0, f"the board has a tracker that no ballot had: {tracker}")
    if len(set(published)) < len(published):
        yield Violation("twice", 0, "the board has a tracker more than once")


RULES = (lost, twice, backwards, ghosts, late, early, replays, unanswered, board)


def summary(found: Iterable[Violation], most: int = 5) -> str:
    """For a failed assertion: how many of each rule, and the first few in full."""
    found = list(found)
    counts = Counter(one.rule for one in found)
    lines = [f"{number} × {rule}" for rule, number in sorted(counts.items())]
    return "; ".join(lines) + "".join(f"\n  {one.rule}: voter {one.voter}: {one.says}" for one in found[:most])
