"""All ballots of a file as columns: four bytes a mark and eight a ballot, whatever the text around them weighs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from participation.counting.pabulib.head import Head
from participation.counting.pabulib.lines import Lines
from participation.counting.pabulib.marks import Marks
from participation.counting.pabulib.refusals import PabulibError

_FNV_OFFSET = 0xCBF29CE484222325
_FNV_PRIME = 0x100000001B3
_WORD = 0xFFFFFFFFFFFFFFFF


@dataclass(frozen=True, slots=True)
class Repeat:
    """A ballot that names a project more than once; each project was counted once."""

    line: int
    voter_id: str
    named: int
    counted: int


@dataclass(frozen=True, slots=True)
class Columns:
    """Ballot b marks `projects[starts[b]:starts[b + 1]]` (places in PROJECTS, in the ballot's own order, each once),
    with `points` beside them where the ballots carry points."""

    starts: NDArray[np.int64]
    projects: NDArray[np.int32]
    points: NDArray[np.int64] | None
    repeats: tuple[Repeat, ...]

    @property
    def voters(self) -> int:
        return len(self.starts) - 1

    @property
    def lengths(self) -> NDArray[np.int64]:
        return np.diff(self.starts)


def voter_hash(voter_id: str) -> int:
    """FNV-1a, 64 bits: how repeated voter ids are noticed at eight bytes a ballot. A suspicion is then looked up."""
    value = _FNV_OFFSET
    for byte in voter_id.encode():
        value = ((value ^ byte) * _FNV_PRIME) & _WORD
    return value


@dataclass
class ColumnsBuilder:
    """Collects ballots one by one, or in arrays of many, in the order of the file."""

    head: Head
    with_points: bool
    stated: int | None = None
    count: int = 0
    repeats: list[Repeat] = field(default_factory=list)
    _parts: list[tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.int64], NDArray[np.uint64]]] = field(
        default_factory=list
    )
    _lengths: list[int] = field(default_factory=list)
    _projects: list[int] = field(default_factory=list)
    _points: list[int] = field(default_factory=list)
    _hashes: list[int] = field(default_factory=list)

    def add(self, marks: Marks, line: int) -> None:
        """Add one ballot read by the reference path."""
        self.count += 1
        self._lengths.append(len(marks.projects))
        self._projects += marks.projects
        self._points += marks.points
        self._hashes.append(voter_hash(marks.voter_id))
        if marks.repeats:
            self.repeats.append(Repeat(line, marks.voter_id, marks.named, len(marks.projects)))
        if len(self._lengths) >= 1 << 16:
            self._flush()

    def add_many(
        self,
        lengths: NDArray[np.int64],
        projects: NDArray[np.int32],
        points: NDArray[np.int64],
        hashes: NDArray[np.uint64],
    ) -> None:
        """Add many ballots read by the fast path; the arrays are kept, not copied."""
        self._flush()
        self.count += len(lengths)
        self._parts.append((lengths, projects, points, hashes))

    def _flush(self) -> None:
        if self._lengths:
            self._parts.append(
                (
                    np.array(self._lengths, np.int64),
                    np.array(self._projects, np.int32),
                    np.array(self._points, np.int64),
                    np.array(self._hashes, np.uint64),
                )
            )
            self._lengths, self._projects, self._points, self._hashes = [], [], [], []

    def check_count(self, lines: Lines, *, finished: bool) -> None:
        """Raise PabulibError as soon as there are more ballots than META states, and at the end if there are fewer."""
        if self.stated is None or (self.count <= self.stated and not finished) or self.count == self.stated:
            return
        found = f"the file has {self.count}" if finished else "the file has more"
        raise PabulibError(
            f"META states {self.stated}, {found}",
            file=lines.name,
            line=self.head.entries["num_votes"].line,
            field="num_votes",
        )

    def finish(self) -> tuple[Columns, frozenset[int]]:
        """The columns, and the hashes of voter ids that came more than once."""
        self._flush()
        lengths = _joined([part[0] for part in self._parts], np.int64)
        starts = np.zeros(len(lengths) + 1, np.int64)
        np.cumsum(lengths, out=starts[1:])
        projects = _joined([part[1] for part in self._parts], np.int32)
        points = _joined([part[2] for part in self._parts], np.int64) if self.with_points else None
        hashes = np.sort(_joined([part[3] for part in self._parts], np.uint64))
        self._parts.clear()
        twice = frozenset(int(value) for value in hashes[1:][hashes[1:] == hashes[:-1]])
        return Columns(starts, projects, points, tuple(self.repeats)), twice


_Kind = TypeVar("_Kind", np.int64, np.int32, np.uint64)


def _joined(parts: list[NDArray[_Kind]], dtype: type[_Kind]) -> NDArray[_Kind]:
    return np.concatenate(parts) if parts else np.zeros(0, dtype)


def first_repeated_voter(ballots: Iterator[tuple[int, str]], suspects: frozenset[int]) -> tuple[int, int, str] | None:
    """Among (line, voter id) the first id that came before: its line, the earlier line, the id."""
    seen: dict[str, int] = {}
    for line, voter_id in ballots:
        if voter_hash(voter_id) in suspects:
            if voter_id in seen:
                return line, seen[voter_id], voter_id
            seen[voter_id] = line
    return None
