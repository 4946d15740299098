#!/usr/bin/env python3
"""Check and count a vote again from its published files. One file, Python 3.10 or later, no network, nothing to install.

    python3 recount.py FOLDER                                     check everything in a published folder
    python3 recount.py FOLDER --receipt receipt.txt               ... and that your ballot was in the box
    python3 recount.py --keys keys.txt --receipt receipt.txt --proof ballot.tlog-proof
                                                                  the same while the vote is open, without the folder
    python3 recount.py FOLDER --checkpoint kept.txt               ... and that a checkpoint somebody kept still holds

This program shares no code with the platform that ran the vote. It says in words what it checked, and ends with 0 when all of it
holds, 1 when something does not, and 2 when it cannot tell (a file is missing or cannot be read).

What it checks, by number:
    R1   the definition is the one that was fixed before the first ballot, or the last of its announced changes
    R2   every checkpoint is signed, and each is the continuation of the one before; nothing was cut out of the log
    R3   the ballots that went into the box and were not taken out are as many as were opened
    R4   batches hold as many trackers as ballots, enough to hide in, each tracker once
    R5   every ballot keeps the rules of the vote as they are or once were, or was not counted
    R6   the result, counted again here, ties included
    R7   the ballots are those that were signed when the box was opened
    R8   no figure that was left out of the tables by group can be worked out
    R9   a receipt is genuine, and its ballot is in the log
    R10  what officers did forms an unbroken chain up to the publication

Signatures are checked with the `cryptography` package where it is there, else with the short verifier of RFC 8032 below.
"""

from __future__ import annotations

import argparse
import base64
import binascii
import csv
import hashlib
import json
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from fractions import Fraction
from io import StringIO
from itertools import combinations, groupby
from math import gcd, lcm
from pathlib import Path
from typing import Any, NamedTuple

try:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
except ImportError:  # the verifier below takes its place
    Ed25519PublicKey = None  # type: ignore[assignment,misc]

PASSED, FAILED, UNREADABLE = 0, 1, 2
TITLES = {
    "R1": "Definition", "R2": "Log and checkpoints", "R3": "Balance of the box", "R4": "Batches", "R5": "Ballots", "R6": "Result",
    "R7": "Board", "R8": "Tables by group", "R9": "Receipt", "R10": "Officers' acts",
}  # fmt: skip
# The check that answers for a file as such: that it is there and can be read.
SEEN_BY = {
    "definition.json": "R1", "box.jsonl": "R2", "checkpoints.txt": "R2", "keys.txt": "R2", "board.jsonl": "R4",
    "result.json": "R6", "breakdowns.csv": "R8", "audit.jsonl": "R10",
}  # fmt: skip


class Wrong(Exception):
    """A check that does not hold; the text says why."""


class Damaged(Wrong):
    """A published file that is there and is not written as we publish it."""

    def __init__(self, name: str, why: str) -> None:
        super().__init__(f"{name} {why}")
        self.check = SEEN_BY[name]


class CannotTell(Exception):
    """A file that is missing or cannot be read."""

    def __init__(self, why: str, name: str = "") -> None:
        super().__init__(why)
        self.check = SEEN_BY.get(name, "")


# ---------------------------------------------------------------------------------------------------------- hashing


def sha256(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def leaf_hash(leaf: bytes) -> bytes:
    return sha256(b"\x00" + leaf)


def node_hash(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right)


class Tree:
    """A Merkle tree (RFC 9162) that grows leaf by leaf and knows its root at any size."""

    def __init__(self) -> None:
        self.size = 0
        self.peaks: list[bytes] = []

    def add(self, leaf: bytes) -> None:
        node, size = leaf_hash(leaf), self.size
        while size % 2:
            node = node_hash(self.peaks.pop(), node)
            size //= 2
        self.peaks.append(node)
        self.size += 1

    def root(self) -> bytes:
        if not self.peaks:
            return sha256(b"")
        root = self.peaks[-1]
        for peak in self.peaks[-2::-1]:
            root = node_hash(peak, root)
        return root


def root_by_proof(index: int, size: int, hashed: bytes, proof: Sequence[bytes]) -> bytes | None:
    """The root that an inclusion proof leads to; None when it has too many or too few entries."""
    entries = list(proof)

    def above(place: int, width: int, node: bytes) -> bytes | None:
        if width == 1:
            return node
        half = 1 << ((width - 1).bit_length() - 1)
        left = place < half
        below = above(place if left else place - half, half if left else width - half, node)
        if below is None or not entries:
            return None
        beside = entries.pop(0)
        return node_hash(below, beside) if left else node_hash(beside, below)

    root = above(index, size, hashed) if 0 <= index < size and all(len(e) == 32 for e in entries) else None
    return None if entries else root


# ------------------------------------------------------------------------------------------------------- signatures

_P = 2**255 - 19
_L = 2**252 + 27742317777372353535851937790883648493
_D = -121665 * pow(121666, _P - 2, _P) % _P
_ROOT = pow(2, (_P - 1) // 4, _P)
Point = tuple[int, int, int, int]


def _plus(one: Point, other: Point) -> Point:
    a = (one[1] - one[0]) * (other[1] - other[0]) % _P
    b = (one[1] + one[0]) * (other[1] + other[0]) % _P
    c = 2 * one[3] * other[3] * _D % _P
    d = 2 * one[2] * other[2] % _P
    e, f, g, h = b - a, d - c, d + c, b + a
    return (e * f % _P, g * h % _P, f * g % _P, e * h % _P)


def _times(number: int, point: Point) -> Point:
    total: Point = (0, 1, 1, 0)
    while number:
        if number & 1:
            total = _plus(total, point)
        point = _plus(point, point)
        number >>= 1
    return total


def _point(text: bytes) -> Point | None:
    y = int.from_bytes(text, "little")
    sign, y = y >> 255, y & (1 << 255) - 1
    if y >= _P:
        return None
    square = (y * y - 1) * pow(_D * y * y + 1, _P - 2, _P) % _P
    x = pow(square, (_P + 3) // 8, _P)
    if (x * x - square) % _P:
        x = x * _ROOT % _P
    if (x * x - square) % _P or (not x and sign):
        return None
    if x & 1 != sign:
        x = _P - x
    return (x, y, 1, x * y % _P)


_BASE = _point((4 * pow(5, _P - 2, _P) % _P).to_bytes(32, "little"))


def plain_verify(key: bytes, signature: bytes, message: bytes) -> bool:
    """Ed25519 by RFC 8032, section 5.1.7, in plain Python."""
    if len(key) != 32 or len(signature) != 64:
        return False
    owner, commitment = _point(key), _point(signature[:32])
    scalar = int.from_bytes(signature[32:], "little")
    if owner is None or commitment is None or _BASE is None or scalar >= _L:
        return False
    challenge = int.from_bytes(hashlib.sha512(signature[:32] + key + message).digest(), "little") % _L
    left, right = _times(scalar, _BASE), _plus(commitment, _times(challenge, owner))
    return not (left[0] * right[2] - right[0] * left[2]) % _P and not (left[1] * right[2] - right[1] * left[2]) % _P


def verify(key: bytes, signature: bytes, message: bytes) -> bool:
    if Ed25519PublicKey is None:
        return plain_verify(key, signature, message)
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def unbase64(text: str) -> bytes:
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raw = None
    # Bits that nobody reads at the end make another text of the same bytes.
    if raw is None or base64.b64encode(raw).decode() != text:
        raise Wrong(f"“{text[:40]}” is not base64")
    return raw


class Key(NamedTuple):
    """A key of a log: the name it signs under, its four-byte number, the key."""

    name: str
    number: bytes
    public: bytes


def read_key(text: str) -> Key:
    """ "name+number+key" (C2SP signed-note)."""
    name, _, rest = text.partition("+")
    number, _, encoded = rest.partition("+")
    raw = unbase64(encoded)
    key = Key(name, sha256(name.encode() + b"\n" + raw)[:4], raw[1:])
    if raw[:1] != b"\x01" or len(key.public) != 32 or key.number.hex() != number:
        raise Wrong(f"the key of {name} is damaged")
    return key


class Checkpoint(NamedTuple):
    origin: str
    size: int
    root: bytes
    note: str


def read_checkpoint(note: str, key: Key) -> Checkpoint:
    """A checkpoint whose signature by this key holds (C2SP tlog-checkpoint)."""
    text, gap, lines = note.rpartition("\n\n")
    body, signed = text + "\n", False
    for line in lines.splitlines():
        parts = line.split(" ")
        if not gap or len(parts) != 3 or parts[0] != "\u2014":
            raise Wrong("a checkpoint is not written as one")
        raw = unbase64(parts[2])
        if (parts[1], raw[:4]) == (key.name, key.number):
            if not verify(key.public, raw[4:], body.encode()):
                raise Wrong(f"the signature under a checkpoint of {key.name} is false")
            signed = True
    fields = body.split("\n")
    if not signed or fields[0] != key.name:
        raise Wrong(f"a checkpoint is not signed with the published key of {key.name}")
    if len(fields) < 4 or not fields[1].isdigit():
        raise Wrong("a checkpoint is not written as one")
    return Checkpoint(fields[0], int(fields[1]), unbase64(fields[2]), note)


def split_notes(text: str) -> list[str]:
    """The notes of a file in which a blank line stands between them: a note ends with its last line of signatures."""
    notes: list[str] = []
    lines: list[str] = []
    for line in text.split("\n"):
        if lines and lines[-1].startswith("\u2014 ") and not line.startswith("\u2014 "):
            notes.append("\n".join(lines) + "\n")
            lines = []
            if not line:
                continue
        lines.append(line)
    if any(lines):
        raise Wrong("checkpoints.txt ends with something that is no checkpoint")
    return notes


# ---------------------------------------------------------------------------------------------------------- counting

Row = tuple[tuple[int, int], ...]


class Option(NamedTuple):
    """`steps` are the amounts a line of a budget may have; `income` is money that comes in."""

    code: str
    cost: int
    steps: tuple[int, ...] = ()
    income: bool = False
    ward: str = ""
    needs: tuple[str, ...] = ()
    excludes: tuple[str, ...] = ()


class Figures(NamedTuple):
    """What a ballot is held to: its limits, what each option costs, and the money there is."""

    limits: dict[str, Any]
    costs: list[int]
    budget: int


class Election:
    """What is needed to count: the options, the money, the rule, the ballots as (marks, how many ballots)."""

    def __init__(self, definition: dict[str, Any], ballots: Iterable[dict[str, Any]]) -> None:
        self.options = [
            Option(
                one["code"],
                one["cost"],
                tuple(amount for amount, _ in one.get("steps", ())),
                one.get("income", False),
                next((tag.removeprefix("ward:") for tag in one.get("tags", ()) if tag.startswith("ward:")), ""),
                tuple(one.get("needs", ())),
                tuple(one.get("excludes", ())),
            )
            for one in definition["options"]
        ]
        self.index = {option.code: place for place, option in enumerate(self.options)}
        self.costs = [option.cost for option in self.options]
        self.budget: int = definition["budget"]
        self.unit: int = definition["unit"]
        self.kind: str = definition["ballot_type"]
        self.limits: dict[str, Any] = definition["limits"]
        # A ballot that kept to the figures in force when it was cast counts, though they were changed later.
        self.figures = [Figures(self.limits, self.costs, self.budget)] + [
            Figures(one["limits"], [one["costs"][option.code] for option in self.options], one["budget"])
            for one in definition.get("changes", ())
        ]
        self.historic: bool = definition["historic"]
        self.settings: dict[str, Any] = definition["settings"]
        self.top_points: int | None = definition["top_points"]
        self.own_threshold = definition["threshold"]
        self.rows: Counter[Row] = Counter()
        self.spoilt = 0
        for ballot in ballots:
            row = self._read(ballot)
            if row is None:
                self.spoilt += 1
            else:
                self.rows[row] += 1
        self.ballots = sum(self.rows.values())
        self.votes = [0] * len(self.options)
        for row, weight in self.rows.items():
            for option, value in row:
                if self.kind != "points" or value > 0:
                    self.votes[option] += weight
        self.place = self._tie_order(definition["ties"])
        self.scores = self._scores()
        self.minimum = self._minimum()

    def _read(self, ballot: dict[str, Any]) -> Row | None:
        """The marks of a ballot as (option, value); None when it may not be counted."""
        try:
            marks = self._marks(ballot)
            row = [(self.index[code], value) for code, value in marks]
        except (KeyError, TypeError, ValueError):
            return None
        if not self.historic:
            if ballot.get("keep") is True:
                # "Keep things as they are": a ballot like any other, for none of the options.
                return None if row or self.kind in ("views", "balance") else ()
            # A ballot of no view names nothing. It may be cast, and makes nobody's share smaller.
            if not row or not any(self._keeps_limits(row, figures) for figures in self.figures):
                return None
        if self.kind == "best_worst":
            # An option may stand in two sets: both marks count.
            return tuple(row) if self.historic or self._own_sets(ballot["sets"]) else None
        first: dict[int, int] = {}
        for option, value in row:
            first.setdefault(option, value)
        return tuple(first.items())

    def counts(self, ballot: dict[str, Any]) -> bool:
        """Whether the ballot may be counted."""
        return self._read(ballot) is not None

    def _marks(self, ballot: dict[str, Any]) -> list[tuple[str, int]]:
        if self.kind in ("approval", "single"):
            return [(code, 1) for code in self._list(ballot["approve"])]
        if self.kind in ("views", "balance"):
            numbers = ballot["views" if self.kind == "views" else "amounts"]
            for number in numbers.values():
                if isinstance(number, bool) or not isinstance(number, int):
                    raise ValueError("views and amounts are whole numbers")
                if self.kind == "views" and number not in (1, -1):
                    raise ValueError("a view is yes or no")
            return list(numbers.items())
        if self.kind == "best_worst":
            return [mark for one in self._list(ballot["sets"]) for mark in self._set(one)]
        if self.kind == "ranking":
            return [
                (code, place)
                for place, entry in enumerate(self._list(ballot["rank"]))
                for code in (entry if isinstance(entry, list) else [entry])
            ]
        if self.kind == "points":
            for number in ballot["points"].values():
                if isinstance(number, bool) or not isinstance(number, int):
                    raise ValueError("points are whole numbers")
            return list(ballot["points"].items())
        raise CannotTell(f"this program does not know {self.kind} ballots")

    def _set(self, one: dict[str, Any]) -> list[tuple[str, int]]:
        shown, best, worst = self._list(one["shown"]), one["best"], one["worst"]
        if best == worst or best not in shown or worst not in shown or len(set(shown)) < len(shown):
            raise ValueError("best and worst are two options of the set")
        return [(code, (code == best) - (code == worst)) for code in shown]

    def _own_sets(self, sets: list[dict[str, Any]]) -> bool:
        """Whether a ballot answers questions of this vote, each at most once, and enough of them."""
        size, total = self.limits.get("set_size"), len(self.options)
        if size is None:
            return True
        number = -(-total // size)
        asked = {frozenset(range(total))}
        if total > size:
            asked = {frozenset(range(start, total, number)) for start in range(number)}
            asked |= {
                frozenset(range(total * place // number, total * (place + 1) // number)) for place in range(number)
            }
        answered = [frozenset(self.index[code] for code in one["shown"]) for one in sets]
        different = set(answered)
        return (
            different <= asked
            and len(different) == len(answered)
            and len(answered) >= self.limits.get("min_choices", 1)
        )

    def left(self, amounts: dict[int, int]) -> int:
        """What a budget of these amounts leaves."""
        flows = (amount if self.options[option].income else -amount for option, amount in amounts.items())
        return self.budget + sum(flows)

    def _balances(self, row: list[tuple[int, int]], figures: Figures) -> bool:
        amounts = dict(row)
        if len(amounts) < len(row) or len(amounts) < len(self.options):
            return False
        if any(amount not in self.options[option].steps for option, amount in amounts.items()):
            return False
        left = self.left(amounts) - self.budget + figures.budget
        return left == 0 if figures.limits.get("balanced") else left >= 0

    @staticmethod
    def _list(entries: Any) -> list[Any]:
        if not isinstance(entries, list):
            raise TypeError("a list is needed")
        return entries

    def _keeps_limits(self, row: list[tuple[int, int]], figures: Figures) -> bool:
        limits, named = figures.limits, {option for option, _ in row}
        if self.kind == "single":
            return len(row) == 1
        if self.kind == "balance":
            return self._balances(row, figures)
        if self.kind == "best_worst":
            return True
        if self.kind == "views":
            return len(named) >= int(limits.get("min_choices", 1))
        chosen = {option for option, value in row if value} if self.kind == "points" else named
        most = limits.get("max_choices")
        if (
            len(named) < len(row)
            or len(chosen) < limits.get("min_choices", 1)
            or (most is not None and len(chosen) > most)
        ):
            return False
        if self.kind == "approval":
            if any(self.against(option, named) is not None for option in named):
                return False
            total = limits.get("max_total")
            if limits.get("areas") is not None:
                return self._keeps_areas(named, figures)
            return total is None or sum(figures.costs[option] for option in named) <= total
        if self.kind == "points":
            values, most_each = [value for _, value in row], limits.get("max_each")
            within = all(
                value >= limits.get("min_each", 0) and (most_each is None or value <= most_each) for value in values
            )
            least, most = limits.get("min_points"), limits.get("max_points")
            return within and (least is None or sum(values) >= least) and (most is None or sum(values) <= most)
        return True

    def against(self, option: int, chosen: Iterable[int]) -> int | None:
        """An option that this one needs and that is not chosen, or one that is chosen and that it cannot join."""
        one, there = self.options[option], set(chosen)
        for code in one.needs:
            if code in self.index and self.index[code] not in there:
                return self.index[code]
        for other in sorted(there - {option}):
            if self.options[other].code in one.excludes or one.code in self.options[other].excludes:
                return other
        return None

    def _keeps_areas(self, named: set[int], figures: Figures) -> bool:
        """No more wards than a ballot may name, and in each pot no more money than there is."""
        areas, spent = figures.limits["areas"], Counter[str]()
        for option in named:
            spent[self.options[option].ward] += figures.costs[option]
        most = {"own": 1, "any": areas["most"], "own_and_more": areas["most"] + 1}[areas["reach"]]
        if len(set(spent) - {""}) > most:
            return False
        within = all(spent[pot["ward"]] <= pot["money"] for pot in areas["pots"])
        return within or figures.limits.get("max_total") is None

    def _tie_order(self, policies: str) -> list[int]:
        """The place of each option in the one order that decides every tie."""
        keys: list[list[Any]] = []
        for policy in policies.split(","):
            name, _, seed = policy.partition(":")
            if name == "cheapest":
                keys.append(list(self.costs))
            elif name == "most-votes":
                keys.append([-number for number in self.votes])
            elif name == "id":
                keys.append([option.code for option in self.options])
            elif name == "file":
                keys.append(list(range(len(self.options))))
            elif name == "lot":
                keys.append([sha256(f"{seed}:{option.code}".encode()).hex() for option in self.options])
            else:
                raise CannotTell(f"this program does not know the tie rule {name}")
        order = sorted(range(len(self.options)), key=lambda option: [key[option] for key in keys])
        place = [0] * len(order)
        for number, option in enumerate(order):
            place[option] = number
        return place

    def ranking_points(self) -> Callable[[Row], list[tuple[int, Fraction]]]:
        """What places on a ranking are worth: the first `top` points, each later one less, level options their mean."""
        top = self.top_points or max((len(row) for row in self.rows), default=0)

        def of(row: Row) -> list[tuple[int, Fraction]]:
            found: list[tuple[int, Fraction]] = []
            before = 0
            for _, level in groupby(sorted(row, key=lambda mark: mark[1]), key=lambda mark: mark[1]):
                group = [option for option, _ in level]
                points = sum(max(top - before - deeper, 0) for deeper in range(len(group)))
                found += [(option, Fraction(points, len(group))) for option in group]
                before += len(group)
            return found

        return of

    def _scores(self) -> list[Fraction]:
        if self.kind in ("approval", "single"):
            return [Fraction(number) for number in self.votes]
        worth = self.ranking_points() if self.kind == "ranking" else (lambda row: row)
        totals = [Fraction(0)] * len(self.options)
        for row, weight in self.rows.items():
            for option, value in worth(row):
                totals[option] += value * weight
        return totals

    def _minimum(self) -> Fraction | None:
        asked = str(self.settings.get("threshold", "none"))
        if asked == "file":
            return None if self.own_threshold is None else Fraction(self.own_threshold)
        return None if asked == "none" else Fraction(asked)

    def below(self, option: int) -> bool:
        return self.minimum is not None and self.scores[option] < self.minimum

    def enters(self, option: int) -> bool:
        """Whether an option takes part: it fits the budget, has the score that is needed, and if free somebody's vote."""
        return (
            self.costs[option] <= self.budget
            and not self.below(option)
            and bool(self.costs[option] or self.votes[option])
        )

    def entrants(self) -> list[int]:
        return [option for option in range(len(self.options)) if self.enters(option)]

    def standing(self) -> list[int]:
        """For rules that elect: options that do not cost more than there is."""
        return [option for option in range(len(self.options)) if self.costs[option] <= self.budget]

    def in_order(self, options: Iterable[int]) -> list[int]:
        return sorted(options, key=self.place.__getitem__)

    def first(self, options: Iterable[int]) -> int:
        return min(options, key=self.place.__getitem__)

    def anything_said(self) -> bool:
        return any(self.rows)


class Counted(NamedTuple):
    selected: list[int]
    scores: list[Fraction]


def take_in_order(
    election: Election, options: Iterable[int], keys: Sequence[Fraction], left: int, skip: bool
) -> list[int]:
    """By falling key as long as there is money."""
    taken: list[int] = []
    waiting = sorted(options, key=lambda one: (-keys[one], election.place[one]))
    linked = any(one.needs for one in election.options)
    while waiting:
        # One that needs others has its turn after theirs.
        codes = {election.options[one].code for one in waiting} if linked else set()
        option = next((one for one in waiting if codes.isdisjoint(election.options[one].needs)), waiting[0])
        waiting.remove(option)
        if election.against(option, taken) is not None:
            continue
        if election.costs[option] <= left:
            taken.append(option)
            left -= election.costs[option]
        elif not skip:
            break
    return taken


def greedy(election: Election) -> Counted:
    skip = bool(election.settings.get("skip", True))
    return Counted(
        take_in_order(election, election.entrants(), election.scores, election.budget, skip), election.scores
    )


def greedy_per_cost(election: Election) -> Counted:
    above = 1 + max(election.scores, default=Fraction(0))
    keys = [
        score / cost if cost else above + score for score, cost in zip(election.scores, election.costs, strict=True)
    ]
    skip = bool(election.settings.get("skip", True))
    return Counted(take_in_order(election, election.entrants(), keys, election.budget, skip), keys)


class Supporters(NamedTuple):
    """Who wants one option, split by how much it is worth to them: voters' numbers and that worth."""

    voters: list[int]
    worths: list[int]


class EqualShares:
    """Equal shares without completion, from any share. Voters with the same wishes are one, with a weight."""

    def __init__(self, election: Election) -> None:
        self.election = election
        satisfaction = str(election.settings.get("satisfaction", "cost"))
        wishes = self._wishes(satisfaction)
        marks = Counter(option for wish in wishes for option, _ in wish)
        costs = election.costs
        self.options = [o for o in range(len(costs)) if costs[o] > 0 and marks[o] and not election.below(o)]
        self.per = [cost if satisfaction.endswith("cost") else 1 for cost in costs]
        merged: Counter[Row] = Counter()
        wanted = set(self.options)
        for wish, weight in wishes.items():
            merged[tuple(mark for mark in wish if mark[0] in wanted)] += weight
        self.weights = list(merged.values())
        self.supporters = {option: Supporters([], []) for option in self.options}
        for voter, wish in enumerate(merged):
            for option, worth in wish:
                self.supporters[option].voters.append(voter)
                self.supporters[option].worths.append(worth)

    def _wishes(self, satisfaction: str) -> Counter[Row]:
        """Each voter's (option, worth) as whole numbers above nothing, sorted; worth 1 where only having it counts."""
        election = self.election
        by_points = satisfaction.startswith("points")
        found: list[tuple[list[tuple[int, Fraction]], int]] = []
        ranked = election.ranking_points() if election.kind == "ranking" else None
        for row, weight in election.rows.items():
            if election.kind == "points":
                marks = [(option, Fraction(value if by_points else 1)) for option, value in row if value > 0]
            elif ranked is not None and by_points:
                marks = [(option, worth) for option, worth in ranked(row) if worth > 0]
            else:
                marks = [(option, Fraction(1)) for option, _ in row]
            found.append((marks, weight))
        scale = lcm(*{worth.denominator for marks, _ in found for _, worth in marks})
        wishes: Counter[Row] = Counter()
        for marks, weight in found:
            wishes[tuple(sorted((option, int(worth * scale)) for option, worth in marks))] += weight
        return wishes

    def run(self, share: Fraction) -> list[int]:
        """The options bought, in order, when every voter starts with `share`.

        Money is kept in whole numbers of 1 / `parts`; a purchase at a rate with another denominator makes the parts finer.
        """
        weights = self.weights
        parts = share.denominator
        money = [share.numerator] * len(weights)
        bought: list[int] = []
        # A rate never falls while money only goes out, so the last known one tells how soon an option can come at best.
        known: dict[int, Fraction | None] = dict.fromkeys(self.options, Fraction(0))
        while True:
            best: Fraction | None = None
            level: list[int] = []
            for option in sorted((o for o in known if known[o] is not None), key=lambda o: known[o] or Fraction(0)):
                lowest = known[option]
                if lowest is None or (best is not None and lowest > best):
                    break
                rate = self._rate(option, money, parts)
                if rate is None:
                    known[option] = None
                    continue
                known[option] = rate
                if best is None or rate < best:
                    best, level = rate, [option]
                elif rate == best:
                    level.append(option)
            if best is None:
                return bought
            chosen = self.election.first(level)
            price = best * self.per[chosen]
            finer = price.denominator // gcd(price.denominator, parts)
            if finer > 1:
                parts *= finer
                money = [amount * finer for amount in money]
            whole = price.numerator * (parts // price.denominator)
            for voter, worth in zip(*self.supporters[chosen], strict=True):
                money[voter] = max(money[voter] - whole * worth, 0)
            bought.append(chosen)
            del known[chosen]

    def _rate(self, option: int, money: list[int], parts: int) -> Fraction | None:
        """What supporters pay for each unit the option is worth to them, for each unit it is compared by."""
        voters, worths = self.supporters[option]
        weights = self.weights
        missing = self.election.costs[option] * parts
        held: dict[tuple[int, int], int] = {}
        for voter, worth in zip(voters, worths, strict=True):
            purse = (money[voter], worth)
            held[purse] = held.get(purse, 0) + weights[voter]
        if sum(amount * number for (amount, _), number in held.items()) < missing:
            return None
        common = lcm(*{worth for _, worth in held})
        sharing = sum(worth * number for (_, worth), number in held.items())
        for (amount, worth), number in sorted(held.items(), key=lambda item: item[0][0] * (common // item[0][1])):
            if missing * worth <= amount * sharing:
                break
            missing -= amount * number
            sharing -= worth * number
        return Fraction(missing, sharing * parts * self.per[option])


def equal_shares(election: Election) -> Counted:
    settings, costs, budget = election.settings, election.costs, election.budget
    completion = str(settings.get("completion", "none"))
    method = EqualShares(election)
    share = Fraction(budget, election.ballots) if election.ballots else Fraction(0)
    if completion.startswith("add1") and settings.get("endowment", "exact") == "integral":
        share = Fraction(share // election.unit * election.unit)

    def cost_of(options: Iterable[int]) -> int:
        return sum(costs[option] for option in options)

    bought = method.run(share)
    if completion.startswith("add1") and election.ballots:
        while True:
            waiting = set(method.options) - set(bought)
            nothing_fits = all(costs[option] > budget - cost_of(bought) for option in waiting)
            if not waiting or (settings.get("stop", "exhaustive") == "exhaustive" and nothing_fits):
                break
            share += election.unit
            raised = method.run(share)
            if cost_of(raised) > budget:
                break
            bought = raised
    free = [option for option in election.in_order(range(len(costs))) if not costs[option] and election.enters(option)]
    selected = [*free, *bought]
    if completion.endswith("greedy"):
        rest = [option for option in election.entrants() if option not in set(selected)]
        selected += take_in_order(election, rest, election.scores, budget - cost_of(bought), skip=True)
    if settings.get("compare", False):
        rival = take_in_order(election, election.entrants(), election.scores, budget, skip=True)
        if _prefer(election, rival, selected):
            return Counted(rival, election.scores)
    return Counted(selected, election.scores)


def _prefer(election: Election, one: Sequence[int], other: Sequence[int]) -> bool:
    """Whether more ballots name more of `one` than of `other` than the other way round."""
    lead = 0
    first, second = set(one), set(other)
    for row, weight in election.rows.items():
        named = [option for option, value in row if election.kind != "points" or value > 0]
        ahead = sum(option in first for option in named) - sum(option in second for option in named)
        lead += weight * ((ahead > 0) - (ahead < 0))
    return lead > 0


def phragmen(election: Election) -> Counted:
    """Supporters who saved the cost together buy; it ends when one of those that come next does not fit."""
    costs, votes = election.costs, election.votes
    rows = [
        ([o for o, v in row if election.kind != "points" or v > 0], weight) for row, weight in election.rows.items()
    ]
    backers: dict[int, list[int]] = {option: [] for option in range(len(costs))}
    for number, (named, _) in enumerate(rows):
        for option in named:
            backers[option].append(number)
    last, times, left = [0] * len(rows), [Fraction(0)], election.budget
    waiting = [option for option in election.entrants() if votes[option] and costs[option]]
    bought: list[int] = []
    ended = False

    def due(option: int) -> Fraction:
        since: dict[int, int] = {}
        for number in backers[option]:
            since[last[number]] = since.get(last[number], 0) + rows[number][1]
        return (costs[option] + sum(times[moment] * number for moment, number in since.items())) / Fraction(
            votes[option]
        )

    dues = {option: due(option) for option in waiting}
    while waiting and not ended:
        soonest = min(dues[option] for option in waiting)
        level = [option for option in waiting if dues[option] == soonest]
        ended = any(costs[option] > left for option in level)
        if not ended:
            chosen = election.first(level)
            bought.append(chosen)
            waiting.remove(chosen)
            left -= costs[chosen]
            for number in backers[chosen]:
                last[number] = len(times)
            times.append(soonest)
            dues = {option: due(option) for option in waiting}
    unchosen = election.in_order(option for option in election.entrants() if not votes[option])
    while unchosen and not ended:
        ended = any(costs[option] > left for option in unchosen)
        if not ended:
            left -= costs[unchosen[0]]
            bought.append(unchosen.pop(0))
    free = [option for option in election.in_order(election.entrants()) if not costs[option]]
    return Counted([*free, *bought], [Fraction(number) for number in votes])


def max_welfare(election: Election) -> Counted:
    """The set within the budget that is worth most; then the cheaper one; then the one whose first own option comes first."""
    costs, satisfaction = election.costs, str(election.settings.get("satisfaction", "cost"))
    base = election.scores if satisfaction.startswith("points") else [Fraction(number) for number in election.votes]
    worth = [value * cost if satisfaction.endswith("cost") else value for value, cost in zip(base, costs, strict=True)]
    options = [option for option in election.in_order(election.entrants()) if worth[option] > 0]
    # (cost, worth, members as bits, the first in the order of ties highest), each worth more than all cheaper ones
    sets = [(0, Fraction(0), 0)]
    for option in options:
        both = [(cost, value, bits << 1) for cost, value, bits in sets]
        both += [
            (cost + costs[option], value + worth[option], bits << 1 | 1)
            for cost, value, bits in sets
            if cost + costs[option] <= election.budget
        ]
        sets = []
        for entry in sorted(both, key=lambda one: (one[0], -one[1], -one[2])):
            if not sets or entry[1] > sets[-1][1]:
                sets.append(entry)
    members = {option for place, option in enumerate(reversed(options)) if sets[-1][2] >> place & 1}
    members |= {option for option in election.entrants() if not costs[option]}
    return Counted(sorted(members, key=lambda option: (-worth[option], election.place[option])), worth)


Ranking = list[list[int]]


def rankings(election: Election) -> list[tuple[Ranking, int]]:
    """Each ballot as groups of level options that stand, best first."""
    stands, found = set(election.standing()), []
    for row, weight in election.rows.items():
        marks = sorted((place, option) for option, place in row if option in stands)
        found.append(([[option for _, option in level] for _, level in groupby(marks, key=lambda m: m[0])], weight))
    return found


def elect_by_score(election: Election, scores: dict[int, Fraction], support_needed: bool) -> Counted:
    seats = int(election.settings.get("seats", 1)) if election.anything_said() else 0
    if support_needed:
        seats = min(seats, sum(score > 0 for score in scores.values()))
    order = sorted(scores, key=lambda option: (-scores[option], election.place[option]))
    return Counted(order[:seats], [scores.get(option, Fraction(0)) for option in range(len(election.options))])


def plurality(election: Election) -> Counted:
    scores = {option: Fraction(0) for option in election.standing()}
    if election.kind != "ranking":
        scores = {option: Fraction(election.votes[option]) for option in scores}
    else:
        for groups, weight in rankings(election):
            for option in groups[0] if groups else []:
                scores[option] += Fraction(weight, len(groups[0]))
    return elect_by_score(election, scores, support_needed=True)


def borda(election: Election) -> Counted:
    scores = {option: Fraction(0) for option in election.standing()}
    for groups, weight in rankings(election):
        places = len(scores)
        for group in groups:
            # The group fills the places worth places-1, places-2, ...; its members share their mean.
            for option in group:
                scores[option] += Fraction(weight * (2 * (places - 1) - (len(group) - 1)), 2)
            places -= len(group)
        if election.settings.get("unranked", "shared") == "shared" and places > 0:
            named = {option for group in groups for option in group}
            for option in scores:
                if option not in named:
                    scores[option] += Fraction(weight * (places - 1), 2)
    return elect_by_score(election, scores, support_needed=False)


def irv(election: Election) -> Counted:
    ballots, left = rankings(election), set(election.standing())
    scores = [Fraction(0)] * len(election.options)
    while left and election.anything_said():
        votes = {option: Fraction(0) for option in left}
        for groups, weight in ballots:
            for group in groups:
                here = [option for option in group if option in left]
                if here:
                    for option in here:
                        votes[option] += Fraction(weight, len(here))
                    break
        if not any(votes.values()) and len(left) == len(election.standing()):
            break
        for option, held in votes.items():
            scores[option] = held
        best = election.first(option for option in left if votes[option] == max(votes.values()))
        if 2 * votes[best] > sum(votes.values()) or len(left) == 1:
            return Counted([best], scores)
        nobody = {option for option in left if not votes[option]}
        if nobody and nobody != left:
            left -= nobody
        else:
            fewest = [option for option in left if votes[option] == min(votes.values())]
            left.remove(election.in_order(fewest)[-1])
    return Counted([], scores)


def schulze(election: Election) -> Counted:
    standing = election.standing()
    prefer: Counter[tuple[int, int]] = Counter()
    for groups, weight in rankings(election):
        named = [option for group in groups for option in group]
        rest = [option for option in standing if option not in set(named)]
        for upper, lower in combinations([*groups, rest], 2):
            for one in upper:
                for other in lower:
                    prefer[one, other] += weight
    margins = election.settings.get("strength", "winning-votes") == "margins"
    chain: dict[tuple[int, int], int] = {}
    for one in standing:
        for other in standing:
            lead = prefer[one, other] - prefer[other, one]
            chain[one, other] = 0 if lead <= 0 or one == other else lead if margins else prefer[one, other]
    for via in standing:
        for one in standing:
            for other in standing:
                if len({via, one, other}) == 3:
                    chain[one, other] = max(chain[one, other], min(chain[one, via], chain[via, other]))
    elected: list[int] = []
    left = list(standing)
    for _ in range(int(election.settings.get("seats", 1)) if election.anything_said() else 0):
        unbeaten = [one for one in left if all(chain[one, other] >= chain[other, one] for other in left)]
        if unbeaten:
            elected.append(election.first(unbeaten))
            left.remove(elected[-1])
    beaten = [Fraction(0)] * len(election.options)
    for one in standing:
        beaten[one] = Fraction(sum(chain[one, other] > chain[other, one] for other in standing))
    return Counted(elected, beaten)


def stv(election: Election) -> Counted:
    """Droop quota; a surplus moves with all ballots of its pile, each at the same part of its value."""
    scores = [Fraction(0)] * len(election.options)
    if not election.anything_said() or not election.standing():
        return Counted([], scores)
    seats, ballots = int(election.settings.get("seats", 1)), rankings(election)
    quota = sum(weight for groups, weight in ballots if groups) // (seats + 1) + 1
    piles: dict[int, list[tuple[Ranking, Fraction]]] = {option: [] for option in election.standing()}
    elected: list[int] = []
    surplus_waits: list[int] = []
    settled: set[int] = set()

    def standing() -> list[int]:
        return [option for option in piles if option not in surplus_waits]

    def deal(bundles: Iterable[tuple[Ranking, Fraction]]) -> None:
        stands = set(standing())
        for groups, value in bundles:
            for group in groups:
                here = [option for option in group if option in stands]
                if here:
                    for option in here:
                        piles[option].append((groups, value / len(here)))
                    break

    def settle(option: int, held: Fraction) -> None:
        scores[option] = held
        settled.add(option)

    def elect(option: int, held: Fraction) -> None:
        elected.append(option)
        surplus_waits.append(option)
        settle(option, held)

    deal([(groups, Fraction(weight)) for groups, weight in ballots])
    while len(elected) < seats and standing():
        held = {option: sum((value for _, value in pile), Fraction(0)) for option, pile in piles.items()}
        by_votes = sorted(standing(), key=lambda option: (-held[option], election.place[option]))
        if len(by_votes) <= seats - len(elected):
            for option in by_votes:
                elect(option, held[option])
        elif held[by_votes[0]] >= quota:
            for option in [one for one in by_votes if held[one] >= quota][: seats - len(elected)]:
                elect(option, held[option])
        elif surplus_waits:
            most = max(held[option] for option in surplus_waits)
            option = election.first(one for one in surplus_waits if held[one] == most)
            pile = piles.pop(option)
            surplus_waits.remove(option)
            if most > quota:
                deal([(groups, value * (most - quota) / most) for groups, value in pile])
        else:
            fewest = min(held[option] for option in by_votes)
            option = election.in_order(one for one in by_votes if held[one] == fewest)[-1]
            settle(option, held[option])
            deal(piles.pop(option))
    for option, pile in piles.items():
        if option not in settled:
            settle(option, sum((value for _, value in pile), Fraction(0)))
    return Counted(elected, scores)


def more_yes_than_no(election: Election) -> Counted:
    yes, no = [0] * len(election.options), [0] * len(election.options)
    for row, weight in election.rows.items():
        for option, view in row:
            if view > 0:
                yes[option] += weight
            else:
                no[option] += weight
    margins = [ayes - noes for ayes, noes in zip(yes, no, strict=True)]
    quorum = election.settings.get("quorum", 0)
    supported = [option for option, margin in enumerate(margins) if margin > 0 and yes[option] >= quorum]
    return Counted(
        sorted(supported, key=lambda option: (-margins[option], option)), [Fraction(margin) for margin in margins]
    )


def middle_step(election: Election) -> Counted:
    """Every amount of every ballot in one list a line; the one in the middle, the lower of two."""
    middles = []
    for place, line in enumerate(election.options):
        amounts = sorted(
            amount for row, weight in election.rows.items() for option, amount in row for _ in range(weight)
            if option == place
        )  # fmt: skip
        middles.append(Fraction(amounts[(len(amounts) - 1) // 2] if amounts else line.cost))
    return Counted([], middles)


def best_worst(election: Election) -> Counted:
    """Times best less times worst, divided by the times an option was shown."""
    sums = [Fraction(0)] * len(election.options)
    for row, weight in election.rows.items():
        for option, mark in row:
            sums[option] += mark * weight
    shown = election.votes
    scores = {option: sums[option] / shown[option] for option in range(len(shown)) if shown[option]}
    return elect_by_score(election, scores, support_needed=False)


RULES: dict[str, Callable[[Election], Counted]] = {
    "greedy": greedy,
    "greedy-per-cost": greedy_per_cost,
    "equal-shares": equal_shares,
    "phragmen": phragmen,
    "max-welfare": max_welfare,
    "plurality": plurality,
    "borda": borda,
    "irv": irv,
    "schulze": schulze,
    "stv": stv,
    "more-yes-than-no": more_yes_than_no,
    "middle-step": middle_step,
    "best-worst": best_worst,
}


# ------------------------------------------------------------------------------------------------------------ checks


def canonical(value: Any) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def need(holds: bool, otherwise: str) -> None:
    if not holds:
        raise Wrong(otherwise)


class Folder:
    """The published files."""

    def __init__(self, path: Path) -> None:
        self.path = path
        if not path.is_dir():
            raise CannotTell(f"{path} is not a folder")
        self.definition_text = self.one_line("definition.json", self.text("definition.json"))
        self.definition: dict[str, Any] = self.json(self.definition_text, "definition.json")
        self.lines = self.lines_of("box.jsonl", self.text("box.jsonl"))
        self.leaves: list[dict[str, Any]] = [self.json(line, "box.jsonl") for line in self.lines]
        self.keys = dict(line.partition(" ")[::2] for line in self.lines_of("keys.txt", self.text("keys.txt")))
        result = self.optional("result.json")
        self.result: dict[str, Any] | None = (
            None if result is None else self.json(self.one_line("result.json", result), "result.json")
        )
        board = self.optional("board.jsonl")
        self.board_lines = [] if board is None else self.lines_of("board.jsonl", board)
        self.has_board = board is not None
        self.board: list[dict[str, Any]] = [self.json(line, "board.jsonl") for line in self.board_lines]
        self.acts = {
            next(iter(leaf)): leaf[next(iter(leaf))]
            for leaf in self.leaves
            if isinstance(next(iter(leaf.values())), dict)
        }

    def optional(self, name: str) -> str | None:
        try:
            return (self.path / name).read_bytes().decode()
        except FileNotFoundError:
            return None
        except UnicodeDecodeError as problem:
            raise Damaged(name, f"is not UTF-8 at byte {problem.start + 1}") from None
        except OSError as problem:
            raise CannotTell(f"{name} cannot be read: {problem}", name) from None

    def text(self, name: str) -> str:
        found = self.optional(name)
        if found is None:
            raise CannotTell(f"{name} is missing", name)
        return found

    @staticmethod
    def lines_of(name: str, text: str) -> list[str]:
        """The lines of a published file: each ends with a line feed and nothing else, the last one too."""
        if "\r" in text:
            raise Damaged(name, "has other line endings than were published: something wrote it anew")
        if text and not text.endswith("\n"):
            raise Damaged(name, "does not end with the end of a line")
        return text.split("\n")[:-1]

    @classmethod
    def one_line(cls, name: str, text: str) -> str:
        found = cls.lines_of(name, text)
        if len(found) != 1:
            raise Damaged(name, f"has {len(found)} lines instead of one")
        return found[0]

    @staticmethod
    def json(text: str, name: str) -> dict[str, Any]:
        try:
            value = json.loads(text)
        except (ValueError, RecursionError):
            raise Damaged(name, "is not JSON") from None
        if not isinstance(value, dict) or not value:
            raise Damaged(name, "is not written as it should be")
        return value

    def key(self, log: str) -> Key:
        """The published key of a log, which must be the one in the definition."""
        key = read_key(self.keys.get(log, ""))
        need(key.public.hex() == self.definition["log_public_key"], "keys.txt has another key than the definition")
        need(key.name == f"ballot-{log}/{self.definition['vote']}", f"the key of the {log} is one of another vote")
        return key

    def receipt_key(self) -> str:
        """The published key of receipts, which must be the one in the definition."""
        key = self.keys.get("receipts", "")
        need(key == self.definition["receipt_public_key"], "keys.txt has another key of receipts than the definition")
        return key

    def checkpoints(self) -> tuple[list[Checkpoint], Checkpoint | None]:
        """Those of the box in the order of the file, and that of the board. Raises Wrong for a false signature."""
        box, board = self.key("box"), self.key("board")
        of_box: list[Checkpoint] = []
        of_board: Checkpoint | None = None
        text = self.text("checkpoints.txt")
        notes = split_notes(text)
        need("\n".join(notes) == text, "checkpoints.txt is not written as it should be")
        for note in notes:
            need(note.count("\n\u2014 ") == 1, "a checkpoint has more signatures than the one that was published")
            if note.startswith(board.name + "\n"):
                need(of_board is None, "there are two checkpoints of the board")
                of_board = read_checkpoint(note, board)
            else:
                of_box.append(read_checkpoint(note, box))
        return of_box, of_board


def check_definition(folder: Folder) -> str:
    digest = hashlib.sha256(folder.definition_text.encode()).hexdigest()
    need(bool(folder.leaves), "the log of the box is empty")
    fixed = folder.leaves[0].get("freeze")
    if not isinstance(fixed, dict):
        raise Wrong("the log does not begin with the definition")
    changes = folder.definition.get("changes", [])
    if not changes:
        need(fixed["definition"] == digest, "the definition is not the one that the log begins with")
    logged = [fixed, *(leaf["change"] for leaf in folder.leaves if "change" in leaf)]
    told = [*(one["definition"] for one in changes), digest]
    need([one["definition"] for one in logged] == told, "the definition is not the last of those in the log")
    if changes:
        return f"The definition is the last of {len(told)} in the log, each announced with its reason (SHA-256 {digest[:16]}…)."
    return f"The definition is the one that was fixed before the first ballot (SHA-256 {digest[:16]}…)."


def check_log(folder: Folder) -> str:
    checkpoints, _ = folder.checkpoints()
    need(bool(checkpoints), "there is no checkpoint of the box")
    folder.receipt_key()
    names = [line.partition(" ")[0] for line in folder.text("keys.txt").splitlines()]
    need(names == ["box", "board", "receipts"], "keys.txt has other lines than the three keys of this vote")
    tree, at = Tree(), 0
    notes = hashlib.sha256()
    for number, line in enumerate(folder.lines):
        bound = folder.leaves[number].get(next(iter(folder.leaves[number])))
        if isinstance(bound, dict) and "checkpoints" in bound:
            need(bound["checkpoints"] == at, "a checkpoint was cut out, added or moved")
            need(bound["notes"] == notes.hexdigest(), "the checkpoints are not those that were signed")
        tree.add(line.encode())
        if at < len(checkpoints) and tree.size == checkpoints[at].size:
            need(tree.root() == checkpoints[at].root, f"the log is not the one that was signed at line {tree.size}")
            notes.update(checkpoints[at].note.encode())
            at += 1
    need(at == len(checkpoints), "checkpoints are out of order, or the log is shorter than they say")
    need(checkpoints[-1].size == len(folder.lines), "the log has lines after its last checkpoint")
    number, lines = len(checkpoints), len(folder.lines)
    return f"{number:,} signed checkpoints, each the continuation of the one before, cover all {lines:,} lines."


def balance(folder: Folder, checkpoints: Sequence[Checkpoint]) -> set[str]:
    """The ballots in the box at the end; Wrong when a ballot comes or goes twice, or out of turn."""
    net: Counter[str] = Counter()
    odd: set[str] = set()
    sizes = {checkpoint.size for checkpoint in checkpoints}
    order = ["freeze", "close", "open", "result"]
    reached = 0
    for number, leaf in enumerate(folder.leaves, start=1):
        kind = next((name for name in ("add", "replace", "withdraw", "exclude") if name in leaf), "")
        if kind:
            need(
                reached == 0 or (reached == 1 and kind == "exclude"), f"line {number} of the log came too late: {kind}"
            )
            old, new = leaf["replace"] if kind == "replace" else ("", leaf.get("add", ""))
            for ballot, change in ((new, 1), (old or leaf.get("withdraw", "") or leaf.get("exclude", ""), -1)):
                if ballot:
                    net[ballot] += change
                    (odd.discard if net[ballot] in (0, 1) else odd.add)(ballot)
        elif (name := next(iter(leaf))) in ("extend", "change"):
            need(reached == 0, f"line {number} of the log came after the close: {name}")
        elif name in order:
            expected = 0 if number == 1 else reached + 1
            need(order.index(name) == expected, f"line {number} of the log is out of turn: {name}")
            reached = order.index(name)
        if number in sizes:
            need(not odd, f"at line {number} a ballot was put in or taken out twice")
    need(reached == len(order) - 1, "the log does not go on to the result")
    return {ballot for ballot, number in net.items() if number}


def check_close(folder: Folder, live: int) -> None:
    """The vote closed when it was announced to, or early and marked so; and not more voted than were on the roll."""
    close, roll = folder.acts["close"], folder.definition.get("roll", {})
    ends = [leaf["extend"]["until"] for leaf in folder.leaves if "extend" in leaf]
    try:
        end = datetime.fromisoformat(ends[-1] if ends else folder.definition["closes_at"])
        at = datetime.fromisoformat(close["at"])
    except (TypeError, ValueError):
        raise Wrong("the time of the close cannot be read") from None
    need(at < end if close["early"] else at == end, "the vote did not close when it was announced to")
    if "roll" in close:
        told = close["roll"]
        need("size" not in roll or told["opening"] == roll["size"], "the register at opening had another size")
        need(
            told["added"] >= 0 and live <= told["opening"] + told["added"],
            "more ballots were counted than people could vote",
        )


def check_balance(folder: Folder) -> str:
    live = len(balance(folder, folder.checkpoints()[0]))
    need(folder.acts["open"]["ballots"] == live, "not as many ballots were opened as were in the box")
    kinds = Counter(next(iter(leaf)) if "exclude" not in leaf else "exclude" for leaf in folder.leaves)
    told = (
        f"{kinds['add']:,} put in, {kinds['replace']:,} changed, {kinds['withdraw']:,} withdrawn, {kinds['exclude']:,} excluded: "
        f"{live:,} were opened"
    )
    check_close(folder, live)
    if folder.has_board:
        board = sum(len(batch["ballots"]) for batch in folder.board)
        need(board == live, f"{live} ballots were in the box, and {board} are on the board")
        told += ", and all are on the board"
    if folder.result is not None:
        outcome = folder.result["outcome"]
        spoilt = sum(remark["number"] for remark in outcome["ballots_not_counted"])
        need(outcome["ballots"] + spoilt == live, "the result is of another number of ballots than were opened")
    return told + "."


def check_batches(folder: Folder) -> str:
    seen: set[str] = set()
    size = folder.definition["batch_size"]
    need(
        len(folder.board) == folder.acts["open"]["batches"], "the board has another number of batches than were signed"
    )
    for place, batch in enumerate(folder.board, start=1):
        trackers, ballots = batch["trackers"], [canonical(ballot) for ballot in batch["ballots"]]
        need(batch["batch"] == place, f"batch {place} is numbered {batch['batch']}")
        need(len(trackers) == len(ballots), f"batch {place} has {len(trackers)} trackers and {len(ballots)} ballots")
        full = len(ballots) == size if place < len(folder.board) else size <= len(ballots) < 2 * size
        need(full, f"batch {place} has {len(ballots)} ballots")
        need(trackers == sorted(trackers) and ballots == sorted(ballots), f"batch {place} is not sorted")
        need(
            seen.isdisjoint(trackers) and len(set(trackers)) == len(trackers),
            f"a tracker of batch {place} is there twice",
        )
        seen.update(trackers)
    smallest = min(len(batch["ballots"]) for batch in folder.board)
    return f"{len(folder.board):,} batches, the smallest with {smallest} ballots; every tracker is there once."


def election_of(folder: Folder) -> Election:
    return Election(folder.definition, (ballot for batch in folder.board for ballot in batch["ballots"]))


def count_again(definition: dict[str, Any], election: Election, ballots: list[dict[str, Any]]) -> Counted:
    """By the rule of the vote: all at once, or in a vote by area each pot with its options, its money and its ballots."""
    rule, areas = RULES[definition["rule"]], definition["limits"].get("areas")
    if areas is None:
        return rule(election)
    selected: list[int] = []
    scores = [Fraction(0)] * len(election.options)
    # What the wards leave over may go to the pot of the whole council, which is the last.
    left = 0
    for pot in areas["pots"]:
        places = [place for place, option in enumerate(election.options) if option.ward == pot["ward"]]
        if not places:
            continue
        codes = [election.options[place].code for place in places]
        carried = left if areas.get("leftover") == "council" and not pot["ward"] else 0
        own = {
            **definition, "options": [definition["options"][place] for place in places],
            "budget": pot["money"] + carried, "limits": {}, "changes": [], "historic": True,
        }  # fmt: skip
        restricted = [
            {"approve": [code for code in one["approve"] if code in codes]} for one in ballots if election.counts(one)
        ]
        counted = rule(Election(own, [one for one in restricted if one["approve"]]))
        selected += [places[option] for option in counted.selected]
        left += pot["money"] - sum(election.costs[places[option]] for option in counted.selected)
        for option, place in enumerate(places):
            scores[place] = counted.scores[option]
    return Counted(selected, scores)


def check_ballots(folder: Folder, election: Election) -> str:
    assert folder.result is not None
    spoilt = sum(remark["number"] for remark in folder.result["outcome"]["ballots_not_counted"])
    need(
        election.spoilt == spoilt,
        f"{election.spoilt} ballots have no view or break the rules of the vote, and the result leaves out {spoilt}",
    )
    kept = "can be read" if election.historic else "keep the rules of the vote"
    return f"{election.ballots:,} ballots {kept}; {spoilt:,} have no view or do not, and were not counted."


def check_result(folder: Folder, election: Election) -> str:
    assert folder.result is not None
    definition, outcome = folder.definition, folder.result["outcome"]
    need(folder.result["vote"] == definition["vote"], "the result is one of another vote")
    digest = hashlib.sha256(folder.definition_text.encode()).hexdigest()
    need(folder.result["definition_sha256"] == digest, "the result is one of another definition")
    for name in ("rule", "ties", "budget", "ballot_type", "unit", "currency"):
        need(outcome[name] == definition[name], f"the result has another {name.replace('_', ' ')} than the definition")
    need(
        outcome["settings"] == definition["settings"],
        "the result was counted with other settings than the definition's",
    )
    if definition["rule"] not in RULES:
        raise CannotTell(f"this program does not know the rule {definition['rule']}")
    counted = count_again(folder.definition, election, [one for batch in folder.board for one in batch["ballots"]])
    codes = [election.options[option].code for option in counted.selected]
    need(
        outcome["ballots"] == election.ballots,
        f"{election.ballots} ballots count, and the result says {outcome['ballots']}",
    )
    need(outcome["selected"] == codes, f"counted again the result is {', '.join(codes) or 'nothing'}, in this order")
    cost = sum(election.costs[option] for option in counted.selected)
    need(outcome["total_cost"] == cost, f"what was chosen costs {cost}, and the result says {outcome['total_cost']}")
    told = outcome["options"]
    need([one["code"] for one in told] == [one.code for one in election.options], "the result has other options")
    for place, one in enumerate(told):
        need(one["cost"] == election.costs[place], f"{one['code']} has another cost in the result")
        need(
            one["votes"] == election.votes[place],
            f"{one['code']} is on {election.votes[place]} ballots, not {one['votes']}",
        )
        need(Fraction(one["score"]) == counted.scores[place], f"{one['code']} has a score of {counted.scores[place]}")
        position = codes.index(one["code"]) + 1 if one["code"] in codes else None
        need(
            one["selected"] == (position is not None) and one["position"] == position,
            f"{one['code']} has another place",
        )
    return f"Counted again by “{definition['rule']}”: the same {len(codes)} of {len(told)} options in the same order."


def check_board(folder: Folder) -> str:
    _, signed = folder.checkpoints()
    if signed is None:
        raise Wrong("there is no checkpoint of the board")
    tree = Tree()
    for line in folder.board_lines:
        tree.add(line.encode())
    need((tree.size, tree.root()) == (signed.size, signed.root), "the board is not the one that was signed")
    need(folder.acts["open"]["board"] == signed.root.hex(), "the board is not the one in the log of the box")
    return "The ballots and trackers are those that were signed when the box was opened."


def check_tables(folder: Folder) -> str:
    """Per table and option: whether a hidden figure of few people could be worked out from what is shown."""
    rows = list(csv.DictReader(StringIO(folder.text("breakdowns.csv"), newline="")))
    named = folder.definition["breakdowns"]
    tables: dict[str, dict[str, dict[str, int | None]]] = {}
    for row in rows:
        need(row["breakdown"] in named, f"the table {row['breakdown']} was not named before the vote")
        figures = tables.setdefault(row["breakdown"], {}).setdefault(row["option"], {})
        need(row["category"] not in figures, f"{row['category']} is twice in the table {row['breakdown']}")
        need(
            row["status"] == ("shown" if row["votes"] else "hidden"),
            f"a figure of {row['breakdown']} has a wrong status",
        )
        figures[row["category"]] = int(row["votes"]) if row["votes"] else None
    outcome = folder.result["outcome"] if folder.result else None
    for name, table in tables.items():
        if outcome is not None:
            need(
                set(table) == {"", *(one["code"] for one in outcome["options"])}, f"the table {name} has other options"
            )
            _check_table(name, table, outcome, folder.definition["smallest_shown"])
    if outcome is not None and folder.board and int(outcome["ballots"]):
        need(set(named) == set(tables), "a table that was named before the vote is missing")
    if not rows:
        return "No tables by group were named before the vote, and none are published."
    return f"{len(rows):,} figures; none that is hidden can be worked out."


def _check_table(name: str, table: dict[str, dict[str, int | None]], outcome: dict[str, Any], least: int) -> None:
    people = table[""]
    need(_adds_up(people, outcome["ballots"]), f"the ballots of the groups of {name} do not add up")
    for one in outcome["options"]:
        code, figures = one["code"], table[one["code"]]
        need(set(figures) == set(people), f"{code} by {name} has other groups")
        votes = one["facts"].get("yes", one["votes"]) if outcome["ballot_type"] == "views" else one["votes"]
        need(_adds_up(figures, votes), f"the figures of {code} by {name} do not add up to its votes")
        hidden = [group for group, figure in figures.items() if figure is None]
        if len(hidden) < len(figures):
            _check_row(f"{code} by {name}", figures, people, votes, outcome["ballots"], least)


def _adds_up(figures: dict[str, int | None], total: int) -> bool:
    shown = [figure for figure in figures.values() if figure is not None]
    return sum(shown) == total if len(shown) == len(figures) else sum(shown) <= total


def _check_row(
    what: str, figures: dict[str, int | None], people: dict[str, int | None], votes: int, ballots: int, least: int
) -> None:
    """The smallest and largest number that each hidden figure, and those of the group who are not for it, could be."""
    for group, figure in figures.items():
        size = people[group]
        if figure is not None:
            need(
                size is not None and figure <= size,
                f"{what}: more votes than ballots in {group}, or their number is hidden",
            )
            need(not 0 < figure < least, f"{what}: the figure of {group} is too small to be shown")
            need(not 0 < (size or 0) - figure < least, f"{what}: what is left of {group} is too small to be shown")
    hidden = [group for group, figure in figures.items() if figure is None]
    if not hidden:
        return
    yes = votes - sum(figure for figure in figures.values() if figure is not None)
    pool = ballots - sum(size for size in people.values() if size is not None)
    no = pool + sum(people[group] or 0 for group in hidden) - yes
    for group in hidden:
        size = people[group]
        most, fewest = (pool, 0) if size is None else (size, size)
        for these, others in ((yes, no), (no, yes)):
            low, high = max(0, fewest - others), min(most, these)
            need(high - low >= least and high >= least, f"{what}: the hidden figure of {group} can be worked out")


def check_acts(folder: Folder) -> str:
    """The chain of the governance record: SHA-256 over label, place, the hash before and the text, each with its length."""
    result = folder.acts["result"]
    previous, last, ours = "", 0, 0
    for text in folder.lines_of("audit.jsonl", folder.text("audit.jsonl")):
        event = folder.json(text, "audit.jsonl")
        need(not last or event["index"] == last + 1, f"after event {last} one is missing")
        if "public" in event:
            need(not last or event["previous"] == previous, f"event {event['index']} does not follow the one before it")
            digest = hashlib.sha256(b"audit-event-v1")
            for part in (str(event["index"]), event["previous"], event["public"]):
                digest.update(len(part.encode()).to_bytes(8, "big") + part.encode())
            need(digest.hexdigest() == event["hash"], f"event {event['index']} was altered")
            ours += 1
        previous, last = event["hash"], event["index"]
    need([last, previous] == result["audit"], "the record does not end with the publication that the log names")
    # An act that somebody turned into the mere link of another one leaves the chain whole: the bytes are bound too.
    need("audit.jsonl" in result["files"], "the log does not say what the record of acts was")
    for name, digest_of_file in result["files"].items():
        found = hashlib.sha256(folder.text(name).encode()).hexdigest()
        need(found == digest_of_file, f"{name} is not the file that was published")
    return f"{ours} acts of officers in an unbroken chain up to the publication."


def receipt_line(path: Path) -> list[str]:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as problem:
        raise CannotTell(f"{path} cannot be read: {problem}") from None
    for line in lines:
        parts = line.strip().split("|")
        if parts[0] == "ballot-receipt-v1" and len(parts) == 5:
            return parts
    raise CannotTell(f"{path} holds no receipt")


def genuine(path: Path, key_text: str, vote: str) -> str:
    """The fingerprint of a receipt that this vote's key signed."""
    parts = receipt_line(path)
    try:
        key = bytes.fromhex(key_text)
    except ValueError:
        raise Wrong("the key of receipts is damaged") from None
    need(
        verify(key, unbase64(parts[4]), "|".join(parts[:4]).encode()),
        "the receipt is not signed with the published key",
    )
    need(parts[1] == vote, "the receipt is one of another vote")
    return parts[2]


def check_receipt(folder: Folder, path: Path) -> str:
    ballot = genuine(path, folder.receipt_key(), folder.definition["vote"])
    put_in = [
        n
        for n, leaf in enumerate(folder.leaves)
        if leaf.get("add") == ballot or leaf.get("replace", ["", ""])[1] == ballot
    ]
    need(bool(put_in), "the receipt is genuine, but its ballot is not in the log of the box")
    gone = {
        "replace": "later changed by its voter",
        "withdraw": "withdrawn by its voter",
        "exclude": "excluded by officers",
    }
    for leaf in folder.leaves:
        for kind, said in gone.items():
            taken = leaf.get(kind, "")
            if (taken[0] if kind == "replace" and taken else taken) == ballot:
                return f"The receipt is genuine, and its ballot is at line {put_in[0] + 1} of the log. It was {said}."
    return f"The receipt is genuine, and its ballot is at line {put_in[0] + 1} of the log. It was among those that were opened."


def check_proof(keys: Path, receipt: Path, proof: Path) -> str:
    """A receipt and an inclusion proof (C2SP tlog-proof) without the folder."""
    try:
        known = dict(line.split(" ", 1) for line in keys.read_text(encoding="utf-8").splitlines() if " " in line)
        head, _, note = proof.read_text(encoding="utf-8").partition("\n\n")
    except (OSError, UnicodeDecodeError) as problem:
        raise CannotTell(str(problem)) from None
    key = read_key(known.get("box", ""))
    ballot = genuine(receipt, known.get("receipts", ""), key.name.rpartition("/")[2])
    lines = head.split("\n")
    if (
        lines[0] != "c2sp.org/tlog-proof@v1"
        or len(lines) < 3
        or not lines[1].startswith("extra ")
        or lines[2][:6] != "index "
    ):
        raise CannotTell(f"{proof} is not an inclusion proof")
    leaf = unbase64(lines[1][6:])
    put_in = json.loads(leaf)
    need(ballot in (put_in.get("add"), put_in.get("replace", ["", ""])[1]), "the proof is one of another ballot")
    checkpoint = read_checkpoint(note, key)
    root = root_by_proof(int(lines[2][6:]), checkpoint.size, leaf_hash(leaf), [unbase64(line) for line in lines[3:]])
    need(root == checkpoint.root, "the proof does not lead to the signed checkpoint")
    return f"The receipt is genuine, and its ballot is one of the {checkpoint.size:,} lines of the signed log."


def check_kept(folder: Folder, path: Path) -> str:
    """A checkpoint that somebody kept must be the beginning of the log that was published."""
    try:
        notes = split_notes(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as problem:
        raise CannotTell(f"{path} cannot be read: {problem}") from None
    if not notes:
        raise CannotTell(f"{path} holds no checkpoint")
    for note in notes:
        kept = read_checkpoint(note, folder.key("box"))
        need(kept.size <= len(folder.lines), "the checkpoint that was kept is of a longer log")
        tree = Tree()
        for line in folder.lines[: kept.size]:
            tree.add(line.encode())
        need(tree.root() == kept.root, "the log is not the continuation of the checkpoint that was kept")
    return f"The log is the continuation of {len(notes)} kept checkpoint{'' if len(notes) == 1 else 's'}."


class Report:
    """Says what was checked, and remembers how it went."""

    def __init__(self) -> None:
        self.code = PASSED

    def check(self, name: str, made: Callable[[], str]) -> None:
        try:
            print(f"{name:4} holds   {TITLES[name]}. {made()}")
        except Wrong as wrong:
            self.code = FAILED
            print(f"{name:4} FAILS   {TITLES[name]}: {wrong}.")
        except CannotTell as problem:
            self.code = self.code or UNREADABLE
            print(f"{name:4} unknown {TITLES[name]}: {problem}.")
        except Exception as problem:  # whatever a changed file makes us stumble over, it is not what was published
            self.code = FAILED
            said = f"something is not written as it should be ({type(problem).__name__}: {problem})"
            print(f"{name:4} FAILS   {TITLES[name]}: {said}.")

    def read(self, path: Path) -> Folder | None:
        """The folder; None after saying which file stands in the way, and so of the other checks."""
        try:
            return Folder(path)
        except (Damaged, CannotTell) as found:
            if not found.check:
                raise
            problem = found

        def again() -> str:
            raise problem

        self.check(problem.check, again)
        print("The other checks were not made: they need this file.")
        return None

    def leave_out(self, name: str, why: str) -> None:
        print(f"{name:4} not published: {TITLES[name]}. {why}")


def check_folder(folder: Folder, report: Report, receipt: Path | None, kept: Path | None) -> None:
    definition = folder.definition
    print(f"Vote {definition.get('vote')}: {definition.get('title')}")
    if definition.get("custody") == "solo":
        print("Note: one server held the key of this box. It is a demonstration or a test.")
    report.check("R1", lambda: check_definition(folder))
    report.check("R2", lambda: check_log(folder))
    report.check("R3", lambda: check_balance(folder))
    opened = folder.acts.get("open", {}).get("ballots", 0)
    if not folder.has_board and opened < definition.get("smallest_board", 0):
        for name in ("R4", "R5", "R6", "R7"):
            report.leave_out(name, "So few people voted that a list of ballots would not hide anybody.")
    else:
        report.check("R4", lambda: check_batches(folder))
        elections: list[Election] = []

        def counted() -> Election:
            if not elections:
                if not folder.has_board or folder.result is None:
                    raise CannotTell("board.jsonl or result.json is missing")
                elections.append(election_of(folder))
            return elections[0]

        report.check("R5", lambda: check_ballots(folder, counted()))
        report.check("R6", lambda: check_result(folder, counted()))
        report.check("R7", lambda: check_board(folder))
    if folder.result is None:
        report.leave_out("R8", "So few people voted that no figures are published.")
    else:
        report.check("R8", lambda: check_tables(folder))
    report.check("R10", lambda: check_acts(folder))
    if receipt is not None:
        report.check("R9", lambda: check_receipt(folder, receipt))
    if kept is not None:
        report.check("R2", lambda: check_kept(folder, kept))


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Check and count a vote again from its published files.")
    parser.add_argument("folder", nargs="?", type=Path, help="the published folder")
    parser.add_argument("--receipt", type=Path, help="a receipt to check")
    parser.add_argument("--proof", type=Path, help="an inclusion proof (.tlog-proof), instead of the folder")
    parser.add_argument("--keys", type=Path, help="keys.txt, with --proof")
    parser.add_argument("--checkpoint", type=Path, help="a checkpoint that somebody kept")
    given = parser.parse_args(arguments)
    report = Report()
    try:
        if given.folder is not None and not (given.proof or given.keys):
            folder = report.read(given.folder)
            if folder is not None:
                check_folder(folder, report, given.receipt, given.checkpoint)
        elif given.folder is None and given.proof and given.receipt and given.keys:
            report.check("R9", lambda: check_proof(given.keys, given.receipt, given.proof))
        else:
            parser.error("give a folder, or --keys, --receipt and --proof")
    except Exception as problem:  # as in a check: what makes us stumble ends in words
        print(f"Cannot tell: {problem}.")
        return report.code or UNREADABLE
    said = {
        PASSED: "Everything that was published holds.",
        FAILED: "Something does not hold.",
        UNREADABLE: "Not everything could be checked.",
    }
    print(said[report.code])
    return report.code


if __name__ == "__main__":
    sys.exit(main())
